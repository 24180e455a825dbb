"""`quarantine retry`, `discard` and `route`: what is decided about messages that were set aside (RUN-04, docs/interface.md)."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from trackit_console.commands.cli_context import CliContext, WrongCall, actor
from trackit_console.commands.quarantine_results import DISCARDED, REQUESTED, Decided, became, decide_each

if TYPE_CHECKING:
    from trackit_console.store.database import Database


def retry(context: CliContext, parsed: argparse.Namespace) -> int:
    """Processes messages again; one of which only headers are kept is asked for at the next check of its mailbox."""
    from trackit_console.clock import SystemClock
    from trackit_console.monitor import quarantine

    if bool(parsed.ids) == parsed.all:
        raise WrongCall(words="Name the messages to retry by their ids, or all of them by --all.")

    def again(database: Database, number: int) -> Decided:
        recorded = quarantine.retry(database, number, actor(), SystemClock()).recorded
        return became(number, recorded) if recorded else Decided(number, REQUESTED)

    with context.opened() as database:
        ids = parsed.ids or _waiting_ids(database)
        if not ids and not parsed.json:
            print("No message waits.")
        return decide_each(ids, partial(again, database), parsed)


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
        return decide_each(parsed.ids, partial(let_go, database), parsed)


def route(context: CliContext, parsed: argparse.Namespace) -> int:
    """Adds a message to a record."""
    from trackit_console.clock import SystemClock
    from trackit_console.monitor import quarantine
    from trackit_console.store.search_conditions import record_named

    ref = record_named(parsed.record)
    if ref is None:
        raise WrongCall(words=f'“{parsed.record}” names no record. Write the number of a ticket, or a keyword as "Ticket - 12".')

    def add_to_record(database: Database, number: int) -> Decided:
        return became(number, quarantine.route_to_record(database, number, ref, actor(), SystemClock()))

    with context.opened() as database:
        return decide_each([parsed.id], partial(add_to_record, database), parsed)
