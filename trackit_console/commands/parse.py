"""`parse`: the parsed content of a message file (docs/interface.md)."""

from __future__ import annotations

import argparse
from pathlib import Path

from trackit_console.commands.cli_context import CliContext, WrongCall, answer


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = commands.add_parser("parse", help="show what a message file says, without storing it")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.set_defaults(do=parse_file)


def parse_file(context: CliContext, parsed: argparse.Namespace) -> int:
    """Prints a message as it was parsed; the answer is JSON with or without `--json`."""
    from trackit_console.mail import parse

    try:
        raw = parsed.file.read_bytes()
    except OSError as error:
        raise WrongCall(words=f"{parsed.file} cannot be read: {error.strerror}.") from error
    answer(parse(raw).as_dict())
    return 0
