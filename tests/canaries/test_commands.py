"""Every command, in words and as JSON, while everything fails: no secret in its answers, its logs or a program that it starts (SEC-02)."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.canaries.planting import AROUND, Planted, core_of
from tests.canaries.watch import assert_unseen, assert_unseen_in_files, found_in
from tests.message_factory import raw_message
from trackit_console.__main__ import main
from trackit_console.commands import _parser
from trackit_console.paths import DataDir
from trackit_console.store.database import Database

pytestmark = [pytest.mark.covers("SEC-02", "PKG-02"), pytest.mark.filterwarnings("ignore::ResourceWarning")]
PASSPHRASE, TYPED = core_of("passphrase"), core_of("typed")
UNREACHABLE = f"mssql+pyodbc://sa:{TYPED}@127.0.0.1:9/x?driver=none&timeout=1"
WITHOUT_END = {("console",), ("demo",)}
"""They open a window; what that shows is looked at in `test_console`."""
TELLS_THE_KEY = {("db", "key"), ("db", "rotate-key")}
CALLS = (
    ["check"], ["monitor", "--once"], ["status"], ["activity"], ["records"], ["parse", "mail.eml"],
    ["export", "-"], ["export", "sealed.yaml", "--passphrase-file", "passphrase"], ["export", "plain.yaml"],
    ["import", "sealed.yaml", "--passphrase-file", "passphrase", "--preview"],
    ["import", "sealed.yaml", "--passphrase-file", "passphrase"], ["import", "sealed.yaml", "--passphrase-file", "-"],
    ["import", "plain.yaml"], ["import", "refused.yaml"],
    ["quarantine"], ["quarantine", "retry", "--all"], ["quarantine", "discard", "1"], ["quarantine", "save", "1", "-"],
    ["quarantine", "route", "1", "Ticket - 1"], ["outbox"], ["outbox", "retry", "--all"], ["outbox", "discard", "--all"],
    ["filters", "try", "--sender", "a@example.com", "--subject", "x"], ["filters", "preview", "--list", "sender", "--text", "ab"],
    ["report", "none"], ["rules", "try", "none", "--record", "1"], ["rules", "preview", "none"], ["audit"],
    ["autodiscover", "a@127.0.0.1", "--password-stdin"],
    ["logs"], ["logs", "Database"], ["logs", "EmailMonitor"], ["logs", "ImapMailListener"],
    ["db", "status"], ["status", "--database", UNREACHABLE], ["db", "upgrade"], ["db", "sql", "--database", UNREACHABLE], ["db", "key"], ["db", "size"], ["db", "purge"], ["db", "backups"],
    ["db", "backup"], ["db", "restore", "none.sqlite3", "--yes"], ["db", "copy", "--to", "sqlite:///copy.sqlite3"],
    ["db", "copy", "--to-stdin"], ["db", "enroll"], ["db", "rotate-key"], ["db", "service-key"],
)  # fmt: skip


def leaves(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command of the command line, and every action of it."""
    actions = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    for name, child in [item for each in actions for item in each.choices.items()]:
        yield from leaves(child, (*path, name))
    if path and not any(each.required for each in actions):
        yield path


def test_every_command_takes_part() -> None:
    called = {leaf for leaf in leaves(_parser()) if any(tuple(call[: len(leaf)]) == leaf for call in CALLS)}
    assert set(leaves(_parser())) - called == WITHOUT_END


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the calls name, apart from the data directory."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "mail.eml").write_bytes(raw_message())
    (folder / "passphrase").write_text(PASSPHRASE + AROUND, "utf-8")
    (folder / "refused.yaml").write_text(f"version: 1\nmailboxes:\n  - type: imap\n    password: {TYPED}\n", "utf-8")
    monkeypatch.chdir(folder)
    return folder


def typed_for(call: list[str], recovery_key: str) -> str:
    """What is typed into standard input."""
    if call == ["db", "enroll"]:
        return recovery_key
    if call == ["db", "copy", "--to-stdin"]:
        return UNREACHABLE
    return PASSPHRASE + AROUND if call[0] == "import" else TYPED + AROUND


@pytest.mark.parametrize("as_json", [[], ["--json"]], ids=["words", "json"])
def test_no_command_tells_a_secret(
    as_json: list[str],
    database: Database,
    data_dir: DataDir,
    planted: Planted,
    files: Path,
    started: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    key = database.recovery_key
    cores = [*planted.cores.values(), PASSPHRASE, TYPED]
    where = ["--data-dir", str(data_dir.root), "--database", str.__str__(data_dir.database_url), *as_json]
    for call in CALLS:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed_for(call, key)))
        code = main([*where, *call])
        told = capsys.readouterr()
        assert code in (0, 1, 2, 3), call
        tells_key = tuple(call) in TELLS_THE_KEY
        assert bool(found_in(told.out, [key])) <= tells_key, call
        assert_unseen(" ".join(call), told.out + told.err, cores)
    key_files = set(data_dir.keys.iterdir())
    for file in key_files:  # of db service-key: to keep the key is what they are for
        file.unlink()
    assert_unseen_in_files(data_dir.root, [*cores, key])
    for file in (*files.glob("*.sqlite3"), files / "sealed.yaml", files / "plain.yaml"):
        assert_unseen(str(file), file.read_bytes(), cores)
    assert_unseen("the programs that were started", str(started), cores)
    logged = "".join(each.read_text("utf-8") for each in data_dir.logs.glob("ImapMailListener*.log"))
    assert "refused the user name" in logged and "***" in logged, "the server that repeats what it was sent was not asked"
