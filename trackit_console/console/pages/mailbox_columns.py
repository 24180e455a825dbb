"""The columns of the list of incoming mailboxes: what each says about a mailbox and its last check (IN-15)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from trackit_console.console.display_text import label, moment
from trackit_console.console.models.column import Column
from trackit_console.console.status_pills import mailbox_pill, mailbox_problem
from trackit_console.console.widgets.pill import Tone
from trackit_console.settings.mailbox import TYPE_LABELS, Mailbox, MailboxType
from trackit_console.store.row_mapping import Stored

if TYPE_CHECKING:
    from datetime import datetime

    from trackit_console.domain.polling import MailboxState
    from trackit_console.store.snapshot import Snapshot


class MailboxColumns(QObject):
    """Reads `snapshot` and `now` whenever a cell is drawn: states change while the rows stay."""

    def __init__(self, snapshot: Callable[[], Snapshot | None], now: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._snapshot = snapshot
        self._now = now

    def columns(self) -> list[Column[Stored[Mailbox]]]:
        """The columns, with their headings in the current language."""
        return [
            Column(self.tr("Mailbox"), lambda row: row.value.title, stretch=True, tip=lambda row: row.value.place),
            Column(self.tr("Type"), lambda row: _type_text(row.value.type)),
            Column(self.tr("Status"), lambda row: self.status(row)[1], tone=lambda row: self.status(row)[0], tip=self.problem),
            self._moments(self.tr("Last check"), "last_poll_at"),
            self._moments(self.tr("Last success"), "last_success_at"),
            Column(self.tr("Unread"), self._unread, order=lambda row: _number(self._state(row), "unread"), right=True),
            Column(self.tr("Today"), lambda row: str(self._today(row)), order=self._today, right=True),
        ]

    def _state(self, row: Stored[Mailbox]) -> MailboxState | None:
        snapshot = self._snapshot()
        return snapshot.states.get(row.id) if snapshot else None

    def status(self, row: Stored[Mailbox]) -> tuple[Tone, str]:
        """Tone and text of the pill."""
        return mailbox_pill(row, self._state(row), self._now())

    def problem(self, row: Stored[Mailbox]) -> str:
        """Why the mailbox fails or soon will, and what to do; empty while all is well."""
        return mailbox_problem(row, self._state(row), self._now())

    def _moments(self, heading: str, field: str) -> Column[Stored[Mailbox]]:
        """A column of times, sorted by time: as text, today would stand before the days before."""
        return Column(heading, lambda row: self._at(row, field), order=lambda row: _timestamp(self._state(row), field))

    def _at(self, row: Stored[Mailbox], field: str) -> str:
        state = self._state(row)
        at = getattr(state, field) if state else None
        return moment(at, self._now()) or self.tr("Never")

    def _unread(self, row: Stored[Mailbox]) -> str:
        state = self._state(row)
        return str(state.unread) if state and state.unread is not None else "–"

    def _today(self, row: Stored[Mailbox]) -> int:
        snapshot = self._snapshot()
        today = snapshot.today if snapshot else {}
        return sum(number for (mailbox_id, _), number in today.items() if mailbox_id == row.id)


def _timestamp(state: MailboxState | None, field: str) -> float:
    """The order of a time in a list; what never happened comes first."""
    at = getattr(state, field, None)
    return at.timestamp() if at else 0.0


def _number(state: MailboxState | None, field: str) -> int:
    """The order of a number in a list; an unknown one comes first."""
    number = getattr(state, field, None)
    return -1 if number is None else int(number)


def _type_text(kind: str) -> str:
    """The type of a mailbox; one that this version does not know is shown as it stands in the database."""
    return label(TYPE_LABELS[MailboxType(kind)]) if kind in TYPE_LABELS else kind
