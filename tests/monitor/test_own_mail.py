"""What this program sends itself comes back to no ticket, also where the admin wants tickets for automatic mail (MSG-08)."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from tests.message_factory import raw_message
from tests.monitor.scripted_mailbox import ScriptedMailbox
from tests.monitor.test_poll import activity, records
from tests.outbox_factory import account, save_account
from tests.servers.smtp import SmtpServer
from tests.settings.samples import imap
from trackit_console.cancel import Cancel
from trackit_console.domain.deliveries import Outcome
from trackit_console.helpdesk.reasons import Reason
from trackit_console.monitor.poll_once import poll_once
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored
from trackit_console.transports.check import check_outgoing
from trackit_console.transports.steps import StepState

OUTGOING, MAILBOX = "desk@example.com", "support@example.com"


def message_of_a_connection_test(server: SmtpServer) -> bytes:
    """The message of a connection test, as it arrived."""
    steps = [*check_outgoing(account(server, from_address=OUTGOING), MAILBOX, Cancel())]
    assert not [step for step in steps if step.state is StepState.FAILED]
    return server.accepted[-1].raw


def from_the_mailbox_itself(_server: SmtpServer) -> bytes:
    """A person's mail by the look of it, such as a copy of what was sent by hand."""
    return raw_message(sender=f"Help Desk <{MAILBOX}>")


@pytest.mark.covers("MSG-08", "IN-10")
@pytest.mark.parametrize("made", [message_of_a_connection_test, from_the_mailbox_itself])
def test_mail_of_our_own_makes_no_ticket(
    database: Database, smtp_server: Callable[..., SmtpServer], made: Callable[[SmtpServer], bytes]
) -> None:
    with database.begin() as transaction:
        transaction.mailboxes.add(imap(user_account_name=MAILBOX, email_address=MAILBOX), "ada")
        protection = transaction.settings.loop_protection()
        changed = protection.value.model_copy(update={"automatic_mail": "ticket"})
        transaction.settings.save_loop_protection(Stored(protection.id, protection.version, changed), "ada")
    save_account(database, account(from_address=OUTGOING))
    mailbox = ScriptedMailbox({1: made(smtp_server("none", sign_in=False)), 2: raw_message(2)})
    [visited] = poll_once(database, threading.Event(), source_factory=mailbox.open)
    assert visited.error is None
    assert {each.outcome: each.reasons[0].code for each in activity(database)}[Outcome.IGNORED] == Reason.OWN_ADDRESS
    assert [ticket.subject for ticket, _ in records(database)] == ["Printer 2 does not print"]
