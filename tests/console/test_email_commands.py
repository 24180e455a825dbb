"""Email Commands as an admin sets them, and what the monitor does then (MSG-06)."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox

from tests.console.conftest import Person, will_press
from tests.message_factory import raw_message
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Account, Dovecot
from trackit_console.domain.records import Module, Priority, RecordRef
from trackit_console.helpdesk.commands.lines import read_command_text
from trackit_console.settings.email_commands import EmailCommands
from trackit_console.settings.people import Technician
from trackit_console.settings.server_mailbox import Imap
from trackit_console.store.row_mapping import Stored

pytestmark = pytest.mark.covers("MSG-06")


@pytest.fixture
def page(person: Person) -> Any:
    """The page, with the settings of the database."""
    shown = person.page("email_commands")
    person.wait(lambda: shown.stored is not None)
    return shown


def kept(person: Person) -> EmailCommands:
    with person.window.services.database.reading() as transaction:
        return transaction.settings.email_commands().value


def test_a_switch_and_the_trusted_server_are_kept_by_save(person: Person, page: Any) -> None:
    assert not page.ui.save_button.isEnabled()
    person.click(page.ui.update_ticket)
    person.type(page.ui.trusted_server, "mx.example.com")
    person.click(page.ui.save_button)
    person.wait(lambda: not page.unsaved)
    assert kept(person) == EmailCommands(update_ticket=True, trusted_server="mx.example.com")


@pytest.mark.covers("T-04")
def test_every_switch_is_reached_by_the_keyboard_and_named(person: Person, page: Any) -> None:
    page.ui.create_ticket.setFocus()
    names = []
    for _ in range(12):
        focused = person.window.focusWidget()
        assert isinstance(focused, QCheckBox)
        names.append(focused.accessibleName())
        person.qtbot.keyClick(focused, Qt.Key.Key_Space)
        person.qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert names[:4] == ["Create tickets", "Update tickets", "Delete tickets", "Create assignments"]
    assert person.window.focusWidget() is page.ui.trusted_server
    assert [name for name, value in page.values().items() if value is not True] == ["trusted_server"]
    person.click(page.ui.discard_button)


def test_a_switch_that_has_no_effect_without_a_trusted_server_is_warned_of(person: Person, page: Any) -> None:
    person.click(page.ui.create_ticket)
    assert not page.ui.check_banner.isVisible()
    person.click(page.ui.delete_ticket)
    assert "No trusted server is named" in page.ui.check_banner.words
    person.type(page.ui.trusted_server, "mx.example.com")
    assert not page.ui.check_banner.isVisible()
    person.click(page.ui.discard_button)


@pytest.mark.covers("T-04")
def test_a_wrong_server_name_is_told_at_its_field_and_not_kept(person: Person, page: Any) -> None:
    person.type(page.ui.trusted_server, "https://mx.example.com")
    assert "without https://" in page.ui.trusted_server_message.text()
    person.click(page.ui.save_button)
    assert page.ui.trusted_server.hasFocus()
    assert page.unsaved and kept(person) == EmailCommands()
    person.click(page.ui.discard_button)
    assert (page.ui.trusted_server.text(), page.ui.trusted_server_message.text(), page.unsaved) == ("", "", False)


@pytest.mark.covers("DB-04")
def test_what_another_admin_saved_is_told_and_stays_where_it_was_not_touched_here(person: Person, page: Any) -> None:
    person.window.watch.stop()
    person.click(page.ui.update_ticket)
    with person.window.services.database.begin() as transaction:
        transaction.settings.save_email_commands(Stored(1, 1, EmailCommands(create_ticket=True)), "grace")
    person.click(page.ui.save_button)
    told = person.told_conflict()
    assert "grace" in told
    assert "Create tickets: yes" in told
    person.click(page.ui.save_button)
    person.wait(lambda: not page.unsaved)
    assert kept(person) == EmailCommands(create_ticket=True, update_ticket=True)


def test_leaving_asks_before_edits_are_lost(person: Person, page: Any, answers: list[tuple[str, str]]) -> None:
    person.click(page.ui.delete_ticket)
    will_press("Keep editing")
    person.window.open_page("tiles")
    assert person.window.current == "email_commands"
    assert page.ui.delete_ticket.isChecked()
    will_press("Discard")
    person.window.open_page("tiles")
    assert person.window.current == "tiles"
    assert not page.ui.delete_ticket.isChecked()


def test_the_example_is_copied_and_is_a_command(person: Person, page: Any) -> None:
    person.click(page.ui.copy_button)
    read = read_command_text(QApplication.clipboard().text())
    assert read is not None
    assert [each.word for each in read.lines] == ["priority", "assign", "due"]
    assert page.ui.copied_label.text() == "Copied."


@pytest.mark.covers("MON-05")
def test_from_the_switch_to_the_changed_record(
    person: Person, page: Any, dovecot: Dovecot, account: Account, certificates: Certificates
) -> None:
    server: dict[str, Any] = {"server": dovecot.host, "port": dovecot.imaps, "ca_file": str(certificates.ca_file)}
    database = person.window.services.database
    with database.begin() as transaction:
        transaction.mailboxes.add(
            Imap.model_validate({**server, "user_account_name": account.name, "password": account.password}), "setup"
        )
        transaction.people.save_technician(Technician(name="Carl Okafor", email="carl@contoso.example"), "setup")
    monitor = person.page("monitor")
    person.click(monitor.ui.start_button)
    person.wait(lambda: monitor.ui.state_pill.text().startswith("Running on"))

    person.page("email_commands")
    person.click(page.ui.update_ticket)
    person.type(page.ui.trusted_server, "mx.example.com")
    person.click(page.ui.save_button)
    person.wait(lambda: not page.unsaved)
    monitor = person.page("monitor")
    person.wait(monitor.ui.restart_banner.isVisible)
    person.click(monitor.ui.restart_banner.button)
    person.wait(lambda: not monitor.ui.restart_banner.isVisible())

    confirmed: dict[str, Any] = {"Authentication_Results": "mx.example.com; dmarc=pass header.from=contoso.example"}
    mails = [
        raw_message(1, subject="Printer does not print"),
        raw_message(2, subject="[Ticket - 1]", sender="carl@contoso.example", text="#priority: Low\nforged"),
        raw_message(
            3, subject="[Ticket - 1]", sender="carl@contoso.example", text="#priority: Urgent\nThe floor waits.", **confirmed
        ),
    ]
    dovecot.append_all(account.name, mails)
    person.click(monitor.ui.poll_button)

    activity = person.page("activity")
    person.wait(lambda: activity.table.shown == 3)
    with database.reading() as transaction:
        ticket = transaction.records.get(RecordRef(Module.TICKET, 1))
        notes = [each.text.strip() for each in transaction.records.notes([1])[1] if each.text]
    assert ticket.priority is Priority.URGENT
    assert notes == ["Please help with printer 1.", "#priority: Low\nforged", "The floor waits."]
    person.click(person.page("monitor").ui.stop_button)
    person.wait(lambda: monitor.ui.state_pill.text() == "Monitor stopped")
