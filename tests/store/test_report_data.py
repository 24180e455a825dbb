"""What reports are about, read from the database; and that reading it uses indexes (NOT-02)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text, update

from tests.clock import BEGINNING, ManualClock
from tests.outbox_factory import mail as letter
from tests.outbox_factory import put
from tests.settings.samples import imap
from tests.store.delivery_factory import filtered, ignored, reply, take_in, ticket
from tests.store.record_rows import many_records
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.effects import Change, MailKind, SendMail
from trackit_console.domain.polling import Lease, PollError, VisitEnd
from trackit_console.domain.records import Module, Priority, RecordRef, Status
from trackit_console.domain.report_data import MailCount, Period, ServiceLevelCount
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.people import Technician
from trackit_console.store.database import Database
from trackit_console.store.outbox_results import OutboxResults
from trackit_console.store.report_data import MOST_ROWS
from trackit_console.store.row_mapping import Stored
from trackit_console.store.tables import MailboxStateRow, RecordRow

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AGES = (DAY, 3 * DAY, 7 * DAY)


def midnight(day: int) -> tuple[date, datetime]:
    return date(2026, 3, day), datetime(2026, 3, day, tzinfo=UTC)


# ---------------------------------------------------------------- mail activity


@pytest.mark.covers("NOT-02")
def test_messages_are_counted_by_day_mailbox_and_outcome_within_the_period(
    database: Database, mailbox: Stored[Mailbox], lease: Lease, clock: ManualClock
) -> None:
    took: list[list[Change]] = [
        [ignored("before")],
        [ticket("1", "bo@example.com"), filtered("2", "sender", "Postmaster")],
        [reply("3", 1), ignored("4", sender_key="cy@example.com"), ignored("5", sender_key="bo@example.com")],
        [ignored("6", sender_key="bo@example.com")],
    ]
    moments = []
    for changes in took:
        moments.append(clock.now())
        take_in(database, lease, changes)
        clock.advance(24 * 3600)
    period = Period(moments[1], moments[3])
    with database.reading() as transaction:
        found = transaction.report_reader.mail_activity(period, [midnight(each) for each in (3, 4, 5)])
        one_day = transaction.report_reader.mail_activity(period, [midnight(3)])
    title = mailbox.value.title
    assert set(found.counts) == {
        MailCount(date(2026, 3, 3), title, Outcome.CREATED, 1),
        MailCount(date(2026, 3, 3), title, Outcome.FILTERED, 1),
        MailCount(date(2026, 3, 4), title, Outcome.NOTED, 1),
        MailCount(date(2026, 3, 4), title, Outcome.IGNORED, 2),
    }
    assert found.senders == (("bo@example.com", 1), ("cy@example.com", 1))
    assert {each.day for each in one_day.counts} == {date(2026, 3, 3)}


@pytest.mark.covers("NOT-02")
def test_mailboxes_that_fail_now_are_told_with_their_error(database: Database, mailbox: Stored[Mailbox], lease: Lease) -> None:
    with database.begin() as transaction:
        other = transaction.mailboxes.add(imap(name="Off", enabled=False, user_account_name="off"), "ada")
        error = PollError("sign_in", "transports", "sign_in_refused", {"server": "mail.example.com"})
        transaction.mailbox_states.end_visit(lease, VisitEnd(error, True, None), lambda _: HOUR)
        states = update(MailboxStateRow).where(MailboxStateRow.mailbox_id == other.id)
        transaction.session.execute(states.values(error_code="transports.x", failures=2))
    with database.reading() as transaction:
        [failing] = transaction.report_reader.mail_activity(Period(BEGINNING, BEGINNING + DAY), [midnight(2)]).failing
    assert (failing.name, failing.failures, failing.last_success_at) == (mailbox.value.title, 1, None)
    assert (failing.error.code, failing.error.facts) == ("sign_in_refused", {"server": "mail.example.com"})


@pytest.mark.covers("NOT-02", "OUT-06")
def test_outgoing_mail_is_counted_by_its_state(database: Database, clock: ManualClock) -> None:
    for number in range(3):
        with database.unit_of_work() as work:
            mail = SendMail(MailKind.REPORT, ("bo@example.com",), "s", f"<{number}@x>", b"x", f"key {number}")
            work.apply([Change((mail,))])
            work.commit()
        clock.advance(3600)
    with database.begin() as transaction:
        transaction.session.execute(text("UPDATE outbox SET state = 'sent' WHERE id = 2"))
    with database.reading() as transaction:
        found = transaction.report_reader.mail_activity(Period(BEGINNING + HOUR, clock.now()), [midnight(2)])
    assert found.outbox == {"sent": 1, "waiting": 1}


@pytest.mark.covers("NOT-02", "OUT-06")
def test_mail_that_goes_out_in_a_digest_is_counted_once(database: Database, clock: ManualClock) -> None:
    put(database, letter(0, digest="bo"), letter(1, digest="bo"), letter(2))
    with database.unit_of_work() as work:
        [first] = work.transaction.outbox.claim("host", 1, limit=1)
        parts = work.transaction.outbox.claim_digest("host", first.digest or "")
        assert OutboxResults(work, "computer").combine(parts, letter(9))
        work.commit()
    clock.advance(1)
    with database.reading() as transaction:
        found = transaction.report_reader.mail_activity(Period(BEGINNING, clock.now()), [midnight(2)])
    assert found.outbox == {"waiting": 2}, "the digest and the one that goes out by itself"


# ---------------------------------------------------------------- records


def add_record(database: Database, **fields: Any) -> int:
    usual: dict[str, Any] = {
        "module": Module.TICKET.value, "subject": "Printer", "status": Status.OPEN.value, "priority": Priority.HIGH.value, "source": "email",
        "created_at": BEGINNING, "updated_at": BEGINNING, "version": 1,
    }  # fmt: skip
    with database.begin() as transaction:
        [number] = transaction.session.execute(insert(RecordRow).values({**usual, **fields}).returning(RecordRow.id)).one()
    made: int = number
    return made


@pytest.mark.covers("NOT-02")
def test_open_tickets_are_counted_by_technician_priority_and_age_and_listed_from_the_oldest(database: Database) -> None:
    with database.begin() as transaction:
        ada = transaction.people.save_technician(Technician(name="Ada", email="ada@example.com"), "test")
    at = BEGINNING + 10 * DAY
    ages = {"new": timedelta(0), "almost": DAY - timedelta(seconds=1), "day": DAY, "waiting": 3 * DAY, "old": 10 * DAY}
    for subject, age in ages.items():
        status = "waiting" if subject == "waiting" else "open"
        add_record(database, subject=subject, created_at=at - age, status=status, technician_id=ada if subject == "old" else None)
    add_record(database, status="closed", closed_at=at, created_at=BEGINNING)
    add_record(database, module="Assignment")
    with database.reading() as transaction:
        found = transaction.report_reader.open_tickets(at, AGES)
    assert {(each.technician, each.priority, each.age): each.tickets for each in found.counts} == {
        (None, Priority.HIGH, 0): 2,
        (None, Priority.HIGH, 1): 1,
        (None, Priority.HIGH, 2): 1,
        ("Ada", Priority.HIGH, 3): 1,
    }
    assert found.total == 5
    assert [each.subject for each in found.oldest] == ["old", "waiting", "day", "almost", "new"]
    assert (found.oldest[0].technician, found.oldest[0].ref, found.oldest[1].status) == (
        "Ada",
        RecordRef(Module.TICKET, 5),
        Status.WAITING,
    )


SINCE = BEGINNING + 10 * DAY
UNTIL = SINCE + DAY
LEVEL = {"service_level": "Gold", "first_response_due_at": SINCE + 2 * HOUR, "close_due_at": SINCE + 8 * HOUR}
RESPONSE, CLOSING = ("response_met", "response_missed", "response_overdue"), ("closing_met", "closing_missed", "closing_overdue")


def counted(database: Database) -> dict[str, int]:
    with database.reading() as transaction:
        counts = transaction.report_reader.service_levels(Period(SINCE, UNTIL)).counts
    found = {name: sum(getattr(each, name) for each in counts) for name in (*RESPONSE, *CLOSING, "overdue")}
    return {name: number for name, number in found.items() if number}


@pytest.mark.covers("NOT-02", "NOT-04")
@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param(
            {"responded_at": SINCE + HOUR}, {"response_met": 1, "closing_overdue": 1, "overdue": 1}, id="answered-in-time"
        ),
        pytest.param({"responded_at": SINCE + 3 * HOUR, "close_due_at": None}, {"response_missed": 1}, id="answered-late"),
        pytest.param({"responded_at": SINCE - HOUR, "close_due_at": None}, {}, id="answered-before-the-period"),
        pytest.param({}, {"response_overdue": 1, "closing_overdue": 1, "overdue": 1}, id="nobody-answered"),
        pytest.param(
            {"status": "closed", "closed_at": SINCE + HOUR}, {"response_met": 1, "closing_met": 1}, id="closed-without-an-answer"
        ),
        pytest.param(
            {"status": "closed", "closed_at": SINCE + 9 * HOUR, "responded_at": SINCE + HOUR},
            {"response_met": 1, "closing_missed": 1},
            id="closed-late",
        ),
        pytest.param(
            {"status": "closed", "closed_at": SINCE - HOUR, "responded_at": SINCE - HOUR}, {}, id="closed-before-the-period"
        ),
        pytest.param({"status": "closed", "closed_at": UNTIL, "responded_at": UNTIL}, {}, id="closed-after-the-period"),
        pytest.param(
            {"status": "waiting", "waiting_since": SINCE + 3 * HOUR},
            {"response_overdue": 1, "overdue": 1},
            id="waiting-since-between-both",
        ),
        pytest.param({"status": "waiting", "waiting_since": SINCE + HOUR}, {}, id="waiting-in-time"),
        pytest.param({"service_level": None}, {}, id="without-service-level"),
        pytest.param({"first_response_due_at": None, "close_due_at": UNTIL + HOUR}, {}, id="due-later"),
        pytest.param({"module": "Assignment"}, {"response_overdue": 1, "closing_overdue": 1, "overdue": 1}, id="an-assignment"),
    ],
)
def test_a_record_counts_by_what_became_of_its_due_times(
    database: Database, fields: dict[str, Any], expected: dict[str, int]
) -> None:
    add_record(database, **{**LEVEL, **fields})
    assert counted(database) == expected


@pytest.mark.covers("NOT-02", "NOT-04")
def test_what_is_overdue_is_listed_by_when_it_was_due(database: Database) -> None:
    closing = add_record(database, **{**LEVEL, "responded_at": SINCE, "priority": "urgent"})
    response = add_record(database, **{**LEVEL, "close_due_at": UNTIL + HOUR})
    with database.reading() as transaction:
        found = transaction.report_reader.service_levels(Period(SINCE, UNTIL))
    assert [(each.ref.id, each.response_due_at, each.close_due_at) for each in found.overdue] == [
        (response, SINCE + 2 * HOUR, None),
        (closing, None, SINCE + 8 * HOUR),
    ]
    assert found.total_overdue == 2
    assert {each.priority for each in found.counts} == {Priority.URGENT, Priority.HIGH}
    assert isinstance(found.counts[0], ServiceLevelCount)


# ---------------------------------------------------------------- how it is read


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """The statements that were sent, with their parameters."""
    sent: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            sent.append((statement, parameters))  # type: ignore[arg-type]

    event.listen(database._engine, "before_cursor_execute", keep)
    yield sent
    event.remove(database._engine, "before_cursor_execute", keep)


@pytest.mark.covers("NOT-02")
def test_a_report_takes_few_statements_and_reads_by_indexes(database: Database, statements: list[Any]) -> None:
    if database.kind != "sqlite":
        pytest.skip("the plan is SQLite's")
    many_records(database, 3000)
    period = Period(BEGINNING, BEGINNING + 30 * DAY)
    with database.reading() as transaction:
        statements.clear()
        transaction.report_reader.mail_activity(period, [midnight(each) for each in range(2, 31)])
        tickets = transaction.report_reader.open_tickets(period.until, AGES)
        transaction.report_reader.service_levels(period)
        asked = list(statements)
        assert len(asked) == 8
        plans = [
            row[3]
            for statement, parameters in asked
            for row in transaction.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    assert tickets.total == 300
    assert [plan for plan in plans if plan.startswith(("SCAN records", "SCAN activity", "SCAN outbox"))] == []


def test_a_list_ends_somewhere(database: Database) -> None:
    many_records(database, (MOST_ROWS + 10) * 10)
    with database.reading() as transaction:
        found = transaction.report_reader.open_tickets(BEGINNING + DAY, AGES)
    assert (len(found.oldest), found.total) == (MOST_ROWS, MOST_ROWS + 10)
