"""`db restore`: replaces the content of the embedded database by that of a backup (DB-01, docs/interface.md)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trackit_console.commands.cli_context import CliContext, WrongCall, actor, answer

if TYPE_CHECKING:
    from trackit_console.store.restore_preview import RestorePreview

YES = "yes"


def add(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the action of `db` that restores a backup."""
    restoring = actions.add_parser("restore", help="replace the content of the embedded database by that of a backup")
    restoring.add_argument("file", type=Path, metavar="FILE", help="the backup")
    restoring.add_argument("--yes", action="store_true", help="do not ask")
    restoring.add_argument(
        "--all-stopped",
        action="store_true",
        help="services, consoles and commands on this database are stopped: restore where that cannot be found out",
    )
    restoring.set_defaults(do=restore)


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
    kept = restore_backup(file, chosen, folder, SystemClock().now(), by=actor(), all_stopped=parsed.all_stopped)
    if parsed.json:
        answer({"restored": str(chosen), "kept": str(kept) if kept else None, "lost": _lost(preview), **_following(preview)})
    else:
        print(f"Restored. The database as it was before is kept as {kept}." if kept else "Restored.")
        print(
            "The email monitor is stopped: look at trackit-console outbox, then press Start Now, or run trackit-console monitor --start-now."
        )
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
