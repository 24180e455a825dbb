"""What became of the messages that were decided about in quarantine, one by one (RUN-04, docs/interface.md).

What cannot be done with one does not keep the others from being done.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from trackit_console.commands.cli_context import EXIT_DATABASE, EXIT_FAILED, answer, error_answer
from trackit_console.user_messages import Problem

if TYPE_CHECKING:
    from trackit_console.domain.deliveries import Recorded

REQUESTED = "requested"
"""An outcome besides those of the activity: the mail server is asked for the message again."""
DISCARDED = "discarded"
"""Another one: the message was not processed."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a message, or why nothing did."""

    id: int
    outcome: str = ""
    record: str | None = None
    problem: Problem | None = None


class NotWaiting(Problem):
    """No message with this id waits: it never did, or somebody decided about it."""

    context = "commands"
    code = "not_waiting"
    sentence = "No message {id} waits in quarantine."
    remedy = "See trackit-console quarantine. If it was there, somebody else decided about it."


def tried(number: int, work: Callable[[], Decided]) -> Decided:
    """What `work` answers; what is wrong with this one message is part of the answer, what is wrong with the database raises."""
    from trackit_console.monitor.errors import MailboxGone, NotDownloadedYet
    from trackit_console.store.errors import NotStorable

    try:
        return work()
    except KeyError:
        return Decided(number, problem=NotWaiting(id=number))
    except (MailboxGone, NotDownloadedYet, NotStorable) as problem:
        return Decided(number, problem=problem)


def decide_each(ids: Sequence[int], work: Callable[[int], Decided], parsed: argparse.Namespace) -> int:
    """Does `work` for one message after the other, prints what became of them, and answers the exit code.

    When the database fails, that is told of the message at which it did; those behind it are not tried.
    """
    from trackit_console.store.errors import StoreError

    decided: list[Decided] = []
    failed = False
    try:
        for number in ids:
            decided.append(tried(number, partial(work, number)))
    except StoreError as problem:
        decided.append(Decided(ids[len(decided)], problem=problem))
        failed = True
    finally:
        # Also after Ctrl+C: what was done is done, and the list of what waits does not show it any more.
        code = print_results(decided, parsed)
    return EXIT_DATABASE if failed else code


def became(number: int, recorded: Recorded) -> Decided:
    """What a message that was processed again became."""
    return Decided(number, recorded.outcome.value, str(recorded.record) if recorded.record else None)


def print_results(decided: Sequence[Decided], parsed: argparse.Namespace) -> int:
    """Prints what became of each message; the exit code says whether something is wrong with one."""
    if parsed.json:
        answer([_decided_answer(each) for each in decided])
    for each in decided:
        if each.problem is not None:
            print(f"{each.id}: {each.problem}", file=sys.stderr)
        elif not parsed.json:
            print(f"{each.id}: {_decided_words(each)}")
    return EXIT_FAILED if any(each.problem for each in decided) else 0


def _decided_answer(decided: Decided) -> dict[str, Any]:
    error = error_answer(decided.problem) if decided.problem else None
    return {"id": decided.id, "outcome": decided.outcome or None, "record": decided.record, "error": error}


def _decided_words(decided: Decided) -> str:
    if decided.outcome == REQUESTED:
        return "the mail server is asked for it again with the next check of the mailbox."
    return f"{decided.outcome} {decided.record or ''}".rstrip() + "."
