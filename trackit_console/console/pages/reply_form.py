"""**Send by email**: to whom a note is sent as a reply, whether it quotes, and what keeps it from being sent (MSG-03, OUT-06)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QListWidgetItem

from trackit_console.console.display_text import shortened, tip, translated
from trackit_console.console.widgets.notice import show_notice
from trackit_console.helpdesk.reasons import Reason, reason_phrase
from trackit_console.helpdesk.reply import Correspondence, Correspondent

if TYPE_CHECKING:
    from trackit_console.console.pages.page import Page

LIST_HEIGHTS = (68, 132)
"""Pixels of a long list of recipients in a small window, and at most. More of them are scrolled."""
REASON_LENGTH = 40
"""Characters of the words of a bounce in the list; the tool tip has all of them."""
_KEY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class ReplyChoice:
    """What was chosen. `to` are keys of addresses; None: the requestor, as long as nothing else was chosen."""

    by_email: bool = False
    to: frozenset[str] | None = None
    quote: bool = False


class ReplyForm(QObject):
    """The fields for a reply in the form `ui`. `changed` says that something was chosen."""

    changed = Signal()

    def __init__(self, ui: Any, page: Page) -> None:
        super().__init__(page)
        self._ui = ui
        self._offered = Correspondence()
        self._choice = ReplyChoice()
        ui.reply_by_email.toggled.connect(self._chosen)
        ui.reply_quote.toggled.connect(self._chosen)
        ui.reply_to.itemChanged.connect(lambda _item: self._chosen(ticked=True))
        ui.reply_setup.clicked.connect(lambda: page.context.open_page("incoming"))
        ui.reply_panel.hide()

    @property
    def choice(self) -> ReplyChoice:
        """What is chosen now."""
        return self._choice

    @property
    def by_email(self) -> bool:
        """Whether the note is to be sent."""
        return self._choice.by_email and self._offered.why_nobody is None

    @property
    def recipients(self) -> tuple[str, ...]:
        """The keys of the addresses that are ticked and can be written to."""
        wanted = self._wanted
        return tuple(each.recipient.key for each in self._offered.people if each.recipient.key in wanted and each.why_not is None)

    @property
    def subject(self) -> str:
        """The subject that the mail will have."""
        return self._offered.subject

    def offer(self, correspondence: Correspondence) -> None:
        """Offers these people; what was ticked among them stays ticked."""
        self._offered = correspondence
        self._fill()

    def show(self, choice: ReplyChoice) -> None:
        """Shows what was chosen for a record."""
        self._choice = choice
        with QSignalBlocker(self._ui.reply_by_email), QSignalBlocker(self._ui.reply_quote):
            self._ui.reply_by_email.setChecked(choice.by_email)
            self._ui.reply_quote.setChecked(choice.quote)
        self._fill()

    def show_texts(self) -> None:
        """Sets the texts in the current language."""
        self._fill()

    def refresh(self, *, private: bool, locked: bool) -> None:
        """Shows what can be chosen; what is `private` is not sent."""
        ui, nobody = self._ui, self._offered.why_nobody
        ui.reply_by_email.setEnabled(nobody is None and not private and not locked)
        ui.reply_by_email.setText(self.tr("Send by email: not for a private note") if private else self.tr("Send by email"))
        ui.note_private.setEnabled(not locked and not self.by_email)
        alone = self.tr("Private: for technicians alone")
        ui.note_private.setText(self.tr("Private: not for what is sent by email") if self.by_email else alone)
        ui.reply_panel.setVisible(self.by_email)
        for widget in (ui.reply_to, ui.reply_quote):
            widget.setEnabled(not locked)
        ui.reply_quote.setVisible(self._offered.quotable)
        no_account = nobody is not None and nobody.code == Reason.NO_FROM_ADDRESS
        ui.reply_setup.setVisible(no_account)
        ui.reply_hint.setText(self._hint(no_account=no_account))
        ui.reply_hint.setVisible(bool(ui.reply_hint.text()))
        unsent = self.by_email and not self.recipients
        show_notice(ui.reply_notice, self.tr("Choose at least one recipient.") if unsent else "", "warn")

    def _hint(self, *, no_account: bool) -> str:
        if no_account:
            return self.tr("Outgoing Email is not configured, so nothing can be sent by email.")
        if self._offered.why_nobody is not None:
            return self.tr("Nothing can be sent by email.") + " " + translated(reason_phrase(self._offered.why_nobody))
        return ""

    # ------------------------------------------------------------------ recipients

    @property
    def _wanted(self) -> Collection[str]:
        if self._choice.to is not None:
            return self._choice.to
        return {each.recipient.key for each in self._offered.people if each.recipient.as_requestor}

    def _fill(self) -> None:
        listed = self._ui.reply_to
        with QSignalBlocker(listed):
            row = listed.currentRow()
            listed.clear()
            for each in self._offered.people:
                listed.addItem(self._item(each))
            listed.setCurrentRow(max(row, 0))
        rows = sum(listed.sizeHintForRow(row) for row in range(listed.count()))
        needed = rows + 2 * listed.frameWidth() + 10
        least, most = LIST_HEIGHTS
        listed.setMinimumHeight(min(needed, least))
        listed.setMaximumHeight(min(needed, most))

    def _item(self, person: Correspondent) -> QListWidgetItem:
        item = QListWidgetItem(self._words(person))
        item.setData(_KEY, person.recipient.key)
        item.setToolTip(tip(person.came_back or ""))
        can = person.why_not is None
        item.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
        if can:
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEnabled)
        ticked = can and person.recipient.key in self._wanted
        item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        return item

    def _words(self, person: Correspondent) -> str:
        recipient = person.recipient
        words = f"{recipient.name} <{recipient.address}>" if recipient.name else recipient.address
        if recipient.as_requestor:
            words = self.tr("{person}, requestor").replace("{person}", words)
        if person.why_not is not None:
            return f"{words}\n{translated(reason_phrase(person.why_not))}"
        if person.came_back is not None:
            warning = self.tr("⚠ Email to it came back: {why}").replace("{why}", shortened(person.came_back, REASON_LENGTH))
            return f"{words}\n{warning}"
        return words

    def _chosen(self, *_checked: object, ticked: bool = False) -> None:
        listed = self._ui.reply_to
        to = self._choice.to
        if ticked:
            items = [listed.item(row) for row in range(listed.count())]
            to = frozenset(each.data(_KEY) for each in items if each.checkState() is Qt.CheckState.Checked)
        self._choice = ReplyChoice(self._ui.reply_by_email.isChecked(), to, self._ui.reply_quote.isChecked())
        self.changed.emit()
