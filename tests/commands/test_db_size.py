"""`db size` and `db purge`: what an admin's script learns and does about the size of the database (DB-01, PKG-02)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from tests.new_database import open_new_database
from trackit_console.__main__ import main
from trackit_console.paths import DataDir
from trackit_console.settings.retention import Retention
from trackit_console.store.database import Database
from trackit_console.store.row_inserts import insert_rows
from trackit_console.store.row_mapping import Stored
from trackit_console.store.tables import AuditRow, DatabaseSizeRow, RetentionRow

Run = Callable[..., tuple[int, Any]]
pytestmark = pytest.mark.covers("DB-01", "PKG-02")


@pytest.fixture
def database(data_dir: DataDir) -> Iterator[Database]:
    """A database with 700 old entries of the audit."""
    opened = open_new_database(data_dir)
    with opened.begin() as transaction:
        row = {"actor": "a", "action": "changed", "object_kind": "x", "object_name": ""}
        old = {"at": transaction.now - timedelta(days=100), **row}
        insert_rows(transaction.session.connection(), AuditRow, [old] * 700)
    yield opened
    opened.close()


@pytest.fixture
def run(data_dir: DataDir, database: Database, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command; answers exit code and output, JSON read."""

    def run_it(*arguments: str) -> tuple[int, Any]:
        code = main(["--data-dir", str(data_dir.root), *arguments])
        out = capsys.readouterr().out
        return code, json.loads(out) if "--json" in arguments else out

    return run_it


def keep_audit(database: Database, days: int) -> None:
    with database.begin() as transaction:
        stored = transaction.settings.retention()
        kept = Retention(audit=days, scheduled_actions=0)
        transaction.settings.save_retention(Stored(stored.id, stored.version, kept), "ada")


def test_what_is_old_is_counted_and_then_removed(run: Run, database: Database) -> None:
    assert run("db", "purge", "--json") == (0, {"dry_run": False, "removed": {}})
    keep_audit(database, 90)
    assert run("db", "purge", "--dry-run", "--json") == (0, {"dry_run": True, "removed": {"audit": 700}})
    assert run("db", "purge", "--dry-run") == (0, "audit: 700 would be removed.\n")
    assert run("db", "purge", "--json") == (0, {"dry_run": False, "removed": {"audit": 700}})
    assert run("db", "purge") == (0, "Nothing was old enough.\n")


def test_ages_that_were_changed_by_hand_remove_nothing(run: Run, database: Database) -> None:
    with database.begin() as transaction:
        transaction.session.execute(update(RetentionRow).values(definition='{"audit": 5}'))
    code, told = run("db", "purge", "--json")
    assert code != 0 and told["error"]["code"] == "ages_refused"
    assert "audit: Enter at least 62 days" in told["error"]["detail"]
    assert run("db", "size", "--json")[1]["rows"]["audit"] == 700


def test_the_size_is_told_in_bytes_with_its_days(run: Run, database: Database) -> None:
    code, told = run("db", "size", "--json")
    assert code == 0
    assert list(told) == ["bytes", "used", "free", "days", "last_removal", "rows"]
    assert told["bytes"] >= told["used"] > 100_000
    assert (told["days"], told["last_removal"], told["rows"]["audit"]) == ([], None, 700)
    with database.begin() as transaction:
        before = transaction.now - timedelta(days=3)
        row = {"day": before.date(), "bytes": 1000, "at": before}
        insert_rows(transaction.session.connection(), DatabaseSizeRow, [row])
    _, told = run("db", "size", "--json")
    assert told["days"] == [{"day": before.date().isoformat(), "used": 1000}]
    assert told["last_removal"] is not None
    code, words = run("db", "size")
    assert f"compared with {before.date()}" in words and "audit: 700 rows" in words
