"""The window on a database full of secrets: no page, no dialog and no error box shows one (SEC-02)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.canaries.planting import Planted, core_of
from tests.canaries.watch import assert_unseen, assert_unseen_in_files, found_in
from tests.console.conftest import Person, answers, no_window_is_left, person, unexpected, will_press
from trackit_console.console.crash_reporter import CrashReporter
from trackit_console.console.message_boxes import problem_box
from trackit_console.console.pages.registry import PAGES
from trackit_console.logs import LogFiles
from trackit_console.paths import DataDir
from trackit_console.settings.mailbox import MailboxType
from trackit_console.store.database import Database

__all__ = ["answers", "no_window_is_left", "person", "unexpected"]
pytestmark = pytest.mark.covers("SEC-02")
ROWS = 200


def texts_of(root: QWidget) -> Iterator[str]:
    """Everything that a widget and those in it show, say to a screen reader, or hold; hidden ones too."""
    for widget in (root, *root.findChildren(QWidget)):
        yield from (widget.windowTitle(), widget.toolTip(), widget.whatsThis(), widget.accessibleName())
        yield from (widget.accessibleDescription(), widget.statusTip())
        if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
            yield widget.text()
        if isinstance(widget, QLineEdit):
            yield from (widget.placeholderText(), widget.displayText())
        if isinstance(widget, QPlainTextEdit | QTextEdit):
            yield widget.toPlainText()
        if isinstance(widget, QComboBox):
            yield from (widget.itemText(at) for at in range(widget.count()))
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            yield from _cells(widget.model())
    yield from (action.text() + action.toolTip() for action in root.findChildren(QAction))


def _cells(model: QAbstractItemModel, parent: QModelIndex | None = None) -> Iterator[str]:
    parent = parent or QModelIndex()
    for row in range(min(model.rowCount(parent), ROWS)):
        for column in range(model.columnCount(parent)):
            index = model.index(row, column, parent)
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.EditRole):
                yield str(index.data(role) or "")
            if column == 0 and model.rowCount(index):
                yield from _cells(model, index)


def assert_shows_none(where: str, root: QWidget, cores: list[str]) -> None:
    """Fails if a text of `root` has a canary."""
    QApplication.processEvents()
    texts = [text for text in texts_of(root) if text]
    assert texts, "nothing was looked at"
    assert_unseen(where, "\n".join(texts), cores)


@pytest.fixture
def on_it(database: Database, person: Person) -> Person:
    """A person before the window on the database with the canaries, once it was read."""
    person.wait(lambda: person.window.watch.snapshot is not None)
    return person


def test_no_page_shows_a_secret(on_it: Person, planted: Planted) -> None:
    cores = [*planted.cores.values(), on_it.window.services.database.recovery_key]
    for name in PAGES:
        on_it.page(name)
        on_it.wait(lambda: not on_it.window.tasks._running)
        assert_shows_none(name, on_it.window, cores)


@pytest.mark.parametrize("kind", list(MailboxType))
def test_no_dialog_of_a_mailbox_shows_a_secret(on_it: Person, planted: Planted, kind: MailboxType) -> None:
    page = on_it.page("incoming")
    on_it.wait(lambda: page.table.shown > 7)
    number = next(at for at, each in enumerate(page.table.model.rows) if each.value.type == kind)
    page.ui.mailboxes.selectRow(number)
    on_it.click(page.ui.edit_button)
    dialog = on_it.dialog()
    on_it.click(dialog.ui.test_button)
    on_it.wait(lambda: dialog.ui.save_button.isEnabled() and bool(dialog.ui.steps.report))
    assert_shows_none(f"the dialog of {kind}", dialog, list(planted.cores.values()))
    dialog.ui.steps.copy()
    assert_unseen("the report that was copied", QApplication.clipboard().text(), planted.cores.values())
    dialog.reject()


def test_the_dialog_of_the_outgoing_account_shows_no_secret(on_it: Person, planted: Planted) -> None:
    page = on_it.page("incoming")
    on_it.click(page.ui.configure_button)
    dialog = on_it.dialog()
    assert_shows_none("the outgoing account", dialog, list(planted.cores.values()))
    dialog.reject()


def test_the_dialog_of_the_database_shows_no_password(on_it: Person, planted: Planted) -> None:
    on_it.click(on_it.window.header.database_button)
    dialog = on_it.dialog()
    assert dialog.ui.server.text() == "sql.example.com\\HELP"
    assert_shows_none("the database connection", dialog, list(planted.cores.values()))
    dialog.reject()


def test_the_recovery_key_is_shown_in_its_own_field_alone(on_it: Person) -> None:
    key = on_it.window.services.database.recovery_key
    will_press("Show")
    on_it.window.recovery_keys.show()
    dialog = on_it.dialog()
    shown = [text for text in texts_of(dialog) if found_in(text, [key])]
    assert shown == [key] and dialog.key.toPlainText() == key
    on_it.click(dialog.close_button)
    on_it.wait(lambda: not isValid(dialog))
    assert_shows_none("the window afterwards", on_it.window, [key])


@pytest.mark.parametrize("in_thread", [False, True], ids=["window", "thread"])
def test_a_crash_whose_text_has_a_secret_is_told_without_it(
    database: Database,
    data_dir: DataDir,
    planted: Planted,
    unexpected: CrashReporter,
    qtbot: QtBot,
    answers: list[Any],
    in_thread: bool,
) -> None:
    core = planted.cores["imap.password"]
    secret = opened_password(database)
    assert core in secret
    will_press("Close")
    crash = RuntimeError(f"LOGIN support {secret!r} was refused")
    with LogFiles(data_dir.logs), qtbot.waitSignal(unexpected.caught):
        if in_thread:
            thread = threading.Thread(target=raise_it, args=(crash,), name="poll")
            thread.start()
            thread.join()
        else:
            unexpected._caught(RuntimeError, crash, None)
    qtbot.waitUntil(lambda: bool(answers))
    assert_unseen("what was shown", str(answers), [core])
    box, copy_button, copied = problem_box(None, crash)
    qtbot.addWidget(box)
    assert_shows_none("the box", box, [core])
    assert "RuntimeError" in copied
    assert_unseen("its details", box.detailedText() + copied + copy_button.text(), [core])
    assert "unexpected error" in "".join(each.read_text("utf-8") for each in data_dir.logs.iterdir())
    assert_unseen_in_files(data_dir.logs, [core])


def opened_password(database: Database) -> str:
    """The password of the IMAP mailbox, as the monitor opens it."""
    with database.reading() as transaction:
        [found] = [each.value for each in transaction.mailboxes.all(secrets=True) if each.value.name == "imap"]
    return str(getattr(found, "password").get_secret_value())  # noqa: B009 - only some types have one


def raise_it(crash: Exception) -> None:
    raise crash


def test_the_watch_sees_what_a_widget_shows(qtbot: QtBot) -> None:
    core = core_of("shown")
    for widget in (QLabel(core), QLineEdit(core), QPlainTextEdit(core)):
        qtbot.addWidget(widget)
        assert found_in("\n".join(texts_of(widget)), [core])
