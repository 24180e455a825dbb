"""The recovery key in the window: shown after a question, changed, and typed on the next computer (SEC-02)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.console.conftest import Person, will_press
from tests.settings.samples import SECRET, imap
from tests.store.memory_keyring import MemoryKeyring
from trackit_console.console.app import make_window
from trackit_console.console.dialogs.recovery_key import RecoveryKeyDialog
from trackit_console.paths import DataDir
from trackit_console.store.database import open_database

pytestmark = pytest.mark.covers("SEC-02")


def shown(person: Person) -> Any:
    person.wait(lambda: person.window.watch.snapshot is not None)
    will_press("Show")
    person.window.menu.recovery_key_wanted.emit()
    return person.dialog()


def test_it_is_shown_after_a_question_and_copied(person: Person, answers: list[Any]) -> None:
    person.wait(lambda: person.window.watch.snapshot is not None)
    will_press("Cancel")
    person.window.menu.recovery_key_wanted.emit()
    assert "Show it on this screen?" in answers[0][0]
    dialog = shown(person)
    person.click(dialog.copy_button)
    assert QApplication.clipboard().text() == person.window.services.database.recovery_key
    person.click(dialog.close_button)


def test_another_key_is_shown_once_the_admin_agreed(person: Person, answers: list[Any]) -> None:
    dialog = shown(person)
    before = dialog.key.toPlainText()
    will_press("Cancel")
    person.click(dialog.change_button)
    assert dialog.key.toPlainText() == before == person.window.services.database.recovery_key
    will_press("Change")
    person.click(dialog.change_button)
    person.wait(lambda: dialog.key.toPlainText() != before)
    assert dialog.key.toPlainText() == person.window.services.database.recovery_key
    assert "go on by themselves" in answers[-1][0]
    person.click(dialog.close_button)


@pytest.fixture(params=[MemoryKeyring, NoKeyring], ids=["keyring", "no keyring"])
def told(request: pytest.FixtureRequest) -> Iterator[str]:
    """What the bar says on a computer with, or without, a keyring."""
    before = keyring.get_keyring()
    keyring.set_keyring(request.param())
    yield "sealed with a key" if request.param is MemoryKeyring else "cannot use the keyring"
    keyring.set_keyring(before)


@pytest.fixture
def first_computer(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    return DataDir(tmp_path_factory.mktemp("first"))


def test_a_lost_key_is_replaced_after_a_question_and_the_new_one_shown(
    first_computer: DataDir, data_dir: DataDir, qapp: QApplication, qtbot: QtBot, answers: list[Any], told: str
) -> None:
    open_database(first_computer.database_url, first_computer).close()
    window = make_window(data_dir, first_computer.database_url, qapp)
    window.show()
    window.begin()
    person = Person(window, qtbot)
    banner = window._database_banner
    person.wait(lambda: banner.isVisible() and told in banner.words)
    person.click(banner.button)
    dialog: Any = person.dialog()
    will_press("Cancel")
    person.click(dialog.lost_button)
    assert "has to be typed again" in answers[0][0] and dialog.isVisible()
    will_press("Give It a New Key")
    person.click(dialog.lost_button)
    person.wait(lambda: bool(window.findChildren(RecoveryKeyDialog)))
    [key] = window.findChildren(RecoveryKeyDialog)
    person.wait(lambda: window.watch.snapshot is not None and not banner.isVisible())
    assert key.key.toPlainText() == window.services.database.recovery_key
    person.click(key.stored_button)
    will_press("Close this console")
    window.close()
    window.deleteLater()


def test_the_next_computer_is_let_in_by_the_key_and_by_nothing_else(
    first_computer: DataDir, data_dir: DataDir, qapp: QApplication, qtbot: QtBot, answers: list[Any], told: str
) -> None:
    first_computer.keys.mkdir()
    first_computer.key_file.write_bytes(b"b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGVybyE=")
    first = open_database(first_computer.database_url, first_computer)
    with first.begin() as transaction:
        transaction.mailboxes.add(imap(password=SECRET, enabled=False), "ada")
    key = first.recovery_key
    first.close()
    window = make_window(data_dir, first_computer.database_url, qapp)
    window.show()
    window.begin()
    person = Person(window, qtbot)
    banner = window._database_banner
    person.wait(lambda: banner.isVisible() and told in banner.words)
    assert banner.button.text() == "Enter the recovery key…"
    person.click(banner.button)
    dialog: Any = person.dialog()
    qtbot.keyClicks(dialog.key, key[:-1])
    person.click(dialog.ok_button)
    person.wait(dialog.message.isVisible)
    assert "typing error" in dialog.message.text() and dialog.key.text() == key[:-1]
    qtbot.keyClicks(dialog.key, key[-1])
    person.wait(dialog.ok_button.isEnabled)
    person.click(dialog.ok_button)
    person.wait(lambda: window.watch.snapshot is not None and not banner.isVisible())
    will_press("Close this console")
    window.close()
    window.deleteLater()
