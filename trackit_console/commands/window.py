"""`console`: opens the window."""

from __future__ import annotations

import argparse

from trackit_console.commands.cli_context import CliContext


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = commands.add_parser("console", help="open the console (default)")
    parser.set_defaults(do=open_console)


def open_console(context: CliContext, parsed: argparse.Namespace) -> int:
    """Opens the window and returns when it is closed."""
    from trackit_console.console.app import run_console  # loads Qt

    return run_console(context.data_dir, context.database)
