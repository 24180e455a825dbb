"""The delivery ledger: each message once, with everything that follows from it, whatever happens (RUN-02 to RUN-04)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Insert, event, text
from sqlalchemy.engine import Engine

from tests.clock import ManualClock
from tests.settings.samples import imap
from tests.store.concurrency import at_once
from tests.store.delivery_factory import SCOPE, aside, entry, filtered, note, reply, ticket, titled
from trackit_console.paths import DataDir
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.people import Requestor
from trackit_console.store.database import Database
from trackit_console.store.entries import AppliedReason, Entry, KeptAttachment, NewRequestor, Outcome, Recorded
from trackit_console.store.errors import DiskFull, LeaseLost, NotStorable
from trackit_console.store.monitoring import LEASE_SECONDS, Lease
from trackit_console.store.people import Target
from trackit_console.store.records import NoteView
from trackit_console.store.row_mapping import Stored


def claim(database: Database, mailbox_id: int, host: str) -> Lease | None:
    with database.begin() as transaction:
        return transaction.monitoring.claim(mailbox_id, host)


def cursor(database: Database, lease: Lease) -> str | None:
    with database.reading() as transaction:
        return transaction.monitoring.state(lease.mailbox_id).cursor


def uids(database: Database, lease: Lease) -> list[str]:
    """What is recorded and not settled."""
    return [each.uid for each in database.deliveries.unsettled(lease.mailbox_id, 1000)]


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
        KeptAttachment("a.pdf", "application/pdf", 3, "0" * 64, True),
        KeptAttachment("b.exe", "application/x", 4, "1" * 64, False),
    )
    made = ticket(
        "1", "Bo@example.com", note=note("new words", quoted_text="old words", attachments=files), remark="no such record"
    )
    [recorded] = database.deliveries.record(lease, [made], "cursor")
    assert recorded == Recorded(1, SCOPE, "1", Outcome.CREATED, "Ticket - 1")
    with database.reading() as transaction:
        record = transaction.records.get("Ticket", 1)
    assert (record.subject, record.requestor_email, record.created_at) == ("subject 1", "Bo@example.com", clock.now())
    received, remark = notes(database, 1)
    assert (received.text, received.quoted_text, received.message_id) == ("new words", "old words", "<1@example.com>")
    assert [(each.name, each.stored) for each in received.attachments] == [("a.pdf", True), ("b.exe", False)]
    assert (remark.kind, remark.text, remark.author) == ("System", "no such record", "Email Monitor")
    assert database.deliveries.raw(1) == made.raw


@pytest.mark.covers("RUN-03")
def test_the_answer_is_in_the_order_of_the_batch(database: Database, lease: Lease) -> None:
    batch = [ticket("a"), filtered("b", "sender", "x"), ticket("c", "bo@example.com"), aside("d"), ticket("e"), entry("f")]
    recorded = database.deliveries.record(lease, batch)
    assert [(each.uid, each.outcome) for each in recorded] == [(each.uid, each.outcome) for each in batch]
    with database.reading() as transaction:
        subjects = {each.keyword: each.subject for each in transaction.records.page()}
    assert [subjects[each.record] for each in recorded if each.record] == ["subject a", "subject c", "subject e"]


def test_an_empty_batch_only_moves_the_cursor(database: Database, lease: Lease) -> None:
    assert database.deliveries.record(lease, [], "further") == []
    assert cursor(database, lease) == "further"


@pytest.mark.covers("RUN-03")
def test_only_what_became_a_note_or_is_set_aside_keeps_its_bytes(database: Database, lease: Lease) -> None:
    recorded = database.deliveries.record(lease, [ticket("1"), filtered("2", "sender", "x"), aside("3"), entry("4")])
    kept = [database.deliveries.raw(each.delivery_id) is not None for each in recorded]
    assert kept == [True, False, True, False]


@pytest.mark.covers("RUN-04")
@pytest.mark.parametrize("place", range(3))
def test_a_refused_message_harms_only_itself_and_the_cursor_moves_on(
    file: DataDir, database: Database, lease: Lease, place: int
) -> None:
    refuse(database, "notes", "text", "bad")
    batch = [ticket("0"), ticket("1"), ticket("2")]
    batch[place] = replace(batch[place], note=note("bad"))
    recorded = database.deliveries.record(lease, batch, "after")
    outcomes = [Outcome.CREATED] * 3
    outcomes[place] = Outcome.QUARANTINED
    assert [each.outcome for each in recorded] == outcomes
    assert database.deliveries.quarantined(recorded[place].delivery_id) == (lease.mailbox_id, batch[place].raw)
    assert (cursor(database, lease), count(database, "records"), count(database, "activity")) == ("after", 2, 3)


HALF = "half of an emoji: \ud83d"
UNSTORABLE = [
    pytest.param(ticket("bad", subject=HALF), id="subject"),
    pytest.param(ticket("bad", sender=HALF), id="sender"),
    pytest.param(ticket("bad", note=note(HALF)), id="text"),
    pytest.param(ticket("bad", note=note(author=HALF)), id="author"),
    pytest.param(ticket("bad", message_id=HALF), id="message-id"),
    pytest.param(ticket("bad", reasons=(AppliedReason("x", {"y": HALF}),)), id="reasons"),
    pytest.param(reply("bad", 10**30), id="number-beyond-any-column"),
    pytest.param(reply("bad", 4711), id="record-that-is-gone"),
    pytest.param(ticket("bad", note=note(technician_id=4711)), id="technician-that-is-gone"),
    pytest.param(ticket("bad", note=note(attachments=(KeptAttachment("a", "b", 10**30, "0" * 64, True),))), id="size"),
]


@pytest.mark.covers("RUN-04")
@pytest.mark.parametrize("bad", UNSTORABLE)
def test_a_message_that_no_database_can_hold_is_set_aside(database: Database, lease: Lease, bad: Entry) -> None:
    recorded = database.deliveries.record(lease, [ticket("1"), bad, ticket("3")], "after")
    assert [each.outcome for each in recorded] == [Outcome.CREATED, Outcome.QUARANTINED, Outcome.CREATED]
    assert database.deliveries.raw(recorded[1].delivery_id) == bad.raw
    with database.reading() as transaction:
        line = transaction.activity.time_line(recorded[1].delivery_id)
    assert (line.quarantine, line.activity.reasons[0].code) == ("open", "not_storable")
    assert cursor(database, lease) == "after"


@pytest.mark.covers("RUN-04", "SEC-03")
def test_texts_that_are_too_long_are_cut_not_refused(database: Database, lease: Lease) -> None:
    long = "😀" * 3000
    made = ticket("1", subject=long, sender=long, message_id=long, note=note(long, author=long))
    [recorded] = database.deliveries.record(lease, [titled(made, long)])
    assert recorded.outcome is Outcome.CREATED
    [written] = notes(database, 1)
    assert written.text == long
    with database.reading() as transaction:
        record = transaction.records.get("Ticket", 1)
        view = transaction.activity.time_line(1).activity
    assert (len(record.subject), len(view.subject), len(view.sender), len(written.author)) == (400, 400, 256, 256)


@pytest.mark.covers("DB-05", "RUN-03")
def test_a_full_disk_keeps_nothing_of_the_batch_and_takes_it_when_there_is_room(
    file: DataDir, database: Database, lease: Lease
) -> None:
    batch = [ticket("1"), replace(ticket("2"), raw=b"x" * 3_000_000)]

    def limit(pages: int) -> None:
        with database.reading() as transaction:
            transaction.session.execute(text(f"PRAGMA max_page_count = {pages}"))

    limit(1)
    with pytest.raises(DiskFull):
        database.deliveries.record(lease, batch, "after")
    assert (uids(database, lease), cursor(database, lease), count(database, "records")) == ([], None, 0)
    limit(1_000_000)
    assert len(database.deliveries.record(lease, batch, "after")) == 2


# ---------------------------------------------------------------- each message once


@pytest.mark.covers("RUN-03")
def test_identities_that_differ_in_letter_case_are_two_messages(database: Database, lease: Lease) -> None:
    database.deliveries.record(lease, [ticket("AbC")])
    asked = [(SCOPE, "AbC"), (SCOPE, "abc"), ("7 inbox", "AbC"), (SCOPE, "x")]
    assert database.deliveries.known(lease.mailbox_id, asked) == {(SCOPE, "AbC")}
    assert database.deliveries.record(lease, [ticket("abc")])[0].outcome is Outcome.CREATED
    assert database.deliveries.known(lease.mailbox_id, asked) == {(SCOPE, "AbC"), (SCOPE, "abc")}


@pytest.mark.covers("RUN-03")
def test_what_is_known_belongs_to_one_mailbox(database: Database, lease: Lease) -> None:
    with database.begin() as transaction:
        other = transaction.mailboxes.add(imap(user_account_name="other@example.com"), "ada")
    database.deliveries.record(lease, [ticket("1")])
    assert database.deliveries.known(other.id, [(SCOPE, "1")]) == set()
    assert database.deliveries.known_content(other.id, ["content 1"]) == set()
    assert database.deliveries.known_content(lease.mailbox_id, ["content 1", "content 2"]) == {"content 1"}


def test_more_is_asked_at_once_than_one_statement_takes(database: Database, lease: Lease) -> None:
    database.deliveries.record(lease, [entry(str(number)) for number in range(600)])
    asked = [(SCOPE, str(number)) for number in range(2500)]
    assert len(database.deliveries.known(lease.mailbox_id, asked)) == 600
    database.deliveries.settled(range(1, 601), 0)
    assert uids(database, lease) == []


@pytest.mark.covers("RUN-03")
def test_a_message_that_is_in_a_batch_twice_is_taken_once(database: Database, lease: Lease) -> None:
    recorded = database.deliveries.record(lease, [ticket("1"), ticket("1"), ticket("2")], "after")
    assert [(each.uid, each.record) for each in recorded] == [("1", "Ticket - 1"), ("1", "Ticket - 1"), ("2", "Ticket - 2")]
    assert (uids(database, lease), count(database, "records"), cursor(database, lease)) == (["1", "2"], 2, "after")


@pytest.mark.covers("RUN-03")
def test_a_message_that_the_ledger_has_is_not_written_again(database: Database, lease: Lease) -> None:
    before = database.deliveries.record(lease, [ticket("1"), aside("2")])
    again = database.deliveries.record(lease, [ticket("1"), ticket("2"), ticket("3")], "after")
    assert again[:2] == before
    assert (count(database, "records"), cursor(database, lease)) == (2, "after")


@pytest.mark.covers("RUN-03")
def test_what_is_recorded_is_unsettled_until_it_is_settled(database: Database, lease: Lease) -> None:
    one, two, three = database.deliveries.record(lease, [ticket("1"), ticket("2"), ticket("3")])
    database.deliveries.settled([one.delivery_id], 2)
    database.deliveries.not_settled({two.delivery_id: "NO " + "x" * 2000})
    assert uids(database, lease) == ["2", "3"]
    assert [each.uid for each in database.deliveries.unsettled(lease.mailbox_id, 1)] == ["2"]
    with database.reading() as transaction:
        first, second = (transaction.activity.time_line(each.delivery_id) for each in (one, two))
    assert (first.post_action, first.settled_at) == (2, first.recorded_at)
    assert (second.settled_at, len(second.settle_error or "")) == (None, 1000)
    database.deliveries.settled([two.delivery_id, three.delivery_id], None)
    assert uids(database, lease) == []


@pytest.mark.covers("RUN-03", "RUN-04")
def test_what_was_not_handed_over_is_awaited_and_counted(database: Database, lease: Lease) -> None:
    for _ in range(2):
        database.deliveries.await_again(lease, [(SCOPE, "1"), (SCOPE, "2")])
    database.deliveries.await_again(lease, [(SCOPE, "2")])
    assert {each.uid: each.tries for each in database.deliveries.awaited(lease.mailbox_id)} == {"1": 2, "2": 3}
    assert database.deliveries.known(lease.mailbox_id, [(SCOPE, "1")]) == set()
    assert uids(database, lease) == []
    database.deliveries.record(lease, [ticket("1")])
    assert [each.uid for each in database.deliveries.awaited(lease.mailbox_id)] == ["2"]
    assert uids(database, lease) == ["1"]


# ---------------------------------------------------------------- leases


@pytest.mark.covers("RUN-02")
def test_of_two_hosts_one_gets_the_mailbox(database: Database, mailbox: Stored[Mailbox]) -> None:
    results = at_once(*[lambda host=host: claim(database, mailbox.id, host) for host in ("one", "two", "three")])
    assert len([each for each in results if isinstance(each, Lease)]) == 1
    assert results.count(None) == 2


@pytest.mark.covers("RUN-02")
def test_a_lease_lasts_while_it_is_renewed(database: Database, lease: Lease, clock: ManualClock) -> None:
    for _ in range(3):
        clock.advance(LEASE_SECONDS - 1)
        with database.begin() as transaction:
            transaction.monitoring.renew("here", [lease.mailbox_id])
        assert claim(database, lease.mailbox_id, "other") is None
    clock.advance(LEASE_SECONDS - 1)
    database.deliveries.record(lease, [ticket("1")])
    clock.advance(LEASE_SECONDS - 1)
    assert claim(database, lease.mailbox_id, "other") is None


@pytest.mark.covers("RUN-02", "RUN-03")
def test_a_dead_hosts_mailbox_is_taken_over_and_the_dead_is_fenced_off(
    database: Database, lease: Lease, clock: ManualClock
) -> None:
    clock.advance(LEASE_SECONDS + 1)
    other = claim(database, lease.mailbox_id, "other")
    assert other is not None
    with pytest.raises(LeaseLost):
        database.deliveries.record(lease, [ticket("1")], "old")
    with pytest.raises(LeaseLost):
        database.deliveries.await_again(lease, [(SCOPE, "1")])
    with database.begin() as transaction:
        transaction.monitoring.release(lease)
        transaction.monitoring.renew("here", [lease.mailbox_id])
    assert (count(database, "deliveries"), count(database, "records"), cursor(database, lease)) == (0, 0, None)
    database.deliveries.record(other, [ticket("1")], "new")
    assert (uids(database, lease), cursor(database, lease)) == (["1"], "new")


@pytest.mark.covers("RUN-02")
def test_a_host_that_claims_again_fences_its_own_older_visit(database: Database, lease: Lease) -> None:
    again = claim(database, lease.mailbox_id, "here")
    assert again is not None
    with pytest.raises(LeaseLost):
        database.deliveries.record(lease, [ticket("1")])
    database.deliveries.record(again, [ticket("1")])


@pytest.mark.covers("RUN-02")
@pytest.mark.parametrize("way", ["release", "leave"])
def test_a_mailbox_that_is_given_back_is_free_at_once(database: Database, lease: Lease, way: str) -> None:
    with database.begin() as transaction:
        if way == "release":
            transaction.monitoring.release(lease)
        else:
            transaction.monitoring.leave("here")
    assert claim(database, lease.mailbox_id, "other") is not None
    assert claim(database, 4711, "other") is None


# ---------------------------------------------------------------- quarantine


@pytest.mark.covers("RUN-04")
def test_of_two_who_retry_one_message_one_is_too_late(database: Database, lease: Lease) -> None:
    [kept] = database.deliveries.record(lease, [aside("1")])
    results = at_once(*[lambda: database.deliveries.redo(kept.delivery_id, ticket("1"))] * 2)
    assert sorted(type(each).__name__ for each in results) == ["KeyError", "Recorded"]
    assert (count(database, "records"), count(database, "activity"), count(database, "deliveries")) == (1, 1, 1)


@pytest.mark.covers("RUN-04")
def test_a_retried_message_is_told_as_retried(database: Database, lease: Lease) -> None:
    [kept] = database.deliveries.record(lease, [aside("1")])
    again = database.deliveries.redo(kept.delivery_id, ticket("1"))
    assert (again.delivery_id, again.outcome, again.record) == (kept.delivery_id, Outcome.CREATED, "Ticket - 1")
    with database.reading() as transaction:
        line = transaction.activity.time_line(kept.delivery_id)
        assert transaction.activity.quarantine_size() == 0
    assert (line.quarantine, line.tries, line.activity.outcome, line.raw_kept) == ("retried", 1, Outcome.CREATED, True)
    with pytest.raises(KeyError):
        database.deliveries.quarantined(kept.delivery_id)


@pytest.mark.covers("RUN-04")
def test_a_message_that_fails_again_is_counted_and_stays_aside(database: Database, lease: Lease) -> None:
    [kept] = database.deliveries.record(lease, [aside("1")])
    for tries in (2, 3):
        database.deliveries.redo(kept.delivery_id, aside("1"))
        with database.reading() as transaction:
            line = transaction.activity.time_line(kept.delivery_id)
        assert (line.quarantine, line.tries) == ("open", tries)
    assert database.deliveries.quarantined(kept.delivery_id) == (lease.mailbox_id, aside("1").raw)


@pytest.mark.covers("RUN-04")
def test_a_retry_that_is_refused_leaves_the_message_aside(database: Database, lease: Lease) -> None:
    [kept] = database.deliveries.record(lease, [aside("1")])
    with pytest.raises(NotStorable):
        database.deliveries.redo(kept.delivery_id, reply("1", 4711))
    assert database.deliveries.quarantined(kept.delivery_id) == (lease.mailbox_id, aside("1").raw)


@pytest.mark.covers("RUN-04")
def test_a_discarded_message_is_let_go_once(database: Database, lease: Lease) -> None:
    [kept, fine] = database.deliveries.record(lease, [aside("1"), ticket("2")])
    database.deliveries.discard(kept.delivery_id)
    assert database.deliveries.raw(kept.delivery_id) is None
    for delivery_id in (kept.delivery_id, fine.delivery_id, 4711):
        with pytest.raises(KeyError):
            database.deliveries.discard(delivery_id)
        with pytest.raises(KeyError):
            database.deliveries.redo(delivery_id, ticket("1"))
    assert database.deliveries.raw(fine.delivery_id) is not None
    assert database.deliveries.known(lease.mailbox_id, [(SCOPE, "1")]) == {(SCOPE, "1")}


# ---------------------------------------------------------------- people and records


@pytest.mark.covers("MSG-03")
def test_a_new_requestor_is_one_row_however_often_they_write(database: Database, lease: Lease) -> None:
    database.deliveries.record(
        lease, [ticket("1", "Bo@example.com"), ticket("2", "BO@EXAMPLE.COM"), ticket("3", "cy@example.com")]
    )
    database.deliveries.record(lease, [ticket("4", "bo@example.com"), ticket("5", "ada@example.com")])
    with database.reading() as transaction:
        people = {each.email for each in transaction.people.requestors()}
        asked = {each.keyword: each.requestor_email for each in transaction.records.page()}
    assert people == {"Bo@example.com", "cy@example.com", "ada@example.com"}
    assert asked["Ticket - 4"] == "Bo@example.com"


def test_a_requestor_with_a_monstrous_address_is_cut_and_found_again(database: Database, lease: Lease) -> None:
    monstrous = "x" * 300 + "@example.com"
    made = ticket("1")
    assert made.new_record is not None
    for uid in ("1", "2"):
        record = replace(made.new_record, new_requestor=NewRequestor("n" * 300, monstrous))
        assert database.deliveries.record(lease, [ticket(uid, new_record=record)])[0].outcome is Outcome.CREATED
    with database.reading() as transaction:
        found = transaction.people.directory([monstrous], [], [], (lease.mailbox_id, None))
    assert count(database, "requestors") == 1
    assert [len(each.email) for each in found.requestors.values()] == [255]


@pytest.mark.covers("MSG-02")
@pytest.mark.parametrize(("reopen", "status"), [(True, "Open"), (False, "Closed")])
def test_a_closed_record_is_opened_again_only_when_that_was_decided(
    database: Database, lease: Lease, clock: ManualClock, reopen: bool, status: str
) -> None:
    database.deliveries.record(lease, [ticket("1"), ticket("2")])
    with database.begin() as transaction:
        transaction.session.execute(text("UPDATE records SET status = 'Closed', closed_at = created_at"))
    clock.advance(60)
    [noted] = database.deliveries.record(lease, [reply("3", 1, reopen=reopen)])
    assert noted.record == "Ticket - 1"
    with database.reading() as transaction:
        record, other = transaction.records.get("Ticket", 1), transaction.records.get("Ticket", 2)
        target = transaction.people.directory([], [("Ticket", 1)], [], (lease.mailbox_id, None)).targets["Ticket", 1]
    assert (record.status, record.updated_at, target.closed_at is None) == (status, clock.now(), reopen)
    assert (other.status, other.updated_at) == ("Closed", other.created_at)
    assert [each.text for each in notes(database, 1)] == ["text 1", "text 3"]


@pytest.mark.covers("MSG-02")
def test_a_note_on_a_requestor_is_kept_without_a_record(database: Database, lease: Lease) -> None:
    with database.begin() as transaction:
        number = transaction.people.save_requestor(Requestor(name="Bo", email="bo@example.com"), "ada")
    made = entry("1", Outcome.NOTED, target=Target("Requestor", number, "", None, None), note=note(), remark="more")
    beside = ticket("2", remark="more")
    recorded = database.deliveries.record(lease, [made, beside])
    assert [each.record for each in recorded] == [f"Requestor - {number}", "Ticket - 1"]
    assert count(database, "notes") == 4


def test_the_hot_path_names_no_column_that_is_empty_in_every_row(database: Database, lease: Lease) -> None:
    inserts: list[list[dict[str, object]]] = []

    def keep(
        _connection: object, statement: object, rows: list[dict[str, object]], row: dict[str, object], _options: object
    ) -> None:
        if isinstance(statement, Insert):
            inserts.append(rows or [row])

    event.listen(Engine, "before_execute", keep)
    try:
        batch = [ticket("1", "bo@example.com"), ticket("2", template="x"), filtered("3", "sender", "x"), aside("4"), entry("5")]
        database.deliveries.record(lease, [*batch, replace(ticket("6"), message_id=None)])
        database.deliveries.record(lease, [entry("7", message_id=None)])
    finally:
        event.remove(Engine, "before_execute", keep)
    assert len(inserts) > 7
    for rows in inserts:
        assert all(any(row[name] is not None for row in rows) for name in rows[0])
