"""`db`: the schema of the database; its keys, copies, backups, size and old data are in modules of their own (DB-01, DB-03)."""

from __future__ import annotations

import argparse
import sys

from trackit_console.commands import db_backups, db_copy, db_keys, db_restore, db_service_key, db_size
from trackit_console.commands.cli_context import EXIT_FAILED, CliContext, answer


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares `db` and its actions."""
    parser = commands.add_parser("db", help="create, upgrade and examine the database")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name, words, do in (
        ("status", "tell whether the database fits this program", status),
        ("upgrade", "create the schema, or bring it up to date", upgrade),
        ("sql", "write the SQL that creates or upgrades the schema, to be run by hand", sql),
    ):
        action = actions.add_parser(name, help=words)
        action.set_defaults(do=do)
    db_keys.add(actions)
    db_backups.add(actions)
    db_restore.add(actions)
    db_size.add(actions)
    db_service_key.add(actions)
    db_copy.add(actions)


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
    """Upgrades the schema in one transaction, then reports its state. An embedded database is backed up first."""
    from trackit_console.clock import SystemClock
    from trackit_console.store.upgrade import upgrade_with_backup

    context.data_dir.make()
    backup = upgrade_with_backup(context.url, SystemClock().now())
    if backup and not parsed.json:
        print(f"Backed up before the upgrade: {backup}")
    return status(context, parsed)


def sql(context: CliContext, parsed: argparse.Namespace) -> int:
    """Prints the SQL of an upgrade; for SQL Server with guards against errors and against a second run."""
    from trackit_console.store.database_setup import upgrade_script

    script = upgrade_script(context.url)
    sys.stdout.write(script.sql)
    if not script.upgrades:
        print("There is nothing to upgrade. The SQL only makes the roles and gives them their rights.", file=sys.stderr)
    return 0
