"""**Try it**: which rule or setting would stop a message, with the rules as they stand in the form (FIL-06)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QMenu

from trackit_console.console.display_text import label, shortened
from trackit_console.console.field_texts import show_item
from trackit_console.console.widgets.notice import show_notice
from trackit_console.helpdesk.filter_matcher import Role
from trackit_console.settings.filters import ACCEPT_FROM_LABELS, Filters

if TYPE_CHECKING:
    from trackit_console.console.operations.filter_trials import Trial
    from trackit_console.console.pages.page import Page
    from trackit_console.console.task import Task
    from trackit_console.domain.past_mail import PastMessage
    from trackit_console.settings.monitor import UnknownSenders

TYPING_MS = 250
MENU_LENGTH = 80


class FilterTrial(QObject):
    """The fields `try_…` of the form `ui`; `filters` answers the rules to try, None before there are any."""

    def __init__(self, ui: Any, page: Page, filters: Callable[[], Filters | None]) -> None:
        super().__init__(page)
        self._ui = ui
        self._page = page
        self._filters = filters
        self._task: Task | None = None
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._try)
        self._menu = QMenu(page)
        self.show_texts()
        ui.try_sender.textChanged.connect(self.again)
        ui.try_subject.textChanged.connect(self.again)
        ui.try_role.activated.connect(self.again)
        ui.recent_button.clicked.connect(self._read_recent)
        self._show(None)

    def show_texts(self) -> None:
        """Sets the roles in the present language, and tries again."""
        roles = [(self.tr("Look up the sender"), None), (self.tr("Technician"), Role.TECHNICIAN)]
        roles += [(self.tr("Requestor"), Role.REQUESTOR), (self.tr("Unknown"), Role.UNKNOWN)]
        for at, (words, role) in enumerate(roles):
            show_item(self._ui.try_role, at, words, role)
        self.again()

    def again(self) -> None:
        """Tries the message after a pause: something was typed, or the rules have changed."""
        self._typing.start()

    def _try(self) -> None:
        filters, sender, subject = self._filters(), self._ui.try_sender.text(), self._ui.try_subject.text()
        if self._task is not None:
            self._task.drop()
        if filters is None or not (sender.strip() or subject.strip()):
            self._show(None)
            return
        role = self._ui.try_role.currentData()
        work = partial(self._page.context.services.filters.try_message, filters, sender, subject, Role(role) if role else None)
        # A database that cannot be read is told by the banner of the window.
        self._task = self._page.context.tasks.run(
            work, owner=self, then=self._show, failed=lambda _problem: self._show(None), quiet=True
        )

    def _show(self, trial: Trial | None) -> None:
        words = self._words(trial) if trial else ""
        warns = trial is not None and (trial.verdict.stopped or trial.unknown_sender == "refuse")
        show_notice(self._ui.try_result, words, "warn" if warns else "ok")

    def _words(self, trial: Trial) -> str:
        roles = {
            Role.TECHNICIAN: self.tr("The sender is a technician."),
            Role.REQUESTOR: self.tr("The sender is a requestor."),
            Role.UNKNOWN: self.tr("The sender is neither a technician nor a requestor."),
        }
        verdict = trial.verdict
        if verdict.hit is not None and verdict.hit.rule_list == "sender":
            words = self.tr("Not processed. Sender rule “{rule}” matches the sender.").format(rule=verdict.hit.rule.text)
        elif verdict.hit is not None:
            words = self.tr("Not processed. Subject rule “{rule}” matches the subject.").format(rule=verdict.hit.rule.text)
        elif verdict.refused_by is not None:
            accepted = label(ACCEPT_FROM_LABELS[verdict.refused_by])
            words = self.tr("Not processed. Only mail from these is accepted: {accepted}.").format(accepted=accepted)
        else:
            words = self.tr("Processed. No filter stops it.")
        return " ".join(filter(None, (words, roles[trial.role], self._about_unknown(trial.unknown_sender))))

    def _about_unknown(self, chosen: UnknownSenders | None) -> str:
        """By **Mail from unknown senders** of the monitor; a reply with the keyword of a record is noted there all the same."""
        if chosen == "create_requestor":
            return self.tr("A new message makes a ticket, and the sender becomes a requestor.")
        if chosen == "no_requestor":
            return self.tr("A new message makes a ticket without a requestor.")
        if chosen == "refuse":
            return self.tr("A new message is refused and set aside: the Email Monitor Settings refuse mail from unknown senders.")
        return ""

    # ------------------------------------------------------------------ recent mail

    def _read_recent(self) -> None:
        work = self._page.context.services.filters.recent
        self._page.context.tasks.run(work, owner=self, then=self._offer_recent, failed=self._page.show_problem)

    def _offer_recent(self, messages: list[PastMessage]) -> None:
        self._menu.clear()
        for each in messages:
            words = shortened(f"{each.sender}  ·  {each.subject or self.tr('(no subject)')}", MENU_LENGTH)
            # In a menu, & marks the letter of a key.
            self._menu.addAction(words.replace("&", "&&"), partial(self._take, each))
        if not messages:
            self._menu.addAction(self.tr("No mail yet")).setEnabled(False)
        button = self._ui.recent_button
        self._menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _take(self, message: PastMessage) -> None:
        for field, words in ((self._ui.try_sender, message.sender), (self._ui.try_subject, message.subject)):
            field.setText(words)
            field.setCursorPosition(0)  # a long subject is read from its beginning
        self._ui.try_role.setCurrentIndex(0)
