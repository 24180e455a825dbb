"""How the program is called: the common options stand anywhere, help answers at once, an interruption is told (PKG-02)."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.servers.faults import Script, Talk, scripted
from trackit_console.__main__ import main
from trackit_console.commands.monitor import until_interrupted
from trackit_console.paths import DataDir

HEAVY = "sqlalchemy alembic pydantic PySide6 shiboken6 cryptography imapclient keyring yaml"


@pytest.mark.covers("PKG-02")
@pytest.mark.parametrize(
    "arguments",
    [
        "--version",
        "--help",
        "monitor --help",
        "check --help",
        "import --help",
        "parse --help",
        "quarantine route --help",
        "db enroll --help",
    ],
)
def test_help_and_version_load_no_library_that_takes_long(arguments: str) -> None:
    code = (
        "import sys\nfrom trackit_console.__main__ import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print(sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments.split()], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert "trackit-console" in done.stdout
    assert "argparse" in done.stderr
    assert [name for name in HEAVY.split() if f"'{name}'" in done.stderr] == []


COMMANDS = [
    ["monitor", "--once"], ["check"], ["import", "settings.yaml"], ["export", "-"], ["activity"], ["records"], ["quarantine"],
    ["quarantine", "retry", "--all"], ["db", "status"],
    ["db", "upgrade"], ["db", "key"],
]  # fmt: skip


@pytest.mark.covers("PKG-02")
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_common_options_stand_before_and_after_a_command_alike(
    command: list[str], data_dir: DataDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("settings.yaml").write_text("version: 1\n")
    database = f"sqlite:///{(tmp_path / 'elsewhere.sqlite3').as_posix()}"
    options = ["--data-dir", str(data_dir.root), "--database", database, "--json"]
    main(["--data-dir", str(data_dir.root), "--database", database, "db", "upgrade"])
    capsys.readouterr()
    told = []
    for arguments in (
        [*options, *command],
        [*command, *options],
        [*options[:2], *command, *options[2:]],
        [command[0], *options, *command[1:]],
    ):
        assert main(arguments) == 0
        told.append(capsys.readouterr().out)
    assert len(set(told)) == 1
    if command[0] != "export":
        json.loads(told[0])
    assert not data_dir.database.exists()


@pytest.mark.covers("PKG-02")
@pytest.mark.parametrize("number", ["0", "-1", str(2**31), "1.5", "many"])
@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("activity", "--limit"),
        ("records", "--limit"),
        ("outbox", "--limit"),
        ("audit", "--limit"),
        ("logs EmailMonitor", "--lines"),
        ("filters preview --list subject --text offer", "--days"),
        ("rules preview Printers", "--days"),
        ("outbox retry", "ID"),
        ("outbox discard", "ID"),
        ("quarantine retry", "ID"),
        ("quarantine discard", "ID"),
        ("quarantine route", "ID"),
        ("quarantine save", "ID"),
    ],
)
def test_a_number_that_no_database_takes_is_a_wrong_call(
    command: str, option: str, number: str, data_dir: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    """SQLite takes a negative limit for none, SQL Server for an error; neither takes a number that is too large."""
    named = [number] if option == "ID" else [option, number]
    with pytest.raises(SystemExit) as refused:
        main(["--data-dir", str(data_dir.root), *command.split(), *named])
    assert refused.value.code == 2
    assert f"argument {option}: '{number}' is no whole number from 1 to " in capsys.readouterr().err


@pytest.mark.covers("PKG-02")
@pytest.mark.parametrize(
    "wrong",
    [["activity", "--limit", "none"], ["activities"], ["records", "--all"]],
    ids=["a number", "a command", "an option"],
)
def test_a_wrong_call_answers_json_where_that_is_asked_for(
    wrong: list[str], data_dir: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["--json", "--data-dir", str(data_dir.root), *wrong], ["--data-dir", str(data_dir.root), *wrong, "--json"]):
        with pytest.raises(SystemExit) as refused:
            main(arguments)
        told = capsys.readouterr()
        error = json.loads(told.out)["error"]
        assert (refused.value.code, error["code"]) == (2, "wrong_call")
        assert error["detail"] in told.err and error["remedy"] == "See trackit-console --help."


def interrupts(talk: Talk) -> None:
    """A mail server during whose greeting Ctrl+C is pressed."""
    signal.raise_signal(signal.SIGINT)
    talk.wait()


def hangs_up(_talk: Talk) -> None:
    """A mail server that ends the connection at once."""


@pytest.mark.covers("RUN-01", "DB-05")
@pytest.mark.usefixtures("restored_signals")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows breaks off no system call by a signal")
def test_a_signal_breaks_off_no_call_of_a_driver() -> None:
    """A driver is no Python: it does not try again what a signal broke off, and SQL Server's takes its connection for lost."""
    stop = until_interrupted()
    reading, writing = os.pipe()
    answer = ctypes.create_string_buffer(1)

    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
    threading.Timer(0.5, os.write, (writing, b"x")).start()
    try:
        assert ctypes.CDLL(None).read(reading, answer, 1) == 1
        assert stop.wait(1)
    finally:
        os.close(reading)
        os.close(writing)


@pytest.mark.covers("RUN-01", "RUN-06", "PKG-02")
@pytest.mark.usefixtures("restored_signals")
@pytest.mark.parametrize(("script", "interrupted"), [(interrupts, True), (hangs_up, False)], ids=["interrupted", "failed"])
@pytest.mark.parametrize("as_json", [False, True], ids=["words", "json"])
def test_a_run_that_was_interrupted_says_so_and_fails(
    script: Script, interrupted: bool, as_json: bool, data_dir: DataDir, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--data-dir", str(data_dir.root)]
    with scripted(script) as server:
        mailbox = {
            "type": "imap",
            "server": server.host,
            "port": server.port,
            "use_ssl": False,
            "user_account_name": "a@example.com",
            "password": "x",
        }
        (tmp_path / "settings.yaml").write_text(yaml.safe_dump({"version": 1, "mailboxes": [mailbox]}))
        assert main([*where, "import", str(tmp_path / "settings.yaml")]) == 0
        capsys.readouterr()
        assert main([*where, "monitor", "--once", *(["--json"] if as_json else [])]) == 1
    told = capsys.readouterr()
    assert "No mailbox" not in told.out
    assert ("Interrupted." in told.err) == interrupted
    if as_json:
        assert json.loads(told.out)["interrupted"] == interrupted


@pytest.mark.covers("PKG-02")
def test_a_run_without_a_mailbox_says_so_and_is_well(data_dir: DataDir, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data-dir", str(data_dir.root), "monitor", "--once"]) == 0
    told = capsys.readouterr()
    assert "No mailbox is enabled" in told.out
    assert "Interrupted" not in told.err
