"""The delivery ledger: each message once, with everything that follows from it, whatever happens (RUN-02 to RUN-04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Insert, event, text
from sqlalchemy.engine import Engine

from tests.backlog import backlog_of
from tests.clock import ManualClock
from tests.settings.samples import imap
from tests.store.concurrency import at_once
from tests.store.conftest import ELSEWHERE
from tests.store.delivery_factory import (
    PREPARED,
    TICKET,
    PreparedIntake,
    aside,
    delivery,
    filtered,
    ignored,
    note,
    raw_of,
    ref,
    reply,
    system_note,
    take_in,
    ticket,
)
from trackit_console.domain.addresses import address_key
from trackit_console.domain.deliveries import MessageRef, Outcome, Recorded
from trackit_console.domain.directory import Directory, LookupRequest
from trackit_console.domain.effects import AddNote, Change, Close
from trackit_console.domain.polling import Lease, VisitEnd
from trackit_console.domain.records import AppliedReason, AttachedFile, Module, NoteKind, RecordRef, Status
from trackit_console.paths import DataDir
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.people import Requestor
from trackit_console.store import row_inserts
from trackit_console.store.database import Database
from trackit_console.store.errors import DiskFull, LeaseLost, NotStorable
from trackit_console.store.mailbox_leases import LEASE_SECONDS
from trackit_console.store.record_views import NoteView
from trackit_console.store.row_mapping import Stored


def claim(database: Database, mailbox_id: int, host: str) -> Lease | None:
    with database.begin() as transaction:
        return transaction.mailbox_leases.begin_visit(mailbox_id, host, regardless=True)


def cursor(database: Database, lease: Lease) -> str | None:
    with database.reading() as transaction:
        return transaction.mailbox_states.state(lease.mailbox_id).cursor


def uids(database: Database, lease: Lease) -> list[str]:
    """What is recorded and not settled."""
    return [each.ref.uid for each in backlog_of(database, lease.mailbox_id).unsettled]


def count(database: Database, table: str) -> int:
    with database.reading() as transaction:
        return int(transaction.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def notes(database: Database, record_id: int) -> list[NoteView]:
    with database.reading() as transaction:
        return transaction.records.notes([record_id])[record_id]


def refuse(database: Database, table: str, column: str, value: str) -> None:
    """Lets the database refuse rows of `table` with `value` in `column`."""
    with database.begin() as transaction:
        trigger = (
            f"CREATE TRIGGER refused BEFORE INSERT ON {table} WHEN new.{column} = '{value}' BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
        transaction.session.execute(text(trigger))


# ---------------------------------------------------------------- a batch


@pytest.mark.covers("RUN-03")
def test_everything_about_a_message_is_written(database: Database, lease: Lease, clock: ManualClock) -> None:
    files = (
        AttachedFile("a.pdf", "application/pdf", 3, "0" * 64, True),
        AttachedFile("b.exe", "application/x", 4, "1" * 64, False),
    )
    made = ticket(
        "1",
        "Bo@example.com",
        note=note("new words", quoted_text="old words", files=files),
        more=[AddNote(TICKET, system_note(keyword="Ticket - 9"))],
    )
    [recorded] = take_in(database, lease, [made], "cursor")
    assert recorded == Recorded(1, ref("1"), Outcome.CREATED, RecordRef(Module.TICKET, 1))
    with database.reading() as transaction:
        record = transaction.records.get(RecordRef(Module.TICKET, 1))
    assert (record.subject, record.requestor_email, record.created_at) == ("subject 1", "Bo@example.com", clock.now())
    received, remark = notes(database, 1)
    assert (received.text, received.quoted_text, received.message_id) == ("new words", "old words", "<1@example.com>")
    assert [(each.name, each.stored) for each in received.attachments] == [("a.pdf", True), ("b.exe", False)]
    assert (remark.kind, remark.text) == (NoteKind.SYSTEM, "")
    assert remark.reasons == (AppliedReason("keyword_without_record", {"keyword": "Ticket - 9"}),)
    assert database.deliveries.raw(1) == raw_of(made)


@pytest.mark.covers("RUN-03")
def test_the_answer_is_in_the_order_of_the_batch(database: Database, lease: Lease) -> None:
    batch = [ticket("a"), filtered("b", "sender", "x"), ticket("c", "bo@example.com"), aside("d"), ticket("e"), ignored("f")]
    recorded = take_in(database, lease, batch)
    assert [(each.ref.uid, each.outcome) for each in recorded] == [
        (each.delivery.ref.uid, each.delivery.outcome) for each in batch if each.delivery
    ]
    with database.reading() as transaction:
        subjects = {each.ref: each.subject for each in transaction.records.page()}
    assert [subjects[each.record] for each in recorded if each.record] == ["subject a", "subject c", "subject e"]


def test_an_empty_batch_only_moves_the_cursor(database: Database, lease: Lease) -> None:
    assert take_in(database, lease, [], "further") == []
    assert cursor(database, lease) == "further"


@pytest.mark.covers("RUN-03")
def test_only_what_became_a_note_or_is_set_aside_keeps_its_bytes(database: Database, lease: Lease) -> None:
    recorded = take_in(database, lease, [ticket("1"), filtered("2", "sender", "x"), aside("3"), ignored("4")])
    kept = [database.deliveries.raw(each.delivery_id) is not None for each in recorded]
    assert kept == [True, False, True, False]


@pytest.mark.covers("RUN-04")
@pytest.mark.parametrize("place", range(3))
def test_a_refused_message_harms_only_itself_and_the_cursor_moves_on(
    file: DataDir, database: Database, lease: Lease, place: int
) -> None:
    refuse(database, "notes", "text", "bad")
    batch = [ticket("0"), ticket("1"), ticket("2")]
    batch[place] = ticket(str(place), note=note("bad"))
    recorded = take_in(database, lease, batch, "after")
    outcomes = [Outcome.CREATED] * 3
    outcomes[place] = Outcome.QUARANTINED
    assert [each.outcome for each in recorded] == outcomes
    assert quarantined(database, recorded[place].delivery_id) == raw_of(batch[place])
    assert (cursor(database, lease), count(database, "records"), count(database, "activity")) == ("after", 2, 3)


HALF = "half of an emoji: \ud83d"
UNSTORABLE = [
    pytest.param(ticket("bad", subject=HALF), id="subject"),
    pytest.param(ticket("bad", sender=HALF), id="sender"),
    pytest.param(ticket("bad", sender_key=HALF), id="address"),
    pytest.param(ticket("bad", note=note(HALF)), id="text"),
    pytest.param(ticket("bad", note=note(author=HALF)), id="author"),
    pytest.param(ticket("bad", message_id=HALF), id="message-id"),
    pytest.param(ticket("bad", reasons=(AppliedReason("x", {"y": HALF}),)), id="reasons"),
    pytest.param(reply("bad", 10**30), id="number-beyond-any-column"),
    pytest.param(reply("bad", 4711), id="record-that-is-gone"),
    pytest.param(ticket("bad", note=note(technician_id=4711)), id="technician-that-is-gone"),
    pytest.param(ticket("bad", note=note(files=(AttachedFile("a", "b", 10**30, "0" * 64, True),))), id="size"),
]


class AskingIntake(PreparedIntake):
    """Asks who the senders are before it decides, as the monitor does."""

    def lookup(self, messages: Sequence[Change]) -> LookupRequest:
        return LookupRequest(addresses=frozenset(each.delivery.sender_key for each in messages if each.delivery))


@pytest.mark.covers("RUN-04")
@pytest.mark.parametrize("intake", [PREPARED, AskingIntake()], ids=["as it is", "after a lookup"])
@pytest.mark.parametrize("bad", UNSTORABLE)
def test_a_message_that_no_database_can_hold_is_set_aside(
    database: Database, lease: Lease, bad: Change, intake: PreparedIntake
) -> None:
    recorded = database.recorder.record(lease, [ticket("1"), bad, ticket("3")], intake, "after").recorded
    assert [each.outcome for each in recorded] == [Outcome.CREATED, Outcome.QUARANTINED, Outcome.CREATED]
    assert database.deliveries.raw(recorded[1].delivery_id) == raw_of(bad)
    with database.reading() as transaction:
        line = transaction.activity.time_line(recorded[1].delivery_id)
    assert (line.quarantine, line.activity.reasons[0].code) == ("open", "not_storable")
    assert cursor(database, lease) == "after"


@pytest.mark.covers("RUN-04", "SEC-03")
def test_texts_that_are_too_long_are_cut_not_refused(database: Database, lease: Lease) -> None:
    long = "😀" * 3000
    made = ticket("1", subject=long, note=note(long, author=long))
    assert made.delivery is not None
    [recorded] = take_in(
        database, lease, [replace(made, delivery=replace(made.delivery, subject=long, sender=long, message_id=long))]
    )
    assert recorded.outcome is Outcome.CREATED
    [written] = notes(database, 1)
    assert written.text == long
    with database.reading() as transaction:
        record = transaction.records.get(RecordRef(Module.TICKET, 1))
        view = transaction.activity.time_line(1).activity
    assert (len(record.subject), len(view.subject), len(view.sender), len(written.author)) == (400, 400, 256, 256)


@pytest.mark.covers("DB-05", "RUN-03")
def test_a_full_disk_keeps_nothing_of_the_batch_and_takes_it_when_there_is_room(
    file: DataDir, database: Database, lease: Lease
) -> None:
    batch = [ticket("1"), ticket("2", note=note("x" * 3_000_000))]

    def limit(pages: int) -> None:
        with database.reading() as transaction:
            transaction.session.execute(text(f"PRAGMA max_page_count = {pages}"))

    limit(1)
    with pytest.raises(DiskFull):
        take_in(database, lease, batch, "after")
    assert (uids(database, lease), cursor(database, lease), count(database, "records")) == ([], None, 0)
    limit(1_000_000)
    assert len(take_in(database, lease, batch, "after")) == 2


# ---------------------------------------------------------------- each message once


@pytest.mark.covers("RUN-03")
def test_identities_that_differ_in_letter_case_are_two_messages(database: Database, lease: Lease) -> None:
    take_in(database, lease, [ticket("AbC")])
    asked = [ref("AbC"), ref("abc"), MessageRef("7 inbox", "AbC"), ref("x")]
    assert database.deliveries.known(lease.mailbox_id, asked) == {ref("AbC")}
    assert take_in(database, lease, [ticket("abc")])[0].outcome is Outcome.CREATED
    assert database.deliveries.known(lease.mailbox_id, asked) == {ref("AbC"), ref("abc")}


@pytest.mark.covers("RUN-03")
def test_what_is_known_belongs_to_one_mailbox(database: Database, lease: Lease) -> None:
    with database.begin() as transaction:
        other = transaction.mailboxes.add(imap(user_account_name="other@example.com"), "ada")
    take_in(database, lease, [ticket("1")])
    assert database.deliveries.known(other.id, [ref("1")]) == set()
    assert database.deliveries.known_content(other.id, ["content 1"]) == set()
    assert database.deliveries.known_content(lease.mailbox_id, ["content 1", "content 2"]) == {"content 1"}


def test_more_is_asked_at_once_than_one_statement_takes(database: Database, lease: Lease) -> None:
    take_in(database, lease, [ignored(str(number)) for number in range(600)])
    asked = [ref(str(number)) for number in range(2500)]
    assert len(database.deliveries.known(lease.mailbox_id, asked)) == 600
    database.deliveries.mark_settled(range(1, 601), 0)
    assert uids(database, lease) == []


@pytest.mark.covers("RUN-03")
def test_a_message_that_is_in_a_batch_twice_is_taken_once(database: Database, lease: Lease) -> None:
    recorded = take_in(database, lease, [ticket("1"), ticket("1"), ticket("2")], "after")
    assert [(each.ref.uid, str(each.record)) for each in recorded] == [
        ("1", "Ticket - 1"),
        ("1", "Ticket - 1"),
        ("2", "Ticket - 2"),
    ]
    assert (uids(database, lease), count(database, "records"), cursor(database, lease)) == (["1", "2"], 2, "after")


@pytest.mark.covers("RUN-03")
def test_a_message_that_the_ledger_has_is_not_written_again(database: Database, lease: Lease) -> None:
    before = take_in(database, lease, [ticket("1"), aside("2")])
    again = take_in(database, lease, [ticket("1"), ticket("2"), ticket("3")], "after")
    assert again[:2] == before
    assert (count(database, "records"), cursor(database, lease)) == (2, "after")


@pytest.mark.covers("RUN-03")
def test_what_is_recorded_is_unsettled_until_it_is_settled(database: Database, lease: Lease) -> None:
    one, two, three = take_in(database, lease, [ticket("1"), ticket("2"), ticket("3")])
    database.deliveries.mark_settled([one.delivery_id], 2)
    database.deliveries.mark_not_settled({two.delivery_id: "NO " + "x" * 2000})
    assert uids(database, lease) == ["2", "3"]
    assert [each.ref.uid for each in backlog_of(database, lease.mailbox_id, limit=1).unsettled] == ["2"]
    with database.reading() as transaction:
        first, second = (transaction.activity.time_line(each.delivery_id) for each in (one, two))
    assert (first.post_action, first.settled_at) == (2, first.recorded_at)
    assert (second.settled_at, len(second.settle_error or "")) == (None, 1000)
    database.deliveries.mark_settled([two.delivery_id, three.delivery_id], None)
    assert uids(database, lease) == []


@pytest.mark.covers("RUN-03", "RUN-04")
def test_what_was_not_handed_over_is_awaited_and_counted(database: Database, lease: Lease) -> None:
    for _ in range(2):
        database.pending_messages.count_try(lease, [ref("1"), ref("2")])
    database.pending_messages.count_try(lease, [ref("2")])
    assert {each.ref.uid: each.tries for each in backlog_of(database, lease.mailbox_id).pending} == {"1": 2, "2": 3}
    assert database.deliveries.known(lease.mailbox_id, [ref("1")]) == set()
    assert uids(database, lease) == []
    take_in(database, lease, [ticket("1")])
    assert [each.ref.uid for each in backlog_of(database, lease.mailbox_id).pending] == ["2"]
    assert uids(database, lease) == ["1"]


# ---------------------------------------------------------------- copies


@pytest.mark.covers("RUN-03")
def test_a_copy_key_is_held_by_one_delivery_alone(database: Database, lease: Lease) -> None:
    """Two mailboxes that decide at the same time: the second is refused by the key, looks again, and decides anew."""
    with database.begin() as transaction:
        other = transaction.mailboxes.add(imap(user_account_name="other@example.com"), "ada")
        second = transaction.mailbox_leases.begin_visit(other.id, "there", regardless=True)
    assert second is not None
    take_in(database, lease, [ticket("1", copy_key="a" * 64)])
    intake = LookingIntake("a" * 64)
    batch = database.recorder.record(second, [ticket("1", copy_key="a" * 64)], intake)
    assert [each.outcome for each in batch.recorded] == [Outcome.IGNORED]
    assert intake.decisions == 2
    assert count(database, "records") == 1


class LookingIntake:
    """Decides from the directory, but the first time as if another transaction had not committed yet."""

    def __init__(self, copy_key: str) -> None:
        self.decisions = 0
        self._copy_key = copy_key

    def lookup(self, messages: Sequence[Change]) -> LookupRequest:
        return LookupRequest(copy_keys=frozenset([self._copy_key]))

    def decide(self, messages: Sequence[Change], directory: Directory) -> Sequence[Change]:
        self.decisions += 1
        if self.decisions == 1:
            return messages
        return [ignored("1", record=directory.copies[self._copy_key])]


# ---------------------------------------------------------------- ownership


@pytest.mark.covers("RUN-02")
def test_of_two_hosts_one_gets_the_mailbox(database: Database, mailbox: Stored[Mailbox]) -> None:
    results = at_once(*[lambda host=host: claim(database, mailbox.id, host) for host in ("one", "two", "three")])
    assert len([each for each in results if isinstance(each, Lease)]) == 1
    assert results.count(None) == 2


@pytest.mark.covers("RUN-02")
def test_ownership_lasts_while_it_is_renewed(database: Database, lease: Lease, clock: ManualClock) -> None:
    for _ in range(3):
        clock.advance(LEASE_SECONDS - 1)
        with database.begin() as transaction:
            transaction.mailbox_leases.renew("here")
        assert claim(database, lease.mailbox_id, "other") is None
    clock.advance(LEASE_SECONDS - 1)
    take_in(database, lease, [ticket("1")])
    clock.advance(LEASE_SECONDS - 1)
    assert claim(database, lease.mailbox_id, "other") is None


@pytest.mark.covers("RUN-02", "RUN-03")
def test_a_dead_hosts_mailbox_is_taken_over_and_the_dead_is_fenced_off(
    database: Database, lease: Lease, clock: ManualClock
) -> None:
    clock.advance(LEASE_SECONDS + 1)
    other = claim(database, lease.mailbox_id, "other")
    assert other is not None and other.cut_off
    with pytest.raises(LeaseLost):
        take_in(database, lease, [ticket("1")], "old")
    with pytest.raises(LeaseLost):
        database.pending_messages.count_try(lease, [ref("1")])
    with pytest.raises(LeaseLost), database.begin() as transaction:
        transaction.mailbox_states.break_off(lease)
    # Counted by both, one failure could be the third, and make a second ticket (MON-04).
    with pytest.raises(LeaseLost), database.begin() as transaction:
        transaction.mailbox_states.end_visit(lease, VisitEnd(None, False, 0), lambda _: timedelta(minutes=1))
    with database.begin() as transaction:
        transaction.mailbox_leases.renew("here")
        assert transaction.mailbox_leases.owned("here") == []
    assert (count(database, "deliveries"), count(database, "records"), cursor(database, lease)) == (0, 0, None)
    take_in(database, other, [ticket("1")], "new")
    assert (uids(database, lease), cursor(database, lease)) == (["1"], "new")


@pytest.mark.covers("RUN-02")
def test_ownership_that_ran_out_is_not_renewed(database: Database, lease: Lease, clock: ManualClock) -> None:
    """A computer that slept must not prolong what another may have by now."""
    clock.advance(LEASE_SECONDS + 1)
    with database.begin() as transaction:
        transaction.mailbox_leases.renew("here")
        assert transaction.mailbox_leases.owned("here") == []


@pytest.mark.covers("RUN-02")
def test_a_host_that_visits_again_fences_its_own_older_visit(database: Database, lease: Lease) -> None:
    again = claim(database, lease.mailbox_id, "here")
    assert again is not None
    with pytest.raises(LeaseLost):
        take_in(database, lease, [ticket("1")])
    take_in(database, again, [ticket("1")])


@pytest.mark.covers("RUN-02")
@pytest.mark.parametrize("way", ["give_back", "leave"])
def test_a_mailbox_that_is_given_back_is_free_at_once(database: Database, lease: Lease, way: str) -> None:
    with database.begin() as transaction:
        if way == "leave":
            transaction.mailbox_leases.leave("here")
        else:
            transaction.mailbox_leases.give_back("here", [lease.mailbox_id])
    taken = claim(database, lease.mailbox_id, "other")
    assert taken is not None
    assert taken.cut_off is (way == "give_back"), "a host that left in good order ended its visits"
    assert claim(database, 4711, "other") is None


# ---------------------------------------------------------------- quarantine


def quarantined(database: Database, delivery_id: int) -> bytes | None:
    """The bytes of a message that waits; KeyError when it does not."""
    with database.unit_of_work() as work:
        return work.quarantine.get(delivery_id).raw


def decide_again(database: Database, delivery_id: int, change: Change) -> Recorded:
    with database.unit_of_work() as work:
        recorded = work.quarantine.decide(work.quarantine.get(delivery_id), change)
        work.commit()
    return recorded


def discard(database: Database, delivery_id: int) -> None:
    with database.unit_of_work() as work:
        work.quarantine.discard(delivery_id)
        work.commit()


@pytest.mark.covers("RUN-04")
def test_of_two_who_retry_one_message_one_is_too_late(database: Database, lease: Lease) -> None:
    [kept] = take_in(database, lease, [aside("1")])
    results = at_once(*[lambda: decide_again(database, kept.delivery_id, ticket("1"))] * 2)
    assert sorted(type(each).__name__ for each in results) == ["KeyError", "Recorded"]
    assert (count(database, "records"), count(database, "activity"), count(database, "deliveries")) == (1, 1, 1)


@pytest.mark.covers("RUN-04")
def test_a_retried_message_is_told_as_retried(database: Database, lease: Lease) -> None:
    [kept] = take_in(database, lease, [aside("1")])
    again = decide_again(database, kept.delivery_id, ticket("1"))
    assert (again.delivery_id, again.outcome, str(again.record)) == (kept.delivery_id, Outcome.CREATED, "Ticket - 1")
    with database.reading() as transaction:
        line = transaction.activity.time_line(kept.delivery_id)
        assert transaction.activity.quarantine_size() == 0
    assert (line.quarantine, line.tries, line.activity.outcome, line.raw_kept) == ("retried", 1, Outcome.CREATED, True)
    with pytest.raises(KeyError):
        quarantined(database, kept.delivery_id)


@pytest.mark.covers("RUN-04")
def test_a_message_that_fails_again_is_counted_and_stays_aside(database: Database, lease: Lease) -> None:
    [kept] = take_in(database, lease, [aside("1")])
    for tries in (2, 3):
        decide_again(database, kept.delivery_id, aside("1"))
        with database.reading() as transaction:
            line = transaction.activity.time_line(kept.delivery_id)
        assert (line.quarantine, line.tries) == ("open", tries)
    assert quarantined(database, kept.delivery_id) == raw_of(aside("1"))


@pytest.mark.covers("RUN-04")
def test_a_retry_that_is_refused_leaves_the_message_aside(database: Database, lease: Lease) -> None:
    [kept] = take_in(database, lease, [aside("1")])
    with pytest.raises(NotStorable):
        decide_again(database, kept.delivery_id, reply("1", 4711))
    assert quarantined(database, kept.delivery_id) == raw_of(aside("1"))


@pytest.mark.covers("RUN-04")
def test_a_discarded_message_is_let_go_once(database: Database, lease: Lease) -> None:
    [kept, fine] = take_in(database, lease, [aside("1"), ticket("2")])
    discard(database, kept.delivery_id)
    assert database.deliveries.raw(kept.delivery_id) is None
    for delivery_id in (kept.delivery_id, fine.delivery_id, 4711):
        with pytest.raises(KeyError):
            discard(database, delivery_id)
        with pytest.raises(KeyError):
            decide_again(database, delivery_id, ticket("1"))
    assert database.deliveries.raw(fine.delivery_id) is not None
    assert database.deliveries.known(lease.mailbox_id, [ref("1")]) == {ref("1")}


@pytest.mark.covers("RUN-04")
def test_a_message_that_was_never_downloaded_is_asked_for_again(database: Database, lease: Lease) -> None:
    [kept] = take_in(database, lease, [Change(delivery=replace(delivery("1", Outcome.QUARANTINED), headers_only=True))])
    with database.unit_of_work() as work:
        message = work.quarantine.get(kept.delivery_id)
        assert message.raw is None
        work.quarantine.download_again(message)
        work.commit()
    assert [(each.ref, each.tries) for each in backlog_of(database, lease.mailbox_id).pending] == [(ref("1"), 0)]
    assert count(database, "activity") == 0
    assert take_in(database, lease, [ticket("1")])[0].outcome is Outcome.CREATED


# ---------------------------------------------------------------- people and records


@pytest.mark.covers("MSG-03")
def test_a_new_requestor_is_one_row_however_the_address_is_written(database: Database, lease: Lease) -> None:
    take_in(
        database,
        lease,
        [ticket("1", "Bo@bücher.example"), ticket("2", "BO@XN--BCHER-KVA.EXAMPLE"), ticket("3", "cy@example.com")],
    )
    take_in(database, lease, [ticket("4", "bo@BÜCHER.example"), ticket("5", "ada@example.com")])
    with database.reading() as transaction:
        people = {each.email for each in transaction.people.requestors()}
        asked = {str(each.ref): each.requestor_email for each in transaction.records.page()}
    assert people == {"Bo@bücher.example", "cy@example.com", "ada@example.com"}
    assert asked["Ticket - 4"] == "Bo@bücher.example"


def test_a_requestor_with_a_monstrous_address_is_cut_and_found_again(database: Database, lease: Lease) -> None:
    monstrous = "x" * 300 + "@example.com"
    for uid in ("1", "2"):
        assert take_in(database, lease, [ticket(uid, monstrous, name="n" * 300)])[0].outcome is Outcome.CREATED
    with database.unit_of_work() as work:
        found = work.look_up(LookupRequest(addresses=frozenset([address_key(monstrous)])))
    assert count(database, "requestors") == 1
    assert [len(each.email) for each in found.requestors.values()] == [255]


@pytest.mark.covers("MSG-02")
@pytest.mark.parametrize(("reopen", "status"), [(True, Status.OPEN), (False, Status.CLOSED)])
def test_a_closed_record_is_opened_again_only_when_that_was_decided(
    database: Database, lease: Lease, clock: ManualClock, reopen: bool, status: Status
) -> None:
    take_in(database, lease, [ticket("1"), ticket("2")])
    first, other = RecordRef(Module.TICKET, 1), RecordRef(Module.TICKET, 2)
    with database.unit_of_work() as work:
        work.apply([Change((Close(first), Close(other)))])
        work.commit()
    clock.advance(60)
    [noted] = take_in(database, lease, [reply("3", 1, reopen=reopen)])
    assert noted.record == first
    with database.reading() as transaction:
        changed, kept = transaction.records.get(first), transaction.records.get(other)
    with database.unit_of_work() as work:
        state = work.records([first])[first]
    assert (changed.status, changed.updated_at, state.closed_at is None) == (status, clock.now(), reopen)
    assert (kept.status, kept.updated_at) == (Status.CLOSED, kept.created_at)
    assert [each.text for each in notes(database, 1)] == ["text 1", "text 3"]


@pytest.mark.covers("MSG-02")
def test_a_note_on_a_requestor_is_kept_without_a_record(database: Database, lease: Lease) -> None:
    with database.begin() as transaction:
        number = transaction.people.save_requestor(Requestor(name="Bo", email="bo@example.com"), "ada")
    beside = ticket("2", more=[AddNote(TICKET, system_note())])
    recorded = take_in(database, lease, [reply("1", number, module=Module.REQUESTOR), beside])
    assert [str(each.record) for each in recorded] == [f"Requestor - {number}", "Ticket - 1"]
    assert count(database, "notes") == 3


def test_the_number_of_a_deleted_record_is_not_given_again(file: DataDir, database: Database, lease: Lease) -> None:
    """People quote numbers in mail: the next reply to a deleted ticket would land on a stranger's."""
    take_in(database, lease, [ticket("1"), ticket("2")])
    with database.begin() as transaction:
        for table in ("notes", "records"):
            transaction.session.execute(text(f"DELETE FROM {table} WHERE id = 2"))
    [third] = take_in(database, lease, [ticket("3")])
    assert str(third.record) == "Ticket - 3"


def test_the_hot_path_names_no_column_that_a_row_leaves_empty(
    database: Database, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A NULL parameter costs a round trip on SQL Server."""
    monkeypatch.setattr(row_inserts, "numbers_in_sequence", lambda _connection: False)  # as there
    inserts: list[list[dict[str, object]]] = []

    def keep(
        _connection: object, statement: object, rows: list[dict[str, object]], row: dict[str, object], _options: object
    ) -> None:
        if isinstance(statement, Insert):
            inserts.append(rows or [row])

    event.listen(Engine, "before_execute", keep)
    try:
        batch = [ticket("1", "bo@example.com"), ticket("2", template="x"), filtered("3", "sender", "x"), aside("4"), ignored("5")]
        take_in(database, lease, [*batch, ignored("6", message_id=None)])
    finally:
        event.remove(Engine, "before_execute", keep)
    assert len(inserts) > 7
    assert all(value is not None for rows in inserts for row in rows for value in row.values())


@pytest.mark.covers("RUN-04", "RUN-07")
@pytest.mark.skipif(bool(ELSEWHERE), reason="reads the plans of SQLite")
def test_what_is_left_over_of_earlier_visits_is_found_without_reading_the_ledger(database: Database, lease: Lease) -> None:
    """A mailbox has a row for each message that it ever had, and is visited every minute."""
    asked: list[tuple[str, Any]] = []

    def ask(_c: object, _u: object, sql: str, parameters: Any, *_: object) -> None:
        asked.append((sql, parameters))

    event.listen(Engine, "before_cursor_execute", ask)
    try:
        backlog_of(database, lease.mailbox_id)
    finally:
        event.remove(Engine, "before_cursor_execute", ask)
    with database.reading() as transaction:
        connection = transaction.session.connection()
        plans = [
            str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all())
            for sql, values in asked
            if "FROM deliveries" in sql
        ]
    assert len(plans) == 2
    assert all("ix_deliveries_mailbox_id_settled_at (mailbox_id=? AND settled_at=?)" in each for each in plans), plans
