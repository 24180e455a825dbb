"""`quarantine`: lists and saves the messages that were set aside (RUN-04, docs/interface.md).

A message is named by its `id` in the list. What is decided about one is in `quarantine_decisions`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trackit_console.commands.cli_context import CliContext, answer
from trackit_console.commands.quarantine_decisions import discard, retry, route
from trackit_console.commands.quarantine_results import Decided, NotWaiting, print_results
from trackit_console.commands.whole_numbers import whole_number
from trackit_console.files import write_file
from trackit_console.user_messages import Problem

if TYPE_CHECKING:
    from trackit_console.store.database import Database
    from trackit_console.store.quarantine_list import QuarantineView


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares `quarantine` and its actions; without an action it lists what waits."""
    parser = commands.add_parser("quarantine", help="list the messages that were set aside, and decide about them")
    parser.set_defaults(do=list_waiting)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    retrying = actions.add_parser("retry", help="process messages again with today's settings")
    retrying.add_argument("ids", type=whole_number(), nargs="*", metavar="ID")
    retrying.add_argument("--all", action="store_true", help="every message that waits")
    retrying.set_defaults(do=retry)
    discarding = actions.add_parser("discard", help="delete the text of messages without processing them")
    discarding.add_argument("ids", type=whole_number(), nargs="+", metavar="ID")
    discarding.set_defaults(do=discard)
    saving = actions.add_parser("save", help="write a message to a file, as it came")
    saving.add_argument("id", type=whole_number(), metavar="ID")
    saving.add_argument("file", metavar="FILE", help="the file to write, - for standard output")
    saving.set_defaults(do=save)
    routing = actions.add_parser("route", help="add a message to a record as a note, whatever the rules say of it")
    routing.add_argument("id", type=whole_number(), metavar="ID")
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
    from trackit_console.helpdesk.reasons import reason_phrase

    return " ".join([*(str(reason_phrase(each)) for each in view.reasons), view.detail]).strip()


def save(context: CliContext, parsed: argparse.Namespace) -> int:
    """Writes the bytes of a message as the mail server handed them over."""
    with context.opened() as database:
        kept = _kept(database, parsed.id)
    if isinstance(kept, Problem):
        return print_results([Decided(parsed.id, problem=kept)], parsed)
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
