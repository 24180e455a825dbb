"""One message that cannot be had never stops the others, and is not lost (RUN-04)."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from tests.backlog import backlog_of
from tests.message_factory import raw_message
from tests.monitor.conftest import visit_of
from tests.monitor.scripted_mailbox import ScriptedMailbox
from tests.monitor.test_poll import activity, records
from tests.settings.samples import imap
from trackit_console.clock import SystemClock
from trackit_console.domain.deliveries import Outcome
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.mail import Message, parse
from trackit_console.monitor import mailbox_intake
from trackit_console.monitor.errors import MailboxGone
from trackit_console.monitor.poll_once import poll_once
from trackit_console.monitor.quarantine import Retried, retry
from trackit_console.monitor.visit_result import VisitResult
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.activity_views import ActivityView
from trackit_console.store.database import Database
from trackit_console.store.quarantine_list import QuarantineView
from trackit_console.store.row_mapping import Stored
from trackit_console.transports.fetched_mail import Absent

BAD = 2
MEGABYTE = 1024 * 1024


@pytest.fixture
def mailbox(database: Database) -> Stored[Mailbox]:
    with database.begin() as transaction:
        return transaction.mailboxes.add(imap(), "ada")


@pytest.fixture
def server(mailbox: Stored[Mailbox]) -> ScriptedMailbox:
    """Three messages; a test says what is wrong with the second."""
    return ScriptedMailbox({number: raw_message(number) for number in (1, BAD, 3)})


def poll(database: Database, server: ScriptedMailbox) -> VisitResult:
    [visited] = poll_once(database, threading.Event(), source_factory=server.open)
    assert visited.error is None
    return visited


def try_again(database: Database) -> Retried:
    [aside] = waiting(database)
    return retry(database, aside.delivery_id, "ada", SystemClock())


def waiting(database: Database) -> list[QuarantineView]:
    with database.unit_of_work() as work:
        return work.quarantine.waiting()


def subjects(database: Database) -> list[str]:
    return [ticket.subject for ticket, _ in records(database)]


def set_aside(database: Database) -> list[ActivityView]:
    return [each for each in activity(database) if each.outcome is Outcome.QUARANTINED]


OTHERS = ["Printer 1 does not print", "Printer 3 does not print"]


@pytest.mark.covers("RUN-04")
@pytest.mark.parametrize(
    ("absent", "sentence"),
    [
        pytest.param(Absent.REFUSED, "The mail server refused to hand over the message, 3 times.", id="refused"),
        pytest.param(Absent.NOT_HANDED_OVER, "announced the message but did not hand it over, 3 times.", id="not handed over"),
    ],
)
def test_a_message_that_cannot_be_had_is_set_aside_at_the_third_poll(
    database: Database, server: ScriptedMailbox, absent: Absent, sentence: str
) -> None:
    server.withheld, server.words = {BAD: absent}, "NO [SERVERBUG] cannot read this one"
    poll(database, server)
    assert subjects(database) == OTHERS, "the others go on at once"
    poll(database, server)
    assert set_aside(database) == []
    poll(database, server)
    [aside] = set_aside(database)
    assert (aside.sender, aside.subject) == ("Anna Berg <anna@contoso.example>", "Printer 2 does not print")
    assert sentence in str(reason_phrase(aside.reasons[0]))
    assert waiting(database)[0].detail == server.words, "as the server said it"
    poll(database, server)
    assert (len(set_aside(database)), subjects(database)) == (1, OTHERS)
    assert BAD not in [number for session in server.sessions for number in session.settled], "only the server has it"


@pytest.mark.covers("RUN-04")
def test_a_message_that_is_too_large_is_set_aside_with_its_size_and_not_downloaded(
    database: Database, server: ScriptedMailbox, set_monitor: Callable[..., None]
) -> None:
    set_monitor(message_size_limit=1)
    server.messages[BAD] = raw_message(BAD, size=2 * MEGABYTE)
    for _ in range(3):
        poll(database, server)
    [aside] = waiting(database)
    assert (aside.subject, aside.size) == ("Printer 2 does not print", len(server.messages[BAD]))
    [why] = set_aside(database)[0].reasons
    assert (why.facts["size"], why.facts["limit"]) == (3, 1)
    assert BAD not in [number for session in server.sessions for number in session.downloaded]


# ---------------------------------------------------------------- tried again


@pytest.mark.covers("RUN-04")
def test_try_again_makes_no_empty_ticket_but_asks_the_server_once_more(
    database: Database, mailbox: Stored[Mailbox], server: ScriptedMailbox
) -> None:
    server.withheld = {BAD: Absent.REFUSED}
    for _ in range(3):
        poll(database, server)
    assert try_again(database).recorded is None
    assert subjects(database) == OTHERS
    assert waiting(database) == []
    with database.reading() as transaction:
        assert mailbox.id in transaction.mailbox_leases.due("a host", {mailbox.id}), "it need not wait for the interval"
    server.withheld = {}
    poll(database, server)
    assert subjects(database) == [*OTHERS, "Printer 2 does not print"]
    assert server.last.settled == [BAD]
    poll(database, server)
    assert len(activity(database)) == 3


@pytest.mark.covers("RUN-04")
def test_a_message_that_is_still_not_handed_over_is_set_aside_again(database: Database, server: ScriptedMailbox) -> None:
    server.withheld = {BAD: Absent.REFUSED}
    for _ in range(3):
        poll(database, server)
    try_again(database)
    for _ in range(2):
        poll(database, server)
        assert waiting(database) == []
    poll(database, server)
    assert len(waiting(database)) == 1


@pytest.mark.covers("RUN-04")
def test_a_large_message_comes_in_once_the_limit_is_raised(
    database: Database, server: ScriptedMailbox, set_monitor: Callable[..., None]
) -> None:
    set_monitor(message_size_limit=1)
    server.messages[BAD] = raw_message(BAD, size=2 * MEGABYTE)
    for _ in range(3):
        poll(database, server)
    set_monitor(message_size_limit=5)
    try_again(database)
    poll(database, server)
    [_, _, (ticket, [note])] = records(database)
    assert ticket.subject == "Printer 2 does not print"
    assert note.attachments[0].size == 2 * MEGABYTE


@pytest.mark.covers("RUN-04")
def test_a_message_that_is_gone_when_it_is_asked_for_again_is_forgotten(
    database: Database, mailbox: Stored[Mailbox], server: ScriptedMailbox
) -> None:
    server.withheld = {BAD: Absent.REFUSED}
    for _ in range(3):
        poll(database, server)
    try_again(database)
    del server.messages[BAD]
    poll(database, server)
    assert backlog_of(database, mailbox.id).pending == []
    assert subjects(database) == OTHERS


@pytest.mark.covers("RUN-04", "IN-12")
def test_a_message_of_a_deleted_mailbox_stays_in_quarantine(
    database: Database, mailbox: Stored[Mailbox], server: ScriptedMailbox
) -> None:
    """Nobody would ask for it: it would be neither there nor a ticket."""
    server.withheld = {BAD: Absent.REFUSED}
    for _ in range(3):
        poll(database, server)
    with database.begin() as transaction:
        transaction.mailboxes.delete(mailbox, "ada")
    with pytest.raises(MailboxGone):
        try_again(database)
    assert len(waiting(database)) == 1


# ---------------------------------------------------------------- one that ends the process


class Killed(BaseException):
    """The process ends at once: nothing of the program sees this coming or gets to clean up."""


@pytest.mark.covers("RUN-04")
@pytest.mark.parametrize("moment", ["downloaded", "read"])
def test_a_message_that_ended_the_process_three_times_is_not_downloaded_again(
    database: Database, mailbox: Stored[Mailbox], server: ScriptedMailbox, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def parse_or_die(raw: bytes) -> Message:
        kill(BAD if b"Please help with printer 2" in raw else 0)
        return parse(raw)

    def kill(number: int) -> None:
        if number == BAD:
            raise Killed

    if moment == "downloaded":
        server.on_download = kill
    monkeypatch.setattr(mailbox_intake, "parse", parse_or_die)
    for _ in range(3):
        with pytest.raises(Killed):
            visit_of(database, mailbox, server.open).run()
    visit_of(database, mailbox, server.open).run()
    assert (server.last.downloaded, server.last.headers_of) == ([3], [BAD])
    assert subjects(database) == OTHERS
    [aside] = waiting(database)
    assert (aside.code, aside.subject) == ("broke_down", "Printer 2 does not print")
