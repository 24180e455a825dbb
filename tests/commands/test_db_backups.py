"""`db backup`, `db backups` and `db restore` (DB-01, docs/interface.md)."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.store.backup_factory import add_records, let_nobody_write
from trackit_console.__main__ import main
from trackit_console.paths import DataDir
from trackit_console.store import schema
from trackit_console.store.database import open_database
from trackit_console.store.engine import make_engine

pytestmark = pytest.mark.covers("DB-01", "PKG-02")
Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def run(data_dir: DataDir, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command; answers exit code and output, JSON read."""

    def run_it(*arguments: object) -> tuple[int, Any]:
        code = main(["--data-dir", str(data_dir.root), *map(str, arguments)])
        out = capsys.readouterr().out
        return code, json.loads(out) if "--json" in arguments else out

    return run_it


def add(data_dir: DataDir, number: int) -> None:
    opened = open_database(data_dir.database_url, data_dir)
    add_records(opened, number)
    opened.close()


def test_a_backup_is_made_listed_and_restored(run: Run, data_dir: DataDir) -> None:
    add(data_dir, 2)
    code, made = run("db", "backup", "--json")
    assert code == 0
    assert {"schema": schema.HEAD, "records": 2, "mailboxes": 0}.items() <= made.items()
    (data_dir.root / "backups" / "trackit_2020-01-01_0300.sqlite3").write_text("?")
    add(data_dir, 1)
    code, [listed, damaged] = run("db", "backups", "--json")
    assert list(listed) == ["file", "made_at", "size", "before_restore", "schema", "records", "mailboxes", "error"]
    assert (listed["file"], listed["size"], listed["error"]) == (made["file"], made["size"], None)
    assert (damaged["records"], damaged["error"]["code"]) == (None, "backup_unreadable")
    code, restored = run("db", "restore", made["file"], "--yes", "--json")
    assert code == 0
    assert restored["lost"] == {"records": 1, "messages": 0, "changes": 0}
    assert (restored["upgrade_needed"], restored["same_database"]) == (False, True)
    assert run("db", "restore", restored["kept"], "--yes")[0] == 0
    assert len(run("records", "--json")[1]) == 3


@pytest.mark.parametrize(("typed", "records"), [("yes\n", 0), ("y\n", 1), ("", 1)])
def test_a_restore_waits_for_a_yes(
    run: Run, data_dir: DataDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, records: int
) -> None:
    add(data_dir, 0)
    assert run("db", "backup", tmp_path / "mine")[0] == 0
    add(data_dir, 1)
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    assert (run("db", "restore", tmp_path / "mine")[0] == 0) is (records == 0)
    assert len(run("records", "--json")[1]) == records


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such a file")
def test_where_nobody_knows_whether_it_is_open_all_stopped_must_be_given(run: Run, data_dir: DataDir, tmp_path: Path) -> None:
    add(data_dir, 1)
    assert run("db", "backup", tmp_path / "mine")[0] == 0
    let_nobody_write(data_dir.database)
    assert run("db", "restore", tmp_path / "mine", "--yes", "--json")[1]["error"]["code"] == "use_unknown"
    assert run("db", "restore", tmp_path / "mine", "--yes", "--all-stopped")[0] == 0
    assert len(run("records", "--json")[1]) == 1


def test_an_older_database_is_backed_up_as_it_is(run: Run, data_dir: DataDir) -> None:
    engine = make_engine(data_dir.database_url)
    schema.upgrade(engine, "0005")
    engine.dispose()
    assert run("db", "backup", "--json")[1]["schema"] == "0005"
    assert run("db", "status", "--json")[1]["state"] == "older"


def test_problems_are_told(run: Run, data_dir: DataDir, tmp_path: Path) -> None:
    assert run("db", "backup", "--json")[1]["error"]["code"] == "database_missing"
    assert run("db", "backups", "--json") == (0, [])
    add(data_dir, 0)
    taken = tmp_path / "taken"
    taken.write_text("mine")
    assert run("db", "backup", taken, "--json")[1]["error"]["code"] == "backup_exists"
    assert taken.read_text() == "mine"
    code, answered = run("--database", "mssql+pyodbc://sql01/TRACKIT", "db", "backup", "--json")
    assert (code, answered["error"]["code"]) == (3, "not_embedded")
    assert run("db", "restore", taken, "--yes", "--json")[1]["error"]["code"] == "backup_unreadable"
