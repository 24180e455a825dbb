"""Actions of business rules that wait: scheduled with what must be known later, and judged anew when they are due (NOT-03)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from trackit_console.domain.effects import AddNote, Change, Effect, ScheduleAction, ScheduledKind
from trackit_console.domain.listeners import Reader
from trackit_console.domain.reason_json import reasons_from_json, reasons_to_json
from trackit_console.domain.records import AppliedReason, KeptNote, Note, NoteKind, RecordDetails, RecordRef
from trackit_console.domain.scheduled import DueAction
from trackit_console.helpdesk.business_rules.acting import Tools, act
from trackit_console.helpdesk.business_rules.judging import judge
from trackit_console.helpdesk.business_time import Calendar, NeverOpenEnough
from trackit_console.helpdesk.occurrences import Occurrence, sender_of
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.definition_names import definition_key
from trackit_console.settings.rule_delay import Delay, Unless

HISTORY_LIMIT = 500
"""Notes since the event that are looked at. A record with more of them was answered or is a loop."""


def scheduled(rule: BusinessRule, occurrence: Occurrence, calendar: Calendar) -> list[Effect]:
    """Has the actions of `rule` wait; where its business hours never come, a system note says so."""
    record = occurrence.details.ref if occurrence.details else None
    try:
        due_at = due_moment(rule, occurrence.at, calendar)
    except NeverOpenEnough as problem:
        if record is None:
            return []
        reason = AppliedReason(f"{problem.context}.{problem.code}", problem.facts)
        why = applied(Reason.RULE_NEVER_DUE, rule=rule.name, why=reason)
        return [AddNote(record, Note(NoteKind.SYSTEM, reasons=(why,)))]
    key = f"rule {definition_key(rule.name)} {record} {occurrence.key}"
    return [ScheduleAction(ScheduledKind.RULE, rule.name, key, due_at, _payload(occurrence), record)]


def due_moment(rule: BusinessRule, start: datetime, calendar: Calendar) -> datetime:
    """When the actions of a rule with a delay are due after `start`; raises `NeverOpenEnough`."""
    assert rule.delay is not None
    amount = _amount(rule.delay)
    return calendar.add(start, amount) if rule.delay.unit == "business_hours" else start + amount


def _amount(delay: Delay) -> timedelta:
    return timedelta(minutes=delay.amount) if delay.unit == "minutes" else timedelta(hours=delay.amount)


# ------------------------------------------------------------------ what is kept


def _payload(occurrence: Occurrence) -> str:
    """What the record itself does not tell later: whose mail it was, and what it changed."""
    note = occurrence.note
    return json.dumps(
        {
            "event": occurrence.event,
            "key": occurrence.key,
            "quiet": occurrence.quiet,
            "note": note.id if note else None,
            "delivery": note.delivery_id if note else None,
            "changed_fields": occurrence.changed_fields,
            "mailbox": occurrence.mailbox,
            "by": occurrence.by,
            "reasons": reasons_to_json(occurrence.reasons),
        },
        ensure_ascii=False,
    )


def occurrence_of(action: DueAction, details: RecordDetails | None, read: Reader) -> Occurrence:
    """The occurrence that the action waited for, with its record as it is now."""
    kept: Mapping[str, Any] = json.loads(action.payload)
    delivery, note_id = kept["delivery"], kept["note"]
    received = read.received([delivery]).get(delivery) if delivery is not None else None
    sender, role = sender_of(received, read.known_people([received.sender_key]) if received else ({}, {}))
    return Occurrence(
        event=kept["event"],
        key=kept["key"],
        at=read.now,
        quiet=kept["quiet"],
        details=details,
        note=read.notes([note_id]).get(note_id) if note_id is not None else None,
        received=received,
        sender=sender,
        sender_role=role,
        sender_key=received.sender_key if received else None,
        mailbox=kept["mailbox"],
        changed_fields=tuple(kept["changed_fields"]),
        by=tuple(kept["by"]),
        reasons=reasons_from_json(kept["reasons"]),
    )


# ------------------------------------------------------------------ when it is due


class DelayedRules:
    """Judges the delayed actions of rules when they are due. A `domain.scheduled.ScheduledHandler` for `ScheduledKind.RULE`."""

    def __init__(self, rules: Sequence[BusinessRule], tools: Tools) -> None:
        self._rules = {definition_key(rule.name): rule for rule in rules}
        self._tools = tools

    def __call__(self, action: DueAction, details: RecordDetails | None, read: Reader) -> Change | None:
        """None where the rule is gone or disabled, its delay was taken away, or its conditions do not hold any more."""
        rule = self._rules.get(definition_key(action.source))
        if rule is None or rule.delay is None:
            return None
        occurrence = occurrence_of(action, details, read)
        if not judge(rule, occurrence).acts or needless(rule.delay.unless, action, details, read):
            return None
        effects = act(rule, occurrence, self._tools, read)
        return Change(tuple(effects), quiet=occurrence.quiet, by=(*occurrence.by, rule.name)) if effects else None


def needless(unless: Unless, action: DueAction, details: RecordDetails | None, read: Reader) -> bool:
    """Whether what happened since the action was scheduled makes it needless."""
    if details is None or unless == "nothing":
        return False
    if unless == "closed":
        return details.record.closed
    since = _notes_since(details.ref, action.scheduled_at, read)
    if unless == "answered":
        return _answered(since, read)
    # Whatever changes a record leaves a note. Our own mail about the event is nothing that happened to the record.
    return any(each.note.kind is not NoteKind.EMAIL_SENT for each in since)


def _notes_since(record: RecordRef, moment: datetime, read: Reader) -> list[KeptNote]:
    # All of one transaction has its moment: what followed from the event itself is not counted.
    return [each for each in read.history(record, HISTORY_LIMIT) if each.at > moment]


def _answered(since: Sequence[KeptNote], read: Reader) -> bool:
    """Whether a technician wrote to the requestor: by mail, or a note by hand. A private note tells the requestor nothing."""
    written = [each for each in since if not each.note.private]
    if any(each.note.kind is NoteKind.NOTE and each.sender is None and not _by_rule(each) for each in written):
        return True
    senders = {each.sender for each in written if each.sender and each.note.kind in (NoteKind.EMAIL_RECEIVED, NoteKind.NOTE)}
    return bool(senders and read.known_people(senders)[0])


def _by_rule(note: KeptNote) -> bool:
    return any(each.code == Reason.RULE_NOTED for each in note.note.reasons)
