"""`logs`: which log files there are, their newest lines, and what is added while one waits (LOG-02, docs/interface.md)."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from trackit_console.commands.cli_context import CliContext, WrongCall, answer
from trackit_console.commands.log_answers import entry_answer, print_lines
from trackit_console.commands.whole_numbers import whole_number
from trackit_console.log_lines import Level, LogFilter, entries
from trackit_console.log_reader import LogFile, Place, log_files, look, read_before

LINES = 200
LOOK_SECONDS = 0.5
_LEVELS = {each.name.lower(): each for each in Level}


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = commands.add_parser("logs", help="list the log files, show the newest lines of one, or follow it")
    parser.add_argument(
        "component", nargs="?", metavar="COMPONENT", help="such as EmailMonitor; without it, the files are listed"
    )
    parser.add_argument("--day", type=_day, metavar="YYYY-MM-DD", help="the day (default: the newest one)")
    parser.add_argument("--lines", type=whole_number(), default=LINES, metavar="N", help=f"about so many lines (default {LINES})")
    parser.add_argument("--level", choices=_LEVELS, default="debug", help="only entries of this level and above")
    parser.add_argument("--search", default="", metavar="TEXT", help="only entries with this text, in capitals or not")
    parser.add_argument("--follow", action="store_true", help="go on with what is added, until Ctrl+C")
    parser.set_defaults(do=logs)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day, such as 2026-03-31") from None


def logs(context: CliContext, parsed: argparse.Namespace) -> int:
    """Prints the files, or lines of one; while it follows, Ctrl+C is the way to end it."""
    folder = context.data_dir.logs
    if parsed.follow and (parsed.component is None or parsed.day is not None):
        raise WrongCall(words="--follow needs a COMPONENT, and goes on with the newest day.")
    try:
        if parsed.component is None:
            _list(log_files(folder), as_json=parsed.json)
        else:
            wanted = LogFilter(_LEVELS[parsed.level], parsed.search)
            _show(folder, parsed, wanted)
    except KeyboardInterrupt:
        return 0
    return 0


def _list(files: Sequence[LogFile], *, as_json: bool) -> None:
    if as_json:
        answer([{"component": each.component, "day": str(each.day), "size": each.size, "path": str(each.path)} for each in files])
        return
    for each in files:
        print(f"{each.day}  {each.component:20}  {each.size:>12,} bytes")
    if not files:
        print("No log files.")


def _show(folder: Path, parsed: argparse.Namespace, wanted: LogFilter) -> None:
    file = _chosen(log_files(folder), parsed.component, parsed.day)
    if file is None and not parsed.follow:
        days = f" of {parsed.day}" if parsed.day else ""
        raise WrongCall(words=f"There is no log of {parsed.component}{days} in {folder}. See trackit-console logs.")
    part = read_before(file.path, None, wanted, parsed.lines) if file else None
    lines = part.lines[-parsed.lines :] if part else []
    if parsed.json and not parsed.follow:
        answer([entry_answer(entry) for entry in entries(lines)])
        return
    print_lines(lines, as_json=parsed.json)
    if parsed.follow:
        _follow(folder, parsed, wanted, Place(file.path).behind(part) if file and part else None)


def _chosen(files: Sequence[LogFile], component: str, day: date | None = None) -> LogFile | None:
    """The file of the component on that day, by default its newest; the name in capitals or not."""
    return next((each for each in files if each.component.casefold() == component.casefold() and day in (None, each.day)), None)


def _follow(folder: Path, parsed: argparse.Namespace, wanted: LogFilter, place: Place | None) -> None:
    """Prints what is added behind `place`, and in the files of the days that follow, until the process is interrupted."""
    waiting = threading.Event()
    while True:
        news = look(folder, place, wanted, LINES)
        if place is not None and news.part is not None:
            print_lines(news.part.lines, as_json=parsed.json)
            more = place.end < news.part.end
            place = place.behind(news.part)
            if more:
                continue
        # Only when the old file was read to its end.
        newest = _chosen(news.files, parsed.component)
        if newest is not None and (place is None or newest.path != place.file):
            place = Place(newest.path)
        else:
            waiting.wait(LOOK_SECONDS)
