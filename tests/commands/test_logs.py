"""`logs`: the list of files, the newest lines, and following until Ctrl+C (LOG-02)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.log_factory import NEWEST, TRACEBACK, add_to, entry, log_file
from trackit_console.__main__ import main
from trackit_console.paths import DataDir

Run = Callable[..., tuple[int, Any]]
pytestmark = pytest.mark.covers("LOG-02", "PKG-02")


@pytest.fixture
def run(data_dir: DataDir, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `logs`; answers exit code and output, JSON read."""

    def run_it(*arguments: str) -> tuple[int, Any]:
        code = main(["--data-dir", str(data_dir.root), "logs", *arguments])
        out = capsys.readouterr().out
        return code, json.loads(out) if "--json" in arguments else out

    return run_it


def test_without_a_component_the_files_are_listed(run: Run, data_dir: DataDir) -> None:
    assert run() == (0, "No log files.\n")
    file = log_file(data_dir.logs, entry(1))
    log_file(data_dir.logs, "", "SmtpSender", NEWEST - timedelta(days=1))
    assert [line.split()[:2] for line in run()[1].splitlines()] == [["2026-03-31", "EmailMonitor"], ["2026-03-30", "SmtpSender"]]
    first = run("--json")[1][0]
    assert first == {"component": "EmailMonitor", "day": "2026-03-31", "size": file.stat().st_size, "path": str(file)}


def test_the_newest_lines_are_shown_as_they_stand_in_the_file(run: Run, data_dir: DataDir) -> None:
    log_file(data_dir.logs, entry(1) + entry(2, message="sub\x1b[31mject") + entry(3))
    log_file(data_dir.logs, entry(9), day=NEWEST - timedelta(days=1))
    assert run("emailmonitor", "--lines", "2") == (
        0,
        "2026-03-31 00:00:02,123 INFO sub\\x1b[31mject\n2026-03-31 00:00:03,123 INFO message 3\n",
    )
    assert "message 9" in run("EmailMonitor", "--day", "2026-03-30")[1]


def test_entries_are_filtered_and_answered_as_json(run: Run, data_dir: DataDir) -> None:
    log_file(data_dir.logs, entry(1) + entry(2, "ERROR", f"failed\n{TRACEBACK}") + entry(3, "WARNING"))
    code, [failed, warning] = run("EmailMonitor", "--level", "warning", "--json")
    assert (code, failed["level"], failed["text"]) == (0, "error", f"failed\n{TRACEBACK}")
    assert failed["at"].startswith("2026-03-31T00:00:02.123") and warning["text"] == "message 3"
    assert [each["text"] for each in run("EmailMonitor", "--search", "MESSAGE 1", "--json")[1]] == ["message 1"]


def test_what_cannot_be_shown_is_a_wrong_call(run: Run, data_dir: DataDir, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("Nobody")[0] == 2
    assert run("--follow")[0] == 2
    assert run("EmailMonitor", "--follow", "--day", "2026-03-31")[0] == 2
    for wrong in (("EmailMonitor", "--day", "yesterday"), ("EmailMonitor", "--lines", "0")):
        with pytest.raises(SystemExit):
            run(*wrong)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl+C to a whole console")
def test_following_goes_on_into_the_next_day_until_ctrl_c(data_dir: DataDir) -> None:
    file = log_file(data_dir.logs, entry(1))
    command = [sys.executable, "-m", "trackit_console", "--data-dir", str(data_dir.root), "logs", "EmailMonitor", "--follow"]
    following = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}
    )
    try:
        assert following.stdout is not None and following.stderr is not None
        assert following.stdout.readline().endswith("message 1\n")
        add_to(file, entry(2))
        assert following.stdout.readline().endswith("message 2\n")
        log_file(data_dir.logs, entry(3), day=NEWEST + timedelta(days=1))
        assert following.stdout.readline().endswith("message 3\n")
        following.send_signal(signal.SIGINT)
        out, err = following.communicate(timeout=20)
        assert (following.returncode, out, err) == (0, "", "")
    finally:
        following.kill()
        following.wait()


@pytest.mark.skipif(sys.platform == "win32", reason="a closed pipe is another error there")
def test_a_reader_that_has_enough_ends_it_without_a_traceback(data_dir: DataDir) -> None:
    log_file(data_dir.logs, "".join(entry(number, message="x" * 500) for number in range(2000)))
    command = [
        sys.executable,
        "-m",
        "trackit_console",
        "--data-dir",
        str(data_dir.root),
        "logs",
        "EmailMonitor",
        "--lines",
        "2000",
    ]
    reading = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert reading.stdout is not None and reading.stderr is not None
    reading.stdout.readline()
    reading.stdout.close()
    err = reading.stderr.read()
    reading.stderr.close()
    assert (reading.wait(timeout=20), err) == (0, b"")
