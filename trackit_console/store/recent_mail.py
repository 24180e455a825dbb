"""Counts the mail of the last hour and of the last day, by which loops are recognized (MSG-08)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, func, select

from trackit_console.domain.directory import RecentMail
from trackit_console.domain.records import Module, RecordRef
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import ActivityRow

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def recent_mail(
    connection: Connection,
    senders: Collection[str],
    texts: Collection[str],
    records: Collection[RecordRef],
    mailbox_id: int | None,
    at: datetime,
) -> RecentMail:
    """What came within an hour before `at`: from `senders` (keys of addresses), from them about `records`, of `texts`, in the mailbox.

    Mail of `senders` and `texts` (`Delivery.text_key`) is counted in every mailbox, that of `texts` within 24 hours too.
    """
    since = ActivityRow.at > at - HOUR
    by_sender: dict[str, int] = {}
    for part in in_parts(sorted(senders)):
        asked = select(ActivityRow.sender_key, func.count()).where(since, ActivityRow.sender_key.in_(part))
        by_sender |= {key: count for key, count in connection.execute(asked.group_by(ActivityRow.sender_key)) if key}
    by_record: dict[tuple[str, RecordRef], int] = {}
    columns = (ActivityRow.sender_key, ActivityRow.module, ActivityRow.record_id)
    for number in in_parts(sorted({each.id for each in records}) if by_sender else ()):
        for part in in_parts(sorted(by_sender)):
            on_records = select(*columns, func.count()).where(
                since, ActivityRow.sender_key.in_(part), ActivityRow.record_id.in_(number)
            )
            for sender, module, record_id, count in connection.execute(on_records.group_by(*columns)):
                if sender and module and record_id:
                    by_record[sender, RecordRef(Module(module), record_id)] = count
    by_text, by_text_in_a_day = _by_text(connection, texts, at)
    in_mailbox = select(func.count()).select_from(ActivityRow).where(since, ActivityRow.mailbox_id == mailbox_id)
    counted = connection.scalar(in_mailbox) if mailbox_id is not None else 0
    return RecentMail(by_sender, by_record, by_text, counted or 0, by_text_in_a_day)


def _by_text(connection: Connection, texts: Collection[str], at: datetime) -> tuple[dict[str, int], dict[str, int]]:
    """How much mail of each text came within an hour, and within a day: by one read of the index for both."""
    in_an_hour: dict[str, int] = {}
    in_a_day: dict[str, int] = {}
    lately = func.sum(case((ActivityRow.at > at - HOUR, 1), else_=0))
    asked = select(ActivityRow.text_key, lately, func.count()).where(ActivityRow.at > at - DAY).group_by(ActivityRow.text_key)
    for part in in_parts(sorted(texts)):
        for key, hour, day in connection.execute(asked.where(ActivityRow.text_key.in_(part))):
            if key:
                in_a_day[key] = day
                in_an_hour |= {key: hour} if hour else {}
    return in_an_hour, in_a_day
