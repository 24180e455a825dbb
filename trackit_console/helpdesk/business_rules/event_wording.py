"""The events of a business rule in words (NOT-03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trackit_console.helpdesk.business_rules.phrases import OR, listed, phrase
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.event_names import EVENTS_WITHOUT_RECORD, MODULE_LABELS
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

_EVENTS: Mapping[str, str] = {
    "created": QT_TRANSLATE_NOOP("helpdesk", "{record} is created"),
    "updated": QT_TRANSLATE_NOOP("helpdesk", "{record} is changed"),
    "note_added": QT_TRANSLATE_NOOP("helpdesk", "a note is added to {record}"),
    "assigned": QT_TRANSLATE_NOOP("helpdesk", "{record} is assigned"),
    "closed": QT_TRANSLATE_NOOP("helpdesk", "{record} is closed"),
    "reopened": QT_TRANSLATE_NOOP("helpdesk", "{record} is reopened"),
    "email_received": QT_TRANSLATE_NOOP("helpdesk", "an email for {record} is received"),
    "processing_stopped": QT_TRANSLATE_NOOP("helpdesk", "email processing has stopped"),
    "processing_resumed": QT_TRANSLATE_NOOP("helpdesk", "email processing goes on again"),
}
_RECORDS: Mapping[str, str] = {
    "Ticket": QT_TRANSLATE_NOOP("helpdesk", "a ticket"),
    "Assignment": QT_TRANSLATE_NOOP("helpdesk", "an assignment"),
    "Requestor": QT_TRANSLATE_NOOP("helpdesk", "a requestor"),
    "Announcement": QT_TRANSLATE_NOOP("helpdesk", "an announcement"),
}
_ANY_RECORD = QT_TRANSLATE_NOOP("helpdesk", "a record")
_NO_EVENT = QT_TRANSLATE_NOOP("helpdesk", "nothing in particular happens")


def events_in_words(rule: BusinessRule) -> Phrase:
    """On what the rule is judged: “a ticket is created or a ticket is changed”."""
    record = _record(rule.modules)
    happened = [phrase(_EVENTS[each], record=record) for each in rule.events if each not in EVENTS_WITHOUT_RECORD]
    happened += [phrase(_EVENTS[each]) for each in rule.events if each in EVENTS_WITHOUT_RECORD]
    return listed(happened, OR) or phrase(_NO_EVENT)


def _record(modules: Sequence[str]) -> Phrase:
    every = len(modules) in (0, len(MODULE_LABELS))
    named = [phrase(text) for module, text in _RECORDS.items() if module in modules]
    return phrase(_ANY_RECORD) if every else listed(named, OR) or phrase(_ANY_RECORD)
