"""Whatever lies in the database and whatever ages are set: nothing younger goes, the ledger stays, and no key points to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ClauseElement, Engine, event, func, insert, select
from sqlalchemy.dialects import mssql

from tests.clock import BEGINNING
from trackit_console.domain.polling import Lease
from trackit_console.settings.retention import FOR_EVER, KINDS, LEAST_DAYS, Retention
from trackit_console.store.column_types import key_of
from trackit_console.store.database import Database
from trackit_console.store.row_inserts import insert_rows
from trackit_console.store.tables import (
    ActivityRow,
    AuditRow,
    Base,
    DeliveryRow,
    OutboxRow,
    OutboxTryRow,
    QuarantineRow,
    RawMessageRow,
    ScheduledActionRow,
)
from trackit_console.store.transaction import Transaction

AGES = st.one_of(st.just(FOR_EVER), st.integers(LEAST_DAYS, 200))
DAYS = st.integers(0, 300)
MESSAGES = st.lists(st.tuples(DAYS, st.sampled_from(["open", "retried", "discarded", None]), st.booleans()), max_size=12)
MAILS = st.lists(st.tuples(DAYS, st.sampled_from(["waiting", "sent", "failed", "discarded"]), st.integers(0, 3)), max_size=12)
MOMENTS: dict[str, tuple[type[Base], Any]] = {
    "activity": (ActivityRow, ActivityRow.at),
    "outgoing_mail": (OutboxRow, OutboxRow.created_at),
    "audit": (AuditRow, AuditRow.at),
    "quarantine": (QuarantineRow, QuarantineRow.at),
    "scheduled_actions": (ScheduledActionRow, ScheduledActionRow.done_at),
}
NUMBERS = range(1000, 1012)
"""Ids far from those that the fixtures made."""


@given(
    ages=st.fixed_dictionaries(dict.fromkeys(KINDS, AGES)),
    messages=MESSAGES,
    mails=MAILS,
    moments=st.lists(DAYS, max_size=6),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_younger_than_its_age_is_removed(
    database: Database,
    lease: Lease,
    ages: dict[str, int],
    messages: list[tuple[int, str | None, bool]],
    mails: list[tuple[int, str, int]],
    moments: list[int],
) -> None:
    retention = Retention(**ages)
    with database.unit_of_work() as work:  # never committed: each example begins with the same database
        transaction = work.transaction
        _fill(transaction, lease.mailbox_id, messages, mails, moments)
        young = {kind: _younger(transaction, kind, ages[kind]) for kind in MOMENTS}
        originals = _young_originals(transaction, ages)
        for kind in KINDS:
            _remove_all(transaction, retention, kind)
        assert {kind: _younger(transaction, kind, ages[kind]) for kind in MOMENTS} == young
        assert originals <= set(transaction.session.scalars(select(RawMessageRow.delivery_id)))
        assert _number(transaction, DeliveryRow) == len(messages)
        waiting = [each for each in mails if each[1] == "waiting"]
        assert _number(transaction, OutboxRow, OutboxRow.state == "waiting") == len(waiting)
        assert _number(transaction, QuarantineRow, QuarantineRow.state == "open") == sum(
            state == "open" for _, state, _ in messages
        )
        assert len(transaction.waiting_messages) == sum(state == "open" for _, state, _ in messages)
        digests = select(OutboxRow.id)
        assert not _number(transaction, OutboxRow, OutboxRow.digest_id.is_not(None), OutboxRow.digest_id.not_in(digests))
        assert not _number(transaction, OutboxTryRow, OutboxTryRow.outbox_id.not_in(digests))


def _fill(
    transaction: Transaction,
    mailbox_id: int,
    messages: list[tuple[int, str | None, bool]],
    mails: list[tuple[int, str, int]],
    moments: list[int],
) -> None:
    connection = transaction.session.connection()
    for number, (days, quarantine, settled) in zip(NUMBERS, messages, strict=False):
        _message(transaction, number, mailbox_id, _ago(days), quarantine, settled)
    for number, (days, state, parts_of) in zip(NUMBERS, mails, strict=False):
        _mail(
            transaction,
            number,
            _ago(days),
            state,
            number + parts_of if parts_of and number + parts_of < 1000 + len(mails) else None,
        )
    audit = [{"at": _ago(days), "actor": "a", "action": "changed", "object_kind": "x", "object_name": ""} for days in moments]
    insert_rows(connection, AuditRow, audit)
    for number, days in enumerate(moments):
        moment = {"due_at": _ago(days), "created_at": _ago(days), "done_at": _ago(days)}
        row = {"state": "done", "kind": "rule", "source": "", "unique_key": f"{number}", "payload": "{}", **moment}
        connection.execute(insert(ScheduledActionRow).values(**row))


def _message(transaction: Transaction, number: int, mailbox_id: int, at: datetime, quarantine: str | None, settled: bool) -> None:
    named = {"mailbox_id": mailbox_id, "scope": "1 INBOX", "uid": str(number), "ref_key": key_of(str(number)), "size": 4}
    decided = {"outcome": "created", "tries": 1, "seen_at": at, "recorded_at": at, "settled_at": at if settled else None}
    connection = transaction.session.connection()
    insert_rows(connection, DeliveryRow, [{"id": number, **named, **decided}])
    insert_rows(connection, RawMessageRow, [{"delivery_id": number, "content": b"mail", "headers_only": False}])
    told = {"at": at, "mailbox_id": mailbox_id, "sender": "a", "subject": "b", "outcome": "created", "reasons": "[]"}
    insert_rows(connection, ActivityRow, [{"delivery_id": number, **told}])
    if quarantine:
        aside = {"state": quarantine, "reason": "processing_failed", "detail": "", "tries": 1, "at": at}
        insert_rows(connection, QuarantineRow, [{"delivery_id": number, **aside}])


def _mail(transaction: Transaction, number: int, at: datetime, state: str, digest_id: int | None) -> None:
    key, connection = key_of(str(number)), transaction.session.connection()
    what = {"state": state, "kind": "notification", "recipients": "[]", "subject": "", "content": b"mail", "tries": 1}
    named = {"message_id": str(number), "message_key": key, "unique_key": key, "recipient_key": "", "sender_name": ""}
    moments = {"created_at": at, "next_try_at": at, "sent_at": at if state == "sent" else None}
    insert_rows(connection, OutboxRow, [{"id": number, "version": 1, "digest_id": digest_id, **what, **named, **moments}])
    connection.execute(insert(OutboxTryRow).values(outbox_id=number, at=at, what="sent", actor="here"))


def _remove_all(transaction: Transaction, retention: Retention, kind: str) -> None:
    after = 0
    while (batch := transaction.retention.find(retention, kind, after)).ids:
        transaction.retention.remove(retention, kind, batch.ids)
        after = batch.after


def _younger(transaction: Transaction, kind: str, days: int) -> int:
    table, moment = MOMENTS[kind]
    return _number(transaction, table, *(() if days == FOR_EVER else (moment >= _ago(days),)))


def _young_originals(transaction: Transaction, ages: dict[str, int]) -> set[int]:
    """None of them has attachments or is in the archive, so they have one age."""
    young = () if ages["messages"] == FOR_EVER else (DeliveryRow.recorded_at >= _ago(ages["messages"]),)
    return set(transaction.session.scalars(select(DeliveryRow.id).where(*young)))


def _number(transaction: Transaction, table: type[Base], *which: Any) -> int:
    return transaction.session.scalar(select(func.count()).select_from(table).where(*which)) or 0


def _ago(days: int) -> datetime:
    return BEGINNING - timedelta(days=days)


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


@pytest.mark.covers("DB-01")
def test_every_statement_compiles_for_sql_server_where_a_removal_waits_for_nobody(
    database: Database, lease: Lease, statements: list[ClauseElement]
) -> None:
    retention = Retention(**dict.fromkeys(KINDS, LEAST_DAYS))
    with database.unit_of_work() as work:
        _fill(work.transaction, lease.mailbox_id, [(300, "retried", True)], [(300, "sent", 0)], [300])
        statements.clear()
        work.transaction.retention.count(retention)
        for kind in KINDS:
            _remove_all(work.transaction, retention, kind)
    made = [str(each.compile(dialect=mssql.dialect())) for each in statements]
    locking = [each for each in made if "WITH (UPDLOCK, READPAST, ROWLOCK)" in each]
    deleting = [each for each in made if each.startswith("DELETE")]
    assert len(locking) == 6 and len(deleting) == 8, (
        "activity and outgoing mail are two tables, and no message has attachments or is archived"
    )
    assert not [each for each in made if " LIMIT " in each]
