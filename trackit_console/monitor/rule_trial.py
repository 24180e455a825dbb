"""Trying business rules on what is in the database, as they stand in a form or as they are kept (NOT-03). Nothing is changed or sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from trackit_console.cancel import cancelled
from trackit_console.domain.records import RecordRef
from trackit_console.helpdesk.business_rules.effect_words import effect_words
from trackit_console.helpdesk.business_rules.mail_trial import MailTrial, try_on_mail
from trackit_console.helpdesk.business_rules.past_mail import MESSAGES, PREVIEW_DAYS, past_occurrences
from trackit_console.helpdesk.business_rules.supposed_occurrence import occurrence_on
from trackit_console.helpdesk.business_rules.trial import RuleTrial, try_rule, try_rules
from trackit_console.helpdesk.business_time import Calendar
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.monitor.reaction_settings_reader import read_reaction_settings
from trackit_console.monitor.reactions import rule_tools
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.event_names import EventName
from trackit_console.store.errors import Cancelled, RecordMissing
from trackit_console.store.transaction import Transaction
from trackit_console.user_messages import Phrase

MESSAGES_BETWEEN_LOOKS = 50
"""Messages after which the trial looks if it was cancelled."""


@dataclass(frozen=True, slots=True)
class ShownTrial:
    """What a rule would do, and the same in sentences."""

    trial: RuleTrial
    words: Sequence[Phrase]


def try_on_record(
    transaction: Transaction,
    rules: Sequence[BusinessRule],
    record: RecordRef,
    event: EventName,
    changed_fields: Sequence[str] = (),
    *,
    alone: bool = False,
) -> list[ShownTrial]:
    """What each rule would do if `event` happened to the record now; raises `RecordMissing`.

    Rules are taken in their order. `alone`: each by itself, as if it were enabled.
    """
    read = transaction.reader
    details = read.details([record]).get(record)
    if details is None:
        raise RecordMissing(record=str(record))
    settings = read_reaction_settings(transaction)
    tools, calendar = rule_tools(settings), Calendar.of(settings.business_hours)
    occurrence = occurrence_on(details, event, read, changed_fields)
    if alone:
        trials = [try_rule(rule, occurrence, tools, calendar, read) for rule in rules]
    else:
        trials = try_rules(rules, occurrence, tools, calendar, read)
    return [ShownTrial(each, effect_words(each.effects, read)) for each in trials]


def try_on_past_mail(transaction: Transaction, rules: Sequence[BusinessRule], days: int = PREVIEW_DAYS) -> MailTrial:
    """On how much of the mail of the last days each rule would act; of at most `MESSAGES` messages, the newest.

    Raises `Cancelled`.
    """
    past = transaction.activity.past_events(transaction.now - timedelta(days=days), MESSAGES)
    return try_on_mail(rules, _until_cancelled(past_occurrences(past, transaction.reader)))


def _until_cancelled(messages: Iterable[Sequence[Occurrence]]) -> Iterator[Sequence[Occurrence]]:
    for number, each in enumerate(messages):
        if number % MESSAGES_BETWEEN_LOOKS == 0 and cancelled():
            raise Cancelled
        yield each
