"""The actions of business rules in words (NOT-03)."""

from __future__ import annotations

from collections.abc import Mapping

from trackit_console.helpdesk.business_rules.phrases import MISSING, chained, phrase, quoted
from trackit_console.helpdesk.business_rules.value_labels import value_label
from trackit_console.settings.linked_record_actions import CreateLinkedRecord, UpdateLinkedRecords
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.rule_actions import Action, AddNoteToRecord, AssignTo, SendNotification, SetField
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

_SEND = QT_TRANSLATE_NOOP("helpdesk", "{template} is sent to {recipients}")
_ASSIGN = QT_TRANSLATE_NOOP("helpdesk", "the record is assigned to {technician}")
_UNASSIGN = QT_TRANSLATE_NOOP("helpdesk", "the record is assigned to nobody")
_NOTE = QT_TRANSLATE_NOOP("helpdesk", "the note {text} is added")
_PRIVATE_NOTE = QT_TRANSLATE_NOOP("helpdesk", "the note {text} is added for technicians")
_SET: Mapping[str, str] = {
    "status": QT_TRANSLATE_NOOP("helpdesk", "the status is set to {value}"),
    "priority": QT_TRANSLATE_NOOP("helpdesk", "the priority is set to {value}"),
    "category": QT_TRANSLATE_NOOP("helpdesk", "the category is set to {value}"),
}
_SET_LINKED: Mapping[str, str] = {
    "status": QT_TRANSLATE_NOOP("helpdesk", "the status of {records} is set to {value}"),
    "priority": QT_TRANSLATE_NOOP("helpdesk", "the priority of {records} is set to {value}"),
    "category": QT_TRANSLATE_NOOP("helpdesk", "the category of {records} is set to {value}"),
}
_LINKED: Mapping[str | None, str] = {
    None: QT_TRANSLATE_NOOP("helpdesk", "linked records"),
    "Ticket": QT_TRANSLATE_NOOP("helpdesk", "linked tickets"),
    "Assignment": QT_TRANSLATE_NOOP("helpdesk", "linked assignments"),
    "Announcement": QT_TRANSLATE_NOOP("helpdesk", "linked announcements"),
}
_CREATE: Mapping[str, str] = {
    "Ticket": QT_TRANSLATE_NOOP("helpdesk", "the linked ticket {subject} is created"),
    "Assignment": QT_TRANSLATE_NOOP("helpdesk", "the linked assignment {subject} is created"),
    "Announcement": QT_TRANSLATE_NOOP("helpdesk", "the linked announcement {subject} is created"),
}
_CREATE_FOR = QT_TRANSLATE_NOOP("helpdesk", "{created} for {technician}")
_PEOPLE: Mapping[str, str] = {
    "requestor": QT_TRANSLATE_NOOP("helpdesk", "the requestor"),
    "technician": QT_TRANSLATE_NOOP("helpdesk", "the assigned technician"),
    "all_technicians": QT_TRANSLATE_NOOP("helpdesk", "all technicians"),
    "participants": QT_TRANSLATE_NOOP("helpdesk", "everybody on the thread"),
}
_AND = QT_TRANSLATE_NOOP("helpdesk", "{first} and {rest}")


def action_in_words(action: Action) -> Phrase:
    """What the action does, as a part of a sentence: “the priority is set to Urgent”."""
    match action:
        case SendNotification():
            return phrase(_SEND, template=quoted(action.template), recipients=_recipients(action.recipients))
        case SetField():
            return phrase(_SET[action.field], value=_value(action.field, action.value))
        case AssignTo():
            return phrase(_ASSIGN, technician=action.technician) if action.technician else phrase(_UNASSIGN)
        case AddNoteToRecord():
            return phrase(_PRIVATE_NOTE if action.private else _NOTE, text=quoted(action.text))
        case CreateLinkedRecord():
            created = phrase(_CREATE[action.module], subject=quoted(action.subject))
            return phrase(_CREATE_FOR, created=created, technician=action.technician) if action.technician else created
        case UpdateLinkedRecords():
            records = phrase(_LINKED[action.module])
            return phrase(_SET_LINKED[action.field], records=records, value=_value(action.field, action.value))


def _value(field: str, value: str) -> Phrase:
    shown = value_label(field, value)
    return shown if isinstance(shown, Phrase) else quoted(shown)


def _recipients(recipients: Recipients) -> Phrase:
    people = [phrase(text) for name, text in _PEOPLE.items() if getattr(recipients, name)]
    # As a phrase without a translation: an address is the same in every language.
    addresses = [phrase("{address}", address=each) for each in recipients.addresses]
    return chained([*people, *addresses], _AND) or MISSING
