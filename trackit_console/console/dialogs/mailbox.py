"""**Add Incoming Mailbox** and **Edit**: the fields of the chosen type, tested before they are saved (IN-01 to IN-12)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from trackit_console.cancel import Cancel
from trackit_console.client_certificate import read_client_certificate
from trackit_console.console.compiled.ui_mailbox_dialog import Ui_MailboxDialog
from trackit_console.console.dialogs.account_fields import OTHER_CLOUD, kept_account, shown_values
from trackit_console.console.dialogs.connection_test import Check
from trackit_console.console.dialogs.provider_choice import ProviderChoice
from trackit_console.console.dialogs.settings_dialog import SettingsDialog
from trackit_console.console.dialogs.url_discovery import UrlDiscovery
from trackit_console.console.display_text import label, translated
from trackit_console.console.language import name_buttons
from trackit_console.console.message_boxes import ask
from trackit_console.console.operations.client_certificates import ReadCertificate
from trackit_console.console.operations.discovery import DiscoverUrl, Wanted, discover_url
from trackit_console.console.tasks import Tasks
from trackit_console.settings.any_mailbox import AnyMailbox
from trackit_console.settings.ews_retirement import EWS_ENDED, is_microsoft_host
from trackit_console.settings.exchange_mailbox import EwsMailbox, Microsoft365
from trackit_console.settings.mailbox import (
    MAILBOX_MODELS,
    TYPE_LABELS,
    Mailbox,
    MailboxType,
    mailbox_adapter,
)
from trackit_console.settings.mailbox_checks import check_among, check_password
from trackit_console.settings.oauth import OAuthFields
from trackit_console.settings.presentation import more_settings
from trackit_console.settings.providers import Protocol
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.server_mailbox import Imap, default_port
from trackit_console.settings.text_rules import is_address
from trackit_console.settings.validation import Finding
from trackit_console.store.row_mapping import Stored
from trackit_console.transports.step_names import MAILBOX_STEPS, StepName
from trackit_console.transports.steps import Step

CheckMailbox = Callable[[Mailbox, Cancel], Iterator[Step]]
MODELS = tuple(MAILBOX_MODELS.values())
MORE = more_settings(*MODELS)
"""The fields behind **More settings**: few admins need them, and their defaults are right."""
NAMES = tuple(dict.fromkeys(["type", "provider", *(name for model in MODELS for name in model.model_fields), "confirm_password"]))

_PROTOCOLS: dict[MailboxType, Protocol] = {MailboxType.IMAP: "imap", MailboxType.POP3: "pop3"}


class MailboxDialog(SettingsDialog):
    """Edits one mailbox. `stored` is None for a new one; `others` are the mailboxes that it must not clash with."""

    def __init__(
        self,
        tasks: Tasks,
        window_settings: QSettings,
        check: CheckMailbox,
        *,
        read_certificate: ReadCertificate = read_client_certificate,
        discover: DiscoverUrl = discover_url,
        stored: Stored[Mailbox] | None = None,
        others: Sequence[Mailbox] = (),
        templates: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(Ui_MailboxDialog(), NAMES, tasks, window_settings, stored, read_certificate, parent)
        self._check = check
        self._others = others
        # A stored port counts as typed: choosing another type must not replace it.
        self._port_typed = stored is not None
        self._providers = ProviderChoice(self.ui)
        self._discovery = UrlDiscovery(self.ui, tasks, discover, self._wanted, self._url_found, self)
        self._fill_choices(templates)
        self._fill(self.mailbox)
        self.binding.edited.connect(self._edited)
        self.binding.left.connect(self._left)
        self.ui.notice.pressed.connect(self._use_microsoft365)
        self.ui.more_button.toggled.connect(self._show_more)
        self.show_texts()
        self.show_fields()
        name_buttons(self)
        # Last: from now on a difference is an unsaved edit.
        self.opened()

    def show_texts(self) -> None:
        self.setWindowTitle(self.tr("Edit Incoming Mailbox") if self.stored else self.tr("Add Incoming Mailbox"))
        self._show_more()
        self._discovery.retranslate()
        if not self.ui.steps.report:
            self.ui.steps.show_text(self.tr("Tests the current settings step by step and sends a test message to the mailbox."))

    @property
    def mailbox(self) -> Mailbox | None:
        """The mailbox as it is stored."""
        return self.stored.value if self.stored else None

    @property
    def mailbox_type(self) -> MailboxType:
        """The chosen type."""
        return MailboxType(self.ui.type.currentData())

    @property
    def model(self) -> type[AnyMailbox]:
        """The settings model of the chosen type."""
        return MAILBOX_MODELS[self.mailbox_type]

    @property
    def help_page(self) -> str:
        """The page of the chosen type, which leads on to the one about all fields."""
        return f"mailbox-{self.mailbox_type.value.replace('_', '-')}"

    @property
    def protocol(self) -> Protocol | None:
        """The protocol of a type for which providers have presets."""
        return _PROTOCOLS.get(self.mailbox_type)

    @property
    def _other_sign_in(self) -> set[str]:
        """The fields of the way to sign in that is not chosen (IN-19)."""
        if self.model is not Imap:
            return set()
        return {"password"} if self._by_oauth else set(OAuthFields.model_fields)

    @property
    def _by_oauth(self) -> bool:
        """Whether an IMAP mailbox signs in with an app registration."""
        return self.model is Imap and self.ui.authentication.currentData() == "microsoft365"

    def _fill_choices(self, templates: Sequence[str]) -> None:
        self.binding.offer("type", TYPE_LABELS)
        for model in MODELS:
            self.binding.describe(model)
        for name in templates:
            self.ui.ticket_template.addItem(name, name)

    def _fill(self, mailbox: Mailbox | None) -> None:
        """Shows `mailbox`, or for a new one the defaults of every type; Microsoft 365 is preselected (IN-01)."""
        # The defaults of every type: another can be chosen later, and its fields must not be empty then.
        for model in MODELS:
            self.binding.fill({name: field.default for name, field in model.model_fields.items() if not field.is_required()})
        if mailbox is None:
            self.binding.fill({"type": MailboxType.MICROSOFT365.value, "port": default_port("imap", True)})
            return
        fields = type(mailbox).model_fields
        kind = fields["type"].default  # an unknown type is read as one that is known (see the findings)
        self.binding.fill({name: getattr(mailbox, name, None) for name in fields} | {"type": kind})
        # Left empty, the name goes on following the address.
        shown_name = "" if mailbox.name == (mailbox.address or mailbox.account) else mailbox.name
        self.binding.fill({"name": shown_name, "confirm_password": getattr(mailbox, "password", None)})

    # ------------------------------------------------------------------ what follows from what

    def _edited(self, name: str) -> None:
        if name == "port":
            self._port_typed = True
        if name in ("use_ssl", "type") and not self._port_typed:
            self.binding.fill({"port": default_port(self.mailbox_type.value, self.ui.use_ssl.isChecked())})
        if name == "use_ssl" and self.ui.use_ssl.isChecked():
            # A connection is encrypted from the start or by STARTTLS, never both.
            self.binding.fill({"starttls": False})
        if name == "provider":
            self.binding.fill(self._providers.choose())
        if name in ("server", "port", "use_ssl", "starttls"):
            self._providers.typed(self.ui.server.text())
        if name == "type":
            self._carry_account()
        if name in ("type", "cloud", "authentication"):
            self.show_fields()
        self._show_notice()
        self.check_again(name)

    def _left(self, name: str) -> None:
        if name == "user_account_name" and self.protocol is not None:
            self.binding.fill(self._providers.complete(self.ui.user_account_name.text(), self.ui.server.text()))
            self._show_notice()
            self.check_again(name)

    def _carry_account(self) -> None:
        """**User ID** and **User Account Name** are the same account in two types; what was typed in either stays as it is."""
        user_id, account = self.ui.user_id.text().strip(), self.ui.user_account_name.text().strip()
        if not user_id and is_address(account):
            self.binding.fill({"user_id": account})
        if not account and is_address(user_id):
            self.binding.fill({"user_account_name": user_id})

    def _show_notice(self) -> None:
        """What speaks against the chosen type: EWS that has ended, a provider that takes no passwords (IN-16, IN-18)."""
        provider = self._providers.provider if self.protocol is not None else None
        words, offer = "", label(TYPE_LABELS[MailboxType.MICROSOFT365])
        if "exchange_web_service_url" in self.model.model_fields and is_microsoft_host(self.ui.exchange_web_service_url.text()):
            words = translated(EWS_ENDED)
            offer = self.tr("Convert to {type}").format(type=offer) if self.stored else offer
        elif provider is not None and provider.offers_graph and not self._by_oauth:
            words = self._providers.words
        elif self._converts:
            words, offer = self.tr("The mailbox is converted once the test has passed. No message is lost or taken twice."), ""
        self.ui.notice.show_text(words, offer if words else "")

    def _wanted(self) -> Wanted | None:
        """What **Auto-discover Exchange Web Service** searches for; None while no address is typed."""
        values = self.values()
        account = values.get("user_account_name") or ""
        address = values.get("email_address") or account
        return Wanted(address, account, values.get("password"), values.get("ca_file")) if is_address(address) else None

    def _url_found(self, url: str) -> None:
        self.binding.fill({"exchange_web_service_url": url})
        self._edited("exchange_web_service_url")

    def _use_microsoft365(self) -> None:
        self.ui.type.setCurrentIndex(self.ui.type.findData(MailboxType.MICROSOFT365.value))

    def show_fields(self) -> None:
        """Shows the fields of the chosen type; hidden fields keep their contents."""
        names = {"type", *self.model.model_fields} - self._other_sign_in
        if "password" in names:
            names.add("confirm_password")
        if self.ui.cloud.currentData() != "other":
            names -= OTHER_CLOUD
        if self.protocol is not None:
            names.add("provider")
            self.binding.fill(self._providers.offer(self.protocol, self.ui.server.text()))
        if self.mailbox_type is MailboxType.POP3:  # it has only the Inbox
            names.discard("folder")
        self.binding.set_visible(names)
        self.binding.describe(self.model)
        self._show_notice()
        hint = self.tr("Recommended for Exchange Online.") if self.mailbox_type is MailboxType.MICROSOFT365 else ""
        self.ui.type_hint.setText(hint)
        self.ui.type_hint.setVisible(bool(hint))

    def _show_more(self) -> None:
        shown = self.ui.more_button.isChecked()
        self.ui.more_settings.setVisible(shown)
        self.ui.more_button.setText(self.tr("▾ &More settings") if shown else self.tr("▸ &More settings"))
        self.binding.show_titles()

    def reveal(self, names: Sequence[str]) -> None:
        if MORE.intersection(names):
            self.ui.more_button.setChecked(True)

    # ------------------------------------------------------------------ what the form makes

    def state(self) -> dict[str, Any]:
        typed = {"confirm_password": self.ui.confirm_password.text()}
        return {"type": self.mailbox_type.value, **self.binding.values(self.model), **typed}

    def read(self) -> tuple[Mailbox | None, list[Finding]]:
        values = self.values()
        found = self._password_findings() + self._certificate.findings(values)
        made: Mailbox | None = None
        try:
            made = mailbox_adapter.validate_python(values)
        except ValidationError as error:
            found += findings(error, list(MailboxType))
        if made is not None:
            found += check_among(made, self._others)
        return made, found

    def values(self) -> dict[str, Any]:
        """The values of the form, completed by what is kept of the stored mailbox."""
        typed = shown_values(self.binding.values(self.model))
        values = {**typed, **kept_account(self.model, self.mailbox, typed), "type": self.mailbox_type.value}
        return {name: value for name, value in values.items() if name not in self._other_sign_in}

    def _password_findings(self) -> list[Finding]:
        if "password" not in self.model.model_fields.keys() - self._other_sign_in:
            return []
        stored = getattr(self.mailbox, "password", None) is not None
        typed, again = self.ui.password.text(), self.ui.confirm_password.text()
        found = check_password(typed, again, stored=stored, required=self.ui.enabled.isChecked())
        return [found] if found else []

    def fields_of(self, made: Mailbox) -> dict[str, Any]:
        return {**dict(made), "name": made.title}

    @property
    def save_as_new(self) -> str:
        return self.tr("Save as a new mailbox")

    def begin_new(self) -> None:
        super().begin_new()
        self.show_texts()

    # ------------------------------------------------------------------ testing

    def check_of(self, made: Mailbox) -> tuple[Check, Sequence[StepName]]:
        return partial(self._check, made), MAILBOX_STEPS

    @property
    def _converts(self) -> bool:
        """Whether **Save** turns a stored EWS mailbox into one that is read by Graph (IN-16)."""
        return isinstance(self.mailbox, EwsMailbox) and self.model is Microsoft365

    def needs_test(self, made: Mailbox) -> bool:
        return made.enabled or self._converts

    def after_failed_test(self, made: Mailbox) -> Mailbox | None:
        if self._converts:
            unchanged = self.tr("The connection test failed, so the mailbox stays as it was. The steps say what to do.")
            ask(self, self.windowTitle(), unchanged, [self.tr("Go back")])
            return None
        words = self.tr("The connection test failed. An enabled mailbox that does not work would stop your incoming mail.")
        buttons = [self.tr("Save disabled"), self.tr("Go back")]
        return made.model_copy(update={"enabled": False}) if ask(self, self.windowTitle(), words, buttons) == 0 else None
