"""The recovery key is asked to be stored once, when there is something to lose; its dialogs (SEC-02)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from tests.console.conftest import Person, will_press
from tests.console.test_language import Pseudo, assert_follows, pseudo, speak
from tests.console.test_recovery_key import shown
from tests.settings.samples import SECRET, imap
from trackit_console.console.app import make_window
from trackit_console.paths import DataDir
from trackit_console.store.errors import DatabaseLocked

__all__ = ["pseudo"]
pytestmark = pytest.mark.covers("SEC-02")


def with_a_secret(person: Person) -> Any:
    """Keeps a mailbox with a password, and answers the bar."""
    person.wait(lambda: person.window.watch.snapshot is not None)
    bar = person.window.recovery_keys.bar
    assert bar.isHidden()
    with person.window.services.database.begin() as transaction:
        transaction.mailboxes.add(imap(password=SECRET, enabled=False), "ada")
    person.wait(bar.isVisible)
    return bar


def test_the_first_secret_asks_to_store_the_key_until_somebody_has(person: Person, answers: list[Any]) -> None:
    bar = with_a_secret(person)
    assert "lost with this computer" in bar.words
    will_press("Show")
    person.click(bar.button)
    dialog = person.dialog()
    person.click(dialog.close_button)
    assert bar.isVisible()
    will_press("Show")
    person.click(bar.button)
    dialog = person.dialog()
    person.click(dialog.stored_button)
    person.wait(bar.isHidden)
    with person.window.services.database.reading() as transaction:
        stored = transaction.recovery_key.stored()
    assert stored is not None and stored.by == person.window.services.connection.actor


def test_another_key_is_asked_for_anew(person: Person) -> None:
    bar = with_a_secret(person)
    databases = person.window.services.databases
    databases.confirm_key(databases.recovery_key())
    person.wait(bar.isHidden)
    person.window.services.database.rotate_key("bo")
    person.wait(bar.isVisible)


def test_later_is_until_the_next_start(person: Person, data_dir: DataDir, qapp: QApplication, qtbot: QtBot) -> None:
    bar = with_a_secret(person)
    person.click(bar.later_button)
    assert bar.isHidden()
    person.window.watch.refresh()
    person.wait(lambda: not person.window.watch._reading)
    assert bar.isHidden()
    again = make_window(data_dir, data_dir.database_url, qapp)
    again.show()
    again.begin()
    qtbot.waitUntil(again.recovery_keys.bar.isVisible, timeout=20_000)
    will_press("Close this console")
    again.close()
    again.deleteLater()


def test_the_bar_goes_while_the_database_cannot_be_used(person: Person) -> None:
    bar = with_a_secret(person)
    person.window.watch.lost.emit(DatabaseLocked())
    assert bar.isHidden()
    person.window.watch.refresh()
    person.wait(bar.isVisible)


def test_the_key_is_saved_to_a_file(person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "key.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(file), ""))
    dialog = shown(person)
    person.click(dialog.save_button)
    person.wait(lambda: file.exists() and dialog.stored_button.isEnabled())
    assert file.read_text().strip() == person.window.services.database.recovery_key
    person.click(dialog.close_button)


def test_a_key_that_was_changed_meanwhile_cannot_be_confirmed(person: Person, answers: list[Any]) -> None:
    dialog = shown(person)
    person.window.services.database.rotate_key("bo")
    will_press("Close")
    person.click(dialog.stored_button)
    person.wait(lambda: bool(answers[1:]))
    assert "opens nothing any more" in answers[-1][0]
    person.wait(dialog.stored_button.isEnabled)
    person.click(dialog.close_button)


def test_both_dialogs_and_the_bar_follow_the_language(person: Person, pseudo: Pseudo) -> None:
    bar = with_a_secret(person)
    dialog = shown(person)
    key = dialog.key.toPlainText()
    assert_follows(dialog, pseudo, set())
    assert dialog.key.toPlainText() == key
    person.click(dialog.close_button)
    person.window.recovery_keys.enter()
    enter = person.dialog()
    person.qtbot.keyClicks(enter.key, "typed")
    person.click(enter.ok_button)
    person.wait(enter.message.isVisible)
    assert_follows(enter, pseudo, {"typed"})
    assert enter.key.text() == "typed"
    enter.reject()
    speak(pseudo)
    assert all("⟦" in words for words in (bar.words, bar.button.text(), bar.later_button.text()))
