"""`filters preview`: what a new rule would have stopped (FIL-06, docs/interface.md). Nothing is changed."""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from trackit_console.commands.cli_context import CliContext, WrongCall, answer
from trackit_console.commands.whole_numbers import whole_number

if TYPE_CHECKING:
    from trackit_console.domain.past_mail import PastMessage
    from trackit_console.settings.filter_rules import FilterRule

DAYS = 30
MOST_DAYS = 3650


def add(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the action `preview`."""
    previewing = actions.add_parser("preview", help="tell what a rule would have stopped")
    previewing.add_argument("--list", dest="rule_list", required=True, choices=("sender", "subject"))
    previewing.add_argument("--text", required=True, metavar="T", help="the text of the rule")
    previewing.add_argument(
        "--days", type=whole_number(MOST_DAYS), default=DAYS, metavar="N", help=f"how far to look back (default {DAYS})"
    )
    previewing.set_defaults(do=preview_rule)


def preview_rule(context: CliContext, parsed: argparse.Namespace) -> int:
    """Prints how many messages the rule alone would have stopped, and the newest of them."""
    from trackit_console.helpdesk.filter_preview import preview_alone

    rule = _rule(parsed.text)
    with context.opened() as database, database.reading() as transaction:
        past = transaction.activity.past_messages(transaction.now - timedelta(days=parsed.days))
        found, asked = preview_alone(parsed.rule_list, rule, past, transaction.people.known())
    if parsed.json:
        answer({"messages": found.messages, "examples": [_example(each) for each in found.examples]})
    else:
        print(
            f"{found.messages} of {asked} messages of the last {parsed.days} days, {found.by_people} from technicians and requestors."
        )
        for each in found.examples:
            print(f"{each.at.astimezone():%Y-%m-%d %H:%M:%S}  {each.sender}  {each.subject}")
    return 0


def _rule(text: str) -> FilterRule:
    from pydantic import ValidationError

    from trackit_console.settings.filter_rules import FilterRule
    from trackit_console.settings.pydantic_errors import findings

    try:
        return FilterRule(text=text)
    except ValidationError as error:
        raise WrongCall(words=f"--text: {findings(error)[0].message}") from error


def _example(message: PastMessage) -> dict[str, Any]:
    return {"at": message.at, "sender": message.sender, "subject": message.subject}
