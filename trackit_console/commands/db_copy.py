"""`db copy`: fills an empty database with every row of another one (DB-01, docs/interface.md)."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from trackit_console.commands.cli_context import CliContext, answer
from trackit_console.paths import DatabaseUrl

if TYPE_CHECKING:
    from trackit_console.store.copy_result import DatabaseCopy


def add(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the action of `db` that copies it."""
    copying = actions.add_parser("copy", help="copy everything to an empty database; stop the monitor before")
    target = copying.add_mutually_exclusive_group(required=True)
    target.add_argument("--to", metavar="URL", help="SQLAlchemy URL of the database to fill")
    target.add_argument("--to-stdin", action="store_true", help="read that URL from standard input: others can see arguments")
    copying.set_defaults(do=copy)


def copy(context: CliContext, parsed: argparse.Namespace) -> int:
    """Copies the database to an empty one, and switches nothing: the copy is used by whoever names it with `--database`."""
    from trackit_console.store.database_copy import copy_database

    if parsed.to_stdin:
        print("URL of the database to fill: ", end="", file=sys.stderr, flush=True)
    target = DatabaseUrl(sys.stdin.readline().strip() if parsed.to_stdin else parsed.to)
    watched = sys.stderr.isatty()
    try:
        made = copy_database(context.url, target, context.data_dir, _show if watched else None)
    finally:
        if watched:
            print(file=sys.stderr)  # leaves the line of `_show`
    if parsed.json:
        copied = [{"table": each.name, "rows": each.target.rows} for each in made.tables]
        answer({"copied": copied, "verified": made.verified, "key_kept": made.key_kept})
    else:
        _tell_copied(made, target)
    return 0


def _show(table: str, done: int, total: int) -> None:
    """Writes over its own line of the terminal."""
    print(f"\r{table:30}{done:>12,} of {total:,}", end="", file=sys.stderr, flush=True)


def _tell_copied(made: DatabaseCopy, target: DatabaseUrl) -> None:
    filled = [each for each in made.tables if each.target.rows]
    width = max(len(each.name) for each in filled)
    for each in filled:
        print(f"{each.name:{width}}  {each.target.rows:>10,}")
    print(f"{len(made.tables)} tables copied to {made.database} and compared, {len(made.tables) - len(filled)} of them empty.")
    if not made.key_kept:
        print("This computer does not have the key of the passwords: trackit-console db enroll, with --database as below.")
    print("Nothing uses the copy yet. To work with it, start the console and the monitor with:")
    print(f"    --database {target}")
