"""`db backup` and `db backups`: makes and lists backups of the embedded database (DB-01, docs/interface.md)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trackit_console.commands.cli_context import CliContext, answer, error_answer
from trackit_console.user_messages import Problem

if TYPE_CHECKING:
    from trackit_console.store.backup_contents import Contents
    from trackit_console.store.backup_files import BackupFile


def add(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the actions of `db` that are about backups."""
    backing_up = actions.add_parser("backup", help="back up the embedded database, also while it is in use")
    backing_up.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="a new file (default: in the folder of the settings)"
    )
    backing_up.set_defaults(do=backup)
    listing = actions.add_parser("backups", help="list the backups of the embedded database")
    listing.set_defaults(do=backups)


def backup(context: CliContext, parsed: argparse.Namespace) -> int:
    """Makes a backup and tells its name. It works for a database of an older version too."""
    from trackit_console.store.backup_contents import contents_of

    file = _to(context, parsed.file.absolute()) if parsed.file else _to_folder(context)
    if parsed.json:
        answer({"file": str(file), "size": file.stat().st_size, **_contents_answer(contents_of(file))})
    else:
        print(f"Backed up to {file}.")
        print("The key that opens stored passwords is not in it: keep the output of trackit-console db key.", file=sys.stderr)
    return 0


def _to(context: CliContext, file: Path) -> Path:
    from trackit_console.clock import SystemClock
    from trackit_console.store.backup_files import database_file
    from trackit_console.store.sqlite_backup import back_up_to

    back_up_to(database_file(context.url), file, SystemClock().now())
    return file


def _to_folder(context: CliContext) -> Path:
    """As the monitor does it; what cannot be opened, because of its schema or its key, is only copied."""
    from trackit_console.clock import SystemClock
    from trackit_console.monitor.backup_runs import make_backup
    from trackit_console.store.backup_contents import stored_backups
    from trackit_console.store.backup_files import backup_folder, database_file
    from trackit_console.store.key_errors import WrongKey
    from trackit_console.store.opening_errors import DatabaseMissing
    from trackit_console.store.schema_errors import SchemaOlder
    from trackit_console.store.sqlite_backup import back_up

    file, now = database_file(context.url), SystemClock().now()
    if not file.is_file():  # to open it would make a new one
        raise DatabaseMissing(file=file)
    settings = stored_backups(file)
    try:
        with context.opened() as database:
            return make_backup(database, file, settings, now)
    except (SchemaOlder, WrongKey):
        return back_up(file, backup_folder(file, settings.folder), now)


def backups(context: CliContext, parsed: argparse.Namespace) -> int:
    """Prints a line, or a JSON object, for each backup in the folder of the settings, newest first."""
    from trackit_console.store.backup_contents import stored_backups
    from trackit_console.store.backup_files import backups_of, database_file, usual_folder

    file = database_file(context.url)
    chosen = stored_backups(file).folder
    folder = Path(chosen) if chosen else usual_folder(file)
    found = backups_of(file, folder)
    if parsed.json:
        answer([_listed(each) for each in found])
        return 0
    for each in found:
        print(_in_words(each))
    if not found:
        print(f"There is no backup in {folder}.")
    return 0


def _read(file: Path) -> Contents | Problem:
    from trackit_console.store.backup_contents import contents_of
    from trackit_console.store.restore_errors import BackupUnreadable

    try:
        return contents_of(file)
    except BackupUnreadable as problem:
        return problem


def _listed(file: BackupFile) -> dict[str, Any]:
    """A backup in the form of docs/interface.md."""
    found = _read(file.path)
    nothing = dict.fromkeys(("schema", "records", "mailboxes"))
    contents = nothing if isinstance(found, Problem) else _contents_answer(found)
    return {
        "file": str(file.path),
        "made_at": file.made_at,
        "size": file.size,
        "before_restore": file.before_restore,
        **contents,
        "error": error_answer(found) if isinstance(found, Problem) else None,
    }


def _contents_answer(contents: Contents) -> dict[str, Any]:
    return {"schema": contents.revision, "records": contents.records, "mailboxes": contents.mailboxes}


def _in_words(file: BackupFile) -> str:
    found = _read(file.path)
    if isinstance(found, Problem):
        inside = str(found.message)
    else:
        inside = f"schema {found.revision}, {found.records} records, {found.mailboxes} mailboxes"
    return f"{file.made_at:%Y-%m-%d %H:%M}  {file.size / 1_000_000:8.1f} MB  {inside}\n    {file.path}"
