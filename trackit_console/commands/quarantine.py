"""`quarantine`: the messages that were set aside, and what is decided about them (RUN-04, docs/interface.md).

A message is named by its `id` in the list. What cannot be done with one does not keep the others from being done.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trackit_console.commands.cli_context import EXIT_FAILED, CliContext, WrongCall, actor, answer, error_answer, write_file
from trackit_console.user_messages import Problem

if TYPE_CHECKING:
    from trackit_console.domain.deliveries import Recorded
    from trackit_console.store.database import Database
    from trackit_console.store.quarantine_list import QuarantineView

REQUESTED, DISCARDED = "requested", "discarded"
"""Outcomes besides those of the activity: the mail server is asked for the message again; it was not processed."""


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


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares `quarantine` and its actions; without an action it lists what waits."""
    parser = commands.add_parser("quarantine", help="list the messages that were set aside, and decide about them")
    parser.set_defaults(do=list_waiting)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    retrying = actions.add_parser("retry", help="process messages again with today's settings")
    retrying.add_argument("ids", type=int, nargs="*", metavar="ID")
    retrying.add_argument("--all", action="store_true", help="every message that waits")
    retrying.set_defaults(do=retry)
    discarding = actions.add_parser("discard", help="delete the text of messages without processing them")
    discarding.add_argument("ids", type=int, nargs="+", metavar="ID")
    discarding.set_defaults(do=discard)
    saving = actions.add_parser("save", help="write a message to a file, as it came")
    saving.add_argument("id", type=int, metavar="ID")
    saving.add_argument("file", metavar="FILE", help="the file to write, - for standard output")
    saving.set_defaults(do=save)
    routing = actions.add_parser("route", help="add a message to a record as a note, whatever the rules say of it")
    routing.add_argument("id", type=int, metavar="ID")
    routing.add_argument("record", metavar="RECORD", help='a ticket\'s number, or a keyword such as "Ticket - 12"')
    routing.set_defaults(do=route)


def list_waiting(context: CliContext, parsed: argparse.Namespace) -> int:
    """Prints a line, or a JSON object, for each message that waits."""
    with context.opened() as database, database.reading() as transaction:
        views = transaction.waiting_messages
    if parsed.json:
        answer([_as_answer(each) for each in views])
    else:
        for each in views:
            print(f"{each.delivery_id}  {each.at.astimezone():%Y-%m-%d %H:%M:%S}  {each.mailbox}  {each.sender}  {each.subject}")
            print(f"    {_reason(each)}")
        if not views:
            print("No message waits.")
    return 0


def _as_answer(view: QuarantineView) -> dict[str, Any]:
    """A message in the form of docs/interface.md."""
    return {
        "id": view.delivery_id,
        "at": view.at,
        "mailbox": view.mailbox,
        "sender": view.sender,
        "subject": view.subject,
        "code": view.code,
        "reason": _reason(view),
        "tries": view.tries,
        "size": view.size,
    }


def _reason(view: QuarantineView) -> str:
    from trackit_console.monitor.kept_sentences import reason_phrase

    return " ".join([*(str(reason_phrase(each)) for each in view.reasons), view.detail]).strip()


def retry(context: CliContext, parsed: argparse.Namespace) -> int:
    """Processes messages again; one of which only headers are kept is asked for at the next check of its mailbox."""
    from trackit_console.clock import SystemClock
    from trackit_console.monitor import quarantine

    if bool(parsed.ids) == parsed.all:
        raise WrongCall(words="Name the messages to retry by their ids, or all of them by --all.")

    def again(database: Database, number: int) -> Decided:
        recorded = quarantine.retry(database, number, actor(), SystemClock()).recorded
        return _became(number, recorded) if recorded else Decided(number, REQUESTED)

    with context.opened() as database:
        ids = parsed.ids or _waiting_ids(database)
        return _print_results([_tried(number, partial(again, database, number)) for number in ids], parsed)


def _waiting_ids(database: Database) -> Sequence[int]:
    with database.unit_of_work() as work:
        return work.quarantine.ids()


def discard(context: CliContext, parsed: argparse.Namespace) -> int:
    """Ends the quarantine of messages without processing them."""
    from trackit_console.monitor import quarantine

    def let_go(database: Database, number: int) -> Decided:
        quarantine.discard(database, number, actor())
        return Decided(number, DISCARDED)

    with context.opened() as database:
        return _print_results([_tried(number, partial(let_go, database, number)) for number in parsed.ids], parsed)


def route(context: CliContext, parsed: argparse.Namespace) -> int:
    """Adds a message to a record."""
    from trackit_console.clock import SystemClock
    from trackit_console.monitor import quarantine
    from trackit_console.store.search_conditions import record_named

    ref = record_named(parsed.record)
    if ref is None:
        raise WrongCall(words=f'“{parsed.record}” names no record. Write the number of a ticket, or a keyword as "Ticket - 12".')

    def add_to_record(database: Database) -> Decided:
        return _became(parsed.id, quarantine.route_to_record(database, parsed.id, ref, actor(), SystemClock()))

    with context.opened() as database:
        return _print_results([_tried(parsed.id, partial(add_to_record, database))], parsed)


def save(context: CliContext, parsed: argparse.Namespace) -> int:
    """Writes the bytes of a message as the mail server handed them over."""
    with context.opened() as database:
        kept = _kept(database, parsed.id)
    if isinstance(kept, Problem):
        return _print_results([Decided(parsed.id, problem=kept)], parsed)
    if parsed.file == "-":
        sys.stdout.buffer.write(kept)
        return 0
    write_file(Path(parsed.file), kept)
    if parsed.json:
        answer({"id": parsed.id, "file": parsed.file, "size": len(kept)})
    return 0


def _kept(database: Database, number: int) -> bytes | Problem:
    from trackit_console.monitor.errors import NotDownloadedYet

    with database.unit_of_work() as work:
        try:
            message = work.quarantine.get(number)
        except KeyError:
            return NotWaiting(id=number)
    return message.raw or NotDownloadedYet()


def _tried(number: int, work: Callable[[], Decided]) -> Decided:
    """What `work` answers; what is wrong with this one message is part of the answer, what is wrong with the database raises."""
    from trackit_console.monitor.errors import MailboxGone, NotDownloadedYet
    from trackit_console.store.errors import NotStorable

    try:
        return work()
    except KeyError:
        return Decided(number, problem=NotWaiting(id=number))
    except (MailboxGone, NotDownloadedYet, NotStorable) as problem:
        return Decided(number, problem=problem)


def _became(number: int, recorded: Recorded) -> Decided:
    return Decided(number, recorded.outcome.value, str(recorded.record) if recorded.record else None)


def _print_results(decided: Sequence[Decided], parsed: argparse.Namespace) -> int:
    if parsed.json:
        answer([_decided_answer(each) for each in decided])
    for each in decided:
        if each.problem is not None:
            print(f"{each.id}: {each.problem}", file=sys.stderr)
        elif not parsed.json:
            print(f"{each.id}: {_decided_words(each)}")
    if not decided and not parsed.json:
        print("No message waits.")
    return EXIT_FAILED if any(each.problem for each in decided) else 0


def _decided_answer(decided: Decided) -> dict[str, Any]:
    error = error_answer(decided.problem) if decided.problem else None
    return {"id": decided.id, "outcome": decided.outcome or None, "record": decided.record, "error": error}


def _decided_words(decided: Decided) -> str:
    if decided.outcome == REQUESTED:
        return "the mail server is asked for it again with the next check of the mailbox."
    return f"{decided.outcome} {decided.record or ''}".rstrip() + "."
