"""What rules would do, and why not: on one record, and on the mail of the last days (NOT-03). Changes and sends nothing.

The functions that judge and act are those of the monitor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from trackit_console.domain.effects import Effect, ScheduleAction
from trackit_console.domain.listeners import Reader
from trackit_console.domain.records import KeptNote, NoteKind, RecordDetails
from trackit_console.helpdesk.business_rules.acting import Tools, act
from trackit_console.helpdesk.business_rules.facts import Facts
from trackit_console.helpdesk.business_rules.judging import Judgement, Verdict, judge
from trackit_console.helpdesk.business_rules.running import run_rules
from trackit_console.helpdesk.business_time import Calendar
from trackit_console.helpdesk.occurrences import Occurrence, sender_of
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.event_names import EventName

HISTORY_LIMIT = 1000
"""Notes of a record among which the one is looked for that the event came with."""
EXAMPLES = 50
"""Messages of a rule that are shown."""
_WRITTEN_BY_PEOPLE = (NoteKind.EMAIL_RECEIVED, NoteKind.NOTE)


@dataclass(frozen=True, slots=True)
class RuleTrial:
    """What a rule would do. `effects` are those of its actions; `due_at` is when they would be done, None for at once.

    A delayed rule whose business hours never come has neither `effects` nor `due_at`.
    """

    judgement: Judgement
    effects: tuple[Effect, ...] = ()
    due_at: datetime | None = None


def try_rules(
    rules: Iterable[BusinessRule], occurrence: Occurrence, tools: Tools, calendar: Calendar, read: Reader
) -> list[RuleTrial]:
    """What each rule would do, in their order: each sees what those before it would have changed at once."""
    trials = []
    for result in run_rules(rules, occurrence, tools, calendar, read):
        judgement = result.judgement
        if judgement.verdict is Verdict.WAITS:
            due_at = next((each.due_at for each in result.effects if isinstance(each, ScheduleAction)), None)
            later = act(judgement.rule, judgement.occurrence, tools, read) if due_at else []
            trials.append(RuleTrial(judgement, tuple(later), due_at))
        else:
            trials.append(RuleTrial(judgement, result.effects))
    return trials


def try_rule(rule: BusinessRule, occurrence: Occurrence, tools: Tools, calendar: Calendar, read: Reader) -> RuleTrial:
    """What `rule` alone would do if it were enabled."""
    return try_rules([rule.model_copy(update={"enabled": True})], occurrence, tools, calendar, read)[0]


def occurrence_on(details: RecordDetails, event: EventName, read: Reader, changed_fields: Sequence[str] = ()) -> Occurrence:
    """As if `event` happened to the record as it is now, by the note that came first or last, as fits the event."""
    written = [each for each in read.history(details.ref, HISTORY_LIMIT) if each.note.kind in _WRITTEN_BY_PEOPLE]
    note = _note_of(event, written)
    delivery = note.delivery_id if note else None
    received = read.received([delivery]).get(delivery) if delivery is not None else None
    sender, role = sender_of(received, read.known_people([received.sender_key]) if received else ({}, {}))
    return Occurrence(
        event=event,
        key="trial",
        at=read.now,
        details=details,
        note=note,
        received=received,
        sender=sender,
        sender_role=role,
        sender_key=received.sender_key if received else None,
        mailbox=received.mailbox or None if received else None,
        changed_fields=tuple(changed_fields),
    )


def _note_of(event: EventName, written: Sequence[KeptNote]) -> KeptNote | None:
    """`written` has the newest first."""
    if not written:
        return None
    return written[-1] if event == "created" else written[0]


# ------------------------------------------------------------------ the mail of the last days


@dataclass(slots=True)
class RuleHits:
    """On how many messages a rule would have acted, and what happened by the newest of them."""

    messages: int = 0
    examples: list[Occurrence] = field(default_factory=list)


@dataclass(slots=True)
class MailTrial:
    """What rules would have done with `messages` messages of the last days; `hits` are in the order of the rules."""

    messages: int
    hits: list[RuleHits]


def try_on_mail(rules: Sequence[BusinessRule], messages: Iterable[Sequence[Occurrence]]) -> MailTrial:
    """Judges the rules on what each message did, the newest first. The records are as they are now, not as they were then."""
    trial = MailTrial(0, [RuleHits() for _ in rules])
    for happened in messages:
        trial.messages += 1
        acting: dict[int, Occurrence] = {}
        for occurrence in happened:
            for position in _acting(rules, occurrence):
                acting.setdefault(position, occurrence)
        for position, occurrence in acting.items():
            hits = trial.hits[position]
            hits.messages += 1
            if len(hits.examples) < EXAMPLES:
                hits.examples.append(occurrence)
    return trial


def _acting(rules: Sequence[BusinessRule], occurrence: Occurrence) -> Iterator[int]:
    """The positions of the rules that act."""
    facts, skipped_by = Facts(occurrence), ""
    for position, rule in enumerate(rules):
        # The event first: 500 rules on 1,000 messages would otherwise take 8 s instead of 3.
        if occurrence.event in rule.events and judge(rule, occurrence, skipped_by, facts).acts:
            yield position
            skipped_by = rule.name if rule.stop_after else ""
