"""The Notification Schedules page: what a schedule does is said in words, and whose clock counts is chosen by its name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt

from tests.console.conftest import Person, will_press
from trackit_console.console.schedule_words import held_back_text
from trackit_console.console.widgets.time_zone_choice import local_time_zone
from trackit_console.settings.notification_schedules import NotificationSchedule
from trackit_console.settings.quiet_hours import QuietHours
from trackit_console.settings.schedules import Schedule
from trackit_console.store.row_mapping import Stored

NIGHTS = NotificationSchedule(name="Nights", quiet_hours=QuietHours(begins="20:00", ends="07:00", time_zone="Europe/Berlin"))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Lists of words are put together as English does."""
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def page(person: Person) -> Any:
    """The page with one schedule, which is off."""
    with person.window.services.database.begin() as transaction:
        transaction.notification_schedules.add(NIGHTS, "t")
    shown = person.page("notification_schedules")
    person.wait(lambda: shown.current.table.shown == 1)
    return shown


def kept(person: Person) -> list[Stored[NotificationSchedule]]:
    with person.window.services.database.reading() as transaction:
        return transaction.notification_schedules.all()


def tick(person: Person, box: Any) -> None:
    person.qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))


def type_time(person: Person, field: Any, words: str) -> None:
    field.setFocus()
    field.selectAll()
    person.qtbot.keyClicks(field, words)


def held_back(**fields: Any) -> str:
    return held_back_text(NotificationSchedule(name="-", **fields))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({}, "Nothing is held back yet: enter quiet hours, or have notifications sent together.", id="nothing"),
        pytest.param(
            {"quiet_hours": QuietHours(begins="20:00", ends="07:00", weekdays=["saturday", "sunday"])},
            "Between 20:00 and 07:00 and on Saturday and Sunday nothing is sent (UTC); what is due then is sent afterwards. "
            "What is urgent is sent at once.",
            id="hours and days",
        ),
        pytest.param(
            {"quiet_hours": QuietHours(weekdays=["sunday"]), "urgent_at_once": False},
            "On Sunday nothing is sent (UTC); what is due then is sent afterwards. What is urgent waits as well.",
            id="days",
        ),
        pytest.param(
            {"digest": "hourly"},
            "Notifications are collected and sent together once an hour. What is urgent is sent at once.",
            id="hourly",
        ),
        pytest.param(
            {"digest": "by_schedule", "digest_schedule": Schedule(repeat="weekly", weekdays=["friday", "monday"], time="7:30")},
            "Notifications are collected and sent together every Monday and Friday at 07:30 (UTC). What is urgent is sent at once.",
            id="weekly",
        ),
        pytest.param(
            {"digest": "by_schedule", "digest_schedule": Schedule(repeat="monthly", day_of_month=31)},
            "Notifications are collected and sent together on day 31 of every month at 08:00 (UTC). What is urgent is sent at once.",
            id="monthly",
        ),
    ],
)
def test_a_schedule_says_what_it_does(fields: dict[str, Any], words: str) -> None:
    assert held_back(**fields) == words


def test_the_sentence_follows_what_is_entered(person: Person, page: Any) -> None:
    person.click(page.ui.new_button)
    dialog = person.dialog()
    ui = dialog.ui
    zone = local_time_zone()
    assert ui.summary.text().startswith("Nothing is held back yet")
    assert not dialog.unsaved
    quiet = ui.quiet_hours.editors
    type_time(person, quiet["begins"], "19:30")
    assert ui.summary.text() == "What is entered is not complete yet."
    type_time(person, quiet["ends"], "6:00")
    tick(person, quiet["weekdays"].boxes["sunday"])
    assert ui.summary.text().startswith(f"Between 19:30 and 06:00 and on Sunday nothing is sent ({zone});")
    assert not ui.addresses.isVisible() and not ui.digest_schedule.isVisible()
    person.choose(ui.whose, "These addresses")
    person.choose(ui.digest, "Together, by schedule")
    assert ui.addresses.isVisible() and ui.digest_schedule.isVisible()
    person.type(ui.name, "Sales")
    person.click(ui.save_button)
    person.wait(ui.addresses_message.isVisible)
    assert ui.addresses_message.text() == "This is required."
    person.qtbot.keyClicks(ui.addresses.new_line, "sales@example.com")
    person.click(ui.save_button)
    person.wait(lambda: len(kept(person)) == 2)
    assert kept(person)[1].value == NotificationSchedule(
        name="Sales",
        whose="addresses",
        addresses=["sales@example.com"],
        quiet_hours=QuietHours(begins="19:30", ends="06:00", weekdays=["sunday"], time_zone=zone),
        digest="by_schedule",
        digest_schedule=Schedule(time_zone=zone),
    )


@pytest.mark.covers("T-04")
def test_what_is_wrong_in_a_field_that_is_not_asked_for_keeps_nobody_from_saving(person: Person, page: Any) -> None:
    page.ui.notification_schedules.selectRow(0)
    person.click(page.ui.edit_button)
    dialog = person.dialog()
    person.choose(dialog.ui.whose, "These addresses")
    person.qtbot.keyClicks(dialog.ui.addresses.new_line, "no address")
    person.choose(dialog.ui.whose, "All requestors")
    person.choose(dialog.ui.digest, "Together, by schedule")
    type_time(person, dialog.ui.digest_schedule.editors["time"], "later")
    person.choose(dialog.ui.digest, "Together, once an hour")
    assert "once an hour" in dialog.ui.summary.text()
    person.click(dialog.ui.save_button)
    person.wait(lambda: kept(person)[0].value == NIGHTS.model_copy(update={"whose": "requestors", "digest": "hourly"}))


def test_the_list_says_whose_mail_is_held_back_and_when(page: Any) -> None:
    row = page.current.table.model.rows[0]
    cells = [column.text(row) for column in page.current.table.model.columns]
    assert cells[:3] == ["Disabled", "Nights", "All technicians"]
    assert cells[3].startswith("Between 20:00 and 07:00 nothing is sent (Europe/Berlin);")


@pytest.mark.covers("T-04")
def test_a_wrong_time_is_told_at_the_quiet_hours(person: Person, page: Any) -> None:
    page.ui.notification_schedules.selectRow(0)
    person.click(page.ui.edit_button)
    dialog = person.dialog()
    type_time(person, dialog.ui.quiet_hours.editors["ends"], "25:00")
    person.click(dialog.ui.save_button)
    person.wait(dialog.ui.quiet_hours_message.isVisible)
    assert dialog.ui.quiet_hours_message.text() == "Enter a time from 00:00 to 23:59, for example 09:30."
    assert dialog.ui.quiet_hours.editors["ends"].property("wrong")
    will_press("Discard")
    person.click(dialog.ui.cancel_button)


@pytest.mark.covers("DB-04")
def test_of_groups_a_conflict_says_what_they_have_now(person: Person, page: Any) -> None:
    page.ui.notification_schedules.selectRow(0)
    person.click(page.ui.edit_button)
    dialog = person.dialog()
    person.type(dialog.ui.name, "Mine")
    theirs = NIGHTS.model_copy(update={"quiet_hours": QuietHours(weekdays=["sunday"])})
    stored = kept(person)[0]
    with person.window.services.database.begin() as transaction:
        transaction.notification_schedules.save(Stored(stored.id, stored.version, theirs), "grace")
    person.click(dialog.ui.save_button)
    told = person.told_conflict()
    assert "Quiet Hours: Quiet Days: Sunday" in told and "time_zone" not in told
    assert dialog.ui.quiet_hours.value == theirs.quiet_hours
    assert dialog.ui.summary.text().startswith("On Sunday nothing is sent")
    person.click(dialog.ui.save_button)
    person.wait(lambda: kept(person)[0].value == theirs.model_copy(update={"name": "Mine"}))


def test_a_schedule_that_was_changed_by_hand_is_shown_and_can_be_corrected(person: Person, page: Any) -> None:
    from sqlalchemy import text

    with person.window.services.database.begin() as transaction:
        transaction.session.execute(
            text("UPDATE notification_schedules SET definition = replace(definition, 'Europe/Berlin', 'Mars/Olympus')")
        )
        transaction.notification_schedules.add(NIGHTS.model_copy(update={"name": "Other"}), "t")
    person.window.watch.refresh()
    person.wait(lambda: page.current.table.shown == 2)
    row = page.current.table.model.rows[0]
    assert [column.text(row) for column in page.current.table.model.columns] == ["Settings wrong", "Nights", "", ""]
    page.ui.notification_schedules.selectRow(0)
    person.click(page.ui.edit_button)
    dialog = person.dialog()
    assert dialog.ui.quiet_hours.editors["time_zone"].currentText() == "Mars/Olympus"
    assert dialog.ui.quiet_hours_message.text().startswith("There is no time zone of this name.")
    dialog.ui.quiet_hours.editors["time_zone"].setCurrentText("Europe/Berlin")
    assert not dialog.ui.quiet_hours_message.isVisible()
    person.click(dialog.ui.save_button)
    person.wait(lambda: kept(person)[0].findings == ())
