"""The mailboxes on the Email Monitor Settings page, each with its state (IN-15)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from trackit_console.console.models.column import Column
from trackit_console.console.models.table import Table
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.status_pills import mailbox_pill, mailbox_problem
from trackit_console.console.widgets.pill import Tone

if TYPE_CHECKING:
    from datetime import datetime

    from trackit_console.console.pages.page import Page
    from trackit_console.store.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class MailboxLine:
    """A row of the list of mailboxes with their state."""

    id: int
    title: str
    tone: Tone
    words: str
    detail: str


class MonitorMailboxes(QObject):
    """The list of the form `ui`, or what to do when there is no mailbox."""

    def __init__(self, ui: Any, page: Page) -> None:
        super().__init__(page)
        self._ui = ui
        # The page is the parent of the model: its class is part of the key under which column widths are stored.
        model = TableModel(self._columns(), page)
        self.table = Table(ui.mailboxes, model, page.context.theme, page.context.window_settings)

    def show_texts(self) -> None:
        """Sets the texts in the current language."""
        self.table.retitle(self._columns())
        self._ui.no_mailbox.show_text(
            self.tr("No mailbox yet"),
            self.tr("There is nothing to fetch mail from."),
            self.tr("Incoming and Outgoing Emails"),
        )

    def _columns(self) -> list[Column[MailboxLine]]:
        return [
            Column(self.tr("Mailbox"), lambda row: row.title, stretch=True),
            Column(self.tr("State"), lambda row: row.words, tone=lambda row: row.tone, tip=lambda row: row.detail),
        ]

    def show_snapshot(self, snapshot: Snapshot, now: datetime) -> None:
        """Shows the mailboxes and their states."""
        lines = []
        for each in snapshot.mailboxes:
            state = snapshot.states.get(each.id)
            tone, words = mailbox_pill(each, state, now)
            detail = mailbox_problem(each, state, now)
            if state and state.error and state.next_poll_at and state.next_poll_at > now:
                words = self.tr("{state}, again in {seconds} s").format(
                    state=words, seconds=int((state.next_poll_at - now).total_seconds())
                )
            lines.append(MailboxLine(each.id, each.value.title, tone, words, detail))
        self.table.show_rows(lines, key=lambda row: row.id)
        self._ui.mailboxes.setVisible(bool(lines))
        self._ui.no_mailbox.setVisible(not lines)
