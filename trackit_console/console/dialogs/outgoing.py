"""**Outgoing email configuration**: the account that sends (OUT-01 to OUT-05)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from pydantic import BaseModel, ValidationError
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from trackit_console.cancel import Cancel
from trackit_console.client_certificate import read_client_certificate
from trackit_console.console.compiled.ui_outgoing_dialog import Ui_OutgoingDialog
from trackit_console.console.dialogs.account_fields import OTHER_CLOUD, kept_account, shown_values
from trackit_console.console.dialogs.connection_test import Check
from trackit_console.console.dialogs.provider_choice import ProviderChoice
from trackit_console.console.dialogs.settings_dialog import SettingsDialog
from trackit_console.console.display_text import label, translated
from trackit_console.console.language import name_buttons
from trackit_console.console.message_boxes import ask
from trackit_console.console.operations.client_certificates import ReadCertificate
from trackit_console.console.tasks import Tasks
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.mailbox_checks import check_password
from trackit_console.settings.outgoing import (
    AUTHENTICATION_LABELS,
    SECURITY_PORTS,
    BasicOutgoing,
    Microsoft365Outgoing,
    Outgoing,
    check_from_address,
    outgoing_adapter,
)
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.smtp_retirement import SMTP_PASSWORD_ENDS, cloud_of_server, is_microsoft_server
from trackit_console.settings.text_rules import is_address
from trackit_console.settings.validation import Finding, finding
from trackit_console.store.row_mapping import Stored
from trackit_console.transports.step_names import OUTGOING_STEPS, StepName
from trackit_console.transports.steps import Step

CheckOutgoing = Callable[[Outgoing, str, Cancel], Iterator[Step]]
MODELS: dict[str, type[BaseModel]] = {"basic": BasicOutgoing, "microsoft365": Microsoft365Outgoing}
NAMES = tuple(
    dict.fromkeys(
        [
            "authentication",
            "provider",
            *(name for model in MODELS.values() for name in model.model_fields),
            "confirm_password",
            "recipient",
        ]
    )
)
SIGN_IN = {"user_account_name", "password"}


class OutgoingDialog(SettingsDialog):
    """Edits the outgoing account. The From Address must be an address of one of `mailboxes` (OUT-04)."""

    def __init__(
        self,
        tasks: Tasks,
        window_settings: QSettings,
        check: CheckOutgoing,
        *,
        read_certificate: ReadCertificate = read_client_certificate,
        stored: Stored[Outgoing] | None = None,
        mailboxes: Sequence[Mailbox] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(Ui_OutgoingDialog(), NAMES, tasks, window_settings, stored, read_certificate, parent)
        self._check = check
        self._mailboxes = mailboxes
        # A stored port counts as typed: choosing another security must not replace it.
        self._port_typed = stored is not None
        self._providers = ProviderChoice(self.ui)
        self._fill_choices()
        self._fill()
        self.binding.edited.connect(self._edited)
        self.binding.left.connect(self._left)
        self.ui.notice.pressed.connect(self._use_microsoft365)
        self.show_texts()
        self.show_fields()
        name_buttons(self)
        # Last: from now on a difference is an unsaved edit.
        self.opened()

    def show_texts(self) -> None:
        self._show_recipient()
        if not self.ui.steps.report:
            self.ui.steps.show_text(self.tr("Send Test Email tests the current settings step by step."))

    @property
    def help_page(self) -> str:
        return "outgoing-email"

    @property
    def outgoing(self) -> Outgoing | None:
        """The account as it is stored."""
        return self.stored.value if self.stored else None

    @property
    def save_as_new(self) -> str:
        return self.tr("Save as a new account")

    @property
    def model(self) -> type[BaseModel]:
        """The settings model of the chosen authentication type."""
        return MODELS[self.ui.authentication.currentData()]

    def _fill_choices(self) -> None:
        self.binding.offer("authentication", AUTHENTICATION_LABELS)
        for model in MODELS.values():
            self.binding.describe(model)
        self.ui.from_address.addItems(sorted({each.address for each in self._mailboxes if each.address}))

    def _fill(self) -> None:
        for model in MODELS.values():
            self.binding.fill({name: field.default for name, field in model.model_fields.items() if not field.is_required()})
        self.binding.fill({"authentication": "basic", "port": SECURITY_PORTS["ssl_tls"]})
        if self.outgoing is not None:
            fields = type(self.outgoing).model_fields
            kind = fields["authentication"].default  # an unknown one is read as one that is known (see the findings)
            self.binding.fill({name: getattr(self.outgoing, name, None) for name in fields} | {"authentication": kind})
            self.binding.fill({"confirm_password": getattr(self.outgoing, "password", None)})

    def _edited(self, name: str) -> None:
        if name == "port":
            self._port_typed = True
        if name == "security" and not self._port_typed:
            self.binding.fill({"port": SECURITY_PORTS[self.ui.security.currentData()]})
        if name == "provider":
            self.binding.fill(self._providers.choose())
        if name == "smtp_server_name":
            self._providers.typed(self.ui.smtp_server_name.text())
        if name in ("authentication", "provider", "smtp_requires_authentication", "cloud"):
            self.show_fields()
        if name == "from_address":
            self._show_recipient()
        self._show_notice()
        self.check_again(name)

    def _left(self, name: str) -> None:
        if name in ("user_account_name", "from_address") and self.model is BasicOutgoing:
            typed = self.ui.user_account_name.text() or self.ui.from_address.currentText()
            self.binding.fill(self._providers.complete(typed, self.ui.smtp_server_name.text()))
            self._show_notice()
            self.check_again(name)

    def _show_recipient(self) -> None:
        """Whom a test email goes to while no recipient is typed."""
        self.ui.recipient.setPlaceholderText(self.ui.from_address.currentText() or self.tr("The From Address"))

    def _show_notice(self) -> None:
        """That Microsoft is ending passwords for SMTP, and the way out (IN-18)."""
        by_password = self.model is BasicOutgoing and self.ui.smtp_requires_authentication.isChecked()
        ending = by_password and is_microsoft_server(self.ui.smtp_server_name.text())
        words = translated(SMTP_PASSWORD_ENDS) if ending else ""
        self.ui.notice.show_text(words, label(AUTHENTICATION_LABELS["microsoft365"]) if words else "")

    def _use_microsoft365(self) -> None:
        """Goes on with OAuth in the cloud of the server, unless another cloud was chosen; the From Address stays."""
        cloud = cloud_of_server(self.ui.smtp_server_name.text())
        if self.ui.cloud.currentData() == "worldwide":
            self.binding.fill({"cloud": cloud})
        self.ui.authentication.setCurrentIndex(self.ui.authentication.findData("microsoft365"))
        self.ui.application_id.setFocus()

    def show_fields(self) -> None:
        names = {"authentication", "recipient", *self.model.model_fields}
        if self.model is BasicOutgoing:
            self._providers.offer("smtp", self.ui.smtp_server_name.text())
            names |= {"provider"}
            names = names | {"confirm_password"} if self.ui.smtp_requires_authentication.isChecked() else names - SIGN_IN
        if self.ui.cloud.currentData() != "other":
            names -= OTHER_CLOUD
        self.binding.set_visible(names)
        self.binding.describe(self.model)
        self._show_notice()

    def state(self) -> dict[str, Any]:
        chosen = {"authentication": self.ui.authentication.currentData(), "confirm_password": self.ui.confirm_password.text()}
        return {**self.binding.values(self.model), **chosen}

    def read(self) -> tuple[Outgoing | None, list[Finding]]:
        values = self.values()
        found = self._password_findings() + self._recipient_findings() + self._certificate.findings(values)
        made: Outgoing | None = None
        try:
            made = outgoing_adapter.validate_python(values)
        except ValidationError as error:
            found += findings(error, list(MODELS))
        if made is not None and (wrong := check_from_address(made, self._mailboxes)):
            found.append(wrong)
        return made, found

    def values(self) -> dict[str, Any]:
        """The values of the form, completed by what is kept of the stored account; without sign-in there is no account."""
        typed = shown_values(self.binding.values(self.model))
        values = {**typed, **kept_account(self.model, self.outgoing, typed)}
        if values.get("smtp_requires_authentication") is False:
            values |= dict.fromkeys(SIGN_IN)
        return {**values, "authentication": self.ui.authentication.currentData()}

    def _password_findings(self) -> list[Finding]:
        if self.model is not BasicOutgoing or not self.ui.smtp_requires_authentication.isChecked():
            return []
        stored = getattr(self.outgoing, "password", None) is not None
        found = check_password(self.ui.password.text(), self.ui.confirm_password.text(), stored=stored, required=True)
        return [found] if found else []

    def _recipient_findings(self) -> list[Finding]:
        typed = self.ui.recipient.text().strip()
        return [finding("recipient", "email_address")] if typed and not is_address(typed) else []

    def check_of(self, made: Outgoing) -> tuple[Check, Sequence[StepName]]:
        recipient = self.ui.recipient.text().strip() or made.from_address
        return partial(self._check, made, recipient), OUTGOING_STEPS

    def needs_test(self, made: Outgoing) -> bool:
        return False

    def after_failed_test(self, made: Outgoing) -> Outgoing | None:
        buttons = [self.tr("Save anyway"), self.tr("Go back")]
        return made if ask(self, self.windowTitle(), self.tr("The test failed."), buttons) == 0 else None
