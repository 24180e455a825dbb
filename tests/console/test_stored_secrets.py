"""A stored password as an admin meets it: never shown, kept by **Save**, used by **Test Connection** and the monitor (SEC-02)."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr
from PySide6.QtWidgets import QLineEdit
from shiboken6 import isValid
from sqlalchemy import text

from tests.console.conftest import Person, will_press
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Account, Dovecot
from trackit_console.settings.server_mailbox import Imap
from trackit_console.transports.step_names import MAILBOX_STEPS, StepName
from trackit_console.transports.steps import StepState


@pytest.fixture
def stored_mailbox(person: Person, dovecot: Dovecot, account: Account, certificates: Certificates) -> Imap:
    """A mailbox on Dovecot with its password, which listens at another port than the one that is stored."""
    mailbox = Imap(
        name="Support",
        server=dovecot.host,
        port=1,
        user_account_name=account.name,
        password=SecretStr(account.password),
        ca_file=str(certificates.ca_file),
    )
    with person.window.services.database.begin() as transaction:
        transaction.mailboxes.add(mailbox, "setup")
    return mailbox


def edit(person: Person) -> Any:
    page = person.page("incoming")
    person.wait(lambda: page.table.shown == 1)
    page.ui.mailboxes.selectRow(0)
    person.click(page.ui.edit_button)
    return person.dialog()


def sealed(person: Person) -> str:
    with person.window.services.database.reading() as transaction:
        return str(transaction.session.execute(text("SELECT password FROM mailboxes")).scalar_one())


@pytest.mark.covers("IN-10", "IN-12", "SEC-02")
def test_a_changed_port_is_saved_and_the_stored_password_still_signs_in(
    person: Person, stored_mailbox: Imap, dovecot: Dovecot, account: Account
) -> None:
    before = sealed(person)
    dialog = edit(person)
    assert dialog.ui.password.text() == ""
    assert dialog.ui.password.placeholderText().startswith("Stored.")
    person.type(dialog.ui.port, str(dovecot.imaps))
    person.click(dialog.ui.test_button)
    person.wait(lambda: dialog.ui.save_button.isEnabled() and len(dialog.ui.steps.report) == len(MAILBOX_STEPS))
    states = {step.name: step.state for step in dialog.ui.steps.report}
    assert states[StepName.SIGN_IN] is StepState.PASSED
    fields = [*dialog.findChildren(QLineEdit), *person.window.findChildren(QLineEdit)]
    assert not [each.objectName() for each in fields if account.password in each.text()]
    person.click(dialog.ui.save_button)
    person.wait(lambda: not isValid(dialog))
    with person.window.services.database.reading() as transaction:
        [kept] = transaction.mailboxes.all(secrets=True)
    assert kept.value == stored_mailbox.model_copy(update={"port": dovecot.imaps})
    assert sealed(person) == before


@pytest.mark.covers("IN-10", "IN-12")
def test_a_password_that_was_typed_is_tested_instead_of_the_stored_one(
    person: Person, stored_mailbox: Imap, dovecot: Dovecot
) -> None:
    dialog = edit(person)
    person.type(dialog.ui.port, str(dovecot.imaps))
    person.type(dialog.ui.password, "wrong")
    person.type(dialog.ui.confirm_password, "wrong")
    person.click(dialog.ui.test_button)
    person.wait(lambda: dialog.ui.save_button.isEnabled() and len(dialog.ui.steps.report) == len(MAILBOX_STEPS))
    states = {step.name: step.state for step in dialog.ui.steps.report}
    assert states[StepName.SIGN_IN] is StepState.FAILED
    will_press("Discard")
    person.click(dialog.ui.cancel_button)


@pytest.mark.covers("IN-10", "DB-04")
def test_a_test_of_a_mailbox_that_was_deleted_meanwhile_says_so(
    person: Person, stored_mailbox: Imap, answers: list[tuple[str, str]]
) -> None:
    dialog = edit(person)
    with person.window.services.database.begin() as transaction:
        transaction.mailboxes.delete(dialog.stored, "grace")
    will_press("Close")
    person.click(dialog.ui.test_button)
    person.wait(lambda: bool(answers))
    assert answers[0][0].startswith("Somebody else deleted this account")
    person.click(dialog.ui.cancel_button)


@pytest.mark.covers("SEC-02", "IN-15")
def test_a_password_that_cannot_be_opened_is_shown_at_its_mailbox(person: Person, stored_mailbox: Imap) -> None:
    with person.window.services.database.begin() as transaction:
        transaction.session.execute(text("UPDATE mailboxes SET password = 'v1:AAAA'"))
    page = person.page("incoming")
    person.wait(lambda: page.table.shown == 1)
    person.click(person.page("monitor").ui.start_button)
    page = person.page("incoming")
    person.wait(lambda: page.table.model.index(0, 2).data() == "Settings wrong")
    assert "cannot be opened with this computer's key. Type it again." in page.list_columns.problem(page.table.model.rows[0])
