"""`rules`: what a business rule would do, and with which mail of the last days (NOT-03, docs/interface.md).

Both ask what the monitor asks, with the rule as it is saved. Nothing is changed or sent.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from trackit_console.commands.cli_context import CliContext, WrongCall, answer
from trackit_console.commands.rule_answers import example_answer, preview_lines, trial_answer, trial_lines
from trackit_console.commands.whole_numbers import whole_number

if TYPE_CHECKING:
    from trackit_console.domain.records import RecordRef
    from trackit_console.settings.business_rules import BusinessRule
    from trackit_console.store.transaction import Transaction

DAYS = 30
MOST_DAYS = 3650


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares `rules` and its actions."""
    parser = commands.add_parser("rules", help="try a business rule on a record, or on the mail of the last days")
    parser.set_defaults(do=lambda *_: _without_action())
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    trying = actions.add_parser("try", help="tell what a rule would do to a record, and why not")
    trying.add_argument("rule", metavar="RULE", help="the name of the rule")
    trying.add_argument("--record", required=True, metavar="R", help='a ticket\'s number, or a keyword such as "Ticket - 12"')
    trying.add_argument("--event", default="created", metavar="E", help="what happens to the record (default created)")
    trying.add_argument("--changed", action="append", default=[], metavar="FIELD", help="a field that is changed by the event")
    trying.set_defaults(do=try_rule)
    previewing = actions.add_parser("preview", help="tell on which mail of the last days a rule would act")
    previewing.add_argument("rule", metavar="RULE", help="the name of the rule")
    previewing.add_argument(
        "--days", type=whole_number(MOST_DAYS), default=DAYS, metavar="N", help=f"how far to look back (default {DAYS})"
    )
    previewing.set_defaults(do=preview_rule)


def _without_action() -> int:
    raise WrongCall(words="Say what to do with the rule: try or preview.")


def try_rule(context: CliContext, parsed: argparse.Namespace) -> int:
    """Prints whether the rule would act on the record, why not, and what it would do."""
    from trackit_console.monitor.rule_trial import try_on_record
    from trackit_console.settings.event_names import EVENT_LABELS, EVENTS_WITHOUT_RECORD
    from trackit_console.settings.rule_conditions import CHANGED_FIELD_LABELS

    events = [each for each in EVENT_LABELS if each not in EVENTS_WITHOUT_RECORD]
    _one_of("--event", parsed.event, events)
    for each in parsed.changed:
        _one_of("--changed", each, list(CHANGED_FIELD_LABELS))
    record = _record(parsed.record)
    with context.opened() as database, database.reading() as transaction:
        rule = _rule(transaction, parsed.rule)
        [shown] = try_on_record(transaction, [rule], record, parsed.event, parsed.changed, alone=True)
    if parsed.json:
        answer(trial_answer(shown, rule, record, parsed.event))
    else:
        print("\n".join(trial_lines(shown)))
    return 0


def preview_rule(context: CliContext, parsed: argparse.Namespace) -> int:
    """Prints on how much mail the rule would act, and the newest of it."""
    from trackit_console.monitor.rule_trial import try_on_past_mail

    with context.opened() as database, database.reading() as transaction:
        rule = _rule(transaction, parsed.rule).model_copy(update={"enabled": True})
        trial = try_on_past_mail(transaction, [rule], parsed.days)
    [hits] = trial.hits
    if parsed.json:
        answer({"messages": trial.messages, "acts": hits.messages, "examples": [example_answer(each) for each in hits.examples]})
    else:
        print("\n".join(preview_lines(trial.messages, hits)))
    return 0


def _one_of(option: str, value: str, choices: list[str]) -> None:
    if value not in choices:
        raise WrongCall(words=f"{option} takes one of: {', '.join(choices)}.")


def _record(text: str) -> RecordRef:
    from trackit_console.store.search_conditions import record_named

    record = record_named(text)
    if record is None:
        raise WrongCall(words=f'“{text}” names no record. Write the number of a ticket, or a keyword as "Ticket - 12".')
    return record


def _rule(transaction: Transaction, name: str) -> BusinessRule:
    stored = transaction.business_rules.named(name)
    if stored is None:
        raise WrongCall(words=f"There is no business rule “{name}”.")
    if stored.findings:
        raise WrongCall(words=f"The rule “{name}” is not valid. {stored.findings[0]}")
    return stored.value
