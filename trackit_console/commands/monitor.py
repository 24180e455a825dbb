"""`monitor`: runs the email monitor without a window, until it is interrupted or for one round (RUN-01)."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

from trackit_console.commands.cli_context import EXIT_FAILED, CliContext, actor, answer

if TYPE_CHECKING:
    from trackit_console.monitor.visit import Visited
    from trackit_console.store.errors import StoreError


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = commands.add_parser("monitor", help="run the email monitor without a window")
    parser.add_argument("--once", action="store_true", help="visit every enabled mailbox once, then tell what was done")
    parser.set_defaults(do=monitor)


def monitor(context: CliContext, parsed: argparse.Namespace) -> int:
    """Runs the engine in this process."""
    from trackit_console.logs import LogFiles
    from trackit_console.monitor.engine import Engine

    stop = _until_interrupted()
    with context.opened() as database, LogFiles(context.data_dir.logs):
        if parsed.once:
            visits = Engine(database, "headless").run_once(stop)
            return _tell(visits, interrupted=stop.is_set(), as_json=parsed.json)
        with database.begin() as transaction:
            transaction.monitoring.want(True, actor())
        print(f"The email monitor runs on {database.name}. Press Ctrl+C to end it.", file=sys.stderr)
        Engine(database, "headless", trouble=_complain).run(stop)
    return 0


def _until_interrupted() -> threading.Event:
    """An event that Ctrl+C sets, and any signal that asks the process to end."""
    stop = threading.Event()

    def ends(_number: int, _frame: object) -> None:
        stop.set()

    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), ends)
    return stop


def _complain(problem: StoreError) -> None:
    print(f"{problem}", file=sys.stderr)


def _tell(visits: list[Visited], *, interrupted: bool, as_json: bool) -> int:
    if as_json:
        answer({"mailboxes": [as_answer(each) for each in visits], "interrupted": interrupted})
    else:
        for each in visits:
            print(in_words(each))
    if interrupted:
        print("Interrupted. What was not finished is taken up again the next time.", file=sys.stderr)
    elif not visits and not as_json:
        print("No mailbox is enabled. Add one in the console, or import a configuration file.")
    return EXIT_FAILED if interrupted or any(each.error for each in visits) else 0


def as_answer(visited: Visited) -> dict[str, Any]:
    """A visit in the form of docs/interface.md."""
    from trackit_console.store.entries import Outcome

    outcomes = visited.counts.outcomes
    error = visited.error
    return {
        "name": visited.name,
        "seen": visited.counts.seen,
        "processed": visited.counts.processed,
        "filtered": outcomes[Outcome.FILTERED],
        "refused": outcomes[Outcome.REFUSED],
        "quarantined": outcomes[Outcome.QUARANTINED],
        "error": {"step": error.step, "code": error.code, "detail": error.detail, "remedy": error.remedy} if error else None,
    }


def in_words(visited: Visited) -> str:
    """A visit as a line of text."""
    if visited.skipped:
        return f"{visited.name}: another monitor reads this mailbox now."
    told = as_answer(visited)
    counts = ", ".join(f"{told[name]} {name}" for name in ("seen", "processed", "filtered", "refused", "quarantined"))
    if visited.error:
        return f"{visited.name}: {visited.error.detail} {visited.error.remedy} ({counts})"
    return f"{visited.name}: {counts}."
