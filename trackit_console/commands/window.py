"""`console`: opens the window."""

from __future__ import annotations

import argparse

from trackit_console.commands.frame import Frame


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = commands.add_parser("console", help="open the console (default)")
    parser.set_defaults(do=open_console)


def open_console(frame: Frame, parsed: argparse.Namespace) -> int:
    """Opens the window and stays until it is closed."""
    from trackit_console.console.app import run_console  # Qt: only here

    return run_console(frame.data_dir, frame.url)
