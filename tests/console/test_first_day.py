"""An admin's first day: from the empty database, by clicks and keys, to a ticket in the list."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.console.conftest import Person
from tests.message_factory import raw_message
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Account, Dovecot
from trackit_console.transports.steps import StepName, StepState


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
    person.wait(lambda: dialog.ui.save_button.isEnabled() and len(dialog.ui.steps.report) == len(StepName))
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
