"""The Data Retention page: ages in words, what would be removed now, the question before it, and the size of the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QLocale

from tests.console.conftest import Person, will_press
from trackit_console.settings.retention import Retention
from trackit_console.store.row_inserts import insert_rows
from trackit_console.store.row_mapping import Stored
from trackit_console.store.tables import AuditRow, DatabaseSizeRow

OLDER = f"Older now: {QLocale().toString(1234)}"


def kept(person: Person) -> Stored[Retention]:
    with person.window.services.database.reading() as transaction:
        return transaction.settings.retention()


@pytest.fixture
def old_audit(person: Person) -> None:
    """1,234 entries that are 100 days old."""
    at = person.window.services.clock.now() - timedelta(days=100)
    row = {"at": at, "actor": "a", "action": "changed", "object_kind": "x", "object_name": ""}
    with person.window.services.database.begin() as transaction:
        insert_rows(transaction.session.connection(), AuditRow, [row] * 1234)


@pytest.mark.covers("DB-01")
def test_an_age_is_kept_without_a_question_where_nothing_is_that_old(person: Person) -> None:
    page = person.page("retention")
    assert page.ui.audit.text() == "Keep for ever"
    assert page.ui.scheduled_actions.text() == "365 days"
    assert not page.ui.audit_preview.isVisible()
    person.type(page.ui.audit, "90")
    person.wait(lambda: page.ui.audit_preview.text() == "Nothing is older now.")
    person.click(page.ui.save_button)
    person.wait(lambda: kept(person).value == Retention(audit=90))
    person.wait(lambda: not page.unsaved)


@pytest.mark.covers("DB-01")
def test_what_would_be_removed_is_told_and_asked_for(person: Person, old_audit: None, answers: list[tuple[str, str]]) -> None:
    page = person.page("retention")
    person.type(page.ui.audit, "90")
    person.wait(lambda: page.ui.audit_preview.text() == OLDER)
    will_press("Cancel")
    person.click(page.ui.save_button)
    person.wait(lambda: len(answers) == 1)
    assert f"Audit. {OLDER}" in answers[0][0] and "cannot be undone" in answers[0][0]
    assert (kept(person).version, page.ui.audit.value()) == (1, 90)
    will_press("Save and Remove")
    person.click(page.ui.save_button)
    person.wait(lambda: kept(person).value == Retention(audit=90))
    person.wait(lambda: not page.unsaved)
    person.type(page.ui.quarantine, "30")
    person.click(page.ui.save_button)
    person.wait(lambda: kept(person).value == Retention(audit=90, quarantine=30))
    assert len(answers) == 2, "the age that removes something was not changed"


@pytest.mark.covers("T-04", "DB-01")
def test_an_age_that_reports_need_is_refused_in_words(person: Person) -> None:
    page = person.page("retention")
    person.type(page.ui.activity, "30")
    assert page.ui.activity_message.text() == "Enter at least 62 days, or 0 to keep it for ever."
    assert not page.ui.activity_preview.isVisible()
    person.wait(lambda: page.ui.scheduled_actions_preview.text() == "Nothing is older now.")
    person.click(page.ui.save_button)
    person.wait(page.ui.activity.hasFocus)
    assert kept(person).version == 1
    person.type(page.ui.activity, "0")
    assert page.ui.activity.text() == "Keep for ever" and not page.ui.activity_message.isVisible()


@pytest.mark.covers("DB-01")
def test_the_size_and_its_growth_are_told_in_words(person: Person) -> None:
    page = person.page("retention")
    person.wait(lambda: "B on the disk" in page.ui.size_value.text())
    assert page.ui.growth_label.text() == "How it grows is known from the second day on which the email monitor runs."
    assert "has not been looked for yet" in page.ui.last_run_label.text()
    now = person.window.services.clock.now()
    with person.window.services.database.begin() as transaction:
        before = now - timedelta(days=10)
        row = {"day": before.date(), "bytes": 1000, "at": now - timedelta(hours=1)}
        insert_rows(transaction.session.connection(), DatabaseSizeRow, [row])
    page.refresh()
    person.wait(lambda: "the data grew by" in page.ui.growth_label.text() and "a day." in page.ui.growth_label.text())
    assert page.ui.last_run_label.text().startswith("Old data was last looked for: ")


@pytest.mark.covers("DB-04")
def test_who_saves_second_is_told_and_loses_nothing(person: Person) -> None:
    page = person.page("retention")
    person.window.watch.stop()
    person.type(page.ui.messages, "400")
    with person.window.services.database.begin() as transaction:
        transaction.settings.save_retention(Stored(1, 1, Retention(audit=99)), "grace")
    person.click(page.ui.save_button)
    told = person.told_conflict()
    assert "grace saved these settings" in told and "Audit: 99 days" in told
    assert (page.ui.messages.value(), page.ui.audit.value()) == (400, 99)
    person.click(page.ui.save_button)
    person.wait(lambda: kept(person).value == Retention(messages=400, audit=99))
    person.wait(lambda: not page.unsaved)
