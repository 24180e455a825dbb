"""`db copy`: fills an empty database and tells what is in it; nothing uses the copy before somebody names it (DB-01, PKG-02)."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clock import BEGINNING
from tests.outbox_factory import add_record
from tests.settings.samples import CANARY
from trackit_console.__main__ import main
from trackit_console.clock import SystemClock
from trackit_console.paths import DataDir
from trackit_console.store.database import Database, open_database
from trackit_console.store.monitoring_views import Host
from trackit_console.store.tables import Base

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(data_dir: DataDir, database: Database, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `db copy`; answers exit code, output and errors."""

    def run_it(*arguments: str) -> tuple[int, str, str]:
        try:
            code = main(["--data-dir", str(data_dir.root), "db", "copy", *arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run_it


@pytest.fixture
def target(tmp_path: Path) -> str:
    return f"sqlite:///{(tmp_path / 'copy.sqlite3').as_posix()}"


@pytest.mark.covers("DB-01", "PKG-02")
def test_the_answer_tells_the_rows_of_every_table(run: Run, database: Database, target: str) -> None:
    add_record(database)
    add_record(database)
    code, out, _ = run("--to", target, "--json")
    told = json.loads(out)
    assert (code, list(told)) == (0, ["copied", "verified", "key_kept"])
    rows = {each["table"]: each["rows"] for each in told["copied"]}
    assert set(rows) == {table.name for table in Base.metadata.sorted_tables}
    assert (rows["records"], rows["notes"], rows["filter_rules"]) == (2, 0, 19)
    assert told["verified"] and told["key_kept"]


@pytest.mark.covers("DB-01", "PKG-02")
def test_a_person_reads_a_table_and_how_to_use_the_copy(
    run: Run, database: Database, data_dir: DataDir, target: str, tmp_path: Path
) -> None:
    add_record(database)
    code, out, _ = run("--to", target)
    lines = out.splitlines()
    assert code == 0
    assert "records" in [line.split()[0] for line in lines if line.split()[-1] == "1"]
    assert not [line for line in lines if line.startswith("attachments")], "an empty table is no line"
    assert f"--database {target}" in out
    assert "db enroll" not in out
    copied = open_database(target, data_dir)
    assert add_record(copied).id == 2
    copied.close()
    with database.reading() as transaction:
        assert len(transaction.records.page()) == 1, "the copy is used already"


@pytest.mark.covers("DB-01", "SEC-02")
def test_who_does_not_have_the_key_is_told_where_to_get_it(run: Run, data_dir: DataDir, target: str) -> None:
    data_dir.key_file.unlink()
    for each in data_dir.keys.iterdir():
        each.unlink()
    assert "db enroll" in run("--to", target)[1]


@pytest.mark.covers("DB-01", "PKG-02", "SEC-02")
def test_the_address_is_read_from_standard_input(run: Run, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{target}\n"))
    code, out, _ = run("--to-stdin", "--json")
    assert (code, json.loads(out)["verified"]) == (0, True)


@pytest.mark.covers("DB-01", "SEC-02")
def test_a_password_in_the_address_is_printed_nowhere(run: Run) -> None:
    address = f"mssql+pyodbc://sa:{CANARY}@127.0.0.1:9/x?driver=none&timeout=1"
    code, out, err = run("--to", address, "--json")
    assert code == 3
    assert CANARY not in out + err


@pytest.mark.covers("DB-01", "PKG-02")
@pytest.mark.parametrize("arguments", [[], ["--to", "nowhere"], ["--to", "sqlite://"], ["--to", "sqlite:///a", "--to-stdin"]])
def test_a_call_without_a_database_to_fill_is_wrong(run: Run, arguments: list[str]) -> None:
    assert run(*arguments)[0] == 2


@pytest.mark.covers("DB-01", "PKG-02")
def test_a_refusal_exits_3_and_says_what_to_do(run: Run, target: str) -> None:
    database = open_database(target, DataDir(Path(target.removeprefix("sqlite:///")).parent / "other").make())
    add_record(database)
    database.close()
    code, out, err = run("--to", target, "--json")
    assert (code, json.loads(out)["error"]["code"]) == (3, "target_not_empty")
    assert "records" in err and "Name another database" in err


@pytest.mark.covers("DB-01", "RUN-02")
def test_while_the_monitor_runs_nothing_is_copied(run: Run, database: Database, target: str) -> None:
    now = SystemClock().now()
    with database.begin() as transaction:
        transaction.monitoring.report(Host("h", "PC 7", "headless", "running", 1, BEGINNING, now))
    code, out, err = run("--to", target, "--json")
    assert (code, json.loads(out)["error"]["code"]) == (3, "monitor_still_runs")
    assert "PC 7" in err and "Stop Now" in err


@pytest.mark.covers("DB-01", "PKG-02")
def test_a_terminal_shows_how_far_it_is(run: Run, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    code, _, err = run("--to", target)
    last = err.rstrip("\n").split("\r")[-1]
    done, total = last.split()[-3], last.split()[-1]
    assert (code, err[-1], done) == (0, "\n", total)
