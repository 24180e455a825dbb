"""`export` and `import`: secrets sealed under a passphrase, and a preview (DB-06, SEC-02)."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from tests.settings.samples import imap
from trackit_console.__main__ import main
from trackit_console.paths import DataDir
from trackit_console.store.database import Database, open_database

CANARY = "c4n4ry-Pa$$wörd"
PASSPHRASE = "correct horse battery staple"
Run = Callable[..., tuple[int, Any, str]]
pytestmark = pytest.mark.covers("DB-06", "PKG-02")


@pytest.fixture
def run(data_dir: DataDir, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command; answers exit code, output (JSON read) and errors."""

    def run_it(*arguments: object) -> tuple[int, Any, str]:
        code = main(["--data-dir", str(data_dir.root), *map(str, arguments)])
        out, err = capsys.readouterr()
        assert CANARY not in out + err and PASSPHRASE not in out + err
        return code, json.loads(out) if "--json" in arguments else out, err

    return run_it


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    """A file with the passphrase, as an editor on Windows writes it."""
    file = tmp_path / "passphrase.txt"
    file.write_bytes(f"\ufeff{PASSPHRASE}\r\nnotes\r\n".encode())
    return file


@pytest.fixture
def set_up(database: Database) -> None:
    """A mailbox with a password."""
    with database.begin() as transaction:
        transaction.mailboxes.add(imap(name="Support", password=CANARY), "ada")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Another data directory."""
    other = DataDir(tmp_path / "elsewhere").make()
    other.key_file.write_bytes((tmp_path / "data" / "secret.key").read_bytes())
    return other.root


@pytest.mark.covers("SEC-02")
def test_secrets_travel_under_the_passphrase(run: Run, set_up: None, passphrase: Path, elsewhere: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    assert run("export", file, "--passphrase-file", passphrase)[0] == 0
    assert CANARY not in file.read_text("utf-8") and PASSPHRASE not in file.read_text("utf-8")
    code, _, err = run("import", file, "--data-dir", elsewhere)
    assert code == 1 and "sealed under a passphrase" in err
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("another passphrase")
    code, told, _ = run("import", file, "--data-dir", elsewhere, "--passphrase-file", wrong, "--json")
    assert (code, told["error"]["code"]) == (1, "wrong_passphrase")
    assert run("import", file, "--data-dir", elsewhere, "--passphrase-file", passphrase)[0] == 0
    imported = DataDir(elsewhere)
    database = open_database(imported.database_url, imported)
    with database.reading() as transaction:
        [mailbox] = transaction.mailboxes.all(secrets=True)
    database.close()
    assert getattr(mailbox.value, "password", None) == SecretStr(CANARY)


def test_the_passphrase_may_come_from_standard_input(
    run: Run, set_up: None, passphrase: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "all.yaml"
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSPHRASE}\n"))
    assert run("export", file, "--passphrase-file", "-")[0] == 0
    assert run("import", file, "--passphrase-file", passphrase)[0] == 0


@pytest.mark.parametrize(("written", "code"), [("short", 1), ("", 2), ("\nsecond line", 2), (None, 2)])
def test_a_passphrase_that_cannot_be_used_writes_nothing(run: Run, tmp_path: Path, written: str | None, code: int) -> None:
    source, file = tmp_path / "passphrase.txt", tmp_path / "all.yaml"
    if written is not None:
        source.write_text(written)
    assert run("export", file, "--passphrase-file", source)[0] == code
    assert not file.exists()


def test_export_import_export_is_the_same_file(run: Run, set_up: None, elsewhere: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    assert run("export", first)[0] == 0
    assert run("import", first, "--data-dir", elsewhere)[0] == 0
    assert run("export", second, "--data-dir", elsewhere)[0] == 0
    assert second.read_bytes() == first.read_bytes()


@pytest.mark.covers("SEC-02")
def test_an_export_touches_no_other_file_and_is_for_its_owner(
    run: Run, set_up: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, notes = tmp_path / "all.yaml", tmp_path / "all.yaml.new"
    file.write_text("old")
    notes.write_text("my notes")
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", flushed.append)
    assert run("export", file)[0] == 0
    assert file.read_text("utf-8").startswith("version: 1") and notes.read_text() == "my notes"
    assert flushed
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["nowhere/all.yaml", "a\0b.yaml"], ids=["no folder", "no name"])
def test_an_export_that_cannot_be_written_says_so(run: Run, set_up: None, tmp_path: Path, name: str) -> None:
    code, told, err = run("export", tmp_path / name, "--json")
    assert (code, told["error"]["code"]) == (2, "file_not_written")
    assert "could not be saved" in err


@pytest.mark.covers("SEC-02")
def test_the_import_that_gives_a_database_its_key_names_the_command_that_shows_it(
    run: Run, set_up: None, elsewhere: Path, tmp_path: Path
) -> None:
    file = tmp_path / "all.yaml"
    run("export", file)
    _, out, first = run("import", file, "--data-dir", elsewhere, "--json")
    assert out["imported"]
    assert first.count("\n") == 1 and "trackit-console db key" in first
    assert run("import", file, "--data-dir", elsewhere, "--json")[2] == ""


def test_a_preview_tells_what_would_change_and_changes_nothing(run: Run, set_up: None, tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    run("export", file)
    before = file.read_text("utf-8")
    data = yaml.safe_load(before)
    changed = {
        "version": 1,
        "mailboxes": [data["mailboxes"][0] | {"port": 1143, "password": CANARY}],
        "restricted_file_types": ["exe"],
    }
    changed["ticket_templates"] = [{"name": "New", "priority": "High"}]
    file.write_text(yaml.safe_dump(changed, allow_unicode=True), "utf-8")
    code, told, _ = run("import", file, "--preview", "--json")
    preview = told["preview"]
    assert (code, preview["added"], preview["changed"], preview["reordered"]) == (0, 1, 2, [])
    assert preview["items"][0] == {
        "part": "mailboxes",
        "name": "Support",
        "state": "changed",
        "fields": [
            {"field": "port", "before": "993", "after": "1143"},
            {"field": "password", "before": "the stored one", "after": "the one in the file"},
        ],
    }
    code, out, _ = run("import", file, "--preview")
    assert "mailboxes: Support  (changed)" in out and "    Port: 993 → 1143" in out
    assert "ticket_templates: New  (added)" in out and "    Priority: High" in out
    assert out.endswith("1 added, 2 changed, 0 the same. Nothing was imported.\n")
    assert run("export", "-")[1] == before


def test_a_preview_hides_nothing_that_changes(run: Run, tmp_path: Path) -> None:
    text = "Dear customer,\n\n" + "we have received your message and look into it. " * 7
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    data: dict[str, Any] = {
        "version": 1,
        "notification_templates": [{"name": "Received", "subject": "Yours", "text": text}],
        "filters": {"sender": [{"text": f"ads{number}@example.com"} for number in range(30)]},
    }
    first.write_text(yaml.safe_dump(data), "utf-8")
    assert run("import", first)[0] == 0
    data["notification_templates"][0]["text"] = f"{text}Do not reply."
    data["filters"]["sender"] = [each | {"enabled": False} for each in data["filters"]["sender"]]
    second.write_text(yaml.safe_dump(data), "utf-8")
    items = {each["part"]: each for each in run("import", second, "--preview", "--json")[1]["preview"]["items"]}
    assert items["notification_templates"]["fields"] == [
        {"field": "text", "before": text.strip(), "after": f"{text}Do not reply."}
    ]
    [rules] = items["filters"]["fields"]
    assert rules["before"] == "; ".join(f"ads{number}@example.com" for number in range(30))
    assert rules["after"].split("; ")[29] == "ads29@example.com, Enabled: no"
    lines = run("import", second, "--preview")[1].splitlines()
    [short] = [line for line in lines if line.startswith("    Text: ")]
    before, after = short.removeprefix("    Text: ").split(" → ")
    assert before == after.removesuffix(" Do not reply.") and before.startswith("…")
    assert f"        - {text.splitlines()[-1].strip()}" in lines
    assert f"        + {text.splitlines()[-1]}Do not reply." in lines
    assert "        - ads29@example.com" in lines and "        + ads29@example.com, Enabled: no" in lines


def test_a_preview_refuses_what_the_import_would_refuse(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    file.write_text("version: 1\nnotifications:\n- {name: N, template: Nowhere, recipients: {requestor: true}}\n")
    code, told, _ = run("import", file, "--preview", "--json")
    assert (code, told["error"]["findings"][0]["line"]) == (1, 3)
