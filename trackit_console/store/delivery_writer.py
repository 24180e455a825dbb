"""Writes the ledger's rows of a batch: deliveries, raw messages, quarantine, activity, and how often rules stopped mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from trackit_console.domain.deliveries import Delivery, Outcome, Recorded
from trackit_console.domain.reason_json import reasons_to_json
from trackit_console.domain.records import RecordRef
from trackit_console.store.column_types import cut, key_of
from trackit_console.store.row_inserts import Row, insert_returning_ids, insert_rows
from trackit_console.store.tables import ActivityRow, DeliveryRow, FilterRuleRow, QuarantineRow, RawMessageRow
from trackit_console.store.written_change import WrittenChange


def write_deliveries(connection: Connection, mailbox_id: int, deliveries: Sequence[Delivery], at: datetime) -> list[int]:
    """The ledger rows of a batch; answers their ids in the order of `deliveries`."""
    return insert_returning_ids(connection, DeliveryRow, [_delivery(mailbox_id, each, at) for each in deliveries])


def _delivery(mailbox_id: int, delivery: Delivery, at: datetime) -> Row:
    return {
        "mailbox_id": mailbox_id,
        "ref_key": key_of(delivery.ref.scope, delivery.ref.uid),
        "scope": delivery.ref.scope,
        "uid": delivery.ref.uid,
        "tries": 1,
        "seen_at": delivery.seen_at,
        "recorded_at": at,
        # With the row itself: the server has the only whole copy, on which no visit may do a post action.
        "settled_at": at if delivery.headers_only else None,
        **decided_columns(delivery),
    }


def decided_columns(delivery: Delivery) -> Row:
    """What the ledger's row says of the decision."""
    return {
        "content_key": delivery.content_key or None,
        "message_key": key_of(delivery.message_id) if delivery.message_id else None,
        "copy_key": delivery.copy_key,
        "outcome": delivery.outcome.value,
        "size": delivery.size,
    }


def write_messages(connection: Connection, mailbox_id: int, written: Sequence[WrittenChange], at: datetime) -> list[Recorded]:
    """What follows from deliveries once the ids of their records are known; answers them in the same order."""
    known = [
        (each.delivery_id, delivery, each.resolve(delivery.record) if delivery.record else None)
        for each in written
        if (delivery := each.change.delivery) is not None and each.delivery_id is not None
    ]
    insert_rows(connection, RawMessageRow, [_raw(number, delivery) for number, delivery, _ in known if delivery.keeps_raw])
    aside = [_quarantined(number, each, at) for number, each, _ in known if each.outcome is Outcome.QUARANTINED]
    insert_rows(connection, QuarantineRow, aside)
    insert_rows(connection, ActivityRow, [_activity(mailbox_id, *each, at) for each in known])
    _count_matched_rules(connection, [delivery for _, delivery, _ in known], at)
    return [Recorded(number, delivery.ref, delivery.outcome, record) for number, delivery, record in known]


def _raw(delivery_id: int, delivery: Delivery) -> Row:
    return {"delivery_id": delivery_id, "content": delivery.raw, "headers_only": delivery.headers_only}


def _quarantined(delivery_id: int, delivery: Delivery, at: datetime) -> Row:
    reason = {"reason": delivery.reasons[0].code, "detail": cut(delivery.detail, 4000)}
    return {"delivery_id": delivery_id, "state": "open", "tries": 1, "at": at, **reason}


def _activity(mailbox_id: int, delivery_id: int, delivery: Delivery, record: RecordRef | None, at: datetime) -> Row:
    return {
        "delivery_id": delivery_id,
        "at": at,
        "mailbox_id": mailbox_id,
        "message_id": cut(delivery.message_id, 1000) if delivery.message_id else None,
        "sender": cut(delivery.sender, 512),
        "subject": cut(delivery.subject, 800),
        "outcome": delivery.outcome.value,
        "module": record.module.value if record else None,
        "record_id": record.id if record else None,
        "reasons": reasons_to_json(delivery.reasons),
        "sender_key": cut(delivery.sender_key, 255) or None,
        "text_key": delivery.text_key or None,
    }


def _count_matched_rules(connection: Connection, deliveries: Sequence[Delivery], at: datetime) -> None:
    """A rule shows how many messages it stopped, and when last (FIL-05)."""
    counts: dict[tuple[str, str], int] = {}
    for delivery in deliveries:
        if rule := delivery.matched_rule:
            counts[rule.rule_list, rule.text] = counts.get((rule.rule_list, rule.text), 0) + 1
    # Mailboxes share these rows: in one order, so that two batches never wait for each other.
    for (rule_list, text), count in sorted(counts.items()):
        more = update(FilterRuleRow).values(stopped=FilterRuleRow.stopped + count, last_stopped_at=at)
        of_list = FilterRuleRow.rule_list == rule_list
        if connection.execute(more.where(of_list, FilterRuleRow.text == text)).rowcount == 0:
            # The letter case was changed since this monitor read the rules. SQLite folds that of ASCII only.
            rows = connection.execute(select(FilterRuleRow.id, FilterRuleRow.text).where(of_list).order_by(FilterRuleRow.id))
            same = [row.id for row in rows if row.text.casefold() == text.casefold()]
            connection.execute(more.where(FilterRuleRow.id.in_(same)))
