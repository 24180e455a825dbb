"""What effects of business rules would do, in words: what the dry run shows (NOT-03)."""

from __future__ import annotations

from collections.abc import Sequence

from trackit_console.domain.effects import (
    AddNote,
    Assign,
    ChangeFields,
    Close,
    CreateRecord,
    Effect,
    Reopen,
    SendMail,
    Wait,
)
from trackit_console.domain.listeners import Reader
from trackit_console.domain.records import NoteKind, Placeholder, RecordTarget
from trackit_console.helpdesk.business_rules.value_labels import value_label
from trackit_console.helpdesk.labels import label_of
from trackit_console.helpdesk.reasons import Reason, reason_phrase
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

_SEND = QT_TRANSLATE_NOOP("helpdesk", "Sends to {recipients}: {subject}")
_CLOSE = QT_TRANSLATE_NOOP("helpdesk", "Closes {record}.")
_WAIT = QT_TRANSLATE_NOOP("helpdesk", "Sets {record} to Waiting.")
_OPEN = QT_TRANSLATE_NOOP("helpdesk", "Opens {record}.")
_PRIORITY = QT_TRANSLATE_NOOP("helpdesk", "Sets the priority of {record} to {value}.")
_CATEGORY = QT_TRANSLATE_NOOP("helpdesk", "Sets the category of {record} to “{value}”.")
_ASSIGN = QT_TRANSLATE_NOOP("helpdesk", "Assigns {record} to {technician}.")
_UNASSIGN = QT_TRANSLATE_NOOP("helpdesk", "Assigns {record} to nobody.")
_CREATE = QT_TRANSLATE_NOOP("helpdesk", "Creates a linked {module}: {subject}")
_NOTE = QT_TRANSLATE_NOOP("helpdesk", "Adds a note to {record}: {text}")
_NEW = QT_TRANSLATE_NOOP("helpdesk", "the new record")
_STATUS: dict[type[Effect], str] = {Close: _CLOSE, Wait: _WAIT, Reopen: _OPEN}
_TOLD = frozenset((Reason.RULE_TECHNICIAN_UNKNOWN.value,))
"""What a system note tells beside what other effects say."""


def effect_words(effects: Sequence[Effect], read: Reader) -> list[Phrase]:
    """A sentence for each effect that an admin would notice."""
    return [phrase for effect in effects for phrase in _words(effect, read)]


def _words(effect: Effect, read: Reader) -> list[Phrase]:
    match effect:
        case SendMail():
            return [_phrase(_SEND, recipients=", ".join(effect.recipients), subject=effect.subject)]
        case Close() | Wait() | Reopen():
            return [_phrase(_STATUS[type(effect)], record=_name(effect.record))]
        case ChangeFields() if effect.priority:
            return [_phrase(_PRIORITY, record=_name(effect.record), value=label_of(effect.priority))]
        case ChangeFields():
            return [_phrase(_CATEGORY, record=_name(effect.record), value=effect.category or "")]
        case Assign(_, None):
            return [_phrase(_UNASSIGN, record=_name(effect.record))]
        case Assign(_, number):
            name = next((each.name for each in read.technicians() if each.id == number), "")
            return [_phrase(_ASSIGN, record=_name(effect.record), technician=name)]
        case CreateRecord():
            return [_phrase(_CREATE, module=effect.module.value, subject=effect.subject)]
        case AddNote() if effect.note.kind is NoteKind.NOTE:
            return [_phrase(_NOTE, record=_name(effect.record), text=value_label("text", effect.note.text))]
        case AddNote():
            return [
                reason_phrase(each) for each in effect.note.reasons if not each.code.startswith("rule_") or each.code in _TOLD
            ]
    return []


def _phrase(sentence: str, **facts: object) -> Phrase:
    return Phrase("helpdesk", sentence, facts)


def _name(record: RecordTarget) -> object:
    return Phrase("helpdesk", _NEW) if isinstance(record, Placeholder) else str(record)
