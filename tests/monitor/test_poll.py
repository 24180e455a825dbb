"""Mail in a real mailbox becomes tickets and notes, once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence

import pytest

from tests.backlog import backlog_of
from tests.message_factory import raw_message
from tests.monitor.conftest import POST_ACTIONS, expected_counts
from tests.servers.dovecot import Account, Dovecot
from tests.settings.samples import SAMPLES
from trackit_console.clock import SystemClock
from trackit_console.domain.deliveries import MessageRef, Outcome
from trackit_console.domain.records import NoteKind
from trackit_console.monitor.engine import Engine
from trackit_console.monitor.poll_once import poll_once
from trackit_console.monitor.quarantine import discard, retry
from trackit_console.monitor.visit_result import VisitResult
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.post_action import PostAction
from trackit_console.store.activity_views import ActivityQuery, ActivityView
from trackit_console.store.database import Database
from trackit_console.store.record_views import NoteView, RecordView
from trackit_console.store.row_mapping import Stored
from trackit_console.transports.connection_phases import Phase
from trackit_console.transports.fetched_mail import Absent, Batch, Fetched, Settled
from trackit_console.transports.source import RawOf

Add = Callable[..., Stored[Mailbox]]


def poll(database: Database) -> list[VisitResult]:
    return poll_once(database, threading.Event())


def records(database: Database) -> list[tuple[RecordView, list[NoteView]]]:
    with database.reading() as transaction:
        found = transaction.records.page(limit=1000)
        notes = transaction.records.notes([each.id for each in found])
    return [(each, notes[each.id]) for each in reversed(found)]


def activity(database: Database) -> list[ActivityView]:
    with database.reading() as transaction:
        return transaction.activity.page(ActivityQuery(), limit=1000)


@pytest.mark.covers("RUN-03", "MON-06", "MSG-03")
@pytest.mark.parametrize("action", POST_ACTIONS)
def test_each_message_becomes_one_ticket_and_is_settled(
    database: Database, dovecot: Dovecot, account: Account, add_mailbox: Add, set_monitor: Callable[..., None], action: PostAction
) -> None:
    set_monitor(post_action=action)
    add_mailbox(account)
    dovecot.append_all(account.name, [raw_message(number) for number in range(7)])
    first, second = poll(database), poll(database)
    assert [(each.counts.seen, each.error) for each in first + second] == [(7, None), (0, None)]
    assert [each.subject for each, _ in records(database)] == [f"Printer {number} does not print" for number in range(7)]
    assert dovecot.counts(account.name) == expected_counts(action, 7)
    if action is PostAction.MARK_READ:
        assert dovecot.flags(account.name) == [{b"\\Seen"}] * 7


@pytest.mark.covers("MON-01")
def test_a_poll_takes_no_more_than_emails_to_process(
    database: Database, dovecot: Dovecot, account: Account, add_mailbox: Add, set_monitor: Callable[..., None]
) -> None:
    set_monitor(emails_to_process=3)
    add_mailbox(account)
    dovecot.append_all(account.name, [raw_message(number) for number in range(5)])
    assert [poll(database)[0].counts.seen for _ in range(3)] == [3, 2, 0]


@pytest.mark.covers("MSG-02", "MSG-03", "RUN-03")
def test_a_conversation_within_one_batch_stays_on_one_ticket(
    database: Database, dovecot: Dovecot, account: Account, add_mailbox: Add
) -> None:
    add_mailbox(account)
    answer = raw_message(2, subject="Re: Printer 1", In_Reply_To="<letter-1@contoso.example>")
    dovecot.append_all(account.name, [raw_message(1), answer, raw_message(3, subject="re: [ ticket-1 ] still broken")])
    poll(database)
    [(ticket, notes)] = records(database)
    assert ticket.subject == "Printer 1 does not print"
    assert [note.kind for note in notes] == [NoteKind.EMAIL_RECEIVED] * 3


@pytest.mark.covers("RUN-04", "MSG-01")
def test_a_message_that_cannot_be_processed_blocks_nothing_and_can_be_tried_again(
    database: Database, dovecot: Dovecot, account: Account, add_mailbox: Add
) -> None:
    add_mailbox(account)
    dovecot.append_all(
        account.name,
        [raw_message(1), raw_message(2, subject="x" * 401), b"\x00\xff not a message", raw_message(3, subject="y" * 400)],
    )
    [visited] = poll(database)
    assert visited.counts.outcomes == {Outcome.CREATED: 3, Outcome.QUARANTINED: 1}
    [aside] = [each for each in activity(database) if each.outcome is Outcome.QUARANTINED]
    assert database.deliveries.raw(aside.delivery_id) is not None
    again = retry(database, aside.delivery_id, "ada", SystemClock()).recorded
    assert again is not None and again.outcome is Outcome.QUARANTINED
    discard(database, aside.delivery_id, "ada")
    with pytest.raises(KeyError):
        discard(database, aside.delivery_id, "bo")
    assert database.deliveries.raw(aside.delivery_id) is None


@pytest.mark.covers("RUN-03")
def test_a_copy_of_a_message_in_the_same_mailbox_adds_nothing(
    database: Database, dovecot: Dovecot, account: Account, add_mailbox: Add
) -> None:
    add_mailbox(account)
    dovecot.append_all(account.name, [raw_message(1), raw_message(1)])
    poll(database)
    dovecot.append(account.name, raw_message(1))
    poll(database)
    assert len(records(database)) == 1
    assert [each.outcome for each in activity(database)] == [Outcome.IGNORED, Outcome.IGNORED, Outcome.CREATED]
    assert {each.subject for each in activity(database)} == {"Printer 1 does not print"}


@pytest.mark.covers("MSG-03")
def test_one_message_in_two_mailboxes_is_two_deliveries_and_one_ticket(
    database: Database, dovecot: Dovecot, add_mailbox: Add
) -> None:
    for _ in range(2):
        account = dovecot.new_account()
        add_mailbox(account)
        dovecot.append(account.name, raw_message(1))
        poll(database)
    [(_, notes)] = records(database)
    assert [note.kind for note in notes] == [NoteKind.EMAIL_RECEIVED, NoteKind.SYSTEM]


@pytest.mark.covers("FIL-03", "FIL-01")
def test_a_filtered_message_is_settled_and_keeps_no_bytes(
    database: Database, dovecot: Dovecot, account: Account, add_mailbox: Add
) -> None:
    add_mailbox(account)
    dovecot.append(account.name, raw_message(1, sender="Mail Delivery Subsystem <mailer-daemon@relay.example>"))
    poll(database)
    [view] = activity(database)
    assert (view.outcome, view.record) == (Outcome.FILTERED, None)
    assert database.deliveries.raw(view.delivery_id) is None
    assert dovecot.counts(account.name) == {"INBOX": 0, "TrackItProcessedEmails": 1}


@pytest.mark.covers("RUN-05", "IN-01")
def test_a_mailbox_that_fails_holds_up_no_other_and_says_why(
    database: Database, dovecot: Dovecot, account: Account, add_mailbox: Add
) -> None:
    from pydantic import SecretStr

    add_mailbox(account)
    add_mailbox(dovecot.new_account(), password=SecretStr("wrong"))
    with database.begin() as transaction:
        nobody = {"exchange_web_service_url": "https://127.0.0.1:1/EWS/Exchange.asmx", "enabled": True, "log_events": False}
        transaction.mailboxes.add(SAMPLES["ews_basic"].model_copy(update=nobody), "test")  # type: ignore[arg-type]
    dovecot.append(account.name, raw_message(1))
    visits = {each.name: each for each in poll(database)}
    assert visits[account.name].counts.processed == 1
    errors = {name: each.error.code for name, each in visits.items() if each.error}
    assert set(errors.values()) == {"wrong_password", "connection_refused"}


@pytest.mark.covers("RUN-01", "RUN-06", "MON-05")
def test_start_and_stop_are_obeyed_through_the_database(
    database: Database, dovecot: Dovecot, account: Account, add_mailbox: Add
) -> None:
    add_mailbox(account)
    dovecot.append(account.name, raw_message(1))
    taken, stop = threading.Event(), threading.Event()
    engine = Engine(database, "headless", on_recorded=lambda *_: taken.set())
    running = threading.Thread(target=engine.run, args=(stop,))
    running.start()
    try:
        assert not taken.wait(1.0)  # not wanted yet
        with database.begin() as transaction:
            transaction.monitoring.want(True, "ada")
        assert taken.wait(10)
        with database.reading() as transaction:
            assert [host.state for host in transaction.monitoring.hosts()] == ["running"]
        with database.begin() as transaction:
            transaction.monitoring.want(False, "ada")
        begun = SystemClock().monotonic()
        while hosts(database) != ["stopped"]:
            assert SystemClock().monotonic() - begun < 2, "Stop takes effect within 2 s"
    finally:
        stop.set()
        running.join(3)
    assert not running.is_alive()
    assert hosts(database) == []


def hosts(database: Database) -> list[str]:
    with database.reading() as transaction:
        return [host.state for host in transaction.monitoring.hosts()]


@pytest.mark.covers("MON-05")
def test_changed_settings_need_a_restart_and_take_effect_with_it(
    database: Database, dovecot: Dovecot, account: Account, add_mailbox: Add
) -> None:
    from trackit_console.store.snapshot_reader import read_snapshot

    def restart_needed() -> bool:
        with database.reading() as transaction:
            return read_snapshot(transaction, SystemClock().now()).restart_needed

    with database.begin() as transaction:
        transaction.monitoring.want(True, "ada")
    taken, stop = threading.Event(), threading.Event()
    engine = Engine(database, "headless", on_recorded=lambda *_: taken.set())
    running = threading.Thread(target=engine.run, args=(stop,))
    running.start()
    try:
        while hosts(database) != ["running"]:
            assert running.is_alive()
        assert not restart_needed()
        add_mailbox(account)
        dovecot.append(account.name, raw_message(1))
        assert restart_needed()
        assert not taken.wait(1.0)
        with database.begin() as transaction:
            transaction.monitoring.want_restart("ada")
        assert taken.wait(10)
        assert not restart_needed()
    finally:
        stop.set()
        running.join(3)


@pytest.mark.covers("MON-07")
def test_poll_now_does_not_wait_for_the_interval(
    database: Database, dovecot: Dovecot, account: Account, add_mailbox: Add
) -> None:
    mailbox = add_mailbox(account)
    with database.begin() as transaction:
        transaction.monitoring.want(True, "ada")
    taken, stop = threading.Event(), threading.Event()
    running = threading.Thread(target=Engine(database, "headless", on_recorded=lambda *_: taken.set()).run, args=(stop,))
    running.start()
    try:
        with database.reading() as transaction:
            polled = transaction.mailbox_states.state(mailbox.id).last_poll_at
        while polled is None:
            with database.reading() as transaction:
                polled = transaction.mailbox_states.state(mailbox.id).last_poll_at
        dovecot.append(account.name, raw_message(1))
        with database.begin() as transaction:
            transaction.mailbox_states.request_poll(mailbox.id)
        assert taken.wait(10)
    finally:
        stop.set()
        running.join(3)


class Hesitant:
    """A source that announces one message and hands it over late, or never."""

    settles_on_close = False
    phases: Sequence[Phase] = ()

    def __init__(self, handed_over: list[bytes | None], *, gone: bool = False) -> None:
        self.ref = MessageRef("1 INBOX", "7")
        self._handed_over = handed_over
        self._gone = gone
        self.settled: list[MessageRef] = []

    def __enter__(self) -> Hesitant:
        return self

    def __exit__(self, *exc_info: object) -> None: ...

    def fetch_new(self, cursor: str | None, limit: int, size_limit: int) -> Iterator[Batch]:
        if cursor is None:
            yield Batch([Fetched(self.ref, None, absent=Absent.NOT_HANDED_OVER)], "after 7")

    def fetch(self, refs: Sequence[MessageRef], size_limit: int) -> Iterator[Fetched]:
        if not self._gone:
            raw = self._handed_over.pop(0)
            yield Fetched(self.ref, raw, absent=None if raw else Absent.NOT_HANDED_OVER)

    def fetch_headers(self, refs: Sequence[MessageRef]) -> Iterator[Fetched]:
        return iter(())

    def settle(
        self, refs: Sequence[MessageRef], post_action: PostAction, raw_of: RawOf, already_copied: Collection[MessageRef] = ()
    ) -> Settled:
        self.settled += refs
        return Settled(list(refs))

    def unread(self) -> int:
        return 0

    def finish(self) -> None: ...

    def close(self) -> None: ...

    def abort(self) -> None: ...

    def expire(self) -> None: ...


@pytest.mark.covers("RUN-03", "RUN-04")
@pytest.mark.parametrize(
    ("source", "outcomes", "settled"),
    [
        pytest.param(Hesitant([None, raw_message(1)]), [Outcome.CREATED], 1, id="handed over late"),
        pytest.param(Hesitant([None, None]), [Outcome.QUARANTINED], 0, id="never handed over"),
        pytest.param(Hesitant([], gone=True), [], 0, id="gone before it was handed over"),
    ],
)
def test_a_message_that_is_announced_but_not_handed_over_is_neither_lost_nor_in_the_way(
    database: Database,
    dovecot: Dovecot,
    account: Account,
    add_mailbox: Add,
    source: Hesitant,
    outcomes: list[Outcome],
    settled: int,
) -> None:
    mailbox = add_mailbox(account)
    for _ in range(4):
        poll_once(database, threading.Event(), source_factory=lambda _mailbox: source)
    assert [each.outcome for each in activity(database)] == outcomes
    assert len(source.settled) == settled
    assert backlog_of(database, mailbox.id).pending == []
