"""A busy hour, and opponents that answer to everything: all mail is taken, and nothing goes round and round (MSG-08)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.message_factory import raw_message
from tests.monitor.conftest import visit_of
from tests.monitor.scripted_mailbox import ScriptedMailbox
from tests.settings.samples import imap
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.effects import Change, MailKind, SendMail
from trackit_console.domain.events import Event, EventKind
from trackit_console.domain.listeners import Reader
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored

MONITORED = 1_000


@pytest.fixture
def mailbox(database: Database) -> Stored[Mailbox]:
    with database.begin() as transaction:
        return transaction.mailboxes.add(imap(user_account_name="support@example.com"), "test")


def taken(database: Database) -> Counter[str]:
    with database.reading() as transaction:
        rows = transaction.session.connection().exec_driver_sql("SELECT outcome FROM activity").all()
    return Counter(row[0] for row in rows)


class Answers:
    """A listener as notifications will be one: it answers each event that is not quiet by one mail."""

    def __init__(self) -> None:
        self.sent = 0

    def __call__(self, events: Sequence[Event], read: Reader) -> Sequence[Change]:
        wanted = [each for each in events if each.kind is EventKind.EMAIL_RECEIVED and not each.quiet]
        changes = []
        for each in wanted:
            self.sent += 1
            mail = SendMail(
                MailKind.REPLY, ("x@x.example",), "Got it", f"sent-{self.sent}@example.com", b"x", f"{self.sent}", each.record
            )
            changes.append(Change((mail,)))
        return changes


@pytest.mark.covers("MSG-08", "RUN-07")
def test_a_thousand_genuine_messages_of_one_hour_are_all_tickets(
    database: Database, mailbox: Stored[Mailbox], set_monitor: Callable[..., None]
) -> None:
    set_monitor(emails_to_process=MONITORED)
    letters = {n: raw_message(n, sender=f"Person {n % 250} <person{n % 250}@contoso.example>") for n in range(1, MONITORED + 1)}
    visit_of(database, mailbox, ScriptedMailbox(letters).open).run()
    assert taken(database) == {Outcome.CREATED.value: MONITORED}


@pytest.mark.covers("MSG-08")
@pytest.mark.parametrize(
    ("opponent", "most"),
    [
        pytest.param(
            {"Auto_Submitted": "auto-replied", "subject": "Automatic reply: {subject}"}, 0, id="absence note of Exchange"
        ),
        pytest.param({"X_Autoreply": "yes", "subject": "Re: {subject}"}, 0, id="vacation program"),
        pytest.param({"subject": "Re: {subject}", "text": "We got your mail.\n"}, 5, id="program without any sign"),
        pytest.param(
            {"subject": "Your case", "text": "We got your mail.\n", "sender": "case{n}@crm.example"}, 3, id="changing address"
        ),
        pytest.param({"subject": "Case {n}", "text": "Number {n}.\n", "sender": "crm@crm.example"}, 20, id="changing text"),
    ],
)
def test_what_answers_to_everything_gets_few_answers(
    database: Database, mailbox: Stored[Mailbox], opponent: dict[str, str], most: int
) -> None:
    """It answers to each mail of ours at once; the loop has ended when there is no next answer of ours."""
    answers = Answers()
    database.listeners.append(lambda _: [answers])
    letters = {1: raw_message(1, sender="crm@crm.example")}
    scripted = ScriptedMailbox(letters)
    for number in range(1, 40):
        before = answers.sent
        visit_of(database, mailbox, scripted.open).run()
        if answers.sent == before and number > 1:
            break
        written: dict[str, Any] = {
            name: value.format(n=number, subject="[Ticket - 1] Printer") for name, value in opponent.items()
        }
        letters[number + 1] = raw_message(
            number + 1, **{"sender": "crm@crm.example", **written}, In_Reply_To=f"<sent-{answers.sent}@example.com>"
        )
    assert answers.sent - 1 <= most
    assert sum(taken(database).values()) == len(letters), "what comes is taken all the same"
