"""Export Configuration and Import Configuration in the menu (DB-06, SEC-02)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QTreeWidgetItem, QWidget

from tests.console.conftest import Person, will_press
from tests.settings.samples import imap
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.people import TicketTemplate
from trackit_console.store.database import Database

CANARY = "c4n4ry-Pa$$wörd"
PASSPHRASE = "correct horse battery staple"
RECURSIVE = Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
pytestmark = pytest.mark.covers("DB-06")


@pytest.fixture
def database(person: Person) -> Database:
    """The database of the window, with a mailbox that has a password."""
    person.page("tiles")
    opened = person.window.services.database
    with opened.begin() as transaction:
        transaction.mailboxes.add(imap(name="Support", password=CANARY), "ada")
    return opened


def action(person: Person, words: str) -> QAction:
    menu = person.window.header.menu_button.menu()
    return next(each for each in menu.findChildren(QAction) if each.text().replace("&", "") == words)


def export_dialog(person: Person) -> Any:
    action(person, "Export Configuration…").trigger()
    return person.dialog()


def import_dialog(person: Person, file: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_arguments: (str(file), ""))
    action(person, "Import Configuration…").trigger()
    dialog = person.dialog()
    person.wait(lambda: not dialog.running)
    return dialog


def export(person: Person, file: Path, passphrase: str = "") -> None:
    dialog = export_dialog(person)
    person.type(dialog.ui.file, str(file))
    if passphrase:
        person.click(dialog.ui.with_secrets)
        person.type(dialog.ui.passphrase, passphrase)
        person.type(dialog.ui.confirm, passphrase)
    person.click(dialog.ui.save_button)
    person.wait(lambda: dialog.ui.result.text() == f"Exported to {file}")
    dialog.reject()
    person.wait(lambda: not dialog.isVisible())


def changed(file: Path, **parts: Any) -> Path:
    """The file with other contents in some parts."""
    data = yaml.safe_load(file.read_text("utf-8")) | parts
    file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    return file


def rows(dialog: Any) -> dict[str, tuple[str, str]]:
    """Every row of the preview: what, now and after."""
    found: dict[str, tuple[str, str]] = {}

    def add(row: QTreeWidgetItem | None) -> None:
        assert row is not None
        found[row.text(0)] = (row.text(1), row.text(2))
        for at in range(row.childCount()):
            add(row.child(at))

    for at in range(dialog.ui.changes.topLevelItemCount()):
        add(dialog.ui.changes.topLevelItem(at))
    return found


def test_without_secrets_the_file_has_none(person: Person, database: Database, tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    export(person, file)
    text = file.read_text("utf-8")
    assert "name: Support" in text and "sealed" not in text and CANARY not in text


@pytest.mark.covers("SEC-02")
def test_with_a_passphrase_the_secrets_come_back(
    person: Person, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "all.yaml"
    export(person, file, PASSPHRASE)
    assert CANARY not in file.read_text("utf-8")
    with database.begin() as transaction:
        [mailbox] = transaction.mailboxes.all()
        transaction.mailboxes.delete(mailbox, "ada")
    dialog = import_dialog(person, file, monkeypatch)
    assert "sealed under a passphrase" in dialog.ui.summary.text()
    assert not dialog.ui.save_button.isEnabled() and not dialog.ui.open_button.isEnabled()
    person.type(dialog.ui.passphrase, "another passphrase")
    person.click(dialog.ui.open_button)
    person.wait(dialog.ui.passphrase_error.isVisible)
    assert "not the passphrase of this file" in dialog.ui.passphrase_error.text()
    person.type(dialog.ui.passphrase, PASSPHRASE)
    person.click(dialog.ui.open_button)
    person.wait(lambda: "Added: 1 " in dialog.ui.summary.text())
    assert rows(dialog)["Password"] == ("", "the one in the file")
    shown = [getattr(each, "text", str)() for each in dialog.findChildren(QWidget)]
    assert not any(words and (CANARY in words or PASSPHRASE in words) for words in map(str, shown))
    person.click(dialog.ui.save_button)
    person.wait(lambda: dialog.ui.summary.text() == "Imported. Added: 1 · changed: 0")
    with database.reading() as transaction:
        [mailbox] = transaction.mailboxes.all(secrets=True)
    assert getattr(mailbox.value, "password", None) == SecretStr(CANARY)
    dialog.reject()


def test_the_passphrase_is_typed_twice_and_judged(person: Person, database: Database, tmp_path: Path) -> None:
    dialog = export_dialog(person)
    ui = dialog.ui
    person.type(ui.file, str(tmp_path / "all.yaml"))
    assert ui.save_button.isEnabled() and not ui.passphrases.isVisible()
    person.click(ui.with_secrets)
    assert not ui.save_button.isEnabled()
    for words, judged in (("short", "Too short"), ("passwords", "Weak"), ("printer-floor", "Fair"), (PASSPHRASE, "Strong")):
        person.type(ui.passphrase, words)
        assert ui.strength.text().startswith(judged)
    person.type(ui.confirm, PASSPHRASE[:-1])
    assert ui.confirm_error.text() == "The two passphrases differ." and not ui.save_button.isEnabled()
    person.type(ui.confirm, PASSPHRASE)
    assert not ui.confirm_error.isVisible() and ui.save_button.isEnabled()
    dialog.reject()


def test_an_existing_file_is_replaced_after_a_question(
    person: Person, database: Database, tmp_path: Path, answers: list[tuple[str, str]]
) -> None:
    file = tmp_path / "all.yaml"
    file.write_text("mine")
    dialog = export_dialog(person)
    person.type(dialog.ui.file, str(file))
    will_press("Cancel")
    person.click(dialog.ui.save_button)
    person.wait(lambda: bool(answers) and not dialog.running)
    assert file.read_text() == "mine"
    will_press("Replace")
    person.click(dialog.ui.save_button)
    person.wait(lambda: file.read_text().startswith("version: 1"))
    person.wait(lambda: not dialog.running)
    assert [question for question, _ in answers] == ["Replace all.yaml?"] * 2
    dialog.reject()


@pytest.fixture
def silent_share(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Until it is set, no look at a file is answered, as on a server that was switched off."""
    answers, exists = threading.Event(), Path.exists

    def held_back(path: Path) -> bool:
        if path.name.endswith(".yaml"):
            assert threading.current_thread() is not threading.main_thread(), "the window would stand still"
            answers.wait(30)
        return exists(path)

    monkeypatch.setattr(Path, "exists", held_back)
    yield answers
    answers.set()


@pytest.mark.covers("T-06")
def test_the_window_does_not_wait_for_the_folder(
    person: Person, database: Database, tmp_path: Path, silent_share: threading.Event, answers: list[tuple[str, str]]
) -> None:
    file = tmp_path / "all.yaml"
    file.write_text("mine")
    dialog = export_dialog(person)
    person.type(dialog.ui.file, str(file))
    person.click(dialog.ui.save_button)
    # What was typed is what is looked for: it cannot be changed before the answer.
    assert dialog.ui.result.text() == "Looking for the file…"
    assert not dialog.ui.file.isEnabled() and not dialog.ui.save_button.isEnabled()
    will_press("Replace")
    silent_share.set()
    person.wait(lambda: dialog.ui.result.text() == f"Exported to {file}")
    assert answers and file.read_text("utf-8").startswith("version: 1")
    dialog.reject()


@pytest.mark.covers("T-06")
def test_a_folder_that_does_not_answer_can_be_left(
    person: Person, database: Database, tmp_path: Path, silent_share: threading.Event, answers: list[tuple[str, str]]
) -> None:
    file = tmp_path / "all.yaml"
    file.write_text("mine")
    dialog = export_dialog(person)
    person.type(dialog.ui.file, str(file))
    person.click(dialog.ui.save_button)
    person.click(dialog.ui.cancel_button)
    person.wait(lambda: person.window.findChild(type(dialog)) is None)
    silent_share.set()
    person.wait(lambda: not person.window.tasks.running)
    assert not answers and file.read_text() == "mine"


def test_a_file_that_cannot_be_written_says_so_and_keeps_the_dialog(
    person: Person, database: Database, tmp_path: Path, answers: list[tuple[str, str]]
) -> None:
    dialog = export_dialog(person)
    person.type(dialog.ui.file, str(tmp_path / "nowhere" / "all.yaml"))
    will_press("Close")
    person.click(dialog.ui.save_button)
    person.wait(lambda: bool(answers))
    assert "could not be saved" in answers[0][0]
    assert dialog.isVisible() and not dialog.ui.result.isVisible()
    dialog.reject()


def test_the_preview_tells_what_changes_and_the_pages_show_it_afterwards(
    person: Person, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "all.yaml"
    export(person, file)
    monitor = person.page("monitor")
    person.wait(lambda: monitor.ui.poll_interval.value() == 5)
    data = yaml.safe_load(file.read_text("utf-8"))
    changed(
        file,
        monitor=data["monitor"] | {"poll_interval": 7},
        ticket_templates=[*data["ticket_templates"], {"name": "New", "priority": "High"}],
    )
    dialog = import_dialog(person, file, monkeypatch)
    shown = rows(dialog)
    assert shown["Poll Interval"] == ("5 minutes", "7 minutes")
    assert shown["New"] == ("", "Added") and shown["Priority"] == ("", "High")
    assert shown["Incoming Emails"] == ("", "1 the same")
    dialog.ui.changes.setFocus()
    person.qtbot.keyClick(dialog.ui.changes, Qt.Key.Key_Return)
    assert not dialog.running  # no consent
    person.click(dialog.ui.copy_button)
    assert "Poll Interval: 5 minutes → 7 minutes" in QGuiApplication.clipboard().text()
    person.click(dialog.ui.save_button)
    person.wait(lambda: dialog.ui.summary.text() == "Imported. Added: 1 · changed: 1")
    person.click(dialog.ui.cancel_button)
    person.wait(lambda: monitor.ui.poll_interval.value() == 7)


def test_the_preview_hides_nothing_that_changes(
    person: Person, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Dear customer,\n" + "we have received your message and look into it. " * 7 + "Yours"
    with database.begin() as transaction:
        transaction.notification_templates.add(NotificationTemplate(name="Received", subject="Yours", text=text), "ada")
    file = tmp_path / "all.yaml"
    export(person, file)
    data = yaml.safe_load(file.read_text("utf-8"))
    rules = [f"ads{number}@example.com" for number in range(1, 31)]
    changed(
        file,
        filters=data["filters"] | {"sender": [{"text": each} for each in rules]},
        notification_templates=[each | {"text": f"{each['text']}, Ada"} for each in data["notification_templates"]],
        requestors=[{"name": f"Customer {number}", "email": f"c{number}@example.com"} for number in range(600)],
    )
    dialog = import_dialog(person, file, monkeypatch)
    [template] = dialog.ui.changes.findItems("Text", RECURSIVE)
    before, after = template.text(1), template.text(2)
    assert after == f"{before}, Ada" and before.startswith("…")
    assert template.toolTip(1).endswith("look into it. Yours</span>") and "<br>" in template.toolTip(2)
    [senders] = dialog.ui.changes.findItems("Rules for Sender", RECURSIVE)
    assert not senders.childCount()  # until it is opened
    senders.setExpanded(True)
    after_import = [senders.child(at).text(2) for at in range(senders.childCount())]
    assert [each for each in after_import if each] == rules and len(after_import) == len(rules) + len(data["filters"]["sender"])
    assert dialog.ui.changes.findItems("Customer 599", RECURSIVE)[0].text(2) == "Added"
    person.click(dialog.ui.copy_button)
    copied = QGuiApplication.clipboard().text().splitlines()
    assert f"        + {text.splitlines()[-1]}, Ada" in copied
    assert {f"        + {each}" for each in rules} <= set(copied)
    dialog.reject()


def test_the_tool_tip_of_an_enormous_value_is_a_part_of_it_and_says_so(
    person: Person, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.begin() as transaction:
        enormous = NotificationTemplate(name="Received", subject="Yours", text="word " * 3000 + "end")
        transaction.notification_templates.add(enormous, "ada")
    file = tmp_path / "all.yaml"
    export(person, file)
    file.write_text(file.read_text("utf-8").replace("word end", "word another end"), "utf-8")
    dialog = import_dialog(person, file, monkeypatch)
    [template] = dialog.ui.changes.findItems("Text", RECURSIVE)
    assert "word another end" in template.toolTip(2) and "word another end" not in template.toolTip(1)
    assert "Copy has all of it" in template.toolTip(2) and len(template.toolTip(2)) < 4000
    dialog.reject()


def test_a_file_that_is_set_already_has_nothing_to_import(
    person: Person, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "all.yaml"
    export(person, file)
    dialog = import_dialog(person, file, monkeypatch)
    assert dialog.ui.summary.text() == "Everything in the file is set already."
    assert not dialog.ui.save_button.isEnabled()
    dialog.reject()


def test_findings_are_told_by_line_and_can_be_copied(
    person: Person, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "all.yaml"
    file.write_text("version: 1\nmonitor:\n  poll_interval: 0\n  colour: red\n")
    dialog = import_dialog(person, file, monkeypatch)
    assert "Places to correct: 2." in dialog.ui.summary.text()
    lines = dialog.ui.findings.toPlainText().splitlines()
    assert [line.split(":")[0] for line in lines] == ["line 3", "line 4"] and "monitor.poll_interval" in lines[0]
    person.click(dialog.ui.copy_button)
    assert QGuiApplication.clipboard().text().splitlines() == lines
    assert not dialog.ui.save_button.isEnabled() and not dialog.ui.changes.isVisible()
    dialog.reject()


@pytest.mark.parametrize("content", [b"\xff\xfe\0", None], ids=["no text", "gone"])
def test_a_file_that_cannot_be_read_says_so(
    person: Person,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes | None,
    answers: list[tuple[str, str]],
) -> None:
    file = tmp_path / "all.yaml"
    if content is not None:
        file.write_bytes(content)
    will_press("Close")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_arguments: (str(file), ""))
    action(person, "Import Configuration…").trigger()
    person.wait(lambda: bool(answers))
    assert answers[0][0].startswith("all.yaml")


@pytest.mark.covers("DB-04")
def test_what_somebody_changed_since_the_preview_is_shown_again(
    person: Person, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: list[tuple[str, str]]
) -> None:
    with database.begin() as transaction:
        transaction.settings.save_ticket_template(TicketTemplate(name="Mail", priority="Low"), "ada")
    file = tmp_path / "all.yaml"
    export(person, file)
    changed(file, ticket_templates=[{"name": "Mail", "priority": "High"}])
    dialog = import_dialog(person, file, monkeypatch)
    assert rows(dialog)["Priority"] == ("Low", "High")
    with database.begin() as transaction:
        transaction.settings.save_ticket_template(TicketTemplate(name="Mail", priority="Urgent"), "bo")
    will_press("Close")
    person.click(dialog.ui.save_button)
    person.wait(lambda: bool(answers) and not dialog.running and dialog.ui.save_button.isEnabled())
    assert "Somebody else has changed the settings" in answers[0][0]
    assert rows(dialog)["Priority"] == ("Urgent", "High")
    person.click(dialog.ui.save_button)
    person.wait(lambda: dialog.ui.summary.text().startswith("Imported"))
    dialog.reject()
