"""What hosts and consoles tell each other through the database (RUN-01, RUN-02, RUN-05, MON-05, MON-07)."""

from __future__ import annotations

import pytest

from tests.clock import BEGINNING, ManualClock
from tests.settings.samples import imap
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.database import Database
from trackit_console.store.monitoring import HOST_SECONDS, LEASE_SECONDS, Host, PollError
from trackit_console.store.row_mapping import Stored
from trackit_console.store.snapshot import Snapshot, read_snapshot

ERROR = PollError("sign_in", "wrong_password", "The server said no.", "Type it again.")


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


@pytest.mark.covers("RUN-02")
def test_a_dead_hosts_mailbox_is_free_within_a_minute(database: Database, mailbox: Stored[Mailbox], clock: ManualClock) -> None:
    with database.begin() as transaction:
        assert transaction.monitoring.claim(mailbox.id, "dead")
    waited = 0
    while True:
        with database.begin() as transaction:
            if transaction.monitoring.claim(mailbox.id, "alive"):
                break
        clock.advance(1)
        waited += 1
    assert LEASE_SECONDS <= waited < 60


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
        with database.begin() as transaction:
            transaction.monitoring.polled(mailbox.id, error, unread)

    polled(None, 7)
    success = clock.now()
    for failures in (1, 2, 3):
        polled(ERROR)
        with database.reading() as transaction:
            state = transaction.monitoring.state(mailbox.id)
        assert (state.failures, state.error, state.unread) == (failures, ERROR, 7)
        assert (state.last_success_at, state.last_poll_at) == (success, clock.now())
    polled(None, 0)
    with database.reading() as transaction:
        state = transaction.monitoring.states()[mailbox.id]
    assert (state.failures, state.error, state.unread, state.last_success_at) == (0, None, 0, clock.now())


def test_an_error_of_any_length_is_kept(database: Database, mailbox: Stored[Mailbox]) -> None:
    with database.begin() as transaction:
        transaction.monitoring.polled(mailbox.id, PollError("tls", "c", "😀" * 9000, "r" * 9000), None)
        error = transaction.monitoring.state(mailbox.id).error
    assert error is not None
    assert (len(error.detail), len(error.remedy)) == (2000, 4000)


@pytest.mark.covers("MON-07")
def test_poll_now_is_a_wish_for_one_mailbox_or_all(database: Database, mailbox: Stored[Mailbox]) -> None:
    with database.begin() as transaction:
        other = transaction.mailboxes.add(imap(user_account_name="other@example.com"), "ada")
        transaction.monitoring.request_poll(mailbox.id)
        transaction.monitoring.request_poll()
    with database.reading() as transaction:
        assert transaction.monitoring.poll_requests() == {mailbox.id: 2, other.id: 1}
        assert transaction.monitoring.state(mailbox.id).poll_requests == 2


def test_the_next_visit_is_planned_for_people_to_see(database: Database, mailbox: Stored[Mailbox]) -> None:
    with database.begin() as transaction:
        transaction.monitoring.plan(mailbox.id, BEGINNING)
        assert transaction.monitoring.state(mailbox.id).next_poll_at == BEGINNING
        transaction.monitoring.plan(mailbox.id, None)
        assert transaction.monitoring.state(mailbox.id).next_poll_at is None


def test_what_an_admin_did_is_noted_without_a_new_revision(database: Database) -> None:
    with database.begin() as transaction:
        transaction.audit.noted("discarded", "message 1", "ada")
        [change] = transaction.audit.latest()
        assert (change.actor, change.action, change.subject, change.before) == ("ada", "discarded", "message 1", None)
        assert transaction.audit.revision().number == 1
