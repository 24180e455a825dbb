"""Mail that waits is sent once, whatever a mail server answers and however long it is away (OUT-06)."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import event
from sqlalchemy.engine import Engine as SqlEngine

from tests.clock import ManualClock
from tests.outbox_factory import FROM, TO, account, add_record, mail, put, save_account
from tests.servers.dovecot import free_ports
from tests.servers.faults import Talk, scripted
from tests.servers.smtp import SmtpServer
from tests.store.conftest import ELSEWHERE, renew
from tests.transports.scripted_accounts import ScriptedSender
from trackit_console.domain.directory import LookupRequest
from trackit_console.domain.effects import AddNote, Change, CreateRequestor, DeleteRecord, MailKind, SendMail
from trackit_console.domain.events import Event
from trackit_console.domain.listeners import Reader
from trackit_console.domain.outgoing_mail import ClaimedMail, MailState, MailStep
from trackit_console.domain.records import Note, NoteKind, Placeholder, RecordRef
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.mail import parse
from trackit_console.monitor.outbox_delivery import OutboxDelivery
from trackit_console.paths import DataDir
from trackit_console.settings.outgoing import Outgoing
from trackit_console.store.access_errors import DatabaseRightMissing
from trackit_console.store.database import Database, open_database
from trackit_console.store.errors import DatabaseUnavailable, DiskFull, NotStorable, StoreError, UniqueTaken
from trackit_console.store.outbox import CLAIM_SECONDS
from trackit_console.store.outbox_views import OutboxEntry, OutboxQuery, OutboxView
from trackit_console.store.transaction import Transaction
from trackit_console.transports.errors import (
    AccountThrottled,
    ConnectionLost,
    MessageRefused,
    RefusedRecipient,
    RelayDenied,
    SenderRefused,
    ServerBusy,
    SignInRefused,
    TransportError,
)
from trackit_console.transports.factory import open_sender
from trackit_console.transports.sender import Sender
from trackit_console.transports.step_names import StepName

DAY = 24 * 3600


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def database(data_dir: DataDir, clock: ManualClock) -> Iterator[Database]:
    """A database in which an outgoing account is set, at the hour of `clock`."""
    if ELSEWHERE:
        renew(ELSEWHERE, data_dir)
    opened = open_database(ELSEWHERE or data_dir.database_url, data_dir, clock)
    save_account(opened, account())
    yield opened
    opened.close()


@pytest.fixture
def server(smtp_server: Callable[..., SmtpServer], database: Database) -> SmtpServer:
    """A mail server that takes everything, and whose account is the outgoing one."""
    made = smtp_server("none", sign_in=False)
    save_account(database, account(made))
    return made


def deliver(database: Database, clock: ManualClock, opening: Callable[[Outgoing], Sender] = open_sender, **more: Any) -> None:
    """One run, as the engine starts it when something is due; none if nothing is."""
    with database.reading() as transaction:
        outgoing = transaction.settings.outgoing(secrets=True)
        assert outgoing is not None
        due = transaction.outbox.due(outgoing.version)
    if due:
        OutboxDelivery(database, outgoing, clock, sender_factory=opening, **more).run()


def listed(database: Database) -> list[OutboxView]:
    """Oldest first."""
    with database.reading() as transaction:
        return transaction.outbox_list.page(OutboxQuery(), limit=1000)[::-1]


def states(database: Database) -> list[str]:
    return [each.state.value for each in listed(database)]


def entry(database: Database, number: int = 1) -> OutboxEntry:
    with database.reading() as transaction:
        return transaction.outbox_list.entry(number)


def notes(database: Database, ref: RecordRef) -> list[Any]:
    with database.reading() as transaction:
        return list(transaction.records.history(ref))


class Scripted(ScriptedSender):
    """A server that answers to each mail as the test says: by an error, by refused recipients, or by taking it."""

    def __init__(
        self, answers: Sequence[TransportError | Exception | None], on_send: Callable[[], object] = lambda: None
    ) -> None:
        super().__init__({StepName.SEND: on_send})
        self.answers = list(answers)
        self.opened = 0

    def open(self, _outgoing: Outgoing) -> Scripted:
        self.opened += 1
        return self

    def send(self, message: Any, recipients: Sequence[str]) -> list[RefusedRecipient]:
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        return super().send(message, recipients)


# ------------------------------------------------------------------ sent


@pytest.mark.covers("OUT-06")
def test_what_waits_is_sent_unchanged_over_one_connection(database: Database, clock: ManualClock, server: SmtpServer) -> None:
    letters = [mail(number) for number in range(60)]
    put(database, *letters)
    connections: list[object] = []

    def counted(outgoing: Outgoing) -> Sender:
        connections.append(outgoing)
        return open_sender(outgoing)

    deliver(database, clock, counted)
    assert [(each.sender, each.recipients, each.raw) for each in server.accepted] == [
        (FROM, (TO,), letter.content) for letter in letters
    ]
    assert len(connections) == 1
    assert set(states(database)) == {"sent"}
    assert (entry(database).view.sent_at, entry(database).view.error) == (clock.now(), ())


@pytest.mark.covers("OUT-06", "MSG-03")
def test_the_record_is_told_of_the_mail_and_found_by_the_answer(
    database: Database, clock: ManualClock, server: SmtpServer
) -> None:
    record = add_record(database)
    put(database, mail(0, record=record, text="It works again.\r\n"))
    deliver(database, clock)
    [note] = notes(database, record)
    assert (note.kind, note.author, note.text) == (NoteKind.EMAIL_SENT, FROM, "It works again.")
    assert note.message_id == "letter-0@example.com"
    with database.unit_of_work() as work:
        found = work.look_up(LookupRequest(message_ids=frozenset({"letter-0@example.com"}), records=frozenset({record})))
    assert found.by_message_id["letter-0@example.com"].ref == record
    assert found.participants[record] == {TO}


@pytest.mark.covers("OUT-06", "MSG-03")
def test_a_reply_that_is_in_the_history_already_is_not_told_again(
    database: Database, clock: ManualClock, server: SmtpServer
) -> None:
    record = add_record(database)
    reply = Note(NoteKind.NOTE, "Carl", "It works again.", message_id="letter-0@example.com", participants=(TO,))
    put(database, AddNote(record, reply), mail(0, record=record, kind=MailKind.REPLY), mail(1, record=record))
    deliver(database, clock)
    assert states(database) == ["sent", "sent"]
    kept = [(each.kind, each.message_id) for each in notes(database, record)]
    assert kept == [(NoteKind.NOTE, "letter-0@example.com"), (NoteKind.EMAIL_SENT, "letter-1@example.com")]


def test_the_history_of_a_requestor_is_told_too(database: Database, clock: ManualClock, server: SmtpServer) -> None:
    handle = Placeholder("requestor")
    with database.unit_of_work() as work:
        [applied] = work.apply([Change((CreateRequestor(handle, "Bo", TO), mail(0, record=handle)))])
        work.commit()
    deliver(database, clock)
    assert [each.kind for each in notes(database, applied.created[handle])] == [NoteKind.EMAIL_SENT]


def test_mail_about_a_record_that_was_deleted_is_sent_without_a_note(
    database: Database, clock: ManualClock, server: SmtpServer
) -> None:
    handle = Placeholder("requestor")
    ticket = add_record(database)
    with database.unit_of_work() as work:
        [applied] = work.apply([Change((CreateRequestor(handle, "Bo", TO), mail(0, record=handle), mail(1, record=ticket)))])
        work.apply([Change((DeleteRecord(applied.created[handle], "ada"), DeleteRecord(ticket, "ada")))])
        work.commit()
    put(database, CreateRequestor(handle, "Cy", "cy@contoso.example"))  # SQLite gives the number again
    deliver(database, clock)
    assert states(database) == ["sent", "sent"]
    assert len(server.accepted) == 2
    assert notes(database, applied.created[handle]) == []


def test_nobody_hears_of_the_note_but_as_of_something_quiet(database: Database, clock: ManualClock, server: SmtpServer) -> None:
    heard: list[Event] = []

    def listen(events: Sequence[Event], read: Reader) -> Sequence[Change]:
        heard.extend(events)
        return ()

    put(database, mail(0, record=add_record(database)))
    database.listeners.append(lambda _: [listen])
    deliver(database, clock)
    assert heard and all(each.quiet for each in heard)


def test_a_note_that_cannot_be_made_does_not_have_the_mail_sent_twice(
    database: Database, clock: ManualClock, server: SmtpServer, expect_log: Callable[[str], None]
) -> None:
    """As a note does that the database refuses."""
    expect_log("mail 1: unexpected error")
    put(database, mail(0, record=add_record(database)))
    failing = True

    def broken(_transaction: object) -> Sequence[Any]:
        if failing:
            raise NotStorable
        return ()

    database.listeners.append(broken)
    deliver(database, clock)
    clock.advance(DAY)
    deliver(database, clock)
    assert (len(server.accepted), states(database)) == (1, ["sent"])


@pytest.mark.covers("MSG-03")
def test_a_note_that_loses_a_race_for_a_key_is_made_once_more(database: Database, clock: ManualClock, server: SmtpServer) -> None:
    """The note has rules act, and another transaction wrote what they ask for a moment ago."""
    record = add_record(database)
    put(database, mail(0, record=record))
    with refused(("INSERT INTO notes",), UniqueTaken(), 1):
        deliver(database, clock)
    assert (states(database), len(notes(database, record))) == (["sent"], 1)


def test_a_database_that_is_away_when_the_server_answers_does_not_have_the_mail_sent_twice(
    database: Database, clock: ManualClock, server: SmtpServer
) -> None:
    away = 3

    def listen(_transaction: object) -> Sequence[Any]:
        nonlocal away
        if away:
            away -= 1
            raise DatabaseUnavailable
        return ()

    put(database, mail(0, record=add_record(database)))
    database.listeners.append(listen)
    deliver(database, clock)
    clock.advance(DAY)
    deliver(database, clock)
    assert (away, len(server.accepted), states(database)) == (0, 1, ["sent"])


@contextmanager
def refused(kinds: tuple[str, ...], problem: StoreError, times: int) -> Iterator[None]:
    """Statements of these kinds are refused, so many times."""
    left = times

    def refuse(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        nonlocal left
        if left and statement.startswith(kinds):
            left -= 1
            raise problem

    event.listen(SqlEngine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(SqlEngine, "before_cursor_execute", refuse)


ALWAYS = -1
CANNOT_BE_WRITTEN = "ERROR trackit.SmtpSender: what the mail server answered cannot be written in full"


@pytest.mark.covers("OUT-06", "DB-05")
@pytest.mark.parametrize("problem", [DiskFull(), DatabaseRightMissing(right="INSERT")], ids=["full", "right missing"])
def test_a_database_that_takes_no_new_rows_does_not_have_the_mail_sent_twice(
    database: Database,
    clock: ManualClock,
    server: SmtpServer,
    expect_log: Callable[[str], None],
    caplog: pytest.LogCaptureFixture,
    problem: StoreError,
) -> None:
    """As SQL Server Express at 10 GB: what is there can be changed. The rest of the mail goes out, and the log says it once."""
    expect_log(CANNOT_BE_WRITTEN)
    put(database, mail(0, record=add_record(database)), mail(1))
    with refused(("INSERT",), problem, ALWAYS):
        deliver(database, clock)
        clock.advance(DAY)
        deliver(database, clock)
    assert (len(server.accepted), states(database)) == (2, ["sent", "sent"])
    assert len([each for each in caplog.records if each.levelno >= logging.ERROR]) == 1


@pytest.mark.covers("OUT-06", "DB-05")
def test_a_full_database_that_takes_no_changes_either_is_waited_for_and_then_told_all(
    database: Database, clock: ManualClock, expect_log: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    expect_log(CANNOT_BE_WRITTEN)
    record = add_record(database)
    put(database, mail(0, record=record))
    with ExitStack() as full:
        script = Scripted([], lambda: full.enter_context(refused(("INSERT", "UPDATE"), DiskFull(), 6)))
        deliver(database, clock, script.open)
        clock.advance(DAY)
        deliver(database, clock, script.open)
    assert (script.sent, states(database)) == ([(TO,)], ["sent"])
    assert [each.message_id for each in notes(database, record)] == ["letter-0@example.com"]
    assert len([each for each in caplog.records if each.levelno >= logging.ERROR]) == 1


def test_what_another_host_has_taken_over_meanwhile_is_left_to_it(database: Database, clock: ManualClock) -> None:
    """The computer sleeps over the first mail for longer than the claims last."""
    script = Scripted([])

    def sleeps() -> None:
        if not script.sent:
            clock.advance(CLAIM_SECONDS + 1)
            with database.begin() as transaction:
                assert len(transaction.outbox.claim("another host", 1)) == 3

    script = Scripted([], sleeps)
    put(database, mail(0), mail(1), mail(2))
    deliver(database, clock, script.open)
    assert len(script.sent) == 1
    assert states(database) == ["waiting"] * 3


# ------------------------------------------------------------------ refused


@pytest.mark.covers("OUT-06")
def test_one_refused_recipient_stops_neither_the_others_nor_the_next_mail(
    database: Database, clock: ManualClock, server: SmtpServer
) -> None:
    server.inbox.refused_recipients = {"gone@x.example": "550 5.1.1 no such user", "slow@x.example": "450 4.2.1 busy"}
    put(database, mail(0, ("ada@x.example", "gone@x.example", "slow@x.example")), mail(1))
    deliver(database, clock)
    assert [each.recipients for each in server.accepted] == [("ada@x.example",), (TO,)]
    assert states(database) == ["waiting", "sent"]
    server.inbox.refused_recipients.clear()
    clock.advance(120)
    deliver(database, clock)
    assert server.accepted[-1].recipients == ("slow@x.example",)
    kept = entry(database)
    assert (kept.view.state, kept.refused) == (MailState.SENT, ("gone@x.example",))
    refused = next(step for step in kept.steps if step.what is MailStep.REFUSED)
    assert "gone@x.example" in str(reason_phrase(refused.reasons[0]))
    assert "5.1.1 no such user" in str(refused.reasons[0].facts["detail"])


@pytest.mark.covers("OUT-06")
def test_a_refusal_for_good_is_not_tried_again(database: Database, clock: ManualClock, server: SmtpServer) -> None:
    server.inbox.refuse_data = "554 5.6.0 your message is refused"
    put(database, mail(0), mail(1))
    deliver(database, clock)
    assert states(database) == ["failed", "failed"]
    server.inbox.refuse_data = ""
    clock.advance(5 * DAY)
    deliver(database, clock)
    assert server.accepted == []
    [reason] = entry(database).view.error
    assert str(reason_phrase(reason)) == "127.0.0.1 refused the message."


@pytest.mark.covers("OUT-06")
def test_a_mail_that_must_wait_is_tried_with_growing_delays_for_three_days(database: Database, clock: ManualClock) -> None:
    busy = RelayDenied("450 later", recipient=TO, server="s", step=StepName.SEND)
    script = Scripted([busy.of_all([RefusedRecipient(TO, "450 later", False, busy)])] * 200)
    put(database, mail(0, not_before=clock.now() + timedelta(hours=1)))
    tried: list[datetime] = []
    while (view := entry(database).view).state is MailState.WAITING:
        assert view.next_try_at is not None
        clock.advance((view.next_try_at - clock.now()).total_seconds() - 1)
        deliver(database, clock, script.open)
        assert entry(database).view.tries == len(tried)
        clock.advance(1)
        deliver(database, clock, script.open)
        tried.append(clock.now())
    minutes = [(later - earlier).total_seconds() / 60 for earlier, later in pairwise(tried)]
    for found, wanted in zip(minutes[:-1], [1, 2, 5, 10, 30, 60, *[120] * 30], strict=False):
        assert wanted * 0.9 <= found <= wanted * 1.1
    assert tried[-1] - tried[0] == timedelta(days=3)
    assert entry(database).view.state is MailState.FAILED
    assert entry(database).steps[-1].reasons[0].code == "transports.relay_denied"


def test_a_broken_mail_keeps_no_other_waiting(database: Database, clock: ManualClock, expect_log: Callable[[str], None]) -> None:
    expect_log("mail 1: unexpected error")
    script = Scripted([RuntimeError("a bug"), None])
    put(database, mail(0), mail(1))
    deliver(database, clock, script.open)
    assert states(database) == ["waiting", "sent"]
    assert str(reason_phrase(entry(database).view.error[0])) == "Something unexpected happened while the mail was sent."


def test_a_mail_over_which_the_server_hangs_up_keeps_no_other_waiting(database: Database, clock: ManualClock) -> None:
    script = Scripted([ConnectionLost(server="s", step=StepName.SEND), None])
    put(database, mail(0), mail(1))
    deliver(database, clock, script.open)
    assert states(database) == ["waiting", "sent"]


def test_a_mail_of_which_it_is_not_known_whether_it_arrived_is_tried_again_with_the_same_message_id(
    database: Database, clock: ManualClock
) -> None:
    def dies_before_it_answers(talk: Talk) -> None:
        talk.show_text(b"220 here\r\n")
        while (line := talk.line()) != b".":
            if line.upper().startswith(b"DATA"):
                talk.show_text(b"354 go on\r\n")
            elif line.split(b" ")[0].upper() in (b"EHLO", b"MAIL", b"RCPT"):
                talk.show_text(b"250 ok\r\n")
            elif talk.gone:
                return

    with scripted(dies_before_it_answers) as server:
        save_account(database, account(port=server.port))
        put(database, mail(0))
        deliver(database, clock)
        clock.advance(70)
        deliver(database, clock)
        assert server.heard.count(b"Message-ID: <letter-0@example.com>") == 2
    assert entry(database).view.tries == 2


# ------------------------------------------------------------------ the account


def refused_sign_in() -> TransportError:
    return SignInRefused(server="s", account="a")


@pytest.mark.covers("OUT-06", "LOG-01")
def test_a_server_that_is_down_for_a_day_fills_no_log_and_loses_nothing(
    database: Database,
    clock: ManualClock,
    smtp_server: Callable[..., SmtpServer],
    caplog: pytest.LogCaptureFixture,
    expect_log: Callable[[str], None],
) -> None:
    expect_log("ERROR trackit.SmtpSender: no mail can be sent, all of it waits")
    caplog.set_level(logging.INFO, "trackit")
    (port,) = free_ports(1)
    save_account(database, account(port=port))
    put(database, *(mail(number) for number in range(200)))
    for minute in range(24 * 60):
        deliver(database, clock)
        clock.advance(60)
        if minute == 600:
            put(database, *(mail(number) for number in range(200, 210)))
    assert Counter(states(database)) == {"waiting": 210}
    tries = [each.tries for each in listed(database)]
    assert 10 <= sum(tries) == tries[0] <= 20
    with database.reading() as transaction:
        trouble = transaction.outbox.trouble()
    assert trouble is not None and trouble.failures == tries[0]
    server = smtp_server("none", sign_in=False)
    save_account(database, account(server))
    deliver(database, clock)
    assert Counter(states(database)) == {"sent": 210}
    assert len({each.raw for each in server.accepted}) == len(server.accepted) == 210
    lines = [each.getMessage() for each in caplog.records if each.name.startswith("trackit")]
    assert len(lines) == 2, lines
    assert lines[1] == "mail can be sent again"


@pytest.mark.covers("OUT-06")
@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([SenderRefused("550 5.7.60", server="s", sender="x").lasting()], id="not allowed to send from the address"),
        pytest.param([AccountThrottled(server="s", account="a", step=StepName.SEND)], id="throttled"),
        pytest.param([ServerBusy(server="s", step=StepName.SEND) for _ in range(3)], id="busy three times"),
        pytest.param([ConnectionLost(server="s", step=StepName.SEND) for _ in range(3)], id="hangs up three times"),
        pytest.param([refused_sign_in()], id="signs nobody in any more"),
    ],
)
def test_what_is_wrong_with_the_account_is_no_fault_of_the_mail(
    database: Database, clock: ManualClock, answers: list[TransportError], expect_log: Callable[[str], None]
) -> None:
    expect_log("no mail can be sent, all of it waits")
    tried = len(answers)
    script = Scripted(answers)
    put(database, *(mail(number) for number in range(10)))
    deliver(database, clock, script.open)
    assert states(database) == ["waiting"] * 10
    assert [each.tries for each in listed(database)] == [1] * tried + [0] * (10 - tried)
    clock.advance(70)
    deliver(database, clock, script.open)
    # Those that were tried have their own delays, and those that were not go first.
    assert states(database)[tried:] == ["sent"] * (10 - tried)


@pytest.mark.covers("OUT-06")
@pytest.mark.parametrize("about_account", [True, False])
def test_a_server_that_says_how_long_it_wants_to_be_left_alone_is(
    database: Database, clock: ManualClock, about_account: bool, expect_log: Callable[[str], None]
) -> None:
    error: TransportError
    if about_account:
        expect_log("no mail can be sent, all of it waits")
        error = AccountThrottled(server="s", account="a", step=StepName.SEND).after(3600)
    else:
        error = MessageRefused(server="s").after(3600)
    script = Scripted([error])
    put(database, mail(0))
    deliver(database, clock, script.open)
    clock.advance(3599)
    deliver(database, clock, script.open)
    assert script.sent == []
    clock.advance(1)
    deliver(database, clock, script.open)
    assert script.sent == [(TO,)]


def test_a_refused_sign_in_is_tried_once_a_delay_however_much_mail_waits(
    database: Database, clock: ManualClock, smtp_server: Callable[..., SmtpServer], expect_log: Callable[[str], None]
) -> None:
    expect_log("no mail can be sent, all of it waits")
    server = smtp_server("none", sign_in=True)
    wrong = {"smtp_requires_authentication": True, "user_account_name": "x", "password": SecretStr("wrong")}
    save_account(database, account(server, **wrong))
    put(database, *(mail(number) for number in range(120)))
    for _ in range(60):
        deliver(database, clock)
        clock.advance(10)
    with database.reading() as transaction:
        trouble = transaction.outbox.trouble()
    assert trouble is not None
    assert trouble.failures == 4  # at once, after 1, 3 and 8 minutes
    assert sum(each.tries for each in listed(database)) == 4


def test_mail_that_waits_for_the_account_for_too_long_is_given_up_with_the_reason(
    database: Database, clock: ManualClock, expect_log: Callable[[str], None]
) -> None:
    expect_log("no mail can be sent, all of it waits")
    expect_log("mails given up: 3")
    put(database, mail(0), mail(1), mail(2))
    for _ in range(3 * 24):
        deliver(database, clock)
        clock.advance(3600)
    put(database, mail(3))
    clock.advance(3 * 3600)
    deliver(database, clock)
    assert states(database) == ["failed", "failed", "failed", "waiting"]
    assert {each.error[0].code for each in listed(database)[:3]} == {"transports.connection_refused"}


@pytest.mark.covers("OUT-06")
@pytest.mark.parametrize("failed_before", [False, True])
def test_mail_that_waited_while_no_monitor_ran_is_not_given_up_at_the_first_failure(
    database: Database, clock: ManualClock, failed_before: bool, expect_log: Callable[[str], None]
) -> None:
    """The monitor was off over the holidays, and the network is not there yet when it starts."""
    expect_log("no mail can be sent, all of it waits")
    put(database, mail(0), mail(1), mail(2))
    if failed_before:
        deliver(database, clock)
    clock.advance(10 * DAY)
    deliver(database, clock)
    assert states(database) == ["waiting"] * 3


@pytest.mark.covers("OUT-06")
def test_mail_that_waited_while_the_account_was_changed_is_sent_from_the_new_address(
    database: Database, clock: ManualClock, server: SmtpServer
) -> None:
    """Its server lets an account send in no other name: the mail that waited would fail, and with it what came after."""
    put(database, mail(0), mail(1, text="From: is no header here"))
    save_account(database, account(server, from_address="desk@fabrikam.example"))
    deliver(database, clock)
    assert [each.sender for each in server.accepted] == ["desk@fabrikam.example"] * 2
    for number, each in enumerate(server.accepted):
        sent = mail(number, text="From: is no header here" if number else f"Letter {number}").content
        assert each.raw == sent.replace(f"From: Support <{FROM}>".encode(), b"From: Support <desk@fabrikam.example>")


@pytest.mark.covers("OUT-06")
def test_a_mail_that_was_never_tried_for_days_is_tried_more_than_once(database: Database, clock: ManualClock) -> None:
    busy = RelayDenied("450 later", recipient=TO, server="s", step=StepName.SEND)
    script = Scripted([busy.of_all([RefusedRecipient(TO, "450 later", False, busy)])])
    put(database, mail(0))
    clock.advance(10 * DAY)
    deliver(database, clock, script.open)
    assert states(database) == ["waiting"]
    clock.advance(120)
    deliver(database, clock, script.open)
    assert states(database) == ["sent"]


# ------------------------------------------------------------------ digests


@pytest.mark.covers("OUT-06")
def test_mail_that_waits_for_the_same_digest_is_sent_as_one(database: Database, clock: ManualClock, server: SmtpServer) -> None:
    record = add_record(database)
    later = clock.now() + timedelta(hours=8)
    put(database, *(mail(number, digest="bo", not_before=later, record=record) for number in range(3)), mail(3))
    put(database, mail(4, digest="alone", not_before=later))
    deliver(database, clock, digest=combined)
    assert states(database) == ["waiting"] * 3 + ["sent"] + ["waiting"]
    clock.advance(8 * 3600)
    deliver(database, clock, digest=combined)
    assert states(database) == ["sent"] * 6
    subjects = [raw_subject(each.raw) for each in server.accepted]
    assert subjects == ["Letter 3", "Letter 4", "Letter 100"]
    assert b"Letter 0; Letter 1; Letter 2" in server.accepted[-1].raw
    assert [each.message_id for each in notes(database, record)] == [f"letter-{number}@example.com" for number in range(3)]


def combined(_transaction: Transaction, mails: Sequence[ClaimedMail]) -> SendMail:
    return mail(100, mails[0].recipients, text="; ".join(each.subject for each in mails), kind=MailKind.NOTIFICATION)


@pytest.mark.covers("NOT-01")
def test_a_digest_tells_of_each_of_its_mails(database: Database, clock: ManualClock, server: SmtpServer) -> None:
    save_account(database, account(server))
    put(database, mail(0, digest="bo"), mail(1, digest="bo"))
    deliver(database, clock)
    assert states(database) == ["sent"] * 3
    [sent] = server.accepted
    told = parse(sent.raw)
    assert told.subject.startswith("2 notifications from")
    assert "1. Letter 0" in told.text
    assert "2. Letter 1" in told.text


def raw_subject(raw: bytes) -> str:
    return raw.decode().partition("Subject: ")[2].partition("\r\n")[0]


def test_a_digest_that_cannot_be_made_keeps_no_other_mail_waiting(
    database: Database, clock: ManualClock, server: SmtpServer, expect_log: Callable[[str], None]
) -> None:
    expect_log("mail 1: unexpected error")

    def broken(_transaction: Transaction, _mails: Sequence[ClaimedMail]) -> SendMail:
        raise RuntimeError("a bug")

    put(database, mail(0, digest="bo"), mail(1, digest="bo"), mail(2))
    deliver(database, clock, digest=broken)
    assert states(database) == ["waiting", "waiting", "sent"]
    assert [each.tries for each in listed(database)] == [1, 1, 1]


@pytest.mark.covers("NOT-01")
def test_who_only_got_mail_of_ours_is_not_on_the_thread(database: Database, clock: ManualClock, server: SmtpServer) -> None:
    record = add_record(database)
    put(database, mail(0, record=record))
    deliver(database, clock)
    with database.unit_of_work() as work:
        assert work.reader.details([record])[record].participants == frozenset()
