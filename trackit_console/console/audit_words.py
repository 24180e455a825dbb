"""What the audit keeps by code, in words: actions, kinds of objects, and the fields of a change (DB-04)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from PySide6.QtCore import QCoreApplication

from trackit_console.console.display_text import label
from trackit_console.console.setting_words import SETTING_WORDS
from trackit_console.domain.audit import Audited
from trackit_console.settings.audited_models import model_of
from trackit_console.settings.field_changes import FieldChange, ItemChanges, field_changes, state_of
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
    "recovery_key_stored": QT_TRANSLATE_NOOP("audit", "Recovery key stored"),
    "mark_cleared": QT_TRANSLATE_NOOP("audit", "Mark of an undeliverable address removed"),
}
_FACTS: Mapping[str, str] = {
    "change": QT_TRANSLATE_NOOP("audit", "Change"),
    "changed_at": QT_TRANSLATE_NOOP("audit", "Made at"),
    "changed_by": QT_TRANSLATE_NOOP("audit", "Made by"),
}


@dataclass(frozen=True, slots=True)
class ChangedField:
    """A field of a change in words. Of a list, only the items that changed."""

    title: str
    before: str
    after: str


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


def changed_fields(entry: AuditEntry) -> list[ChangedField]:
    """The fields of a change, in the order in which its form has them."""
    before, after = state_of(entry.before), state_of(entry.after)
    changes = field_changes(before, after)
    if entry.action == "undone":
        return [ChangedField(label(_FACTS.get(each.field, each.field), "audit"), "", str(each.after)) for each in changes]
    model = model_of(entry.kind, after or before or {})
    order = list(model.model_fields) if model else []
    former = model_of(entry.kind, before or after or {})

    def place(change: FieldChange) -> int:
        return order.index(change.path[0]) if change.path[0] in order else len(order)

    return [_in_words(each, model if each.path[0] in order else former) for each in sorted(changes, key=place)]


def change_line(change: FieldChange, model: type[BaseModel] | None) -> str:
    """A change in one line, `Port: 993 → 1993`; of a list, what is added and removed."""
    words = _in_words(change, model)
    before, after = words.before.replace("\n", "; "), words.after.replace("\n", "; ")
    value = "; ".join(each for each in (before, after) if each) if change.changed_items else f"{before} → {after}"
    return QCoreApplication.translate("audit", "{field}: {value}").format(field=words.title, value=value)


def _in_words(change: FieldChange, model: type[BaseModel] | None) -> ChangedField:
    title, field = SETTING_WORDS.path(model, change.path)
    if change.secret:
        changed = QCoreApplication.translate("audit", "changed; secrets are not kept here")
        return ChangedField(title, "", changed)
    if items := change.changed_items:
        return ChangedField(title, *("\n".join(each) for each in _items(items, field)))
    return ChangedField(title, SETTING_WORDS.value(field, change.before), SETTING_WORDS.value(field, change.after))


def _items(items: ItemChanges, field: FieldInfo | None) -> tuple[list[str], list[str]]:
    removed = QCoreApplication.translate("audit", "Removed: {item}")
    added = QCoreApplication.translate("audit", "Added: {item}")
    before = [*_lines(removed, items.removed, field), *_lines("{item}", (old for old, _new in items.changed), field)]
    after = [*_lines(added, items.added, field), *_lines("{item}", (new for _old, new in items.changed), field)]
    if items.reordered:
        after.append(QCoreApplication.translate("audit", "The others have another order."))
    return before, after


def _lines(words: str, items: Iterable[Any], field: FieldInfo | None) -> Iterator[str]:
    return (words.format(item=SETTING_WORDS.line(field, each)) for each in items)
