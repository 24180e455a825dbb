"""Email Filters as an admin works with them: editing, trying, previewing, importing, with real clicks and keys."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QTableView
from sqlalchemy import inspect, text

from tests.console.conftest import Person, will_press
from tests.settings.samples import imap
from tests.store.delivery_factory import filtered, ignored, take_in
from trackit_console.console.rule_csv import read_rules, rules_csv
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.settings.people import Requestor
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored

ANNA = "Anna Berg <anna@contoso.example>"


@pytest.fixture
def database(person: Person) -> Database:
    return person.window.services.database


def save(database: Database, **filters: Any) -> None:
    with database.begin() as transaction:
        now = transaction.settings.filters()
        transaction.settings.save_filters(Stored(now.id, now.version, Filters(**filters)), "ada")


def took(database: Database, *subjects: str, stopped_by: str = "", number: int = 1, sender: str = ANNA) -> None:
    """Mail of the requestor Anna was taken in."""
    with database.begin() as transaction:
        transaction.people.save_requestor(Requestor(name="Anna Berg", email="anna@contoso.example"), "ada")
        mailbox = transaction.mailboxes.add(imap(user_account_name="support@example.com"), "ada")
        lease = transaction.mailbox_leases.begin_visit(mailbox.id, "here", regardless=True)
    assert lease is not None
    mail = [ignored(str(at), subject=each, sender=sender) for at, each in enumerate(subjects * number)]
    take_in(database, lease, [*mail, *([filtered("f", "subject", stopped_by)] if stopped_by else [])])


def opened(person: Person) -> Any:
    with person.window.services.database.reading() as transaction:
        version = transaction.settings.filters().version
    page = person.page("filters")
    person.window.watch.refresh()
    person.wait(lambda: page.stored is not None and page.stored.version == version)
    return page


def texts(page: Any, rule_list: str = "sender") -> list[str]:
    return [line.rule.text for line in page.tables[rule_list].model.rows]


def cell(page: Any, rule_list: str, row: int, column: int) -> Any:
    return page.tables[rule_list].model.index(row, column).data()


def click_cell(person: Person, view: QTableView, row: int, column: int, *, double: bool = False) -> None:
    where = view.visualRect(view.model().index(row, column)).center()
    person.qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    if double:
        person.qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)


def kept(database: Database) -> Filters:
    with database.reading() as transaction:
        return transaction.settings.filters().value


# ---------------------------------------------------------------- editing


@pytest.mark.covers("FIL-05")
def test_a_text_is_edited_in_place_by_double_click_and_by_f2(person: Person, database: Database) -> None:
    page = opened(person)
    view = page.ui.sender_rules
    click_cell(person, view, 0, 1, double=True)
    editor = view.findChild(QLineEdit)
    assert editor.text() == "Postmaster"
    editor.selectAll()
    person.qtbot.keyClicks(editor, "Postmaster@")
    person.qtbot.keyClick(editor, Qt.Key.Key_Return)
    person.wait(lambda: texts(page)[0] == "Postmaster@")
    assert [line.rule.text for line in page.tables["sender"].selection] == ["Postmaster@"]
    view.setFocus()
    person.qtbot.keyClick(view, Qt.Key.Key_F2)
    person.wait(lambda: view.findChild(QLineEdit) is not None and view.findChild(QLineEdit).hasFocus())
    editor = view.findChild(QLineEdit)
    person.qtbot.keyClicks(editor, "x")
    person.qtbot.keyClick(editor, Qt.Key.Key_Return)
    person.wait(page.ui.new_rule_message.isVisible)
    assert page.ui.new_rule_message.text() == "Enter more than one character."
    assert texts(page)[0] == "Postmaster@"
    person.click(page.ui.save_button)
    person.wait(lambda: not page.unsaved)
    assert kept(database).sender[0].text == "Postmaster@"


@pytest.mark.covers("FIL-05", "T-05")
def test_tab_leads_from_the_text_of_a_rule_to_whom_it_applies_to(person: Person) -> None:
    page = opened(person)
    view = page.ui.sender_rules
    click_cell(person, view, 2, 1, double=True)
    editor = view.findChild(QLineEdit)
    editor.selectAll()
    person.qtbot.keyClicks(editor, "changed@")
    person.qtbot.keyClick(editor, Qt.Key.Key_Tab)
    person.wait(lambda: texts(page)[2] == "changed@")
    person.wait(lambda: (view.currentIndex().row(), view.currentIndex().column()) == (2, 2))
    person.wait(lambda: view.findChild(QComboBox) is not None)
    page.discard()


@pytest.mark.covers("FIL-04", "FIL-05")
def test_whom_a_rule_applies_to_is_chosen_in_place(person: Person) -> None:
    page = opened(person)
    view = page.ui.sender_rules
    click_cell(person, view, 1, 2, double=True)
    person.wait(lambda: view.findChild(QComboBox) is not None)
    combo = view.findChild(QComboBox)
    assert combo.currentText() == "Both"
    combo.setCurrentIndex(combo.findText("Requestors"))
    combo.activated.emit(combo.currentIndex())
    person.wait(lambda: page.tables["sender"].model.rows[1].rule.applies_to == "requestors")
    assert cell(page, "sender", 1, 2) == "Requestors"
    assert page.unsaved
    page.discard()


@pytest.mark.covers("FIL-05")
def test_rules_are_switched_by_the_space_bar_and_by_the_box(person: Person) -> None:
    page = opened(person)
    view = page.ui.sender_rules
    click_cell(person, view, 0, 1)
    view.setFocus()
    person.qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    person.qtbot.keyClick(view, Qt.Key.Key_Space)
    person.wait(lambda: [line.rule.enabled for line in page.tables["sender"].model.rows] == [False, False, True, True])
    person.qtbot.keyClick(view, Qt.Key.Key_Space)
    person.wait(lambda: all(line.rule.enabled for line in page.tables["sender"].model.rows))
    assert not page.unsaved


@pytest.mark.covers("FIL-05")
def test_several_rules_are_deleted_by_key_and_taken_back(person: Person) -> None:
    page = opened(person)
    view = page.ui.sender_rules
    click_cell(person, view, 1, 1)
    view.setFocus()
    person.qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    person.qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert texts(page) == ["Postmaster", "Mailer-Daemon"]
    assert page.ui.tabs.tabText(0) == "Rules for Sender (2)"
    person.click(page.ui.take_back_button)
    assert texts(page) == [rule.text for rule in Filters().sender]
    assert not page.unsaved
    assert not page.ui.take_back_button.isVisible()


@pytest.mark.covers("FIL-05")
def test_insert_leads_to_the_field_for_a_new_rule(person: Person) -> None:
    page = opened(person)
    page.ui.sender_rules.setFocus()
    person.qtbot.keyClick(page.ui.sender_rules, Qt.Key.Key_Insert)
    assert page.ui.new_rule.hasFocus()


@pytest.mark.covers("FIL-01", "FIL-05")
def test_an_empty_list_says_so_and_offers_the_defaults(person: Person, database: Database, answers: list[Any]) -> None:
    save(database, sender=[], subject=[])
    page = opened(person)
    person.wait(page.ui.sender_empty.isVisible)
    will_press("Restore defaults")
    person.click(page.ui.sender_empty.button)
    assert len(texts(page)) == 4
    assert not page.ui.sender_empty.isVisible()
    page.discard()


@pytest.mark.covers("FIL-05")
def test_a_rule_shows_how_many_messages_it_stopped_and_when_last(person: Person, database: Database) -> None:
    took(database, "Printer", stopped_by="Out of Office")
    page = opened(person)
    page.ui.tabs.setCurrentIndex(1)
    at = texts(page, "subject").index("Out of Office")
    person.wait(lambda: cell(page, "subject", at, 4) == "1")
    assert cell(page, "subject", at, 5) != "Never"
    assert (cell(page, "subject", 0, 4), cell(page, "subject", 0, 5)) == ("0", "Never")


# ---------------------------------------------------------------- trying and previewing


@pytest.mark.covers("FIL-02", "FIL-06")
def test_a_message_is_tried_on_rules_that_are_not_saved(person: Person, database: Database) -> None:
    took(database, "Printer")
    page = opened(person)
    person.type(page.ui.try_sender, ANNA)
    person.type(page.ui.try_subject, "Offer of the week")
    person.wait(lambda: page.ui.try_result.text() == "Processed. No filter stops it. The sender is a requestor.")
    page.ui.tabs.setCurrentIndex(1)
    person.type(page.ui.new_rule, "offer")
    person.click(page.ui.add_button)
    person.wait(lambda: page.ui.try_result.text().startswith("Not processed. Subject rule “offer” matches the subject."))
    person.click(page.ui.discard_button)
    person.choose(page.ui.accept_from, "Technicians")
    page.ui.accept_from.activated.emit(page.ui.accept_from.currentIndex())
    person.wait(lambda: "Only mail from these is accepted: Technicians." in page.ui.try_result.text())
    page.ui.try_role.setFocus()
    person.qtbot.keyClicks(page.ui.try_role, "T")
    person.wait(lambda: page.ui.try_result.text() == "Processed. No filter stops it. The sender is a technician.")
    page.discard()


@pytest.mark.covers("FIL-06")
@pytest.mark.qt_log_ignore("does not support")  # of a menu, by the platform without a screen
def test_a_recent_message_is_taken_to_try(person: Person, database: Database) -> None:
    took(database, "Out of Office & more")
    page = opened(person)
    person.click(page.ui.recent_button)
    person.wait(page.trial._menu.isVisible)
    page.trial._menu.actions()[0].trigger()
    page.trial._menu.hide()
    assert (page.ui.try_sender.text(), page.ui.try_subject.text()) == (ANNA, "Out of Office & more")
    person.wait(lambda: "Subject rule “Out of Office” matches" in page.ui.try_result.text())


@pytest.mark.covers("FIL-06")
def test_a_rule_is_previewed_as_it_is_typed_and_nothing_is_written(person: Person, database: Database) -> None:
    took(database, "Newsletter of March", "Printer", "NEWSLETTER")
    page = opened(person)
    page.ui.tabs.setCurrentIndex(1)
    before = everything(database)
    person.type(page.ui.new_rule, "newsletter")
    words = "In the last 30 days this rule would have stopped 2 of 3 messages."
    person.wait(lambda: page.ui.rule_preview.text() == words)
    assert page.ui.rule_heading.text() == "New rule"
    assert "technicians and requestors wrote 2." in page.ui.rule_findings.text()
    person.click(page.ui.show_examples_button)
    dialog = person.dialog()
    assert [row.subject for row in dialog.table.model.rows] == ["NEWSLETTER", "Newsletter of March"]
    dialog.close()
    assert everything(database) == before


def everything(database: Database) -> dict[str, list[Any]]:
    """Every row of every table, but who hosts the monitor and since when."""
    with database.reading() as transaction:
        names = set(inspect(transaction.session.connection()).get_table_names()) - {"monitor_hosts", "monitor_control"}
        return {name: [tuple(row) for row in transaction.session.execute(text(f'SELECT * FROM "{name}"'))] for name in names}


@pytest.mark.covers("FIL-05", "FIL-06")
def test_a_rule_that_stops_a_persons_mail_is_marked_in_the_list(person: Person, database: Database) -> None:
    took(database, "How do I set Out of Office?")
    page = opened(person)
    page.ui.tabs.setCurrentIndex(1)
    at = texts(page, "subject").index("Out of Office")
    person.wait(lambda: cell(page, "subject", at, 6) == "Stops people")
    assert not page.ui.subject_rules.isColumnHidden(6)
    assert page.ui.sender_rules.isColumnHidden(6)
    page.lists.select("subject", at)
    person.wait(lambda: "technicians and requestors wrote 1." in page.ui.rule_findings.text())


@pytest.mark.covers("FIL-06")
def test_a_thousand_messages_are_previewed_within_five_seconds(person: Person, database: Database) -> None:
    took(database, "Printer", "Offer", number=500)
    rules = [FilterRule(text=f"sender{number}@domain.example") for number in range(1000)]
    begun = time.perf_counter()
    analysis = person.window.services.filters.analyse(Filters(sender=rules, subject=[FilterRule(text="offer")]))
    assert (analysis.preview.messages, analysis.preview.stopped) == (1000, 500)
    assert time.perf_counter() - begun < 5


@pytest.mark.covers("FIL-05", "FIL-07")
def test_ten_thousand_rules_stay_usable(person: Person, database: Database) -> None:
    save(database, sender=[FilterRule(text=f"sender{number}@domain.example") for number in range(10_000)])
    page = opened(person)
    person.wait(lambda: len(texts(page)) == 10_000)
    begun = time.perf_counter()
    person.type(page.ui.new_rule, "one more")
    person.click(page.ui.add_button)
    assert texts(page)[-1] == "one more"
    view = page.ui.sender_rules
    last = view.model().index(10_000, 1)
    assert view.viewport().rect().intersects(view.visualRect(last))
    assert time.perf_counter() - begun < 5
    person.wait(lambda: page.ui.rule_preview.text() == "In the last 30 days this rule would have stopped 0 of 0 messages.")
    assert view.viewport().rect().intersects(view.visualRect(last))
    assert page.ui.sender_rules.findChildren(QLineEdit) == []  # no widget in any row
    page.discard()


# ---------------------------------------------------------------- import and export


def choose_file(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_: (str(file), ""))


@pytest.mark.covers("FIL-05", "SEC-03")
def test_what_was_exported_is_imported_again(
    person: Person, database: Database, answers: list[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "rules.csv"
    choose_file(monkeypatch, file)
    rules = [FilterRule(text="=cmd|' /C calc'!A0", enabled=False, applies_to="technicians", direction="sending")]
    save(database, sender=rules, subject=[])
    page = opened(person)
    person.click(page.ui.export_button)
    person.wait(file.exists)
    assert "'=cmd|" in file.read_text("utf-8-sig")
    save(database, sender=[], subject=[])
    person.window.watch.refresh()
    person.wait(lambda: page.stored.value.sender == [])
    will_press("Import")
    person.click(page.ui.import_button)
    person.wait(lambda: page.unsaved)
    assert "New rules in the file: 1." in answers[-1][0]
    person.click(page.ui.save_button)
    person.wait(lambda: not page.unsaved)
    assert kept(database).sender == rules


@pytest.mark.covers("FIL-05")
def test_a_file_with_wrong_lines_names_them_and_imports_nothing_by_itself(
    person: Person, answers: list[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "rules.csv"
    file.write_text(
        "List;Text;Enabled\nsender;spam;\nsender;x;\nrecipient;abc;\nsubject;Offer;perhaps\nsender;Postmaster;true\n", "utf-8"
    )
    choose_file(monkeypatch, file)
    page = opened(person)
    will_press("Cancel")
    person.click(page.ui.import_button)
    person.wait(lambda: bool(answers))
    asked = answers[-1][0]
    assert "New rules in the file: 1. In the lists already: 1. Errors: 3." in asked
    assert "Line 3: Enter more than one character." in asked
    assert "Line 4: List must be sender or subject." in asked
    assert "Line 5: Enabled must be true or false." in asked
    assert not page.unsaved
    will_press("Import the other lines")
    person.click(page.ui.import_button)
    person.wait(lambda: page.unsaved)
    assert texts(page)[-1] == "spam"
    page.discard()


@pytest.mark.covers("FIL-05", "SEC-03")
@pytest.mark.parametrize(
    "rule_text", ["=1+1", "'=1+1", "@domain.example", "-offer", "+49", 'say "hi"', "a;b", "a,b", "''", "'x", "ä€"]
)
def test_any_text_survives_export_and_import(rule_text: str) -> None:
    filters = Filters(sender=[FilterRule(text=rule_text)], subject=[FilterRule(text=rule_text, enabled=False)])
    file = read_rules(rules_csv(filters).encode("utf-8-sig"))
    assert (file.rules, file.wrong) == ({"sender": filters.sender, "subject": filters.subject}, [])


@pytest.mark.covers("FIL-05")
@pytest.mark.parametrize(
    ("content", "line"),
    [(b"", 1), (b"Text\nspam\n", 1), (b"List,Text\nsender,spam\x00\n", 2), (b"List,Text\nsender," + b"x" * 200_000, 2)],
)
def test_a_file_that_is_no_list_of_rules_is_refused_with_the_line(content: bytes, line: int) -> None:
    file = read_rules(content)
    assert (file.count, [each.number for each in file.wrong]) == (0, [line])


@pytest.mark.covers("FIL-05")
def test_a_file_of_excel_in_another_code_page_is_read() -> None:
    assert [rule.text for rule in read_rules("List;Text\r\nsubject;Büro\r\n".encode("windows-1252")).rules["subject"]] == ["Büro"]
    assert [rule.text for rule in read_rules("List\tText\r\n".encode("utf-16")).rules["subject"]] == []
