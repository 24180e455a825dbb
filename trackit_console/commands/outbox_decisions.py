"""`outbox retry` and `outbox discard`: what is decided about outgoing mail (OUT-06, docs/interface.md)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from trackit_console.commands.cli_context import EXIT_FAILED, CliContext, WrongCall, actor, answer, error_answer
from trackit_console.user_messages import Problem

if TYPE_CHECKING:
    from trackit_console.store.outbox_decisions import OutboxDecisions


Decide = Callable[["OutboxDecisions", Sequence[int], str], list[int]]


class NotOpen(Problem):
    """The mail cannot be decided about any more, or not now."""

    context = "commands"
    code = "not_open"
    sentence = "Mail {id} does not wait and has not failed, or it is being sent right now."
    remedy = "See trackit-console outbox."


def retry(context: CliContext, parsed: argparse.Namespace) -> int:
    """Has mail tried again."""
    return _decide(context, parsed, lambda decisions, ids, by: decisions.retry(ids, by), "waiting")


def discard(context: CliContext, parsed: argparse.Namespace) -> int:
    """Has mail not sent any more."""
    return _decide(context, parsed, lambda decisions, ids, by: decisions.discard(ids, by), "discarded")


def _decide(context: CliContext, parsed: argparse.Namespace, decide: Decide, outcome: str) -> int:
    if bool(parsed.ids) == parsed.all:
        raise WrongCall(words="Name the mail by its ids, or all that failed by --all.")
    with context.opened() as database, database.begin() as transaction:
        decisions = transaction.outbox_decisions
        ids = parsed.ids or decisions.failed()
        done = set(decide(decisions, ids, actor()))
    if parsed.json:
        answer([_decided_answer(number, outcome, done=number in done) for number in ids])
    for number in ids:
        if number not in done:
            print(f"{number}: {NotOpen(id=number)}", file=sys.stderr)
        elif not parsed.json:
            print(f"{number}: {outcome}.")
    if not ids and not parsed.json:
        print("No mail has failed.")
    return EXIT_FAILED if done != set(ids) else 0


def _decided_answer(number: int, outcome: str, *, done: bool) -> dict[str, Any]:
    return {"id": number, "outcome": outcome if done else None, "error": None if done else error_answer(NotOpen(id=number))}
