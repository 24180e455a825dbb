"""`db`: the schema of the database, the key that encrypts its secrets, copies and backups, its size and its old data (DB-01, DB-03, SEC-02)."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from trackit_console.commands import db_backups, db_service_key, db_size
from trackit_console.commands.cli_context import EXIT_FAILED, CliContext, actor, answer
from trackit_console.paths import DatabaseUrl

if TYPE_CHECKING:
    from trackit_console.store.database_copy import DatabaseCopy


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares `db` and its actions."""
    parser = commands.add_parser("db", help="create, upgrade and examine the database")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name, words, do in (
        ("status", "tell whether the database fits this program", status),
        ("upgrade", "create the schema, or bring it up to date", upgrade),
        ("sql", "write the SQL of an upgrade from nothing, to be run by hand", sql),
        ("key", "show the recovery key that enrolls another computer", key),
        ("rotate-key", "give the database another key, and show its recovery key", rotate_key),
        ("enroll", "give this computer the key of the database; reads the recovery key from standard input", enroll_here),
    ):
        action = actions.add_parser(name, help=words)
        action.set_defaults(do=do)
        if name == "rotate-key":
            action.add_argument(
                "--at-once",
                action="store_true",
                help="the old key may be in wrong hands: other computers need the new recovery key before they go on",
            )
    db_backups.add(actions)
    db_size.add(actions)
    db_service_key.add(actions)
    copying = actions.add_parser("copy", help="copy everything to an empty database; stop the monitor before")
    target = copying.add_mutually_exclusive_group(required=True)
    target.add_argument("--to", metavar="URL", help="SQLAlchemy URL of the database to fill")
    target.add_argument("--to-stdin", action="store_true", help="read that URL from standard input: others can see arguments")
    copying.set_defaults(do=copy)


def status(context: CliContext, parsed: argparse.Namespace) -> int:
    """Reports whether the schema fits this version; exit code 0 only if the database can be used as it is."""
    from trackit_console.store.database_setup import schema_state
    from trackit_console.store.schema import HEAD, SchemaState

    state, revision = schema_state(context.url)
    if parsed.json:
        answer({"state": state.value, "revision": revision, "program": HEAD})
    else:
        print(f"{state.value}: the database is at {revision or 'no revision'}, this program at {HEAD}.")
    return 0 if state is SchemaState.CURRENT else EXIT_FAILED


def upgrade(context: CliContext, parsed: argparse.Namespace) -> int:
    """Upgrades the schema in one transaction, then reports its state."""
    from trackit_console.store.database_setup import upgrade_database

    context.data_dir.make()
    upgrade_database(context.url)
    return status(context, parsed)


def sql(context: CliContext, parsed: argparse.Namespace) -> int:
    """Prints the SQL of an upgrade; for SQL Server with guards against errors and against a second run."""
    from trackit_console.store.schema import upgrade_sql

    sys.stdout.write(upgrade_sql(context.url))
    return 0


def key(context: CliContext, parsed: argparse.Namespace) -> int:
    """Shows the recovery key, the one secret that a person must keep."""
    with context.opened() as database:
        if parsed.json:
            answer({"recovery_key": database.recovery_key})
        else:
            print(database.recovery_key)
            print("Keep it in a safe place: who has it and the database can read every stored password.", file=sys.stderr)
    return 0


def rotate_key(context: CliContext, parsed: argparse.Namespace) -> int:
    """Seals every secret under a new key; consoles and monitors that run go on by themselves, unless `--at-once`."""
    with context.opened() as database:
        recovery_key = database.rotate_key(actor(), hand_over=not parsed.at_once)
    if parsed.json:
        answer({"recovery_key": recovery_key})
        return 0
    print(recovery_key)
    told = "Enroll every other computer with it." if parsed.at_once else "Other computers take the new key by themselves."
    print(f"This is the recovery key from now on; keep it in a safe place. {told}", file=sys.stderr)
    return 0


def enroll_here(context: CliContext, parsed: argparse.Namespace) -> int:
    """Reads the recovery key from standard input: other users can see the arguments of a process."""
    from trackit_console.store.database_setup import enroll

    print("Recovery key: ", end="", file=sys.stderr, flush=True)
    enroll(context.url, context.data_dir.make(), sys.stdin.readline())
    if parsed.json:
        answer({"enrolled": True})
    else:
        print("This computer can now open the secrets of this database.")
    return 0


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
