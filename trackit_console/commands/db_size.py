"""`db size` and `db purge`: how large the database is, and the removal of what is older than its age (docs/interface.md)."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from trackit_console.commands.cli_context import CliContext, answer
from trackit_console.user_messages import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from trackit_console.settings.retention import Retention
    from trackit_console.store.database import Database
    from trackit_console.store.database_size import DatabaseSize, DaySize


class AgesRefused(Problem):
    """The ages in the database were changed by hand: nothing is removed by them."""

    context = "commands"
    code = "ages_refused"
    sentence = "The ages of Data Retention in the database are not valid: {findings}"
    remedy = "Correct them on the page Data Retention. Nothing was removed."


def add(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares both actions of `db`."""
    size = actions.add_parser("size", help="tell how large the database is, and how it grew")
    size.set_defaults(do=show_size)
    purge = actions.add_parser("purge", help="remove what is older than the ages of Data Retention")
    purge.add_argument("--dry-run", action="store_true", help="tell what would be removed, and remove nothing")
    purge.set_defaults(do=purge_database)


def show_size(context: CliContext, parsed: argparse.Namespace) -> int:
    """Tells sizes in bytes, the size of each day that is known, and the rows of the large tables."""
    with context.opened() as database, database.reading() as transaction:
        sizes = transaction.database_sizes
        size, days, rows, last_run = sizes.measure(), sizes.days(), sizes.rows(), sizes.last_run()
        today = transaction.now.date()
    if parsed.json:
        measured = (
            {"bytes": size.total, "used": size.used, "free": size.free} if size else dict.fromkeys(("bytes", "used", "free"))
        )
        kept = [{"day": each.day.isoformat(), "used": each.bytes} for each in days]
        answer({**measured, "days": kept, "last_removal": last_run, "rows": rows})
        return 0
    print(_size_words(size, days, today))
    for name, number in rows.items():
        print(f"    {name}: {number:,} rows")
    if last_run is not None:
        print(f"Old data was last looked for at {last_run.astimezone():%Y-%m-%d %H:%M:%S}.")
    return 0


def _size_words(size: DatabaseSize | None, days: Sequence[DaySize], today: date) -> str:
    if size is None:
        return "The database server does not tell the size of the database."
    words = f"{size.total:,} bytes, of which {size.free:,} are free for new data."
    if days and days[0].day < today:
        words += f" The data takes up {size.used - days[0].bytes:+,} bytes compared with {days[0].day}."
    return words


def purge_database(context: CliContext, parsed: argparse.Namespace) -> int:
    """Removes all that is due, step by step; interrupted, it leaves the rest for the next time. Raises `AgesRefused`."""
    with context.opened() as database:
        with database.reading() as transaction:
            stored = transaction.settings.retention()
        if stored.findings:
            raise AgesRefused(findings=" ".join(map(str, stored.findings)))
        removed = _due(database, stored.value) if parsed.dry_run else _removed(database, stored.value)
    if parsed.json:
        answer({"dry_run": parsed.dry_run, "removed": removed})
        return 0
    for kind, rows in removed.items():
        print(f"{kind}: {rows:,} {'would be removed' if parsed.dry_run else 'removed'}.")
    if not removed:
        print("Everything is kept for ever." if parsed.dry_run else "Nothing was old enough.")
    return 0


def _due(database: Database, retention: Retention) -> dict[str, int]:
    with database.reading() as transaction:
        return {kind: due.rows for kind, due in transaction.retention.count(retention).items()}


def _removed(database: Database, retention: Retention) -> dict[str, Any]:
    from trackit_console.monitor.retention_removal import removal_steps

    removed: dict[str, int] = {}
    for each in removal_steps(database, retention):
        removed[each.kind] = removed.get(each.kind, 0) + each.rows
    return removed
