"""`db backup`, `db backups` and `db restore`: backups of the embedded database (DB-08, docs/interface.md)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trackit_console.commands.cli_context import CliContext, WrongCall, answer, error_answer
from trackit_console.user_messages import Problem

if TYPE_CHECKING:
    from trackit_console.store.backup_contents import Contents
    from trackit_console.store.backup_files import BackupFile
    from trackit_console.store.restore_preview import RestorePreview

YES = "yes"


def add(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the actions of `db` that are about backups."""
    backing_up = actions.add_parser("backup", help="back up the embedded database, also while it is in use")
    backing_up.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="a new file (default: in the folder of the settings)"
    )
    backing_up.set_defaults(do=backup)
    listing = actions.add_parser("backups", help="list the backups of the embedded database")
    listing.set_defaults(do=backups)
    restoring = actions.add_parser("restore", help="replace the content of the embedded database by that of a backup")
    restoring.add_argument("file", type=Path, metavar="FILE", help="the backup")
    restoring.add_argument("--yes", action="store_true", help="do not ask")
    restoring.set_defaults(do=restore)


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
    from trackit_console.store.backup_files import database_file
    from trackit_console.store.sqlite_backup import back_up_to

    back_up_to(database_file(context.url), file)
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


def restore(context: CliContext, parsed: argparse.Namespace) -> int:
    """Tells what would be lost, asks, and restores; the email monitor stays stopped afterwards."""
    from trackit_console.clock import SystemClock
    from trackit_console.store.backup_contents import stored_backups
    from trackit_console.store.backup_files import backup_folder, database_file
    from trackit_console.store.restore_preview import preview_restore
    from trackit_console.store.sqlite_restore import restore as restore_backup

    file, chosen = database_file(context.url), parsed.file.absolute()
    preview = preview_restore(file, chosen)
    _tell(preview)
    if not parsed.yes and not _agreed():
        raise WrongCall(words="Nothing was restored: type yes, or give --yes.")
    context.data_dir.make()
    folder = backup_folder(file, stored_backups(file).folder)
    kept = restore_backup(file, chosen, folder, SystemClock().now())
    if parsed.json:
        answer({"restored": str(chosen), "kept": str(kept) if kept else None, "lost": _lost(preview), **_following(preview)})
    else:
        print(f"Restored. The database as it was before is kept as {kept}." if kept else "Restored.")
        print("The email monitor is stopped: look at trackit-console outbox, then start it.")
        if preview.is_older_schema:
            print("The backup is of an older version: run trackit-console db upgrade.")
    return 0


def _lost(preview: RestorePreview) -> dict[str, int]:
    return {"records": preview.lost_records, "messages": preview.lost_messages, "changes": preview.lost_changes}


def _following(preview: RestorePreview) -> dict[str, Any]:
    return {"upgrade_needed": preview.is_older_schema, "same_database": preview.same_database, "same_key": preview.same_key}


def _tell(preview: RestorePreview) -> None:
    lost = _lost(preview)
    print(
        f"Lost are {lost['records']} records, {lost['messages']} messages taken and {lost['changes']} changes by people, made since.\n"
        "Mail taken since that still lies in its mailbox is taken again, also when it is marked as read; mail that was moved or\n"
        "deleted is not. Outgoing mail that waited then waits again, although it may have been sent since.",
        file=sys.stderr,
    )
    if not preview.same_key:
        words = "Its passwords have another key. If this computer lacks it, give its recovery key: trackit-console db enroll."
        print(words, file=sys.stderr)


def _agreed() -> bool:
    print("Restore it? Type yes: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() == YES
