"""What hosts and consoles tell each other through the database (RUN-01, RUN-02, RUN-05, MON-05, MON-07)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from tests.clock import BEGINNING, ManualClock
from tests.settings.samples import imap
from tests.store.concurrency import at_once
from tests.store.delivery_factory import take_in, ticket
from trackit_console.domain.audit import Audited
from trackit_console.domain.polling import Lease, MailboxState, PollError, VisitEnd
from trackit_console.domain.records import AppliedReason
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.database import Database
from trackit_console.store.mailbox_leases import LEASE_SECONDS
from trackit_console.store.monitoring import HOST_SECONDS
from trackit_console.store.monitoring_views import Host
from trackit_console.store.row_mapping import Stored
from trackit_console.store.snapshot import Snapshot
from trackit_console.store.snapshot_reader import read_settings, read_snapshot
from trackit_console.transports.errors import TransportError

ERROR = PollError("sign_in", "transports", "wrong_password", {"server": "mail.example.com"}, "NO sorry")


def report(
    database: Database, clock: ManualClock, host: str, state: str = "running", revision: int = 1, started: int = 0
) -> None:
    begun = BEGINNING.replace(second=started)
    with database.begin() as transaction:
        transaction.monitoring.report(Host(host, f"name of {host}", "headless", state, revision, begun, clock.now()))


def hosts(database: Database) -> list[str]:
    with database.reading() as transaction:
        return [each.id for each in transaction.monitoring.hosts()]


def seen(database: Database) -> Snapshot:
    with database.reading() as transaction:
        return read_snapshot(transaction, BEGINNING)


@pytest.mark.covers("MON-05", "RUN-01")
def test_start_stop_and_restart_are_wishes_that_every_host_sees(database: Database, clock: ManualClock) -> None:
    def wanted() -> tuple[bool, int]:
        with database.reading() as transaction:
            read = transaction.monitoring.wanted()
        return read.running, read.restarts

    assert wanted() == (False, 0)
    with database.begin() as transaction:
        transaction.monitoring.want(True, "ada")
    assert wanted() == (True, 0)
    with database.begin() as transaction:
        transaction.monitoring.want(False, "ada")
        transaction.monitoring.want_restart("bo")
        transaction.monitoring.want_restart("bo")
        assert transaction.monitoring.wanted().restarts == 2
    assert wanted() == (True, 2)
    with database.reading() as transaction:
        assert transaction.monitoring.wanted().changed_at == clock.now()
    with database.reading() as transaction:
        assert transaction.audit.revision().number == 1


@pytest.mark.covers("MON-04", "DB-01")
def test_every_error_of_a_server_can_be_kept(database: Database, mailbox: Stored[Mailbox]) -> None:
    """SQL Server refuses a code that is longer than its column, and with it how the visit ended."""
    for kind in kinds_of(TransportError):
        with database.begin() as transaction:
            lease = transaction.mailbox_leases.begin_visit(mailbox.id, "here", regardless=True)
            assert lease is not None
            error = PollError("connect", kind.context, kind.code)
            transaction.mailbox_states.end_visit(lease, VisitEnd(error, False, None), lambda _failures: timedelta())
            kept = transaction.mailbox_states.state(mailbox.id).error
        assert kept == error


def kinds_of(base: type[TransportError]) -> list[type[TransportError]]:
    own = [base] if hasattr(base, "code") else []
    return own + [kind for each in base.__subclasses__() for kind in kinds_of(each)]


@pytest.mark.covers("RUN-02")
def test_a_host_lives_as_long_as_its_heart_beats(database: Database, clock: ManualClock) -> None:
    report(database, clock, "old", started=1)
    report(database, clock, "older", started=0)
    assert hosts(database) == ["older", "old"]
    clock.advance(HOST_SECONDS)
    report(database, clock, "old", state="stopped", started=1)
    assert hosts(database) == ["older", "old"]
    clock.advance(1)
    assert hosts(database) == ["old"]
    with database.begin() as transaction:
        assert transaction.monitoring.hosts()[0].state == "stopped"
        transaction.monitoring.leave("old")
    assert hosts(database) == []


def visit(database: Database, mailbox_id: int, host: str, *, regardless: bool = True) -> Lease | None:
    with database.begin() as transaction:
        return transaction.mailbox_leases.begin_visit(mailbox_id, host, regardless=regardless)


def end(
    database: Database, lease: Lease, error: PollError | None = None, unread: int | None = None, *, refused: bool = False
) -> None:
    with database.begin() as transaction:
        ended = VisitEnd(error, refused, unread)
        transaction.mailbox_states.end_visit(lease, ended, lambda failures: timedelta(minutes=1 + failures))


def state(database: Database, mailbox_id: int) -> MailboxState:
    with database.reading() as transaction:
        return transaction.mailbox_states.state(mailbox_id)


# ---------------------------------------------------------------- who owns a mailbox


@pytest.mark.covers("RUN-02")
def test_a_dead_hosts_mailbox_is_free_within_a_minute(database: Database, mailbox: Stored[Mailbox], clock: ManualClock) -> None:
    assert visit(database, mailbox.id, "dead")
    waited = 0
    while visit(database, mailbox.id, "alive") is None:
        clock.advance(1)
        waited += 1
    assert LEASE_SECONDS <= waited < 60


@pytest.mark.covers("RUN-02", "RUN-05")
def test_a_mailbox_is_due_when_the_database_says_so_whoever_asks(
    database: Database, mailbox: Stored[Mailbox], clock: ManualClock
) -> None:
    def due(host: str) -> list[int]:
        with database.reading() as transaction:
            return transaction.mailbox_leases.due(host, {mailbox.id})

    assert due("one") == due("two") == [mailbox.id]
    lease = visit(database, mailbox.id, "one", regardless=False)
    assert lease is not None
    assert due("two") == [], "it is owned"
    end(database, lease)
    assert due("one") == due("two") == [], "it was just visited"
    clock.advance(59)
    assert visit(database, mailbox.id, "one", regardless=False) is None
    clock.advance(1)
    assert (due("one"), due("two")) == ([mailbox.id], []), "its owner keeps it between two visits"
    with database.begin() as transaction:
        transaction.mailbox_leases.give_back("one", [mailbox.id])
    assert due("two") == [mailbox.id]


@pytest.mark.covers("RUN-02")
def test_two_hosts_that_see_a_mailbox_due_visit_it_once(database: Database, mailbox: Stored[Mailbox]) -> None:
    """The second asks when the first is through already: the mailbox is free then, but not due any more."""
    lease = visit(database, mailbox.id, "one", regardless=False)
    assert lease is not None
    end(database, lease)
    with database.begin() as transaction:
        transaction.mailbox_leases.leave("one")
    assert visit(database, mailbox.id, "two", regardless=False) is None


@pytest.mark.covers("RUN-04")
def test_a_visit_that_never_ended_is_told_to_the_next(database: Database, mailbox: Stored[Mailbox], clock: ManualClock) -> None:
    first = visit(database, mailbox.id, "one")
    assert first is not None and not first.cut_off
    clock.advance(LEASE_SECONDS + 1)
    second = visit(database, mailbox.id, "two")
    assert second is not None and second.cut_off
    end(database, second)
    third = visit(database, mailbox.id, "two")
    assert third is not None and not third.cut_off
    with database.begin() as transaction:
        transaction.mailbox_states.break_off(third)
    fourth = visit(database, mailbox.id, "two")
    assert fourth is not None and not fourth.cut_off, "one that was stopped in good order was not cut off"


@pytest.mark.covers("RUN-01")
def test_a_single_visit_takes_over_what_its_owner_does_not_visit_right_now(
    database: Database, mailbox: Stored[Mailbox], clock: ManualClock
) -> None:
    owner = visit(database, mailbox.id, "service")
    assert owner is not None
    assert visit(database, mailbox.id, "once") is None
    end(database, owner)
    assert visit(database, mailbox.id, "once") is not None


# ---------------------------------------------------------------- which console hosts


@pytest.mark.covers("RUN-01")
def test_of_several_consoles_exactly_one_hosts(database: Database) -> None:
    def claim(host: str) -> bool:
        with database.begin() as transaction:
            return transaction.monitoring.host_in_console(host)

    results = at_once(*[lambda host=host: claim(host) for host in ("a", "b", "c", "d", "e")])
    assert sorted(results) == [False] * 4 + [True]  # type: ignore[type-var]
    [host] = [name for name, won in zip("abcde", results, strict=True) if won is True]
    assert claim(host), "it keeps what it has"
    with database.begin() as transaction:
        transaction.monitoring.leave(host)
    assert claim("late"), "another takes over at once"


@pytest.mark.covers("RUN-01", "RUN-02")
def test_a_console_steps_down_for_a_headless_host_and_for_one_that_took_over(database: Database, clock: ManualClock) -> None:
    def claim(host: str) -> bool:
        with database.begin() as transaction:
            return transaction.monitoring.host_in_console(host)

    assert claim("console")
    report(database, clock, "service")
    assert not claim("console")
    with database.begin() as transaction:
        transaction.monitoring.leave("service")
    assert claim("console")
    clock.advance(HOST_SECONDS + 1)
    assert claim("other"), "a console that hangs loses its place"
    assert not claim("console")


@pytest.mark.covers("RUN-01")
def test_a_headless_start_does_not_undo_a_stop(database: Database) -> None:
    def start() -> bool:
        with database.begin() as transaction:
            transaction.monitoring.want_at_first("service")
            return transaction.monitoring.wanted().running

    assert start(), "nobody has said anything yet"
    with database.begin() as transaction:
        transaction.monitoring.want(False, "ada")
    assert not start()
    with database.begin() as transaction:
        transaction.monitoring.want(True, "ada")
    assert start()


# ---------------------------------------------------------------- settings and states


@pytest.mark.covers("MON-05", "T-03")
def test_a_running_host_with_older_settings_needs_a_restart(database: Database, clock: ManualClock) -> None:
    assert (seen(database).running, seen(database).restart_needed) == (None, False)
    report(database, clock, "stopped", state="stopped", revision=0)
    assert (seen(database).running, seen(database).restart_needed) == (None, False)
    report(database, clock, "here", revision=1)
    assert not seen(database).restart_needed
    with database.begin() as transaction:
        transaction.settings.save_monitor(transaction.settings.monitor(), "ada")
    now = seen(database)
    assert now.running is not None
    assert (now.running.id, now.restart_needed, now.revision.number, now.revision.changed_by) == ("here", True, 2, "ada")
    report(database, clock, "here", revision=2)
    assert not seen(database).restart_needed


@pytest.mark.covers("RUN-05", "IN-15")
def test_failures_are_counted_until_the_first_success(database: Database, mailbox: Stored[Mailbox], clock: ManualClock) -> None:
    def polled(error: PollError | None, unread: int | None = None) -> None:
        clock.advance(60)
        lease = visit(database, mailbox.id, "here")
        assert lease is not None
        end(database, lease, error, unread, refused=error is not None)

    polled(None, 7)
    success = clock.now()
    for failures in (1, 2, 3):
        polled(ERROR)
        now = state(database, mailbox.id)
        assert (now.failures, now.authentication_failures, now.error, now.unread) == (failures, failures, ERROR, 7)
        assert (now.last_success_at, now.last_poll_at) == (success, clock.now())
        assert now.next_poll_at == clock.now() + timedelta(minutes=1 + failures)
    polled(None, 0)
    now = state(database, mailbox.id)
    assert (now.failures, now.authentication_failures, now.error, now.unread) == (0, 0, None, 0)
    assert now.last_success_at == clock.now()


@pytest.mark.covers("MON-04")
def test_another_failure_in_between_does_not_start_the_count_of_failed_sign_ins_anew(
    database: Database, mailbox: Stored[Mailbox]
) -> None:
    for refused in (True, False, True):
        lease = visit(database, mailbox.id, "here")
        assert lease is not None
        end(database, lease, ERROR, refused=refused)
    now = state(database, mailbox.id)
    assert (now.failures, now.authentication_failures) == (3, 2)


def test_the_facts_of_an_error_come_back_as_they_were(database: Database, mailbox: Stored[Mailbox]) -> None:
    nested = AppliedReason("restricted_file", {"name": "ä.exe"})
    error = PollError("tls", "transports", "certificate_expired", {"server": "x", "port": 993, "more": nested}, "😀" * 9000)
    lease = visit(database, mailbox.id, "here")
    assert lease is not None
    end(database, lease, error)
    kept = state(database, mailbox.id).error
    assert kept is not None
    assert (kept.facts, len(kept.detail)) == (error.facts, 2000)


@pytest.mark.covers("MON-07")
def test_poll_now_is_a_wish_for_one_mailbox_or_all(database: Database, mailbox: Stored[Mailbox]) -> None:
    with database.begin() as transaction:
        other = transaction.mailboxes.add(imap(user_account_name="other@example.com"), "ada")
        transaction.mailbox_states.request_poll(mailbox.id)
        transaction.mailbox_states.request_poll()
    assert [state(database, each).poll_requests for each in (mailbox.id, other.id)] == [2, 1]


@pytest.mark.covers("MON-07")
def test_poll_now_during_a_visit_is_a_wish_for_another(database: Database, mailbox: Stored[Mailbox]) -> None:
    lease = visit(database, mailbox.id, "here")
    assert lease is not None
    with database.begin() as transaction:
        transaction.mailbox_states.request_poll(mailbox.id)
    end(database, lease)
    again = visit(database, mailbox.id, "here", regardless=False)
    assert again is not None
    end(database, again)
    assert visit(database, mailbox.id, "here", regardless=False) is None


@pytest.mark.covers("MON-05", "IN-11")
def test_a_mailbox_that_was_changed_is_due_at_once(database: Database, mailbox: Stored[Mailbox]) -> None:
    lease = visit(database, mailbox.id, "here")
    assert lease is not None
    end(database, lease, ERROR)
    with database.begin() as transaction:
        transaction.mailboxes.save(transaction.mailboxes.get(mailbox.id), "ada")
    assert state(database, mailbox.id).next_poll_at is None


def test_what_an_admin_did_is_noted_without_a_new_revision(database: Database) -> None:
    with database.begin() as transaction:
        transaction.audit.noted("discarded", Audited.MESSAGE, "ada", "1")
        [entry] = transaction.audit.latest()
        assert (entry.actor, entry.action, entry.kind, entry.name, entry.before) == ("ada", "discarded", "message", "1", None)
        assert transaction.audit.revision().number == 1


# ---------------------------------------------------------------- what a console reads every second


@pytest.mark.covers("T-02", "T-06")
def test_a_second_look_reads_no_settings_and_opens_no_secret(database: Database, mailbox: Stored[Mailbox]) -> None:
    first = seen(database)
    statements: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        with database.reading() as transaction:
            again = read_snapshot(transaction, BEGINNING, first)
    finally:
        event.remove(Engine, "before_cursor_execute", keep)
    assert again == first
    read = " ".join(statements)
    assert not [table for table in ("FROM mailboxes", "filter_rules", "outgoing", "ticket_templates") if table in read]
    with database.begin() as transaction:
        transaction.settings.save_monitor(transaction.settings.monitor(), "ada")
    with database.reading() as transaction:
        assert read_snapshot(transaction, BEGINNING, first).revision.number == first.revision.number + 1


@pytest.mark.covers("T-02")
def test_the_numbers_of_today_follow_new_mail_and_the_day(database: Database, lease: Lease, clock: ManualClock) -> None:
    first = seen(database)
    take_in(database, lease, [ticket("1")])
    with database.reading() as transaction:
        second = read_snapshot(transaction, BEGINNING, first)
        tomorrow = read_snapshot(transaction, BEGINNING + timedelta(days=1), second)
    assert sum(second.today.values()) == 1
    assert sum(tomorrow.today.values()) == 0


# ---------------------------------------------------------------- settings that today's rules refuse


@pytest.mark.covers("RUN-05")
@pytest.mark.parametrize("change", ["port = 0", "type = 'telepathy'", "server = ''", "password = 'v1:AAAA'"])
def test_a_row_that_is_wrong_harms_that_mailbox_alone(
    file: object, database: Database, mailbox: Stored[Mailbox], change: str
) -> None:
    with database.begin() as transaction:
        other = transaction.mailboxes.add(imap(user_account_name="other@example.com"), "ada")
        transaction.session.execute(text(f"UPDATE mailboxes SET {change} WHERE id = {mailbox.id}"))
    with database.reading() as transaction:
        snapshot = read_settings(transaction, secrets=True)
    broken, fine = (next(each for each in snapshot.mailboxes if each.id == number) for number in (mailbox.id, other.id))
    assert fine.findings == () and fine.value.title == "other@example.com"
    assert broken.findings and str(broken.findings[0].message)
    assert broken.value.title == "support@example.com"


@pytest.mark.covers("MON-01", "FIL-03")
def test_wrong_monitor_settings_and_rules_are_read_with_their_findings(file: object, database: Database) -> None:
    with database.begin() as transaction:
        transaction.session.execute(text("UPDATE monitor_settings SET poll_interval = 0"))
        transaction.session.execute(text("UPDATE filter_rules SET text = 'x' WHERE text = 'Postmaster'"))
    snapshot = seen(database)
    assert [each.field for each in snapshot.monitor.findings] == ["poll_interval"]
    assert [each.field for each in snapshot.filters.findings] == ["sender.text"]
    assert len(snapshot.filters.value.sender) == 4
