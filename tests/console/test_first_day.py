"""An admin's first day: from the empty database, by clicks and keys, to a ticket in the list."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import Qt

from tests.console.conftest import Person
from tests.message_factory import raw_message
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Account, Dovecot
from tests.servers.microsoft import TENANT
from tests.servers.microsoft.exchange import CLIENT, CLIENT_SECRET
from tests.servers.office import APP, APP_SECRET, ONLINE
from trackit_console.settings.mailbox import TYPE_LABELS, MailboxType
from trackit_console.transports.step_names import MAILBOX_STEPS, StepName
from trackit_console.transports.steps import StepState

ASCII_PASSWORD = "correct horse"
"""QTest types no other letters."""


@pytest.mark.covers("T-01", "T-02", "IN-01", "IN-05", "IN-06", "IN-10", "IN-11", "MON-01", "MON-05", "RUN-01")
def test_from_the_empty_database_to_a_ticket(
    person: Person, dovecot: Dovecot, account: Account, certificates: Certificates
) -> None:
    tiles = person.page("tiles")
    tile = tiles.tiles["incoming"]
    person.wait(lambda: "No incoming mailbox is configured." in tile.accessibleDescription())
    tile.setFocus()
    person.qtbot.keyClick(tile, Qt.Key.Key_Return)

    incoming = person.page("incoming")
    person.click(incoming.ui.new_button)
    dialog = person.dialog()
    assert dialog.ui.type.currentText() == "Microsoft 365 with OAuth"
    person.choose(dialog.ui.type, "IMAP")
    person.type(dialog.ui.server, dovecot.host)
    person.type(dialog.ui.user_account_name, account.name)
    person.type(dialog.ui.password, account.password)
    person.type(dialog.ui.confirm_password, account.password)
    person.type(dialog.ui.port, str(dovecot.imaps))
    person.click(dialog.ui.more_button)
    person.type(dialog.ui.ca_file, str(certificates.ca_file))
    person.click(dialog.ui.test_button)
    person.wait(lambda: dialog.ui.save_button.isEnabled() and len(dialog.ui.steps.report) == len(MAILBOX_STEPS))
    states = {step.name: step.state for step in dialog.ui.steps.report}
    assert states.pop(StepName.SEND) is StepState.SKIPPED
    assert set(states.values()) == {StepState.PASSED}
    person.click(dialog.ui.save_button)
    person.wait(lambda: incoming.table.shown == 1)

    monitor = person.page("monitor")
    person.wait(lambda: monitor.ui.poll_interval.value() == 5)
    person.type(monitor.ui.poll_interval, "1")
    person.click(monitor.ui.save_button)
    person.wait(lambda: not monitor.unsaved)
    dovecot.append(account.name, raw_message(1))
    person.click(monitor.ui.start_button)
    person.wait(lambda: monitor.ui.state_pill.text().startswith("Running on"))

    activity = person.page("activity")
    person.wait(lambda: activity.table.shown == 1)
    assert activity.table.model.index(0, 3).data() == "Ticket 1"
    person.click(activity.ui.record_button)
    records = person.page("records")
    person.wait(lambda: records.ui.record_heading.text() == "Ticket 1: Printer 1 does not print")
    assert person.window.current == "records"

    monitor = person.page("monitor")
    person.click(monitor.ui.stop_button)
    person.wait(lambda: monitor.ui.state_pill.text() == "Monitor stopped")


def pop3_fields(request: pytest.FixtureRequest) -> tuple[dict[str, str], Callable[[bytes], object]]:
    dovecot, account = request.getfixturevalue("dovecot"), request.getfixturevalue("account")
    fields = {"server": dovecot.host, "user_account_name": account.name, "password": account.password}
    return {**fields, "confirm_password": account.password, "port": str(dovecot.pop3s)}, partial(dovecot.append, account.name)


def microsoft365_fields(request: pytest.FixtureRequest) -> tuple[dict[str, str], Callable[[bytes], object]]:
    office = request.getfixturevalue("office")
    url = office.microsoft.url
    app = {"application_id": APP, "client_secret": APP_SECRET, "directory_id": TENANT}
    return {"sign_in_url": url, "graph_url": url, **app, "user_id": ONLINE}, office.mailbox.deliver


def ews_fields(request: pytest.FixtureRequest, kind: str) -> tuple[dict[str, str], Callable[[bytes], object]]:
    exchange = request.getfixturevalue("exchange")
    box = exchange.add()
    fields = {"user_account_name": box.address, "exchange_web_service_url": exchange.ews.url}
    if kind == "ews_basic":
        box.password = ASCII_PASSWORD
        return {**fields, "password": ASCII_PASSWORD, "confirm_password": ASCII_PASSWORD}, box.deliver
    url = exchange.microsoft.url
    app = {"application_id": CLIENT, "client_secret": CLIENT_SECRET, "directory_id": TENANT}
    return {**fields, "sign_in_url": url, "graph_url": url, **app}, box.deliver


Fields = tuple[dict[str, str], Callable[[bytes], object]]
FIELDS: dict[str, Callable[[pytest.FixtureRequest], Fields]] = {
    "pop3": pop3_fields,
    "microsoft365": microsoft365_fields,
    "ews_oauth": partial(ews_fields, kind="ews_oauth"),
    "ews_basic": partial(ews_fields, kind="ews_basic"),
}


@pytest.mark.covers("IN-01", "IN-02", "IN-03", "IN-04", "IN-05", "IN-10", "IN-11")
@pytest.mark.parametrize("kind", FIELDS)
def test_every_other_type_from_its_dialog_to_a_ticket(
    person: Person, request: pytest.FixtureRequest, certificates: Certificates, kind: str
) -> None:
    fields, deliver = FIELDS[kind](request)
    incoming = person.page("incoming")
    person.click(incoming.ui.new_button)
    dialog = person.dialog()
    person.choose(dialog.ui.type, TYPE_LABELS[MailboxType(kind)])
    if "sign_in_url" in fields:
        person.choose(dialog.ui.cloud, "Other")
    for name, words in fields.items():
        person.type(getattr(dialog.ui, name), words)
    person.click(dialog.ui.more_button)
    person.type(dialog.ui.ca_file, str(certificates.ca_file))
    # An enabled mailbox is tested before it is saved.
    person.click(dialog.ui.save_button)
    person.wait(lambda: incoming.table.shown == 1)
    deliver(raw_message(1))
    monitor = person.page("monitor")
    person.click(monitor.ui.start_button)
    activity = person.page("activity")
    person.wait(lambda: activity.table.shown == 1)
    assert activity.table.model.index(0, 3).data() == "Ticket 1"
    person.click(person.page("monitor").ui.stop_button)
    person.wait(lambda: monitor.ui.state_pill.text() == "Monitor stopped")
