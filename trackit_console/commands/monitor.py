"""`monitor`: runs the email monitor without a window, until it is interrupted or for one round (RUN-01)."""

from __future__ import annotations

import argparse
import gc
import signal
import sys
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

from trackit_console.commands.cli_context import EXIT_FAILED, CliContext, actor, answer
from trackit_console.commands.visit_answers import sent_answer, sent_words, visit_answer, visit_words

if TYPE_CHECKING:
    from trackit_console.monitor.outbox_once import SentOnce
    from trackit_console.monitor.visit_result import VisitResult
    from trackit_console.store.database import Database
    from trackit_console.store.monitoring_views import Wanted


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = commands.add_parser("monitor", help="run the email monitor without a window")
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--once", action="store_true", help="visit every enabled mailbox once and send what waits, then tell what was done"
    )
    how.add_argument("--start-now", action="store_true", help="press Start Now first: somebody, or a restore, has stopped it")
    parser.set_defaults(do=monitor)


def monitor(context: CliContext, parsed: argparse.Namespace) -> int:
    """Runs the engine in this process."""
    from trackit_console.logs import LogFiles

    stop = until_interrupted()
    # Before the database is opened: what that makes may become garbage, what was imported does not.
    freeze_imports()
    with LogFiles(context.data_dir.make().logs):
        if parsed.once:
            return _run_once(context, stop, as_json=parsed.json)
        return _run_until(context, stop, start_now=parsed.start_now)


def _run_until(context: CliContext, stop: threading.Event, *, start_now: bool) -> int:
    """Runs until `stop` is set; a database that cannot be reached yet is waited for."""
    from trackit_console.monitor.database_wait import once_available
    from trackit_console.monitor.engine import Engine
    from trackit_console.store.errors import DatabaseBusy, DatabaseUnavailable

    with ExitStack() as open_until_the_end:

        def start() -> tuple[Database, Wanted]:
            with ExitStack() as opened:
                database = opened.enter_context(context.opened())
                with database.begin() as transaction:
                    if start_now:
                        transaction.monitoring.want(True, actor())
                    else:
                        transaction.monitoring.want_at_first(actor())
                    wanted = transaction.monitoring.wanted()
                open_until_the_end.push(opened.pop_all())
            return database, wanted

        # A file that cannot be opened does not come by itself, as a server does; one that is locked does.
        waits_for = DatabaseBusy if context.is_file else DatabaseUnavailable
        started = once_available(start, stop, _complain, waits_for=waits_for)
        if started is None:
            return 0
        database, wanted = started
        print(f"The email monitor runs on {database.name}. Press Ctrl+C to end it.", file=sys.stderr)
        if not wanted.running:
            words = "no mail is checked until somebody presses Start Now, or starts it with monitor --start-now."
            print(f"It was stopped by {wanted.changed_by}: {words}", file=sys.stderr)
        Engine(database, "headless", on_error=_complain).run(stop)
    return 0


def _run_once(context: CliContext, stop: threading.Event, *, as_json: bool) -> int:
    from trackit_console.monitor.database_wait import unless_stopped
    from trackit_console.monitor.outbox_once import SentOnce, send_once
    from trackit_console.monitor.poll_once import poll_once
    from trackit_console.monitor.round_start import start_round

    with ExitStack() as open_until_the_end:
        database = unless_stopped(lambda: open_until_the_end.enter_context(context.opened()), stop)
        if database is None:
            return _print_results([], SentOnce(0, 0, 0), interrupted=True, as_json=as_json)
        start = start_round(database)
        _say_if_stopped(start.due.wanted)
        visits = poll_once(database, stop, start=start)
        # After the mailboxes: what their mail leads to goes out with it.
        sent = send_once(database, stop, start=start.after(database, visits))
        return _print_results(visits, sent, interrupted=stop.is_set(), as_json=as_json)


def freeze_imports() -> None:
    """Leaves what was imported out of the search for cyclic garbage: a full one took 100 ms, every 1,000 to 3,000 messages."""
    gc.collect()
    gc.freeze()


def _say_if_stopped(wanted: Wanted) -> None:
    """One visit is what was asked for, whatever **Stop Now** says of the monitor; that it does so must not surprise."""
    if not wanted.running:
        print("The email monitor is stopped. The mailboxes are visited once all the same.", file=sys.stderr)


def until_interrupted() -> threading.Event:
    """An event that Ctrl+C sets, and any signal that asks the process to end."""
    stop = threading.Event()

    def ends(_number: int, _frame: object) -> None:
        stop.set()

    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            number = getattr(signal, name)
            signal.signal(number, ends)
            if sys.platform != "win32":
                # Otherwise a signal breaks off what waits: the driver of SQL Server would take its connection for lost.
                signal.siginterrupt(number, False)
    return stop


def _complain(problem: Exception) -> None:
    print(f"{problem}", file=sys.stderr)


def _print_results(visits: list[VisitResult], sent: SentOnce, *, interrupted: bool, as_json: bool) -> int:
    if as_json:
        answer({"mailboxes": [visit_answer(each) for each in visits], "outbox": sent_answer(sent), "interrupted": interrupted})
    else:
        for each in visits:
            print(visit_words(each))
        if any((sent.sent, sent.failed, sent.waiting)):
            print(sent_words(sent))
    if interrupted:
        print("Interrupted. What was not finished is taken up again the next time.", file=sys.stderr)
    elif not visits and not as_json:
        print("No mailbox is enabled. Add one in the console, or import a configuration file.")
    failed = any(each.error for each in visits) or sent.failed or sent.error
    return EXIT_FAILED if interrupted or failed else 0
