"""Reports are sent by their schedules: once, whoever and how many the hosts are, and however long nobody was there (NOT-02)."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import Engine as SqlEngine
from sqlalchemy import event, select, text

from tests.clock import BEGINNING, ManualClock
from tests.monitor.hosts import Hosts
from tests.new_database import open_new_database
from tests.settings.samples import imap
from tests.store.concurrency import at_once
from trackit_console.monitor.errors import NoSenderForReports, ReportFailed
from trackit_console.monitor.rendered_report import preview
from trackit_console.monitor.report_mail import send_now
from trackit_console.monitor.report_runs import CHECK_SECONDS, ReportRunner
from trackit_console.paths import DataDir
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.settings.reports import Report, ReportKind
from trackit_console.settings.schedules import Schedule
from trackit_console.store.database import Database, open_database
from trackit_console.store.errors import UniqueTaken
from trackit_console.store.report_runs import ReportRun
from trackit_console.store.row_mapping import Stored
from trackit_console.store.tables import OutboxRow, RecordRow
from trackit_console.user_messages import problem_phrases

DAY, HOUR = timedelta(days=1), 3600
MORNING = Schedule(time="08:00")
"""BEGINNING is Monday at 09:00, so the first run is on Tuesday."""
TUESDAY = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
SMTP = BasicOutgoing(
    smtp_server_name="smtp.example.com", port=25, smtp_requires_authentication=False, from_address="support@example.com"
)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def database(data_dir: DataDir, clock: ManualClock) -> Iterator[Database]:
    """A help desk with a mailbox and an outgoing account, at the hour of `clock`."""
    opened = open_new_database(data_dir, clock)
    with opened.begin() as transaction:
        transaction.mailboxes.add(imap(name="Help Desk"), "ada")
        transaction.settings.save_outgoing(SMTP, None, "ada")
    yield opened
    opened.close()


@pytest.fixture
def runner(database: Database, clock: ManualClock) -> ReportRunner:
    return ReportRunner(database, clock)


@contextmanager
def listening(target: Any, name: str, listener: Callable[..., object]) -> Iterator[None]:
    event.listen(target, name, listener)
    yield
    event.remove(target, name, listener)


def report(name: str = "Morning", **fields: Any) -> Report:
    usual: dict[str, Any] = {"enabled": True, "schedule": MORNING, "recipients": ["boss@example.com"]}
    return Report(name=name, **{**usual, **fields})


def keep(database: Database, value: Report) -> Stored[Report]:
    with database.begin() as transaction:
        return transaction.reports.add(value, "ada")


def change(database: Database, stored: Stored[Report], **fields: Any) -> Stored[Report]:
    with database.begin() as transaction:
        changed = stored.value.model_copy(update=fields)
        return transaction.reports.save(Stored(stored.id, stored.version, changed), "ada")


def look(runner: ReportRunner, clock: ManualClock, seconds: float = 0) -> None:
    """So much time passes, and the host looks what is due."""
    clock.advance(max(seconds, CHECK_SECONDS))
    runner.send_due()


def run_of(database: Database, stored: Stored[Report]) -> ReportRun | None:
    with database.reading() as transaction:
        return transaction.report_runs.of(stored.id)


def outbox(database: Database) -> list[OutboxRow]:
    with database.reading() as transaction:
        return list(transaction.session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


def message(row: OutboxRow) -> EmailMessage:
    made = message_from_bytes(row.content, policy=policy.default)
    assert isinstance(made, EmailMessage)
    return made


@pytest.mark.covers("NOT-02", "OUT-06")
def test_a_due_report_goes_to_each_recipient_as_html_text_and_csv(
    database: Database, runner: ReportRunner, clock: ManualClock
) -> None:
    stored = keep(database, report(kind="open_tickets", recipients=["boss@example.com", "ada@example.com", "boss@example.com"]))
    look(runner, clock)
    assert outbox(database) == []
    assert run_of(database, stored) == ReportRun(stored.id, MORNING.model_dump_json(), TUESDAY)
    look(runner, clock, 23 * HOUR)
    first, second = outbox(database)
    assert [json.loads(each.recipients) for each in (first, second)] == [["boss@example.com"], ["ada@example.com"]]
    assert (first.kind, first.state, first.subject, first.sender_name) == ("report", "waiting", "Morning", "Morning")
    mail = message(first)
    assert (mail["From"], mail["To"]) == ("Help Desk <support@example.com>", "boss@example.com")
    assert mail["Auto-Submitted"] == "auto-generated"
    html, plain = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html is not None and "Open tickets by technician" in html.get_content()
    assert plain is not None and "No ticket is open." in plain.get_content()
    [file] = list(mail.iter_attachments())
    assert (file.get_filename(), file.get_content_type()) == ("open_tickets-2026-03-03.csv", "text/csv")
    rows = list(csv.reader(io.StringIO(file.get_payload(decode=True).decode("utf-8-sig"))))  # type: ignore[union-attr]
    assert rows[0][0] == "Record"


@pytest.mark.covers("NOT-02")
def test_each_report_is_about_the_time_since_the_one_before(database: Database, runner: ReportRunner, clock: ManualClock) -> None:
    stored = keep(database, report(attach_csv=False))
    look(runner, clock)
    look(runner, clock, 23 * HOUR)
    first = run_of(database, stored)
    assert first is not None
    assert (first.last_run_at, first.next_run_at, first.error) == (clock.now(), TUESDAY + DAY, None)
    look(runner, clock, 60)
    assert len(outbox(database)) == 1
    look(runner, clock, 24 * HOUR)
    mail = message(outbox(database)[1])
    assert list(mail.iter_attachments()) == []
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "From 2026-03-03 08:00 to 2026-03-04 08:01 (UTC)" in plain.get_content()


@pytest.mark.covers("NOT-02", "RUN-05")
def test_what_was_missed_while_everything_was_off_is_sent_once(
    database: Database, runner: ReportRunner, clock: ManualClock
) -> None:
    stored = keep(database, report())
    look(runner, clock)
    clock.advance(9.5 * 24 * HOUR)
    again = ReportRunner(database, clock)
    again.send_due()
    look(again, clock)
    assert len(outbox(database)) == 1
    run = run_of(database, stored)
    assert run is not None
    assert run.next_run_at > clock.now()


@pytest.mark.covers("NOT-02", "RUN-02")
def test_of_many_hosts_one_sends(database: Database, data_dir: DataDir, clock: ManualClock) -> None:
    keep(database, report())
    others = [open_database(data_dir.database_url, data_dir, clock) for _ in range(4)]
    runners = [ReportRunner(each, clock) for each in others]
    assert at_once(*(each.send_due for each in runners)) == [None] * 4
    clock.advance(23 * HOUR)
    assert at_once(*(each.send_due for each in runners)) == [None] * 4
    assert len(outbox(database)) == 1
    for each in others:
        each.close()


@pytest.mark.covers("NOT-02")
def test_another_schedule_counts_from_now_on(database: Database, runner: ReportRunner, clock: ManualClock) -> None:
    stored = keep(database, report())
    look(runner, clock)
    stored = change(database, stored, schedule=Schedule(time="07:00"), name="Early")
    look(runner, clock)
    run = run_of(database, stored)
    assert run is not None
    assert run.next_run_at == TUESDAY - timedelta(hours=1)
    assert outbox(database) == []


@pytest.mark.covers("NOT-02")
def test_a_report_that_is_turned_off_is_not_sent_and_not_made_up_for(
    database: Database, runner: ReportRunner, clock: ManualClock
) -> None:
    stored = keep(database, report())
    look(runner, clock)
    stored = change(database, stored, enabled=False)
    look(runner, clock, 48 * HOUR)
    stored = change(database, stored, enabled=True)
    look(runner, clock)
    assert outbox(database) == []
    look(runner, clock, 24 * HOUR)
    assert len(outbox(database)) == 1


@pytest.mark.covers("NOT-02")
def test_a_report_that_todays_rules_refuse_keeps_back_no_other(
    database: Database, runner: ReportRunner, clock: ManualClock
) -> None:
    broken, _ = keep(database, report("Broken")), keep(database, report("Whole"))
    look(runner, clock)
    with database.begin() as transaction:
        transaction.session.execute(
            text("UPDATE reports SET definition = '{\"enabled\": true}' WHERE id = :id"), {"id": broken.id}
        )
    look(runner, clock, 23 * HOUR)
    assert [each.subject for each in outbox(database)] == ["Whole"]


@pytest.mark.covers("NOT-02", "OUT-02")
def test_without_an_outgoing_account_it_stays_due_and_says_why(
    database: Database, runner: ReportRunner, clock: ManualClock
) -> None:
    with database.begin() as transaction:
        transaction.session.execute(text("DELETE FROM outgoing"))
    stored = keep(database, report())
    look(runner, clock)
    look(runner, clock, 23 * HOUR)
    run = run_of(database, stored)
    assert run is not None
    assert (run.error, run.next_run_at, run.last_run_at) == (NoSenderForReports.code, TUESDAY, None)
    assert "no outgoing email account" in str(problem_phrases("monitor", run.error or "", {})[0])
    asked: list[str] = []
    with listening(SqlEngine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement)):
        look(runner, clock, CHECK_SECONDS)
    assert not [each for each in asked if "FROM activity" in each], "what cannot be sent is not made every 10 s"
    with database.begin() as transaction:
        transaction.settings.save_outgoing(SMTP, None, "ada")
    look(runner, clock)
    assert len(outbox(database)) == 1
    assert (run_of(database, stored) or run).error is None


@pytest.mark.covers("NOT-02", "T-05")
def test_a_report_that_cannot_be_made_waits_for_its_next_run(
    database: Database, runner: ReportRunner, clock: ManualClock, expect_log: Callable[[str], None]
) -> None:
    expect_log("report Morning could not be sent")
    stored, _ = keep(database, report(kind="open_tickets")), keep(database, report("Whole"))
    look(runner, clock)
    with database.begin() as transaction:
        transaction.session.execute(
            text(
                "INSERT INTO records (version, module, subject, status, priority, source, created_at, updated_at)"
                " VALUES (1, 'Ticket', 'x', 'open', 'high', 'email', 'typed by hand', '2026-03-02 09:00:00')"
            )
        )
    look(runner, clock, 23 * HOUR)
    run = run_of(database, stored)
    assert run is not None
    assert (run.error, run.next_run_at, run.last_run_at) == (ReportFailed.code, TUESDAY + DAY, None)
    assert [each.subject for each in outbox(database)] == ["Whole"]
    with database.begin() as transaction:
        transaction.session.execute(text("UPDATE records SET created_at = '2026-03-02 09:00:00'"))
    look(runner, clock, 24 * HOUR)
    assert [each.subject for each in outbox(database)] == ["Whole", "Morning", "Whole"]


@pytest.mark.covers("NOT-02")
def test_a_report_that_loses_a_race_for_a_key_is_made_once_more(
    database: Database, runner: ReportRunner, clock: ManualClock
) -> None:
    stored = keep(database, report())
    look(runner, clock)
    lost = [UniqueTaken()]

    def lose(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if lost and statement.startswith("INSERT INTO outbox"):
            raise lost.pop()

    with listening(SqlEngine, "before_cursor_execute", lose):
        look(runner, clock, 23 * HOUR)
    run = run_of(database, stored)
    assert run is not None
    assert (lost, run.error, [each.subject for each in outbox(database)]) == ([], None, ["Morning"])


@pytest.mark.covers("NOT-02")
@pytest.mark.parametrize("kind", ["open_tickets", "service_levels"])
def test_a_priority_that_was_typed_by_hand_is_told_as_it_is(
    database: Database, runner: ReportRunner, clock: ManualClock, kind: ReportKind
) -> None:
    keep(database, report(kind=kind))
    look(runner, clock)
    with database.begin() as transaction:
        for priority in ("Sehr hoch", "high"):
            record = RecordRow(
                version=1, module="Ticket", subject="Printer", status="open", priority=priority, source="email", created_at=BEGINNING,
                updated_at=BEGINNING, service_level="Gold", first_response_due_at=BEGINNING,
            )  # fmt: skip
            transaction.session.add(record)
    look(runner, clock, 23 * HOUR)
    [mail] = [message(each) for each in outbox(database)]
    html, plain = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html is not None and plain is not None
    # The known ones first, in their order.
    assert re.search("High.*Sehr hoch", plain.get_content(), re.DOTALL)
    assert "Sehr hoch" in html.get_content()
    [file] = list(mail.iter_attachments())
    assert "Sehr hoch" in file.get_content()


@pytest.mark.covers("NOT-02")
def test_a_report_can_be_sent_at_once_without_moving_its_schedule(
    database: Database, runner: ReportRunner, clock: ManualClock
) -> None:
    stored = keep(database, report(enabled=False))
    send_now(database, stored, "bo")
    clock.advance(1)
    send_now(database, stored, "bo")
    assert len(outbox(database)) == 2
    assert run_of(database, stored) is None
    with database.reading() as transaction:
        [last, *_] = transaction.audit.latest()
    assert (last.action, last.kind, last.name, last.actor) == ("sent", "report", "Morning", "bo")
    with database.begin() as transaction:
        transaction.session.execute(text("DELETE FROM outgoing"))
    with pytest.raises(NoSenderForReports):
        send_now(database, stored, "bo")


@pytest.mark.covers("NOT-02")
def test_the_preview_is_what_is_sent(database: Database, runner: ReportRunner, clock: ManualClock) -> None:
    stored = keep(database, report())
    look(runner, clock)
    look(runner, clock, 23 * HOUR)
    clock.advance(HOUR)
    with database.reading() as transaction:
        seen = preview(transaction, stored.value, stored.id)
        unsaved = preview(transaction, stored.value.model_copy(update={"kind": "service_levels"}))
    assert seen.period.since == (run_of(database, stored) or pytest.fail()).last_run_at
    assert unsaved.period.since == clock.now() - DAY
    send_now(database, stored, "bo")
    mail = message(outbox(database)[-1])
    html, plain = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html is not None and plain is not None
    sent = [each.get_content().replace("\r\n", "\n") for each in (plain, html)]
    assert (mail["Subject"], sent) == (seen.subject, [seen.text, seen.html])


@pytest.mark.covers("NOT-02", "RUN-01")
def test_a_running_monitor_sends_reports(data_dir: DataDir, expect_log: Callable[[str], None]) -> None:
    expect_log("no mail can be sent")  # the server that it would be handed over to does not exist
    with Hosts(data_dir) as hosts:
        with hosts.database.begin() as transaction:
            transaction.monitoring.want(True, "ada")
            transaction.settings.save_outgoing(SMTP, None, "ada")
            transaction.reports.add(report(schedule=Schedule(time="09:01")), "ada")
        hosts.start(lambda *_: pytest.fail("no mailbox"), number=2)
        hosts.pass_seconds(90, until=lambda: bool(outbox(hosts.database)))
        assert BEGINNING + timedelta(seconds=60) <= hosts.clock.now() <= BEGINNING + timedelta(seconds=60 + CHECK_SECONDS + 1)
        hosts.pass_seconds(15)
        assert len(outbox(hosts.database)) == 1


@pytest.mark.covers("NOT-02", "RUN-07")
def test_mail_is_taken_in_while_a_report_is_made(database: Database, runner: ReportRunner, clock: ManualClock) -> None:
    """To make one takes seconds in a large database, for which nobody else may have to wait to write."""
    kept = keep(database, report())
    waited: list[bool] = []

    def write() -> None:
        with database.begin() as transaction:
            transaction.monitoring.want(True, "ada")

    def another_writes(_connection: object, _cursor: object, sql: str, *_: object) -> None:
        if "FROM activity" in sql and not waited:
            waited.append(True)
            writer = threading.Thread(target=write, daemon=True)
            writer.start()
            writer.join(3)
            waited[0] = writer.is_alive()

    look(runner, clock)
    with listening(SqlEngine, "before_cursor_execute", another_writes):
        look(runner, clock, 23 * HOUR)
        assert waited == [False]
        waited.clear()
        send_now(database, kept, "bo")
    assert waited == [False]
    assert len(outbox(database)) == 2
