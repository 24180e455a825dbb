"""The Loop Protection page: fields from the model, saving, discarding, conflicts, and the reminder of a restart (MSG-08)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.console.conftest import Person
from trackit_console.settings.loop_protection import LoopProtection
from trackit_console.store.monitoring_views import Host
from trackit_console.store.row_mapping import Stored


def kept(person: Person) -> Stored[LoopProtection]:
    with person.window.services.database.reading() as transaction:
        return transaction.settings.loop_protection()


@pytest.mark.covers("MSG-08")
def test_what_is_chosen_is_kept_and_what_is_typed_can_be_undone(person: Person) -> None:
    page = person.page("loop_protection")
    assert page.ui.answers_per_sender.suffix() == " an hour"
    assert page.ui.automatic_mail_hint.text() == LoopProtection.model_fields["automatic_mail"].description
    assert not page.ui.save_button.isEnabled()
    person.type(page.ui.answers_per_sender, "7")
    person.click(page.ui.discard_button)
    assert page.ui.answers_per_sender.value() == 20
    person.choose(page.ui.automatic_mail, "A ticket for alerts and other notifications of programs")
    person.type(page.ui.answers_to_same_text, "4")
    assert page.ui.answers_in_a_day.value() == 20
    person.type(page.ui.answers_in_a_day, "15")
    person.click(page.ui.save_button)
    person.wait(lambda: kept(person).version == 2)
    expected = LoopProtection(automatic_mail="ticket_for_notifications", answers_to_same_text=4, answers_in_a_day=15)
    assert kept(person).value == expected


@pytest.mark.covers("T-04")
def test_a_limit_of_nothing_is_refused_at_its_field(person: Person) -> None:
    page = person.page("loop_protection")
    person.type(page.ui.answers_per_mailbox, "0")
    assert page.ui.answers_per_mailbox_message.text() == "Enter a whole number from 1 to 9999."
    page.ui.automatic_mail.setFocus()
    person.click(page.ui.save_button)
    person.wait(page.ui.answers_per_mailbox.hasFocus)
    assert kept(person).version == 1
    person.click(page.ui.discard_button)
    assert not page.ui.answers_per_mailbox_message.isVisible()


@pytest.mark.covers("DB-04")
def test_who_saves_second_is_told_and_loses_nothing(person: Person) -> None:
    page = person.page("loop_protection")
    person.window.watch.stop()
    person.type(page.ui.answers_per_sender, "7")
    with person.window.services.database.begin() as transaction:
        transaction.settings.save_loop_protection(Stored(1, 1, LoopProtection(answers_per_record=9)), "grace")
    person.click(page.ui.save_button)
    told = person.told_conflict()
    assert "grace saved these settings" in told and "about one record: 9 an hour" in told
    assert (page.ui.answers_per_sender.value(), page.ui.answers_per_record.value()) == (7, 9)
    person.click(page.ui.save_button)
    person.wait(lambda: kept(person).value == LoopProtection(answers_per_sender=7, answers_per_record=9))


@pytest.mark.covers("MON-05")
def test_a_running_monitor_must_be_restarted_for_it(person: Person) -> None:
    page = person.page("loop_protection")
    now = person.window.services.clock.now()
    with person.window.services.database.begin() as transaction:
        transaction.monitoring.want(True, "ada")
        revision = transaction.audit.revision().number
        transaction.monitoring.report(Host("h", "HELPDESK01", "headless", "running", revision, now, now))
    person.qtbot.keyClick(person.window, Qt.Key.Key_F5)
    assert not page.ui.restart_banner.isVisible()
    person.type(page.ui.answers_per_sender, "7")
    person.click(page.ui.save_button)
    person.wait(page.ui.restart_banner.isVisible)
    person.click(page.ui.restart_banner.button)
    person.wait(lambda: person.window.services.snapshot().wanted.restarts == 1)


def test_the_days_of_reopening_count_only_while_tickets_are_reopened(person: Person) -> None:
    page = person.page("monitor")
    assert page.ui.reopen_days.isEnabled()
    person.choose(page.ui.closed_tickets, "Create a new ticket that refers to it")
    assert not page.ui.reopen_days.isEnabled()
    person.choose(page.ui.keyword_from_strangers, "Create a new ticket")
    person.click(page.ui.save_button)
    person.wait(lambda: person.window.services.snapshot().monitor.version == 2)
    saved = person.window.services.snapshot().monitor.value
    assert (saved.closed_tickets, saved.keyword_from_strangers) == ("new_ticket", "new_ticket")
