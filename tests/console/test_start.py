"""How the console starts, and what becomes of an error that nobody expected."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.console.conftest import will_press
from trackit_console.console.crash_reporter import CrashReporter

HEAVY = (
    "sqlalchemy alembic pydantic cryptography imapclient yaml ahocorasick keyring requests trackit_console.store.tables "
    "trackit_console.log_reader".split()
)
FIRST_WINDOW = """
import os, sys
from pathlib import Path
from trackit_console.console.app import application, make_window
from trackit_console.paths import DataDir
application_ = application()
data_dir = DataDir(Path(sys.argv[1])).make()
window = make_window(data_dir, data_dir.database_url, application_)
window.show()
application_.processEvents()
print([each for each in sys.argv[2:] if each in sys.modules])
sys.stdout.flush()
os._exit(0)
"""


def test_the_first_window_does_not_wait_for_heavy_imports(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FIRST_WINDOW, str(tmp_path), *HEAVY]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.strip() == "[]"


@pytest.mark.covers("T-06")
def test_an_unexpected_error_is_told_with_its_details_one_click_away(
    unexpected: CrashReporter, qtbot: QtBot, answers: list[tuple[str, str]], expect_log: Callable[[str], None]
) -> None:
    expect_log("ERROR trackit.Console: unexpected error")
    will_press("Copy details")
    sys.excepthook(KeyError, KeyError("row"), None)
    [(words, buttons)] = answers
    assert "Something unexpected happened" in words
    assert buttons == "Close, Show Details..., Copy details"
    assert "KeyError: 'row'" in QApplication.clipboard().text()


def test_an_error_that_repeats_opens_one_box(
    unexpected: CrashReporter, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    from PySide6.QtWidgets import QMessageBox

    expect_log("ERROR trackit.Console: unexpected error")
    opened = []

    def stays_open(box: QMessageBox) -> int:
        opened.append(box.text())
        sys.excepthook(KeyError, KeyError("again"), None)
        return 0

    monkeypatch.setattr(QMessageBox, "exec", stays_open)
    sys.excepthook(KeyError, KeyError("row"), None)
    assert len(opened) == 1


def test_the_hooks_are_given_back(qapp: QApplication) -> None:
    before = (sys.excepthook, threading.excepthook)
    reporter = CrashReporter(qapp)
    assert sys.excepthook != before[0]
    assert threading.excepthook != before[1]
    reporter.uninstall()
    assert (sys.excepthook, threading.excepthook) == before
