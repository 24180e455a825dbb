"""Made for SQL Server: the schema and every statement compile for it, with types that keep what is written (DB-01)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, CursorResult, Engine, event
from sqlalchemy.dialects import mssql
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.expression import ClauseElement

from tests.backlog import backlog_of
from tests.helpdesk.deciding import NOW, policy
from tests.message_factory import raw_message
from tests.outbox_factory import mail, put
from trackit_console.clock import SystemClock
from trackit_console.domain.deliveries import MessageRef, Outcome
from trackit_console.domain.effects import (
    AddNote,
    Assign,
    Change,
    ChangeFields,
    Close,
    CreateRecord,
    CreateRequestor,
    LinkRecords,
    MailKind,
    Reopen,
    SendMail,
)
from trackit_console.domain.outgoing_mail import Attempt, MailState
from trackit_console.domain.polling import PollError, VisitEnd
from trackit_console.domain.records import (
    AppliedReason,
    LinkKind,
    Module,
    Note,
    NoteKind,
    Placeholder,
    Priority,
    RecordRef,
    TicketSource,
)
from trackit_console.helpdesk.arrivals import arrived, not_downloaded, why_not_downloaded
from trackit_console.helpdesk.reasons import Reason
from trackit_console.monitor.mailbox_intake import MailboxIntake, ReadMessage
from trackit_console.monitor.quarantine import discard, retry
from trackit_console.settings.file_types import FileTypes
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.settings.people import Requestor, Technician, TicketTemplate
from trackit_console.settings.retention import KINDS, Retention
from trackit_console.settings.server_mailbox import Imap
from trackit_console.store.activity_views import ActivityQuery
from trackit_console.store.audit_list import AuditQuery
from trackit_console.store.database import Database
from trackit_console.store.monitoring_views import Host
from trackit_console.store.outbox_results import OutboxResults
from trackit_console.store.outbox_views import OutboxQuery
from trackit_console.store.row_mapping import Stored
from trackit_console.store.schema import upgrade_sql
from trackit_console.store.snapshot_reader import read_snapshot
from trackit_console.store.tables import Base

DIALECT = mssql.dialect()


def _sql(statement: ClauseElement) -> str:
    return str(statement.compile(dialect=DIALECT))


@pytest.mark.covers("DB-01")
@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_a_table_compiles_with_keys_that_tell_letter_case_apart(table: Any) -> None:
    made = _sql(CreateTable(table))
    for column in table.columns:
        if column.name.endswith("_key") or column.name == "sha256":
            assert "COLLATE Latin1_General_100_BIN2" in next(
                line for line in made.splitlines() if f" {column.name} " in f" {line.strip()} "
            )
    for index in table.indexes:
        _sql(CreateIndex(index))


@pytest.mark.covers("DB-01", "DB-03")
def test_the_sql_of_a_migration_is_for_sql_server() -> None:
    sql = upgrade_sql("mssql+pyodbc://sql01/TRACKIT?driver=x")
    assert "DATETIME2(6)" in sql
    assert "VARBINARY(max)" in sql
    assert "NVARCHAR(max)" in sql
    assert "IDENTITY_INSERT" not in sql
    assert " NTEXT" not in sql
    assert " IMAGE" not in sql


@pytest.fixture
def statements() -> Iterator[list[ClauseElement]]:
    """Every statement that is executed."""
    seen: list[ClauseElement] = []

    def keep(_connection: object, statement: object, *_more: object) -> None:
        if isinstance(statement, ClauseElement):
            seen.append(statement)

    event.listen(Engine, "before_execute", keep)
    yield seen
    event.remove(Engine, "before_execute", keep)


@pytest.fixture
def unread() -> Iterator[list[str]]:
    """The statements whose rows were not read when the next one was sent: SQL Server's driver takes one at a time."""
    found: list[str] = []
    before: dict[Connection, CursorResult[Any]] = {}

    def begins(connection: Connection, *_more: object) -> None:
        result = before.pop(connection, None)
        if result is not None and result.returns_rows and result.cursor is not None:
            found.append(str(result.context.statement))

    def ended(connection: Connection, *more: object) -> None:
        if isinstance(result := more[-1], CursorResult):
            before[connection] = result

    event.listen(Engine, "before_execute", begins)
    event.listen(Engine, "after_execute", ended)
    yield found
    event.remove(Engine, "before_execute", begins)
    event.remove(Engine, "after_execute", ended)


@pytest.mark.covers("DB-01")
def test_every_statement_of_a_whole_day_is_read_before_the_next_one(unread: list[str], database: Database) -> None:
    live_a_day(database)
    send_mail(database)
    assert unread == []


@pytest.mark.covers("DB-01")
def test_every_statement_of_a_whole_day_compiles(statements: list[ClauseElement], database: Database) -> None:
    live_a_day(database)
    send_mail(database)
    kinds = {_sql(each).split()[0] for each in statements}
    assert {"SELECT", "INSERT", "UPDATE", "DELETE"} <= kinds
    assert len({_sql(each) for each in statements}) > 60
    assert {sql: wrong for sql in map(_sql, statements) if (wrong := refused_by_sql_server(sql))} == {}


REFUSED = {"EXISTS is for conditions": r"SELECT\s+EXISTS", "IS is for NULL": r"\bIS (NOT )?[01]\b"}


def refused_by_sql_server(sql: str) -> list[str]:
    """What SQLAlchemy compiles all the same."""
    found = [why for why, pattern in REFUSED.items() if re.search(pattern, sql)]
    for order in re.findall(r"ORDER BY ([\w.\[\], ]+)", sql):
        columns = [each.split()[0] for each in order.split(", ") if each.strip()]
        if len(columns) != len(set(columns)):
            found.append(f"a column twice in ORDER BY {order}")
    return found


def test_what_sql_server_refuses_is_found() -> None:
    assert len(refused_by_sql_server("SELECT EXISTS (SELECT 1) FROM a WHERE b IS 1 ORDER BY a.id, a.id DESC")) == 3
    assert refused_by_sql_server("SELECT a FROM b WHERE a IS NULL AND b IS NOT NULL ORDER BY b.at DESC, b.id DESC") == []


def every_effect() -> Change:
    """A change with an effect of each kind."""
    ticket, person = Placeholder("ticket"), Placeholder("person")
    first = RecordRef(Module.TICKET, 1)
    return Change(
        (
            CreateRequestor(person, "Cy", "cy@example.com"),
            CreateRecord(ticket, Module.ASSIGNMENT, "x", Priority.LOW, TicketSource.EMAIL_MONITOR, requestor=person),
            ChangeFields(first, subject="y", priority=Priority.HIGH),
            Assign(first, 1),
            Close(first),
            Reopen(first),
            AddNote(ticket, Note(NoteKind.SYSTEM, text="t")),
            AddNote(person, Note(NoteKind.SYSTEM, text="t")),
            LinkRecords(ticket, first, LinkKind.RELATED),
            SendMail(MailKind.REPORT, ("a@example.com",), "s", "<m@x>", b"raw", "key", first),
        )
    )


def remove_what_is_old(database: Database) -> None:
    """Everything that data retention does, with all ages set."""
    every: dict[str, Any] = dict.fromkeys(KINDS, 100)
    ages = Retention.model_construct(**every)
    with database.begin() as transaction:
        transaction.database_sizes.begin_run(timedelta(hours=1))
        transaction.database_sizes.days()
        transaction.database_sizes.rows()
        transaction.retention.count(ages)
        for kind in KINDS:
            transaction.retention.find(ages, kind)
            transaction.retention.remove(ages, kind, [1])


def send_mail(database: Database) -> None:
    """Everything that the outbox offers."""
    put(database, *(mail(number, digest="d" if number > 3 else None) for number in range(6)))
    with database.unit_of_work() as work:
        outbox, listed = work.transaction.outbox, work.transaction.outbox_list
        results = OutboxResults(work, "computer")
        error = AppliedReason("transports.server_busy", {"server": "s"})
        outbox.due(1)
        outbox.account_failed(1, error, work.transaction.now)
        outbox.account_failed(1, error, work.transaction.now)
        mails = outbox.claim("owner", 1)
        outbox.account_works()
        outbox.renew("owner")
        combined = [each for each in mails if each.digest]
        results.combine(outbox.claim_digest("owner", combined[0].digest or ""), mail(9))
        results.keep(mails[0], Attempt(mails[0].recipients))
        results.keep(mails[1], Attempt(error=error, next_try_at=work.transaction.now))
        results.parts(mails[0])
        outbox.give_back("owner")
        results.expire(work.transaction.now, error)
        work.transaction.outbox_decisions.retry(work.transaction.outbox_decisions.failed(), "t")
        work.transaction.outbox_decisions.discard([1], "t")
        for query in (OutboxQuery(), OutboxQuery("Ticket - 1", MailState.FAILED), OutboxQuery("Requestor - 1")):
            listed.page(query, 10, 1)
            listed.count(query)
        listed.entry(1)
        work.commit()


def live_a_day(database: Database) -> None:  # noqa: PLR0915 - a list of calls
    """Calls everything that the store offers, once at least."""
    database.glance()
    database.look("host", None)
    database.look("host", 1)
    mailbox = Imap(server="mail.example.com", port=993, user_account_name="a@example.com", password=SecretStr("x"))
    with database.begin() as transaction:
        transaction.people.save_technician(Technician(name="Ada", email="ada@example.com", mapped_addresses=["a@b.example"]), "t")
        transaction.people.save_requestor(Requestor(name="Bo", email="bo@example.com"), "t")
        transaction.settings.save_ticket_template(TicketTemplate(name="Outage"), "t")
        transaction.ticket_templates.uses(1)
        stored = transaction.mailboxes.add(mailbox, "t")
        stored = transaction.mailboxes.save(
            Stored(stored.id, stored.version, mailbox.model_copy(update={"server": "b.example"})), "t"
        )
        outgoing = BasicOutgoing(smtp_server_name="s", port=25, smtp_requires_authentication=False, from_address="a@example.com")
        transaction.settings.save_outgoing(outgoing, None, "t")
        transaction.settings.save_outgoing(outgoing, 1, "t")
        transaction.settings.save_monitor(transaction.settings.monitor(), "t")
        transaction.settings.save_filters(transaction.settings.filters(), "t")
        transaction.settings.save_file_types(Stored(1, 1, FileTypes(restricted_file_types=["exe"])), "t")
        transaction.monitoring.want(True, "t")
        transaction.monitoring.want_restart("t")
        transaction.monitoring.want_at_first("t")
        transaction.monitoring.host_in_console("host")
        lease = transaction.mailbox_leases.begin_visit(stored.id, "host")
        transaction.monitoring.report(Host("host", "h", "headless", "running", 1, NOW, NOW))
        transaction.monitoring.forget_dead()
        transaction.mailbox_leases.renew("host")
        transaction.mailbox_leases.due("host", [stored.id])
        transaction.mailbox_leases.owned("host")
        transaction.mailbox_leases.owners()
        transaction.mailbox_states.request_poll(stored.id)
        transaction.mailbox_states.request_poll()
        transaction.mailbox_states.make_due()
    assert lease is not None
    intake = MailboxIntake(policy(), None)
    raws = [
        raw_message(1, size=9),
        raw_message(2, subject="[Ticket - 1]", sender="carl@contoso.example"),
        raw_message(3, subject="x" * 401),
        raw_message(4, subject="Returned Mail"),
        raw_message(1, size=9, Received="another way"),
    ]
    for number, raw in enumerate(raws):
        message = intake.read(arrived(MessageRef("1 INBOX", str(number)), raw, NOW))
        batch = database.recorder.record(lease, [message], intake, "c")
        database.deliveries.mark_settled([each.delivery_id for each in batch.recorded], 2)
    why = why_not_downloaded(Reason.NOT_DOWNLOADABLE, size=0, limit_megabytes=1, tries=3)
    missing = ReadMessage(not_downloaded(MessageRef("1 INBOX", "99"), b"Subject: x", 9, NOW, why), None)
    [waiting] = database.recorder.record(lease, [missing], intake).recorded
    database.pending_messages.count_try(lease, [MessageRef("1 INBOX", "100")])
    assert [each.tries for each in backlog_of(database, stored.id).pending] == [1]
    database.pending_messages.forget(lease, [MessageRef("1 INBOX", "100")])
    database.deliveries.known(stored.id, [MessageRef("1 INBOX", "1")])
    database.deliveries.known_content(stored.id, ["0" * 64])
    left = [each.delivery_id for each in backlog_of(database, stored.id).unsettled]
    database.deliveries.mark_not_settled(dict.fromkeys(left, "no"), left)
    database.deliveries.raw_of(stored.id, MessageRef("1 INBOX", "1"))
    database.rotate_key("t")
    database.word_index.step()
    remove_what_is_old(database)
    with database.unit_of_work() as work:
        work.apply([every_effect()])
        work.quarantine.waiting()
        work.commit()
    retry(database, waiting.delivery_id, "t", SystemClock())
    with database.begin() as transaction:
        error = PollError("tls", "transports", "tls_failed", {"server": "x"}, "d")
        transaction.mailbox_states.end_visit(lease, VisitEnd(error, True, None), lambda _: timedelta(minutes=1))
        transaction.mailbox_states.keep_alert(stored.id, 1)
    with database.reading() as transaction:
        read_snapshot(transaction, NOW)
        transaction.audit.latest()
        [entry, *_] = transaction.audit_list.page(AuditQuery("a", "mailbox", "ada", NOW), 10, 20) or transaction.audit.latest()
        transaction.audit_list.count(AuditQuery("a"))
        transaction.audit_list.last_change("mailbox", "Support")
        transaction.audit_list.name_today(entry)
        transaction.audit_list.actors()
        [aside, gone] = transaction.activity.page(ActivityQuery("x", NOW.replace(year=2020), stored.id, Outcome.QUARANTINED)) * 2
        transaction.activity.page(ActivityQuery("Ticket 1"))
        transaction.activity.time_line(aside.delivery_id)
        transaction.records.page("Ticket - 1")
        transaction.records.get(RecordRef(Module.TICKET, 1))
        transaction.records.count()
        transaction.records.notes([1])
        transaction.mailbox_states.state(stored.id)
        transaction.people.technicians()
    retry(database, aside.delivery_id, "t", SystemClock())
    discard(database, gone.delivery_id, "t")
    with database.begin() as transaction:
        transaction.mailbox_leases.give_back("host", [stored.id])
        transaction.mailbox_leases.leave("host")
        transaction.monitoring.leave("host")
        transaction.mailboxes.delete(transaction.mailboxes.get(stored.id), "t")
