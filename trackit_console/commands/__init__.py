"""The command line (PKG-02): the list of commands, their common options, and how errors become exit codes.

A command is a module with `add(commands)`, which declares its arguments, and a function that runs it. Results go to
standard output, with `--json` as one document (docs/interface.md); everything else goes to standard error. A command
imports what it needs when it runs, so that `--help` and `--version` are fast.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from trackit_console import __version__
from trackit_console.commands.cli_context import (
    EXIT_DATABASE,
    EXIT_FAILED,
    EXIT_USAGE,
    CliContext,
    WrongCall,
    answer,
    answer_error,
    error_answer,
)
from trackit_console.commands.window import open_console
from trackit_console.files import FileNotWritten
from trackit_console.paths import DatabaseUrl, DatabaseUrlRefused, DataDir, DataDirRefused
from trackit_console.user_messages import Problem

_MODULES = (
    "window",
    "monitor",
    "status",
    "check",
    "autodiscover",
    "config_file",
    "activity",
    "records",
    "parse",
    "quarantine",
    "outbox",
    "filters",
    "report",
    "rules",
    "audit",
    "logs",
    "db",
    "demo",
)


def run(arguments: Sequence[str]) -> int:
    """Runs the command named in `arguments` and returns the exit code: 0 success, 1 failure, 2 wrong call, 3 database not usable."""
    _speak_utf8()
    parsed = _parsed(arguments)
    database = DatabaseUrl(parsed.database) if parsed.database else None
    context = CliContext(DataDir(parsed.data_dir) if parsed.data_dir else DataDir.default(), database)
    try:
        code: int = parsed.do(context, parsed)
    except (WrongCall, FileNotWritten, DatabaseUrlRefused, DataDirRefused) as problem:
        code = _refused(problem, EXIT_USAGE, parsed)
    except Problem as problem:
        code = _refused(problem, EXIT_DATABASE if problem.context == "store" else EXIT_FAILED, parsed)
    except KeyboardInterrupt:
        code = EXIT_FAILED
    except BrokenPipeError:  # whoever reads, such as `head`, has enough
        # The interpreter flushes standard output once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    return code


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """Ends the program (SystemExit) after `--help`, `--version`, and a call that cannot be parsed, which `--json` tells as well."""
    try:
        return _parser().parse_args(arguments)
    except _CannotParse as wrong:
        if "--json" in arguments:
            answer({"error": error_answer(WrongCall(words=str(wrong)))})
        raise SystemExit(EXIT_USAGE) from None


def _speak_utf8() -> None:
    """Writes UTF-8: mail may use any alphabet, but Windows redirects output in the code page of the system."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _refused(problem: Problem, code: int, parsed: argparse.Namespace) -> int:
    answer_error(problem, as_json=parsed.json)
    return code


class _CannotParse(Exception):
    """What is wrong with the arguments."""


class _Parser(argparse.ArgumentParser):
    """argparse ends the program where it finds a mistake; this one tells it, and leaves the end to `run`."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        print(f"{self.prog}: error: {message}", file=sys.stderr)
        raise _CannotParse(message)


class CommandParser(_Parser):
    """The parser of a command or of one of its actions. It accepts the common options too, so they may follow the command."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        _add_common_options(self, default=argparse.SUPPRESS)  # a default would reset an option given before the command


def _add_common_options(parser: argparse.ArgumentParser, **default: Any) -> None:
    common = parser.add_argument_group("common options")
    common.add_argument(
        "--data-dir",
        type=Path,
        metavar="DIR",
        help="folder for the database file, logs and keys (default: in the user's profile)",
        **default,
    )
    common.add_argument(
        "--database",
        metavar="URL",
        help="SQLAlchemy URL of the database (default: the one chosen in the console, else SQLite in the data directory)",
        **default,
    )
    common.add_argument("--json", action="store_true", help="print the result as one JSON document", **default)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="trackit-console",
        description="Sets up the email side of a Track-It! help desk, and runs the monitor that turns mail into tickets.",
        epilog="Without a command, the console opens. Exit codes: 0 success, 1 failure, 2 wrong call, 3 database not usable.",
    )
    parser.add_argument("--version", action="version", version=f"trackit-console {__version__}")
    _add_common_options(parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=CommandParser)
    for name in _MODULES:
        import_module(f"trackit_console.commands.{name}").add(commands)
    parser.set_defaults(do=open_console)
    return parser
