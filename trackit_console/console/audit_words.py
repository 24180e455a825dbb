"""What the audit keeps by code, in words: actions and kinds of objects (DB-04)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from trackit_console.console.display_text import label
from trackit_console.domain.audit import Audited
from trackit_console.user_messages import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from trackit_console.store.audit import AuditEntry


KINDS: Mapping[str, str] = {
    Audited.MAILBOX: QT_TRANSLATE_NOOP("audit", "Mailbox"),
    Audited.OUTGOING_EMAIL: QT_TRANSLATE_NOOP("audit", "Outgoing Email"),
    Audited.MONITOR_SETTINGS: QT_TRANSLATE_NOOP("audit", "Email Monitor Settings"),
    Audited.LOOP_PROTECTION: QT_TRANSLATE_NOOP("audit", "Loop Protection"),
    Audited.EMAIL_COMMANDS: QT_TRANSLATE_NOOP("audit", "Email Commands"),
    Audited.FILTERS: QT_TRANSLATE_NOOP("audit", "Email Filters"),
    Audited.FILE_TYPES: QT_TRANSLATE_NOOP("audit", "Restricted File Types"),
    Audited.TICKET_TEMPLATE: QT_TRANSLATE_NOOP("audit", "Ticket template"),
    Audited.TECHNICIAN: QT_TRANSLATE_NOOP("audit", "Technician"),
    Audited.REQUESTOR: QT_TRANSLATE_NOOP("audit", "Requestor"),
    Audited.RECORD: QT_TRANSLATE_NOOP("audit", "Record"),
    Audited.MESSAGE: QT_TRANSLATE_NOOP("audit", "Message in quarantine"),
    Audited.MONITOR: QT_TRANSLATE_NOOP("audit", "Email monitor"),
    Audited.NOTIFICATION_TEMPLATE: QT_TRANSLATE_NOOP("audit", "Notification template"),
    Audited.NOTIFICATION: QT_TRANSLATE_NOOP("audit", "Notification"),
    Audited.BUSINESS_RULE: QT_TRANSLATE_NOOP("audit", "Business rule"),
    Audited.SERVICE_LEVEL: QT_TRANSLATE_NOOP("audit", "Service level"),
    Audited.BUSINESS_HOURS: QT_TRANSLATE_NOOP("audit", "Business Hours"),
    Audited.REPORT: QT_TRANSLATE_NOOP("audit", "Report"),
    Audited.NOTIFICATION_SCHEDULE: QT_TRANSLATE_NOOP("audit", "Notification schedule"),
    Audited.OUTGOING_MAIL: QT_TRANSLATE_NOOP("audit", "Outgoing mail"),
    Audited.BACKUPS: QT_TRANSLATE_NOOP("audit", "Backups"),
    Audited.RETENTION: QT_TRANSLATE_NOOP("audit", "Data Retention"),
    Audited.DATABASE: QT_TRANSLATE_NOOP("audit", "Database"),
}
ACTIONS: Mapping[str, str] = {
    "added": QT_TRANSLATE_NOOP("audit", "Added"),
    "changed": QT_TRANSLATE_NOOP("audit", "Changed"),
    "deleted": QT_TRANSLATE_NOOP("audit", "Deleted"),
    "reordered": QT_TRANSLATE_NOOP("audit", "Put into another order"),
    "undone": QT_TRANSLATE_NOOP("audit", "Change undone"),
    "started": QT_TRANSLATE_NOOP("audit", "Started"),
    "stopped": QT_TRANSLATE_NOOP("audit", "Stopped"),
    "restarted": QT_TRANSLATE_NOOP("audit", "Restarted"),
    "sent": QT_TRANSLATE_NOOP("audit", "Sent by hand"),
    "retried": QT_TRANSLATE_NOOP("audit", "Tried again"),
    "routed": QT_TRANSLATE_NOOP("audit", "Added to a record"),
    "discarded": QT_TRANSLATE_NOOP("audit", "Discarded"),
    "replied": QT_TRANSLATE_NOOP("audit", "Answered"),
    "note_added": QT_TRANSLATE_NOOP("audit", "Note added"),
    "closed": QT_TRANSLATE_NOOP("audit", "Closed"),
    "reopened": QT_TRANSLATE_NOOP("audit", "Reopened"),
    "waiting": QT_TRANSLATE_NOOP("audit", "Set to waiting"),
    "continued": QT_TRANSLATE_NOOP("audit", "Continued"),
    "assigned": QT_TRANSLATE_NOOP("audit", "Assigned"),
    "priority_set": QT_TRANSLATE_NOOP("audit", "Priority changed"),
    "backed_up": QT_TRANSLATE_NOOP("audit", "Backed up"),
    "restored": QT_TRANSLATE_NOOP("audit", "Restored"),
    "key_changed": QT_TRANSLATE_NOOP("audit", "Key changed"),
    "key_replaced": QT_TRANSLATE_NOOP("audit", "Lost key replaced"),
    "recovery_key_stored": QT_TRANSLATE_NOOP("audit", "Recovery key stored"),
    "mark_cleared": QT_TRANSLATE_NOOP("audit", "Mark of an undeliverable address removed"),
}


def kind_words(kind: str) -> str:
    """A kind of object; the code itself for one of a newer version."""
    return label(KINDS[kind], "audit") if kind in KINDS else kind


def action_words(action: str) -> str:
    """What was done; the code itself for an action of a newer version."""
    return label(ACTIONS[action], "audit") if action in ACTIONS else action


def object_words(entry: AuditEntry) -> str:
    """The object with its kind: `Mailbox Support`."""
    return f"{kind_words(entry.kind)} {entry.name}".strip()


def what_words(entry: AuditEntry) -> str:
    """What was done to what: `Changed: Mailbox Support`."""
    return QCoreApplication.translate("audit", "{action}: {object}").format(
        action=action_words(entry.action), object=object_words(entry)
    )
