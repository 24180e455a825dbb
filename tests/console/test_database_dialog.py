"""**Database Connection** as an admin meets it: trying a server, making tables, going over to another database (DB-02)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from pydantic import SecretStr
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.console.conftest import Person, will_press
from tests.servers.certificates import Certificates
from tests.servers.tds import Behaviour, tds_server
from tests.settings.samples import imap
from trackit_console.console.app import Windows
from trackit_console.console.dialogs.copy_progress import CopyProgress
from trackit_console.console.dialogs.database import DatabaseDialog
from trackit_console.console.dialogs.recovery_key import RecoveryKeyDialog
from trackit_console.paths import DataDir
from trackit_console.settings.database import SqliteTarget, SqlServerTarget
from trackit_console.settings.server_mailbox import Imap
from trackit_console.store import schema
from trackit_console.store.backup_files import backup_folder, backups_of
from trackit_console.store.chosen_database import keep_choice, read_choice
from trackit_console.store.database import open_database
from trackit_console.store.database_setup import schema_state
from trackit_console.store.engine import make_engine
from trackit_console.store.schema import SchemaState
from trackit_console.transports.step_names import StepName
from trackit_console.transports.steps import StepState

pytestmark = pytest.mark.covers("DB-02")
SECRET = "Geheim;{1}"
SERVER = SqlServerTarget(
    server="localhost",
    port=1,
    database="TrackIt",
    authentication="sql",
    user_account_name="trackit",
    password=SECRET,  # type: ignore[arg-type]
    driver="FreeTDS",
)


@pytest.fixture(autouse=True)
def no_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())
    yield
    keyring.set_keyring(before)


def opened(person: Person) -> Any:
    """The dialog, by a click on the name of the database."""
    person.wait(lambda: person.window.watch.snapshot is not None)
    person.click(person.window.header.database_button)
    dialog = person.dialog()
    assert isinstance(dialog, DatabaseDialog)
    return dialog


def select(dialog: Any, name: str, value: str) -> None:
    box = getattr(dialog.ui, name)
    box.setCurrentIndex(box.findData(value))


def fill(person: Person, dialog: Any, port: int, password: str = SECRET) -> None:
    select(dialog, "kind", "sqlserver")
    select(dialog, "authentication", "sql")
    for name, typed in {
        "server": "localhost",
        "database": "TrackIt",
        "user_account_name": "trackit",
        "password": password,
    }.items():
        editor = getattr(dialog.ui, name)
        editor.clear()
        person.qtbot.keyClicks(editor, typed)
    dialog.ui.port.setValue(port)


def finished(person: Person, dialog: Any) -> dict[StepName, StepState]:
    person.wait(lambda: not dialog.ui.stop_test_button.isVisible() and dialog.ui.steps.report != [])
    return {each.name: each.state for each in dialog.ui.steps.report}


class TestTryingAServer:
    def test_a_refused_password_is_said_in_its_step_and_nothing_is_chosen(
        self, person: Person, data_dir: DataDir, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca_file))
        keep_choice(SERVER, data_dir)  # offers Debian's driver beside Microsoft's
        with tds_server(Behaviour(certificates.good.context, login_errors=(18456,))) as server:
            dialog = opened(person)
            fill(person, dialog, server.port)
            select(dialog, "driver", "FreeTDS")
            person.click(dialog.ui.test_button)
            assert not dialog.ui.server.isEnabled()
            states = finished(person, dialog)
        assert states[StepName.TLS] is StepState.PASSED
        assert states[StepName.SIGN_IN] is StepState.FAILED
        assert states[StepName.SCHEMA] is StepState.SKIPPED
        assert dialog.ui.server.isEnabled()
        dialog.ui.steps.copy()
        assert "database_sign_in_refused" in QApplication.clipboard().text()
        assert SECRET not in QApplication.clipboard().text()

    def test_save_with_a_failed_test_keeps_what_was_typed_and_chooses_nothing(self, person: Person, data_dir: DataDir) -> None:
        with tds_server(Behaviour()) as stopped:
            port = stopped.port
        keep_choice(SERVER, data_dir)
        dialog = opened(person)
        fill(person, dialog, port)
        person.click(dialog.ui.save_button)
        assert finished(person, dialog)[StepName.CONNECT] is StepState.FAILED
        assert dialog.isVisible() and dialog.ui.server.text() == "localhost"
        assert read_choice(data_dir) == SERVER

    def test_a_stored_password_is_used_and_never_shown(self, person: Person, data_dir: DataDir) -> None:
        keep_choice(SERVER, data_dir)
        dialog = opened(person)
        assert dialog.ui.password.text() == ""
        made, found = dialog.read()
        assert found == [] and made == SERVER

    def test_what_is_missing_is_said_at_its_field(self, person: Person) -> None:
        dialog = opened(person)
        select(dialog, "kind", "sqlserver")
        select(dialog, "authentication", "sql")
        person.click(dialog.ui.test_button)
        assert dialog.ui.server_message.text() and dialog.ui.database_message.text()
        assert dialog.ui.steps.report == []

    def test_the_sql_for_the_administrator_is_saved(
        self, person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "tables.sql"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(file), ""))
        dialog = opened(person)
        fill(person, dialog, 1)
        person.click(dialog.ui.script_button)
        person.wait(lambda: file.exists() and dialog.ui.save_button.isEnabled())
        text = file.read_text()
        assert "CREATE TABLE" in text and "CREATE ROLE trackit_monitor" in text and SECRET not in text

    @pytest.mark.covers("DB-03")
    def test_the_sql_for_a_current_database_says_that_there_is_nothing_to_upgrade(
        self,
        person: Person,
        data_dir: DataDir,
        certificates: Certificates,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        answers: list[Any],
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca_file))
        file = tmp_path / "tables.sql"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(file), ""))
        keep_choice(SERVER, data_dir)  # offers Debian's driver beside Microsoft's
        current: Any = {"OBJECT_ID(N'alembic_version')": [[5]], "version_num": [[schema.HEAD]]}
        with tds_server(Behaviour(certificates.good.context, answers=current)) as server:
            dialog = opened(person)
            fill(person, dialog, server.port)
            select(dialog, "driver", "FreeTDS")
            will_press("Close")
            person.click(dialog.ui.script_button)
            person.wait(lambda: answers != [])
        assert "nothing to upgrade" in answers[0][0]
        text = file.read_text()
        assert "CREATE ROLE trackit_monitor" in text and "CREATE TABLE" not in text

    def test_escape_asks_before_it_throws_away_what_was_typed(self, person: Person, answers: list[Any]) -> None:
        dialog = opened(person)
        fill(person, dialog, 1433)
        will_press("Keep editing", "Discard")
        person.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert dialog.isVisible()
        person.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()
        assert len(answers) == 2


@pytest.fixture
def windows(data_dir: DataDir, qapp: QApplication, qtbot: QtBot, answers: list[Any]) -> Iterator[Windows]:
    made = Windows(data_dir, qapp)
    made.open(None)
    yield made
    assert made.window is not None
    if made.window.isVisible():
        will_press("Close this console")
        made.window.close()


def test_an_empty_file_is_made_after_a_question_and_the_window_opens_on_it(
    windows: Windows, data_dir: DataDir, tmp_path: Path, qtbot: QtBot, answers: list[Any]
) -> None:
    first = windows.window
    assert first is not None
    person = Person(first, qtbot)
    other = tmp_path / "other.sqlite3"
    dialog = opened(person)
    person.qtbot.keyClicks(dialog.ui.file, str(other))
    will_press("Cancel")
    person.click(dialog.ui.save_button)
    person.wait(lambda: len(answers) == 1 and dialog.ui.save_button.isEnabled())
    assert not other.exists() and "Move everything from" in answers[0][0]
    will_press("Begin Empty")
    person.click(dialog.ui.save_button)
    person.wait(lambda: bool(dialog.findChildren(RecoveryKeyDialog)))
    [last] = dialog.findChildren(RecoveryKeyDialog)
    key = last.key.toPlainText()
    assert last.change_button.isHidden() and read_choice(data_dir) == SqliteTarget()
    will_press("Close this console")
    person.click(last.stored_button)
    person.wait(lambda: windows.window is not first)
    assert read_choice(data_dir) == SqliteTarget(file=str(other))
    assert schema_state(f"sqlite:///{other}")[0] is SchemaState.CURRENT
    second = windows.window
    assert second is not None
    person.wait(lambda: second.watch.snapshot is not None)
    assert second.header.database_button.text() == "other.sqlite3"
    assert second.services.database.recovery_key == key
    with second.services.database.reading() as transaction:
        assert transaction.recovery_key.stored() is not None
    # As the event loop of the program does; the test's own loop is not that one.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not isValid(first)


def test_everything_is_moved_to_another_file_and_the_window_opens_on_it(
    windows: Windows, data_dir: DataDir, tmp_path: Path, qtbot: QtBot, answers: list[Any]
) -> None:
    first = windows.window
    assert first is not None
    person = Person(first, qtbot)
    person.wait(lambda: first.watch.snapshot is not None)
    with first.services.database.begin() as transaction:
        transaction.mailboxes.add(imap(password=SecretStr(SECRET), enabled=False), "ada")
    other = tmp_path / "other.sqlite3"
    dialog = opened(person)
    person.qtbot.keyClicks(dialog.ui.file, str(other))
    will_press("Move Everything", "Close", "Close this console")
    person.click(dialog.ui.save_button)
    person.wait(lambda: windows.window is not first)
    moved = answers[1][0]
    assert "Everything was moved to" in moved and "compared one by one" in moved
    second = windows.window
    assert second is not None
    person.wait(lambda: second.watch.snapshot is not None)
    with second.services.database.reading() as transaction:
        [mailbox] = transaction.mailboxes.all(secrets=True)
    assert isinstance(mailbox.value, Imap) and mailbox.value.password == SecretStr(SECRET)
    assert second.services.database.name == str(other)
    # What was there before is still there.
    assert schema_state(data_dir.database_url)[0] is SchemaState.CURRENT


def test_the_other_database_is_chosen_before_it_is_told_that_everything_was_moved(
    windows: Windows, data_dir: DataDir, tmp_path: Path, qtbot: QtBot, answers: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    press, choices = QMessageBox.exec, []

    def look_and_press(box: QMessageBox) -> int:
        choices.append((box.text().split(" ")[0], read_choice(data_dir)))
        return press(box)

    monkeypatch.setattr(QMessageBox, "exec", look_and_press)
    first = windows.window
    assert first is not None
    person = Person(first, qtbot)
    dialog = opened(person)
    other = str(tmp_path / "other.sqlite3")
    person.qtbot.keyClicks(dialog.ui.file, other)
    will_press("Move Everything", "Close", "Close this console")
    person.click(dialog.ui.save_button)
    person.wait(lambda: windows.window is not first)
    assert choices[1] == ("Everything", SqliteTarget(file=other))


def test_a_move_shows_how_far_it_is_and_is_cancelled(
    windows: Windows, data_dir: DataDir, tmp_path: Path, qtbot: QtBot, answers: list[Any]
) -> None:
    window = windows.window
    assert window is not None
    person = Person(window, qtbot)
    dialog = opened(person)
    other = tmp_path / "other.sqlite3"
    person.qtbot.keyClicks(dialog.ui.file, str(other))
    with closing(sqlite3.connect(other)) as holder:
        holder.execute("BEGIN IMMEDIATE")  # the copy waits for it
        will_press("Move Everything")
        person.click(dialog.ui.save_button)
        person.wait(lambda: bool(dialog.findChildren(CopyProgress)))
        [progress] = dialog.findChildren(CopyProgress)
        progress.told.emit("records", 3, 4)
        person.wait(lambda: progress.labelText() == "Everything is copied and compared: 75 %, records")
        [button] = progress.findChildren(QPushButton)
        person.click(button)
    person.wait(dialog.ui.save_button.isEnabled)
    assert read_choice(data_dir) == SqliteTarget()
    assert schema_state(f"sqlite:///{other}")[0] is SchemaState.EMPTY
    will_press("Discard")
    dialog.reject()


def test_what_is_not_empty_is_used_as_it_is(
    windows: Windows, data_dir: DataDir, tmp_path: Path, qtbot: QtBot, answers: list[Any]
) -> None:
    used = open_database(f"sqlite:///{tmp_path / 'used.sqlite3'}", data_dir)
    with used.begin() as transaction:
        transaction.mailboxes.add(imap(enabled=False), "ada")
    used.close()
    first = windows.window
    assert first is not None
    person = Person(first, qtbot)
    dialog = opened(person)
    person.qtbot.keyClicks(dialog.ui.file, str(tmp_path / "used.sqlite3"))
    will_press("Close this console")
    person.click(dialog.ui.save_button)
    person.wait(lambda: windows.window is not first)
    assert not any("Move everything" in words or "Create" in words for words, _ in answers)


@pytest.mark.covers("DB-03")
def test_an_older_file_is_backed_up_and_upgraded_after_a_question(
    windows: Windows, data_dir: DataDir, tmp_path: Path, qtbot: QtBot, answers: list[Any]
) -> None:
    older = tmp_path / "older.sqlite3"
    engine = make_engine(f"sqlite:///{older}")
    schema.upgrade(engine, schema.REVISIONS[-2])
    engine.dispose()
    first = windows.window
    assert first is not None
    person = Person(first, qtbot)
    dialog = opened(person)
    person.qtbot.keyClicks(dialog.ui.file, str(older))
    will_press("Upgrade", "Close this console")
    person.click(dialog.ui.save_button)
    person.wait(lambda: windows.window is not first)
    assert "It is backed up first." in answers[0][0]
    [backup] = backups_of(older, backup_folder(older, ""))
    assert schema_state(f"sqlite:///{backup.path}")[1] == schema.REVISIONS[-2]
    assert schema_state(f"sqlite:///{older}")[0] is SchemaState.CURRENT


def test_a_choice_that_cannot_be_read_is_told_and_can_be_made_again(
    data_dir: DataDir, qapp: QApplication, qtbot: QtBot, answers: list[Any], request: pytest.FixtureRequest
) -> None:
    data_dir.chosen_database.write_text("{")
    windows: Windows = request.getfixturevalue("windows")
    window = windows.window
    assert window is not None
    person = Person(window, qtbot)
    person.wait(lambda: "cannot be read" in window._database_banner.words)
    will_press("Close")
    window.choose_database()
    dialog = person.dialog()
    person.wait(lambda: len(answers) == 1)
    assert str(data_dir.chosen_database) in answers[0][0]
    select(dialog, "kind", "sqlite")
    will_press("Create")
    person.click(dialog.ui.save_button)
    person.wait(lambda: bool(dialog.findChildren(RecoveryKeyDialog)))
    [key] = dialog.findChildren(RecoveryKeyDialog)
    will_press("Close this console")
    person.click(key.stored_button)
    person.wait(lambda: windows.window is not window)
    assert read_choice(data_dir) == SqliteTarget()
