"""The labels of the codes of records: statuses, priorities, sources, kinds of notes. They are translated when shown.

The English labels are public: the JSON of the command line contains them (docs/interface.md).
"""

from __future__ import annotations

from trackit_console.domain.records import NoteKind, Priority, Status, TicketSource
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

Code = Status | Priority | TicketSource | NoteKind

LABELS: dict[Code, str] = {
    Status.OPEN: QT_TRANSLATE_NOOP("helpdesk", "Open"),
    Status.WAITING: QT_TRANSLATE_NOOP("helpdesk", "Waiting"),
    Status.CLOSED: QT_TRANSLATE_NOOP("helpdesk", "Closed"),
    Priority.LOW: QT_TRANSLATE_NOOP("helpdesk", "Low"),
    Priority.MEDIUM: QT_TRANSLATE_NOOP("helpdesk", "Medium"),
    Priority.HIGH: QT_TRANSLATE_NOOP("helpdesk", "High"),
    Priority.URGENT: QT_TRANSLATE_NOOP("helpdesk", "Urgent"),
    TicketSource.EMAIL: QT_TRANSLATE_NOOP("helpdesk", "Email"),
    TicketSource.EMAIL_MONITOR: QT_TRANSLATE_NOOP("helpdesk", "System - Email Monitor"),
    NoteKind.EMAIL_RECEIVED: QT_TRANSLATE_NOOP("helpdesk", "Email Received"),
    NoteKind.EMAIL_SENT: QT_TRANSLATE_NOOP("helpdesk", "Email Sent"),
    NoteKind.BOUNCE: QT_TRANSLATE_NOOP("helpdesk", "Bounce"),
    NoteKind.AUTOMATIC_REPLY: QT_TRANSLATE_NOOP("helpdesk", "Automatic reply"),
    NoteKind.NOTE: QT_TRANSLATE_NOOP("helpdesk", "Note"),
    NoteKind.SYSTEM: QT_TRANSLATE_NOOP("helpdesk", "System"),
}
NO_SUBJECT = Phrase("helpdesk", QT_TRANSLATE_NOOP("helpdesk", "(no subject)"))
EMAIL_MONITOR = Phrase("helpdesk", QT_TRANSLATE_NOOP("helpdesk", "Email Monitor"))
"""The author of system notes."""


def label_of(code: Code) -> Phrase:
    """The label of `code`."""
    return Phrase("helpdesk", LABELS[code])
