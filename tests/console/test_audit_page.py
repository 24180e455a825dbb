"""The Audit page: who changed what, export, and undoing a change (DB-04)."""

from __future__ import annotations

import csv
import io
import platform
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel

from tests.console.conftest import Person, will_press
from tests.settings.samples import CANARY, SAMPLES, imap
from trackit_console.domain.audit import Audited
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.people import Requestor
from trackit_console.store.audit_list import AuditQuery
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored

pytestmark = pytest.mark.covers("DB-04")
FORMER = MonitorSettings()


@pytest.fixture
def database(person: Person) -> Database:
    return person.window.services.database


def change_monitor(database: Database, by: str = "ada", **changes: object) -> None:
    with database.begin() as transaction:
        now = transaction.settings.monitor()
        transaction.settings.save_monitor(Stored(now.id, now.version, now.value.model_copy(update=changes)), by)


def monitor(database: Database) -> MonitorSettings:
    with database.reading() as transaction:
        return transaction.settings.monitor().value


def page_with(person: Person, number: int) -> Any:
    page = person.page("audit")
    person.wait(lambda: page.table.total == number and not person.window.tasks.running)
    return page


def grid(page: Any) -> list[list[str]]:
    """The fields that are shown: title, before and after."""
    layout = page.ui.fields_layout
    labels = [[layout.itemAtPosition(row, column) for column in range(3)] for row in range(1, layout.rowCount())]
    shown = [[each.widget().text() for each in row if each and isinstance(each.widget(), QLabel)] for row in labels]
    return [row for row in shown if row]


def test_an_empty_audit_says_when_something_appears(person: Person) -> None:
    page = person.page("audit")
    person.wait(page.ui.empty.isVisible)
    assert page.ui.empty._title.text() == "Nothing was changed yet"
    assert not page.ui.entry_card.isVisible()
    assert not page.ui.export_button.isEnabled()


def test_a_change_shows_who_where_and_its_fields_side_by_side(person: Person, database: Database) -> None:
    change_monitor(database, poll_interval=9, unknown_senders="refuse")
    page = page_with(person, 1)
    row = [page.table.model.columns[number].text(page.table.current) for number in range(1, 5)]
    assert row == ["ada", platform.node(), "Changed", "Email Monitor Settings"]
    assert page.ui.entry_about.text().startswith(f"By ada at the computer {platform.node()}, ")
    title, before, after = grid(page)[0]
    assert (title, before, after) == ("Poll Interval", f"{FORMER.poll_interval} minutes", "9 minutes")
    assert len(grid(page)) == 2
    person.click(page.ui.copy_button)
    assert "Poll Interval\n\t5 minutes\n\t→ 9 minutes" in QGuiApplication.clipboard().text()


def test_of_a_list_only_its_changes_are_shown_and_a_secret_has_no_value(person: Person, database: Database) -> None:
    with database.begin() as transaction:
        now = transaction.settings.filters()
        rules = [*now.value.sender[1:], FilterRule(text="spam@example.com")]
        transaction.settings.save_filters(Stored(now.id, now.version, now.value.model_copy(update={"sender": rules})), "ada")
    page = page_with(person, 1)
    [[title, before, after]] = grid(page)
    assert title == Filters.model_fields["sender"].title
    assert (before, after) == (f"Removed: {now.value.sender[0].text}", "Added: spam@example.com")
    with database.begin() as transaction:
        kept = transaction.mailboxes.add(imap(name="Support", password=SecretStr("first")), "ada")
        changed = kept.value.model_copy(update={"password": SecretStr(CANARY)})
        transaction.mailboxes.save(Stored(kept.id, kept.version, changed), "ada")
    person.click(page.ui.search)
    page.refresh()
    person.wait(lambda: page.table.total == 3)
    page.ui.entries.selectRow(0)
    [[title, before, after]] = grid(page)
    assert (title, before, after) == ("Password", "", "changed; secrets are not kept here")


def test_another_order_of_a_list_is_shown_with_the_one_before_it(person: Person, database: Database) -> None:
    with database.begin() as transaction:
        one, two = (transaction.reports.add(SAMPLES["report"].model_copy(update={"name": each}), "ada") for each in ("1", "2"))  # type: ignore[arg-type]
        transaction.reports.reorder([two.id], [one.id, two.id], "ada")
    page = page_with(person, 3)
    page.ui.entries.selectRow(0)
    assert grid(page) == [["Order", "1\n2", "2\n1"]]
    assert not page.ui.undo_button.isEnabled()


def test_the_list_is_searched_and_narrowed(person: Person, database: Database) -> None:
    change_monitor(database, poll_interval=9)
    with database.begin() as transaction:
        transaction.requestors.add(Requestor(name="Bo", email="bo@example.com"), "grace")
    page = page_with(person, 2)
    person.type(page.ui.search, "bo@example.com")
    person.wait(lambda: page.table.total == 1)
    assert page.table.model.rows[0].actor == "grace"
    person.choose(page.ui.kind, "Email Monitor Settings")
    page.ui.kind.activated.emit(page.ui.kind.currentIndex())
    person.wait(page.ui.empty.isVisible)
    assert page.ui.empty._title.text() == "No change matches"
    person.click(page.ui.empty.button)
    person.wait(lambda: page.table.total == 2)
    person.choose(page.ui.who, "ada")
    page.ui.who.activated.emit(page.ui.who.currentIndex())
    person.wait(lambda: [each.actor for each in page.table.model.rows] == ["ada"])


def test_a_long_audit_follows_while_one_scrolls_and_stays_where_it_is(person: Person, database: Database) -> None:
    for number in range(1, 261):
        change_monitor(database, poll_interval=number)
    page = page_with(person, 200)
    assert page.ui.count.text() == "Changes: 260"
    bar = page.ui.entries.verticalScrollBar()
    bar.setValue(bar.maximum())
    person.wait(lambda: page.table.total == 260)
    bar.setValue(bar.maximum())
    scrolled = bar.value()
    change_monitor(database, poll_interval=3)
    page.refresh()
    person.wait(lambda: page.ui.count.text() == "Changes: 261")
    assert page.table.total >= 260 and bar.value() == scrolled


def test_the_export_has_a_line_for_each_field_and_no_formula(
    person: Person, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.begin() as transaction:
        transaction.requestors.add(Requestor(name="=HYPERLINK(1)", email="bo@example.com"), "grace")
    target = tmp_path / "audit.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    page = page_with(person, 1)
    person.click(page.ui.export_button)
    person.wait(lambda: target.exists() and not person.window.tasks.running)
    heading, email, name = csv.reader(io.StringIO(target.read_bytes().decode("utf-8-sig")))
    assert heading == ["Time", "Who", "Computer", "Action", "Kind", "Object", "Field", "Before", "After"]
    assert email[1:] == ["grace", platform.node(), "added", "requestor", "bo@example.com", "email", "", "bo@example.com"]
    assert name[-1] == "'=HYPERLINK(1)"


def test_a_change_is_undone_after_a_question_that_says_what_returns(
    person: Person, database: Database, answers: list[tuple[str, str]]
) -> None:
    change_monitor(database, poll_interval=9, reopen_days=3)
    page = page_with(person, 1)
    will_press("Cancel")
    person.click(page.ui.undo_button)
    person.wait(lambda: bool(answers))
    assert "ada" in answers[0][0] and "Poll Interval: 9 minutes → 5 minutes" in answers[0][0]
    assert monitor(database).poll_interval == 9
    will_press("Undo")
    person.click(page.ui.undo_button)
    person.wait(lambda: page.table.total == 3)
    assert monitor(database) == FORMER
    [told, changed, _first] = page.table.model.rows
    assert (told.action, changed.action) == ("undone", "changed")
    page.ui.entries.selectRow(0)
    assert [row[0] for row in grid(page)] == ["Change", "Made at", "Made by"]
    assert not page.ui.undo_button.isEnabled()


def test_what_another_changed_since_is_chosen_field_by_field(person: Person, database: Database) -> None:
    change_monitor(database, poll_interval=7, reopen_days=3, emails_to_process=40)
    change_monitor(database, "bo", poll_interval=8, emails_to_process=60)
    page = page_with(person, 2)
    page.ui.entries.selectRow(1)
    person.click(page.ui.undo_button)
    dialog = person.conflict()
    assert {each.title: (each.mine, each.theirs) for each in dialog.choices} == {
        "Poll Interval": ("5 minutes", "8 minutes"),
        "Emails to Process": ("50 per check", "60 per check"),
    }
    assert "Reopen a closed ticket within: 3 days →" in dialog.message.text()
    before, _now = dialog.buttons["poll_interval"]
    assert before is not None
    person.click(before)
    person.click(dialog.apply_button)
    person.wait(lambda: page.table.total == 4)
    now = monitor(database)
    assert (now.poll_interval, now.emails_to_process, now.reopen_days) == (5, 60, FORMER.reopen_days)


def test_a_deleted_mailbox_returns_without_its_password_and_disabled(
    person: Person, database: Database, answers: list[tuple[str, str]]
) -> None:
    with database.begin() as transaction:
        kept = transaction.mailboxes.add(imap(name="Support", password=SecretStr(CANARY), enabled=True), "ada")
        transaction.mailboxes.delete(kept, "grace")
    page = page_with(person, 2)
    will_press("Add again")
    person.click(page.ui.undo_button)
    person.wait(lambda: page.table.total == 4)
    assert "Mailbox Support" in answers[0][0] and "Password must be typed again" in answers[0][0]
    assert "the mailbox is disabled" in answers[0][0]
    with database.reading() as transaction:
        [again] = transaction.mailboxes.all(secrets=True)
    assert (again.value.title, again.value.enabled, again.value.password) == ("Support", False, None)  # type: ignore[union-attr]


@pytest.mark.covers("DB-04", "SEC-02")
def test_a_mailbox_that_returns_to_its_former_server_is_disabled_until_its_password_is_typed(
    person: Person, database: Database, answers: list[tuple[str, str]]
) -> None:
    with database.begin() as transaction:
        kept = transaction.mailboxes.add(imap(name="Support", password=SecretStr("first"), enabled=True), "ada")
        elsewhere = kept.value.model_copy(update={"server": "mail.other.example", "password": SecretStr(CANARY)})
        transaction.mailboxes.save(Stored(kept.id, kept.version, elsewhere), "grace")
    page = page_with(person, 2)
    will_press("Undo")
    person.click(page.ui.undo_button)
    person.wait(lambda: page.table.total == 4)
    assert "Password as it is now may not be meant for the former server or account" in answers[0][0]
    assert "Type it again before you enable the mailbox" in answers[0][0]
    with database.reading() as transaction:
        [again] = transaction.mailboxes.all()
    assert again.value == kept.value.model_copy(update={"enabled": False, "password": again.value.password})  # type: ignore[union-attr]


def test_an_added_person_is_deleted_and_what_is_used_is_refused(
    person: Person, database: Database, answers: list[tuple[str, str]]
) -> None:
    with database.begin() as transaction:
        transaction.requestors.add(Requestor(name="Bo", email="bo@example.com"), "ada")
    page = page_with(person, 1)
    will_press("Delete")
    person.click(page.ui.undo_button)
    person.wait(lambda: page.table.total == 3)
    with database.reading() as transaction:
        assert transaction.requestors.all() == []
    page.ui.entries.selectRow(2)
    will_press("Close")
    person.click(page.ui.undo_button)
    person.wait(lambda: len(answers) == 2)
    assert answers[1][0].startswith("Nothing of this change is left")


def test_what_is_no_change_of_settings_cannot_be_undone(person: Person, database: Database) -> None:
    with database.begin() as transaction:
        transaction.audit.noted("restarted", Audited.MONITOR, "ada")
    page = page_with(person, 1)
    assert grid(page) == []
    assert not page.ui.undo_button.isEnabled()
    with database.reading() as transaction:
        assert transaction.audit_list.count(AuditQuery()) == 1
