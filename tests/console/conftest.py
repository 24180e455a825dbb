"""The console as a person sees it: a real window on a real database, with real clicks and keys."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLineEdit, QMessageBox, QSpinBox, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.new_database import place_new_database
from trackit_console.console import sample_database
from trackit_console.console.app import make_window
from trackit_console.console.crash_reporter import CrashReporter
from trackit_console.console.dialogs.conflict import ConflictDialog
from trackit_console.console.services import Services
from trackit_console.console.theme import Theme
from trackit_console.console.window import MainWindow
from trackit_console.paths import DataDir
from trackit_console.store.row_mapping import Stored
from trackit_console.store.secrets import KEY_BYTES

PATIENCE_MS = 20_000
Value = TypeVar("Value")


class Person:
    """Someone in front of the window, with a mouse and a keyboard."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot

    def click(self, widget: QWidget) -> None:
        """Presses a button that can be pressed."""
        self.qtbot.waitUntil(lambda: widget.isEnabled() and widget.isVisible(), timeout=PATIENCE_MS)
        QApplication.processEvents()  # what was just shown is laid out: else it moves away between press and release
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def type(self, widget: QLineEdit | QSpinBox, words: str) -> None:
        """Replaces what stands in a field, and leaves it."""
        widget.setFocus()
        widget.selectAll()
        self.qtbot.keyClicks(widget, words)
        self.qtbot.keyClick(widget, Qt.Key.Key_Tab)

    def choose(self, combo: QComboBox, words: str) -> None:
        """Chooses from a list by the keyboard."""
        combo.setFocus()
        self.qtbot.keyClick(combo, Qt.Key.Key_Home)
        for _ in range(combo.count()):
            if combo.currentText() == words:
                return
            self.qtbot.keyClick(combo, Qt.Key.Key_Down)
        assert combo.currentText() == words

    def wait(self, what: Callable[[], bool]) -> None:
        """Waits until `what` can be seen."""
        self.qtbot.waitUntil(what, timeout=PATIENCE_MS)

    def dialog(self) -> Any:
        """The dialog that is open."""
        self.wait(lambda: bool(_dialogs()))
        return _dialogs()[-1]

    def conflict(self) -> ConflictDialog:
        """The dialog that tells what another saved."""
        self.wait(lambda: any(isinstance(each, ConflictDialog) for each in _dialogs()))
        return next(each for each in _dialogs() if isinstance(each, ConflictDialog))

    def told_conflict(self) -> str:
        """What the dialog says about another's changes; leaves what each field prefers."""
        dialog = self.conflict()
        rows = [
            f"{each.title}: {each.theirs}" + (f" (you entered {each.mine})" if each.prefers_mine else "")
            for each in dialog.choices
        ]
        words = "\n".join([dialog.message.text(), *rows])
        self.click(dialog.apply_button)
        self.wait(lambda: not isValid(dialog))
        return words

    def page(self, name: str) -> Any:
        """Goes to a page, and waits for its data."""
        self.window.open_page(name)
        self.wait(lambda: self.window.watch.snapshot is not None)
        return self.window.pages[name]


def _dialogs() -> list[QDialog]:
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Answers every question by pressing the button that the test names in `answers`; keeps what was asked.

    A message box that runs its own loop would wait for a person for ever.
    """
    asked: list[tuple[str, str]] = []
    wanted: list[str] = []

    def press(box: QMessageBox) -> int:
        words = [button.text() for button in box.buttons()]
        chosen = next((each for each in box.buttons() if wanted and each.text() == wanted[0]), None)
        asked.append(("\n".join(each for each in (box.text(), box.informativeText()) if each), ", ".join(words)))
        assert chosen is not None, f"nobody expected: {box.text()} {box.informativeText()} {box.detailedText()} [{words}]"
        wanted.pop(0)
        box.show()
        chosen.click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", press)
    asked_and_wanted = asked
    press.wanted = wanted  # type: ignore[attr-defined]
    monkeypatch.setattr(QMessageBox, "wanted", wanted, raising=False)
    return asked_and_wanted


def as_stored(value: Value | None) -> Stored[Value] | None:
    """`value` as if it had been read from a database."""
    return None if value is None else Stored(1, 1, value)


def will_press(*buttons: str) -> None:
    """The next questions are answered with these buttons."""
    QMessageBox.wanted.extend(buttons)  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def no_window_is_left(qapp: QApplication) -> Iterator[None]:
    """Each window that is left makes every change of a style sheet slower, and so every later test."""
    yield
    for window in QApplication.topLevelWidgets():
        # Not all of them: the list of a completer has no parent either, and belongs to the completer.
        if isinstance(window, MainWindow | QDialog) and window.parent() is None:
            window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory as the pictures show it, with few requestors; made once, because it takes a second."""
    made = DataDir(tmp_path_factory.mktemp("sample")).make()
    made.key_file.write_bytes(base64.b64encode(b"k" * KEY_BYTES))
    services = Services(made, made.database_url)
    sample_database.fill(services, requestors=40)
    with services.database.begin() as transaction:
        transaction.monitoring.want(False, "test")  # its mail is not to be sent
    services.connection.close()
    return made.root


@pytest.fixture
def sample(sample_folder: Path, data_dir: DataDir) -> None:
    """The data directory is a copy of that one."""
    assert not data_dir.database.exists()
    shutil.copytree(sample_folder, data_dir.root, dirs_exist_ok=True)


@pytest.fixture
def person(
    request: pytest.FixtureRequest, data_dir: DataDir, qtbot: QtBot, qapp: QApplication, answers: list[tuple[str, str]]
) -> Iterator[Person]:
    """A person before the window of a console on an empty database, or on that of `sample` if the test asks for it."""
    if "sample" in request.fixturenames:
        request.getfixturevalue("sample")
    place_new_database(data_dir)
    window = make_window(data_dir, data_dir.database_url, qapp)
    window.show()
    window.begin()
    yield Person(window, qtbot)
    for dialog in _dialogs():  # of a test that failed: the next one must not take it for its own
        dialog.hide()
    if window.isVisible():
        will_press("Close this console")
        window.close()


@pytest.fixture
def unexpected(qapp: QApplication) -> Iterator[CrashReporter]:
    """What tells of exceptions that nobody expected."""
    reporter = CrashReporter(qapp)
    yield reporter
    reporter.uninstall()
    reporter.deleteLater()


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """The light look."""
    return Theme(qapp, "light")


@pytest.fixture
def window_settings(data_dir: DataDir) -> QSettings:
    """What a window remembers."""
    return QSettings(str(data_dir.window_settings), QSettings.Format.IniFormat)
