"""Settings that somebody changed in the database by hand: shown red, explained at their fields, corrected in the form."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr
from PySide6.QtCore import Qt
from shiboken6 import isValid
from sqlalchemy import text

from tests.console.conftest import Person
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Account, Dovecot
from trackit_console.console import sample_data
from trackit_console.settings.file_types import FileTypes
from trackit_console.settings.server_mailbox import Imap
from trackit_console.store.row_mapping import Stored


def change_by_hand(person: Person, statement: str, mailbox: Imap = sample_data.MAILBOX, *, sending: bool = True) -> None:
    """Keeps a mailbox and an outgoing account, and changes them by SQL."""
    with person.window.services.database.begin() as transaction:
        transaction.mailboxes.add(mailbox, "setup")
        if sending:
            transaction.settings.save_outgoing(sample_data.OUTGOING, None, "setup")
        transaction.session.execute(text(statement))


def edit(person: Person) -> Any:
    page = person.page("incoming")
    person.wait(lambda: page.table.shown == 1)
    page.ui.mailboxes.selectRow(0)
    person.click(page.ui.edit_button)
    return person.dialog()


@pytest.mark.covers("IN-12", "IN-15")
def test_a_mailbox_changed_by_hand_is_red_and_can_be_corrected(
    person: Person, dovecot: Dovecot, account: Account, certificates: Certificates
) -> None:
    mailbox = Imap(
        name="Support",
        server=dovecot.host,
        port=dovecot.imaps,
        user_account_name=account.name,
        password=SecretStr(account.password),
        ca_file=str(certificates.ca_file),
    )
    change_by_hand(person, "UPDATE mailboxes SET port = 0", mailbox, sending=False)
    page = person.page("incoming")
    person.wait(lambda: page.table.shown == 1)
    assert page.list_columns.status(page.table.model.rows[0]) == ("bad", "Settings wrong")
    assert page.list_columns.problem(page.table.model.rows[0]) == "Port: Enter a whole number from 1 to 65535."
    dialog = edit(person)
    assert dialog.ui.port.value() == 0
    assert dialog.ui.port_message.text() == "Enter a whole number from 1 to 65535."
    assert dialog.ui.port_message.isVisible()
    assert not dialog.unsaved
    person.type(dialog.ui.port, str(dovecot.imaps))
    assert not dialog.ui.port_message.isVisible()
    person.click(dialog.ui.save_button)
    person.wait(lambda: not isValid(dialog))
    person.wait(lambda: page.list_columns.status(page.table.model.rows[0])[1] == "Not checked yet")
    with person.window.services.database.reading() as transaction:
        [kept] = transaction.mailboxes.all(secrets=True)
    assert (kept.value, kept.findings) == (mailbox, ())


WRONG = [
    pytest.param("port = 99999999999", "port", id="port-beyond-any-form"),
    pytest.param("port = 'imaps'", "port", id="port-in-words"),
    pytest.param("server = NULL", "server", id="no-server"),
    pytest.param("user_account_name = NULL", "user_account_name", id="no-account"),
    pytest.param("server = 'https://mail.example.com'", "server", id="web-address"),
    pytest.param("type = 'lotus'", "type", id="unknown-type"),
    pytest.param("type = 'microsoft365'", "application_id", id="another-type"),
    pytest.param("type = 'microsoft365', cloud = 'mars'", "cloud", id="unknown-cloud"),
    pytest.param("use_ssl = NULL", "use_ssl", id="neither-on-nor-off"),
    pytest.param("poll_interval = -5", "poll_interval", id="behind-more-settings"),
    pytest.param("folder = 'IN' || char(10) || 'BOX'", "folder", id="two-lines"),
]


@pytest.mark.covers("IN-12", "T-02")
@pytest.mark.parametrize(("wrong", "field"), WRONG)
def test_every_wrong_value_can_be_looked_at_and_its_field_says_what_is_wrong(person: Person, wrong: str, field: str) -> None:
    change_by_hand(person, f"UPDATE mailboxes SET {wrong}")
    for name in ("tiles", "monitor", "activity", "filters"):
        person.page(name)
    dialog = edit(person)
    message = getattr(dialog.ui, f"{field}_message")
    assert message.text()
    assert message.isVisible()
    person.click(dialog.ui.cancel_button)
    page = person.page("incoming")
    person.click(page.ui.configure_button)
    person.click(person.dialog().ui.cancel_button)
    assert page.list_columns.status(page.table.model.rows[0]) == ("bad", "Settings wrong")
    assert page.list_columns.problem(page.table.model.rows[0])


def test_a_wrong_mailbox_does_not_keep_another_from_being_added(person: Person) -> None:
    change_by_hand(person, "UPDATE mailboxes SET server = NULL, user_account_name = NULL")
    page = person.page("incoming")
    person.wait(lambda: page.table.shown == 1)
    person.click(page.ui.new_button)
    dialog = person.dialog()
    person.choose(dialog.ui.type, "IMAP")
    person.type(dialog.ui.server, "mail.contoso.com")
    person.type(dialog.ui.user_account_name, "second@contoso.com")
    dialog.ui.enabled.setFocus()
    person.qtbot.keyClick(dialog.ui.enabled, Qt.Key.Key_Space)
    person.click(dialog.ui.save_button)
    person.wait(lambda: page.table.shown == 2)


@pytest.mark.covers("OUT-02")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [("port = 0", "port"), ("smtp_server_name = NULL", "smtp_server_name"), ("authentication = 'pigeon'", "authentication")],
)
def test_a_wrong_outgoing_account_says_so_on_its_page_and_in_its_form(person: Person, wrong: str, field: str) -> None:
    change_by_hand(person, f"UPDATE outgoing SET {wrong}")
    page = person.page("incoming")
    person.wait(lambda: page.ui.outgoing_account.text() == "support@contoso.com")
    assert "Settings wrong" in page.ui.outgoing_detail.text()
    person.click(page.ui.configure_button)
    dialog = person.dialog()
    assert getattr(dialog.ui, f"{field}_message").isVisible()
    person.click(dialog.ui.cancel_button)


@pytest.mark.covers("MON-01", "T-02")
def test_monitor_settings_changed_by_hand_are_explained_and_corrected(person: Person) -> None:
    with person.window.services.database.begin() as transaction:
        transaction.session.execute(text("UPDATE monitor_settings SET poll_interval = 0, unknown_senders = 'maybe'"))
        transaction.settings.save_file_types(Stored(1, 1, FileTypes(restricted_file_types=["exe"])), "setup")
    tiles = person.page("tiles")
    person.wait(lambda: "Settings wrong" in tiles.tiles["monitor"].accessibleDescription())
    page = person.page("monitor")
    person.wait(page.ui.poll_interval_message.isVisible)
    assert page.ui.poll_interval.value() == 0
    assert page.ui.poll_interval_message.text() == "Enter a whole number from 1 to 9999."
    assert page.ui.unknown_senders.currentText() == "maybe"
    assert page.ui.unknown_senders_message.isVisible()
    assert not page.unsaved
    person.type(page.ui.poll_interval, "7")
    person.choose(page.ui.unknown_senders, "Refuse")
    person.click(page.ui.save_button)
    person.wait(lambda: not page.unsaved)
    assert not page.ui.poll_interval_message.isVisible()
    assert not page.ui.unknown_senders_message.isVisible()
    with person.window.services.database.reading() as transaction:
        stored = transaction.settings.monitor()
    assert (stored.value.poll_interval, stored.value.unknown_senders, stored.findings) == (7, "refuse", ())
