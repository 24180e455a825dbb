"""`monitor`: runs the email monitor without a window, until it is interrupted or for one round (RUN-01)."""

from __future__ import annotations

import argparse
import gc
import signal
import sys
import threading
from typing import TYPE_CHECKING

from trackit_console.commands.cli_context import EXIT_FAILED, CliContext, actor, answer
from trackit_console.commands.visit_answers import sent_answer, sent_words, visit_answer, visit_words

if TYPE_CHECKING:
    from trackit_console.monitor.outbox_once import SentOnce
    from trackit_console.monitor.visit_result import VisitResult
    from trackit_console.store.monitoring_views import Wanted


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = commands.add_parser("monitor", help="run the email monitor without a window")
    parser.add_argument(
        "--once", action="store_true", help="visit every enabled mailbox once and send what waits, then tell what was done"
    )
    parser.set_defaults(do=monitor)


def monitor(context: CliContext, parsed: argparse.Namespace) -> int:
    """Runs the engine in this process."""
    from trackit_console.logs import LogFiles
    from trackit_console.monitor.engine import Engine
    from trackit_console.monitor.outbox_once import send_once
    from trackit_console.monitor.poll_once import poll_once
    from trackit_console.monitor.round_start import start_round

    stop = until_interrupted()
    # Before the database is opened: what that makes may become garbage, what was imported does not.
    freeze_imports()
    with context.opened() as database, LogFiles(context.data_dir.logs):
        if parsed.once:
            start = start_round(database)
            _say_if_stopped(start.due.wanted)
            visits = poll_once(database, stop, start=start)
            # After the mailboxes: what their mail leads to goes out with it.
            sent = send_once(database, stop, start=start.after(database, visits))
            return _print_results(visits, sent, interrupted=stop.is_set(), as_json=parsed.json)
        with database.begin() as transaction:
            transaction.monitoring.want_at_first(actor())
            wanted = transaction.monitoring.wanted()
        print(f"The email monitor runs on {database.name}. Press Ctrl+C to end it.", file=sys.stderr)
        if not wanted.running:
            print(f"It was stopped by {wanted.changed_by}: no mail is checked until somebody presses Start Now.", file=sys.stderr)
        Engine(database, "headless", on_error=_complain).run(stop)
    return 0


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
