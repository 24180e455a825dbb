"""`activity`: what became of mail (RUN-08, docs/interface.md)."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from trackit_console.commands.cli_context import CliContext, answer
from trackit_console.commands.whole_numbers import whole_number

if TYPE_CHECKING:
    from trackit_console.store.activity_views import ActivityView

LIMIT = 1000


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = commands.add_parser("activity", help="what became of mail, newest first")
    words = "words or beginnings of words of sender, subject and Message-ID, in any order; or a record"
    parser.add_argument("--search", default="", metavar="TEXT", help=words)
    parser.add_argument("--limit", type=whole_number(), default=LIMIT, metavar="N", help=f"at most so many (default {LIMIT})")
    parser.set_defaults(do=list_activity)


def list_activity(context: CliContext, parsed: argparse.Namespace) -> int:
    """Prints a line, or a JSON object, for each message."""
    from trackit_console.store.activity_views import ActivityQuery

    with context.opened() as database, database.reading() as transaction:
        views = transaction.activity.page(ActivityQuery(text=parsed.search), limit=parsed.limit)
    if parsed.json:
        answer([activity_answer(each) for each in views])
    else:
        for each in views:
            print(activity_words(each))
        if not views:
            print("No message was found." if parsed.search else "No message yet.")
    return 0


def activity_answer(view: ActivityView) -> dict[str, Any]:
    """A message in the form of docs/interface.md."""
    return {
        "at": view.at,
        "mailbox": view.mailbox,
        "message_id": view.message_id,
        "sender": view.sender,
        "subject": view.subject,
        "outcome": view.outcome.value,
        "record": str(view.record) if view.record else None,
        "reasons": reasons(view),
    }


def reasons(view: ActivityView) -> list[str]:
    """The reasons for the outcome, as sentences."""
    from trackit_console.helpdesk.reasons import reason_phrase

    return [str(reason_phrase(each)) for each in view.reasons]


def activity_words(view: ActivityView) -> str:
    """A message as one line of text, followed by a line with the reasons."""
    outcome = f"{view.outcome.value} {view.record or ''}".rstrip()
    return f"{view.at.astimezone():%Y-%m-%d %H:%M:%S}  {outcome:24}  {view.sender}  {view.subject}\n    {' '.join(reasons(view))}"
