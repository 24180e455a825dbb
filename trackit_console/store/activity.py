"""What became of mail, as admins search it: the list, and the time line of one message (RUN-08, LOG-01)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from trackit_console.domain.deliveries import PROCESSED, Outcome
from trackit_console.domain.events import Event, EventKind
from trackit_console.domain.past_mail import PastMessage
from trackit_console.domain.reason_json import reason_codes, reasons_from_json
from trackit_console.domain.records import Module, NoteKind, RecordRef
from trackit_console.domain.search_words import asked_words
from trackit_console.store.activity_search import ActivitySearch
from trackit_console.store.activity_views import ActivityQuery, ActivityView, TimeLine
from trackit_console.store.reading_session import ReadingSession
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import ActivityRow, DeliveryRow, MailboxRow, NoteRow, QuarantineRow, RawMessageRow

ACTIVITY_MARK = select(func.max(ActivityRow.delivery_id))
QUARANTINE_SIZE = select(func.count()).select_from(QuarantineRow).where(QuarantineRow.state == "open")


def outcomes(since: datetime) -> Select[*tuple[Any, ...]]:
    """How many messages each mailbox had since then, by mailbox id and outcome."""
    asked = select(ActivityRow.mailbox_id, ActivityRow.outcome, func.count()).where(ActivityRow.at >= since)
    return asked.group_by(ActivityRow.mailbox_id, ActivityRow.outcome)


class Activity:
    """Reads the activity. It never writes."""

    def __init__(self, session: ReadingSession) -> None:
        self._session = session

    def page(self, query: ActivityQuery, limit: int = 200, offset: int = 0) -> list[ActivityView]:
        """The messages that match, the newest first."""
        asked = select(ActivityRow, MailboxRow.name).join(MailboxRow, MailboxRow.id == ActivityRow.mailbox_id)
        if asked_words(query.text):
            return self._found(asked, query, limit, offset)
        # With the id: messages of one batch have the same moment, and a page must not repeat or skip one.
        newest = asked.where(*_narrowed(query)).order_by(ActivityRow.at.desc(), ActivityRow.delivery_id.desc())
        return [_view(row.ActivityRow, row.name) for row in self._session.execute(newest.limit(limit).offset(offset))]

    def _found(self, asked: Any, query: ActivityQuery, limit: int, offset: int) -> list[ActivityView]:
        search = ActivitySearch(self._session, query, _narrowed(query))
        ids = search.newest(offset + limit)[offset:]
        rows = [row for part in in_parts(ids) for row in self._session.execute(asked.where(ActivityRow.delivery_id.in_(part)))]
        views = {row.ActivityRow.delivery_id: _view(row.ActivityRow, row.name) for row in rows}
        # One may have been removed since: SQL Server shows each statement what is committed by then.
        return [views[each] for each in ids if each in views]

    def time_line(self, delivery_id: int) -> TimeLine:
        """The time line of one message; raises KeyError when there is none."""
        asked = (
            select(ActivityRow, MailboxRow.name, DeliveryRow, QuarantineRow, RawMessageRow.headers_only)
            .join(MailboxRow, MailboxRow.id == ActivityRow.mailbox_id)
            .join(DeliveryRow, DeliveryRow.id == ActivityRow.delivery_id)
            # Outer: most messages were never in quarantine, and filtered ones have no bytes.
            .outerjoin(QuarantineRow, QuarantineRow.delivery_id == ActivityRow.delivery_id)
            .outerjoin(RawMessageRow, RawMessageRow.delivery_id == ActivityRow.delivery_id)
            .where(ActivityRow.delivery_id == delivery_id)
        )
        row = self._session.execute(asked).one_or_none()
        if row is None:
            raise KeyError(delivery_id)
        return _time_line(row)

    def past_messages(self, since: datetime, limit: int | None = None) -> Iterator[PastMessage]:
        """The mail since then, the newest first, as filter rules are previewed on it (FIL-06)."""
        columns = (ActivityRow.delivery_id, ActivityRow.at, ActivityRow.sender, ActivityRow.sender_key, ActivityRow.subject)
        asked = select(*columns, ActivityRow.reasons).where(ActivityRow.at >= since)
        for row in self._session.execute(asked.order_by(ActivityRow.at.desc(), ActivityRow.delivery_id.desc()).limit(limit)):
            yield PastMessage(row.delivery_id, row.at, row.sender, row.sender_key or "", row.subject, reason_codes(row.reasons))

    def past_events(self, since: datetime, limit: int) -> list[list[Event]]:
        """The events that mail made since then, as they are told today: those of each message, the newest message first.

        A record that was deleted since is left out.
        """
        columns = (ActivityRow.at, ActivityRow.delivery_id, ActivityRow.outcome, ActivityRow.module, ActivityRow.record_id)
        text_of_mail = and_(NoteRow.delivery_id == ActivityRow.delivery_id, NoteRow.kind == NoteKind.EMAIL_RECEIVED.value)
        processed = ActivityRow.outcome.in_(sorted(each.value for each in PROCESSED))
        asked = (
            select(*columns, func.min(NoteRow.id).label("note_id"))
            .outerjoin(NoteRow, text_of_mail)
            .where(ActivityRow.at >= since, processed, ActivityRow.record_id.is_not(None))
            .group_by(*columns)
            .order_by(ActivityRow.at.desc(), ActivityRow.delivery_id.desc())
        )
        return [_events(row) for row in self._session.execute(asked.limit(limit))]

    def mark(self) -> int:
        """Grows with every message that was taken in: what was read under the same mark need not be read again."""
        [row] = self._session.rows(ACTIVITY_MARK)
        return row[0] or 0

    def quarantine_size(self) -> int:
        """How many messages are set aside and wait for a person."""
        [row] = self._session.rows(QUARANTINE_SIZE)
        return int(row[0])


def _events(row: Any) -> list[Event]:
    record = RecordRef(Module(row.module), row.record_id)
    created = Event(EventKind.RECORD_CREATED, record)
    added = Event(EventKind.NOTE_ADDED, record, row.note_id, row.delivery_id)
    received = Event(EventKind.EMAIL_RECEIVED, record, delivery_id=row.delivery_id)
    return [created, added, received] if row.outcome == Outcome.CREATED else [added, received]


def _narrowed(query: ActivityQuery) -> list[ColumnElement[bool]]:
    """All but the text."""
    wanted: list[ColumnElement[bool]] = []
    if query.since is not None:
        wanted.append(ActivityRow.at >= query.since)
    if query.mailbox_id is not None:
        wanted.append(ActivityRow.mailbox_id == query.mailbox_id)
    if query.outcome is not None:
        wanted.append(ActivityRow.outcome == query.outcome.value)
    return wanted


def _view(row: ActivityRow, mailbox: str) -> ActivityView:
    return ActivityView(
        delivery_id=row.delivery_id,
        at=row.at,
        mailbox=mailbox,
        message_id=row.message_id,
        sender=row.sender,
        subject=row.subject,
        outcome=Outcome(row.outcome),
        record=RecordRef(Module(row.module), row.record_id) if row.module and row.record_id is not None else None,
        reasons=reasons_from_json(row.reasons),
    )


def _time_line(row: Any) -> TimeLine:
    delivery: DeliveryRow = row.DeliveryRow
    quarantine: QuarantineRow | None = row.QuarantineRow
    return TimeLine(
        activity=_view(row.ActivityRow, row.name),
        scope=delivery.scope,
        uid=delivery.uid,
        size=delivery.size,
        seen_at=delivery.seen_at,
        recorded_at=delivery.recorded_at,
        settled_at=delivery.settled_at,
        post_action=delivery.post_action,
        settle_error=delivery.settle_error,
        quarantine=quarantine.state if quarantine else None,
        quarantine_detail=quarantine.detail if quarantine else "",
        tries=quarantine.tries if quarantine else 0,
        raw_kept=row.headers_only is not None,
        headers_only=bool(row.headers_only),
    )
