"""The People page: lists, dialogs, deleting, importing and exporting, as an admin does it (MSG-03, MSG-05, DB-04)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from tests.console.conftest import Person, will_press
from trackit_console.console.dialogs.help import HelpDialog
from trackit_console.settings import people_csv
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.people import Requestor, Technician
from trackit_console.store.row_mapping import Stored

ADA = Technician(name="Ada", email="ada@example.com", mapped_addresses=["ada@home.example"])
BO = Requestor(name="Bo", email="bo@example.com")


def kept(person: Person, kind: str) -> list[Any]:
    with person.window.services.database.reading() as transaction:
        return [each.value for each in getattr(transaction, kind).all()]


def add(person: Person, *people: Technician | Requestor) -> list[Stored[Any]]:
    with person.window.services.database.begin() as transaction:
        return [
            transaction.technicians.add(each, "t") if isinstance(each, Technician) else transaction.requestors.add(each, "t")
            for each in people
        ]


def press(person: Person, widget: Any, key: Qt.Key) -> None:
    """Keys of a list work in the window that is active only."""
    widget.window().activateWindow()
    person.wait(widget.window().isActiveWindow)
    widget.setFocus()
    person.qtbot.keyClick(widget, key)


@pytest.mark.covers("MSG-03", "T-05")
def test_a_requestor_is_added_changed_and_deleted_by_the_keyboard(person: Person, answers: list[tuple[str, str]]) -> None:
    page = person.page("people")
    person.wait(page.ui.requestors_empty.isVisible)
    press(person, person.window, Qt.Key.Key_Insert)
    dialog = person.dialog()
    assert dialog.windowTitle() == "New requestor"
    person.type(dialog.ui.name, "Bo")
    person.type(dialog.ui.email, "bo@example.com")
    person.qtbot.keyClick(dialog.ui.email, Qt.Key.Key_Return)
    person.wait(lambda: page.current.table.current is not None)
    assert page.ui.requestors_count.text() == "1 in total"
    press(person, page.ui.requestors, Qt.Key.Key_Return)
    dialog = person.dialog()
    assert dialog.windowTitle() == "Edit requestor"
    person.type(dialog.ui.name, "Bo Lund")
    person.click(dialog.ui.save_button)
    person.wait(lambda: kept(person, "requestors") == [Requestor(name="Bo Lund", email="bo@example.com")])
    person.wait(lambda: page.current.table.current is not None and page.current.table.current.value.name == "Bo Lund")
    will_press("Delete")
    press(person, page.ui.requestors, Qt.Key.Key_Delete)
    person.wait(page.ui.requestors_empty.isVisible)
    assert answers[0][0].startswith("Delete the requestor Bo Lund (bo@example.com)?\nMail from this address is mail from an")


@pytest.mark.covers("MSG-05", "NOT-03")
def test_a_technician_whom_a_rule_names_is_not_deleted_and_the_rule_is_told(
    person: Person, answers: list[tuple[str, str]]
) -> None:
    add(person, ADA)
    with person.window.services.database.begin() as transaction:
        actions = [{"type": "assign", "technician": "ada@example.com"}]
        transaction.business_rules.add(BusinessRule.model_validate({"name": "VIP", "actions": actions}), "t")
    page = person.page("people")
    page.ui.tabs.setCurrentIndex(1)
    person.wait(lambda: page.current.table.shown == 1)
    page.ui.technicians.selectRow(0)
    will_press("Close")
    press(person, page.ui.technicians, Qt.Key.Key_Delete)
    person.wait(lambda: bool(answers))
    assert "Ada is in use by: VIP." in answers[0][0]
    assert kept(person, "technicians") == [ADA]


@pytest.mark.covers("MSG-05", "T-04")
def test_mapped_addresses_are_a_list_and_what_others_have_is_told_at_the_field(person: Person) -> None:
    add(person, ADA)
    page = person.page("people")
    page.ui.tabs.setCurrentIndex(1)
    person.wait(lambda: page.current.table.shown == 1)
    person.click(page.ui.new_button)
    dialog = person.dialog()
    field = dialog.ui.mapped_addresses
    person.type(dialog.ui.name, "Cy")
    person.type(dialog.ui.email, "cy@example.com")
    for words in ("no address", "cy@home.example", "CY@home.example"):
        person.qtbot.keyClicks(field.new_line, words)
        person.qtbot.keyClick(field.new_line, Qt.Key.Key_Return)
    assert field.lines == ["no address", "cy@home.example"]
    assert dialog.ui.mapped_addresses_message.text() == "no address: Enter an email address such as userName@domain.com."
    assert field.list.property("wrong")
    field.list.setCurrentRow(0)
    press(person, field.list, Qt.Key.Key_Delete)
    assert not dialog.ui.mapped_addresses_message.isVisible()
    # What was typed and not added counts.
    person.qtbot.keyClicks(field.new_line, "ada@HOME.example")
    person.click(dialog.ui.save_button)
    person.wait(dialog.ui.mapped_addresses_message.isVisible)
    assert dialog.ui.mapped_addresses_message.text() == "ada@HOME.example belongs to Ada already."
    field.new_line.clear()
    person.click(dialog.ui.save_button)
    cy = Technician(name="Cy", email="cy@example.com", mapped_addresses=["cy@home.example"])
    person.wait(lambda: kept(person, "technicians") == [ADA, cy])


@pytest.mark.covers("DB-04")
def test_who_saves_a_person_second_is_told_what_the_first_saved(person: Person, answers: list[tuple[str, str]]) -> None:
    [bo] = add(person, BO)
    page = person.page("people")
    person.wait(lambda: page.current.table.shown == 1)
    page.ui.requestors.selectRow(0)
    person.click(page.ui.edit_button)
    dialog = person.dialog()
    person.type(dialog.ui.name, "Bo L")
    with person.window.services.database.begin() as transaction:
        saved = transaction.requestors.save(Stored(bo.id, bo.version, Requestor(name="Bo", email="lund@example.com")), "grace")
    person.click(dialog.ui.save_button)
    told = person.told_conflict()
    assert "grace saved these settings" in told and "Email Address: lund@example.com" in told
    assert (dialog.ui.name.text(), dialog.ui.email.text()) == ("Bo L", "lund@example.com")
    with person.window.services.database.begin() as transaction:
        transaction.requestors.delete(saved, "grace")
    will_press("Save as a new one")
    person.click(dialog.ui.save_button)
    person.wait(lambda: kept(person, "requestors") == [Requestor(name="Bo L", email="lund@example.com")])


@pytest.mark.covers("T-05")
def test_edits_of_a_person_are_not_lost_without_a_question(person: Person) -> None:
    page = person.page("people")
    person.click(page.ui.new_button)
    dialog = person.dialog()
    person.type(dialog.ui.name, "Bo")
    will_press("Keep editing")
    person.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    person.qtbot.keyClick(dialog, Qt.Key.Key_F1)
    reader = dialog.findChildren(HelpDialog)[0]
    assert reader.reader.toPlainText().startswith("People")
    reader.close()
    will_press("Discard")
    person.click(dialog.ui.cancel_button)
    person.wait(lambda: not dialog.isVisible())


@pytest.mark.covers("T-02")
def test_ten_thousand_requestors_are_read_in_parts_and_searched(person: Person) -> None:
    page = person.page("people")
    people = [Requestor(name=f"P {number:05}", email=f"p{number}@example.com") for number in range(10_000)]
    with person.window.services.database.begin() as transaction:
        transaction.requestors.add_all(people, "grace")
    # Seen here although another console added them.
    person.wait(lambda: page.current.table.shown == 300)
    assert page.ui.requestors_count.text() == f"The first 300 of {QLocale().toString(10_000)}"
    person.click(page.ui.requestors_more)
    person.wait(lambda: page.current.table.shown == 600)
    person.type(page.ui.search, "p9999")
    person.wait(lambda: page.current.table.shown == 1)
    assert not page.ui.requestors_more.isVisible()
    person.type(page.ui.search, "nobody")
    person.wait(page.ui.requestors_empty.isVisible)
    person.click(page.ui.requestors_empty.button)
    person.wait(lambda: page.current.table.shown == 300)
    # What was added far behind the first page is shown as well.
    person.click(page.ui.new_button)
    dialog = person.dialog()
    person.type(dialog.ui.name, "Zoe")
    person.type(dialog.ui.email, "zoe@example.com")
    person.click(dialog.ui.save_button)
    person.wait(lambda: page.current.table.current is not None and page.current.table.current.value.name == "Zoe")


@pytest.mark.covers("T-02")
def test_f5_reads_what_was_changed_past_this_program(person: Person) -> None:
    add(person, BO)
    page = person.page("people")
    person.wait(lambda: page.current.table.shown == 1)
    with person.window.services.database.begin() as transaction:
        transaction.session.connection().exec_driver_sql("DELETE FROM requestors")
    person.window.activateWindow()
    person.wait(person.window.isActiveWindow)
    person.qtbot.keyClick(person.window, Qt.Key.Key_F5)
    person.wait(page.ui.requestors_empty.isVisible)


# ---------------------------------------------------------------- import and export


@pytest.fixture
def choosing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file that is chosen in every file dialog."""
    file = tmp_path / "people.csv"
    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_arguments: (str(file), ""))
    return file


def importing(person: Person, page: Any) -> Any:
    person.click(page.ui.import_button)
    dialog = person.dialog()
    person.wait(lambda: dialog._preview is not None)
    return dialog


@pytest.mark.covers("SEC-03", "DB-04")
def test_a_file_is_shown_line_by_line_before_its_good_lines_are_imported(person: Person, choosing: Path) -> None:
    add(person, BO)
    choosing.write_text(
        "Name;E-Mail;Phone\nBo Lund;BO@example.com;1\nCy;cy@example.com;2\nDi;no address;3\n=1+1;di@example.com;4\n", "utf-8"
    )
    page = person.page("people")
    dialog = importing(person, page)
    assert dialog.ui.summary.text() == "2 are added, 1 changed, 0 stay the same, 1 are wrong and left out."
    assert dialog.ui.ignored.text() == "Columns that are left out: Phone"
    assert dialog.ui.save_button.text() == "&Import 3"
    person.choose(dialog.ui.shown, "Wrong (1)")
    assert dialog.table.shown == 1
    person.click(dialog.ui.copy_button)
    assert QGuiApplication.clipboard().text() == (
        "Line 4: Email Address: Enter an email address such as userName@domain.com. [Di | no address]"
    )
    person.click(dialog.ui.cancel_button)
    assert kept(person, "requestors") == [BO]
    person.click(importing(person, page).ui.save_button)
    person.wait(lambda: len(kept(person, "requestors")) == 3)
    assert [each.name for each in kept(person, "requestors")] == ["=1+1", "Bo Lund", "Cy"]
    person.wait(lambda: page.current.table.shown == 3)
    person.click(page.ui.export_button)
    person.wait(lambda: choosing.read_bytes().startswith(b"\xef\xbb\xbf"))
    assert choosing.read_text("utf-8-sig").splitlines() == [
        "Name,Email Address",
        "'=1+1,di@example.com",
        "Bo Lund,BO@example.com",
        "Cy,cy@example.com",
    ]
    dialog = importing(person, page)
    assert dialog.ui.summary.text() == "0 are added, 0 changed, 3 stay the same, 0 are wrong and left out."
    assert not dialog.ui.save_button.isEnabled()
    person.click(dialog.ui.cancel_button)


@pytest.mark.covers("DB-04")
def test_nothing_is_imported_that_was_not_shown(person: Person, choosing: Path, answers: list[tuple[str, str]]) -> None:
    choosing.write_text("name,email\nBo,bo@example.com\n", "utf-8")
    page = person.page("people")
    dialog = importing(person, page)
    add(person, Requestor(name="Bob", email="bo@example.com"))
    will_press("Close")
    person.click(dialog.ui.save_button)
    person.wait(lambda: dialog.ui.summary.text().startswith("0 are added, 1 changed"))
    assert "Somebody else has changed this list since the file was shown." in answers[0][0]
    assert [each.name for each in kept(person, "requestors")] == ["Bob"]
    person.click(dialog.ui.save_button)
    person.wait(lambda: kept(person, "requestors") == [BO])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"Phone,Town\n1,2\n", "The file needs exactly one column with the heading", id="no-headings"),
        pytest.param(b"", "The file needs exactly one column with the heading", id="empty"),
        pytest.param(None, "people.csv could not be read.", id="missing"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_with_the_reason(
    person: Person, choosing: Path, answers: list[tuple[str, str]], content: bytes | None, words: str
) -> None:
    if content is not None:
        choosing.write_bytes(content)
    page = person.page("people")
    will_press("Close")
    person.click(page.ui.import_button)
    person.wait(lambda: bool(answers))
    assert words in answers[0][0]


@pytest.mark.covers("SEC-03")
def test_a_huge_file_is_not_read_into_memory(
    person: Person, choosing: Path, answers: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_csv, "MAX_BYTES", 1_000_000)
    choosing.write_bytes(b"x" * 1_000_001)
    will_press("Close")
    person.click(person.page("people").ui.import_button)
    person.wait(lambda: bool(answers))
    assert answers[0][0].startswith("people.csv is larger than 1 MB.")
