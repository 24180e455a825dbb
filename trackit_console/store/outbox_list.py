"""The outbox as a list: searched, filtered, read part by part; one mail with all that happened to it (OUT-06).

A mail that went out in a digest is listed with the state of that digest. What an admin decides is in `outbox_decisions`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from trackit_console.domain.effects import MailKind
from trackit_console.domain.outgoing_mail import MailState, MailStep
from trackit_console.domain.reason_json import reasons_from_json
from trackit_console.domain.records import Module
from trackit_console.store.column_types import key_of
from trackit_console.store.outbox_columns import addresses_of, record_of
from trackit_console.store.outbox_views import OutboxEntry, OutboxQuery, OutboxTry, OutboxView
from trackit_console.store.reading_session import ReadingSession
from trackit_console.store.search_conditions import part_of, record_named
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import OutboxRow, OutboxTryRow, RecordRow

_Digest = aliased(OutboxRow)

OUTBOX_MARK = select(func.max(OutboxRow.id), select(func.max(OutboxTryRow.id)).scalar_subquery())


class OutboxList:
    """Reads only."""

    def __init__(self, session: ReadingSession) -> None:
        self._session = session

    def page(self, query: OutboxQuery, limit: int = 200, offset: int = 0) -> list[OutboxView]:
        """`limit` mails from `offset` on, the newest first. Reads no content."""
        asked = _narrowed(_listed(), query).order_by(OutboxRow.id.desc()).limit(limit).offset(offset)
        return [_view(row) for row in self._session.execute(asked)]

    def count(self, query: OutboxQuery) -> int:
        """How many mails match."""
        asked = select(func.count(OutboxRow.id)).outerjoin(_Digest, _Digest.id == OutboxRow.digest_id)
        return self._session.scalar(_narrowed(_with_record(asked), query)) or 0

    def about(self, message_ids: Collection[str]) -> dict[str, list[OutboxView]]:
        """The mails with these Message-IDs, in the order in which they were put there; of one message, one to each recipient."""
        keys = {key_of(each) for each in message_ids}
        found: dict[str, list[OutboxView]] = {}
        for part in in_parts(sorted(keys)):
            for row in self._session.execute(_listed().where(OutboxRow.message_key.in_(part)).order_by(OutboxRow.id)):
                found.setdefault(row.message_id, []).append(_view(row))
        return found

    def mark(self) -> tuple[int, int]:
        """The numbers of the last mail and of the last thing that happened to one: they tell whether the list is out of date."""
        [(mail, step)] = self._session.rows(OUTBOX_MARK)
        return mail or 0, step or 0

    def entry(self, number: int) -> OutboxEntry:
        """One mail; KeyError when there is none."""
        row = self._session.execute(_listed().where(OutboxRow.id == number)).one_or_none()
        if row is None:
            raise KeyError(number)
        view = _view(row)
        kept = (OutboxRow.content, OutboxRow.delivered, OutboxRow.refused)
        content, delivered, refused = self._session.execute(select(*kept).where(OutboxRow.id == number)).one()
        steps = self._steps(number) if view.digest_id is None else (*self._steps(number), *self._steps(view.digest_id))
        return OutboxEntry(view, addresses_of(delivered), addresses_of(refused), steps, content)

    def _steps(self, number: int) -> tuple[OutboxTry, ...]:
        asked = select(OutboxTryRow).where(OutboxTryRow.outbox_id == number).order_by(OutboxTryRow.id)
        return tuple(
            OutboxTry(row.at, MailStep(row.what), row.actor, reasons_from_json(row.detail))
            for row in self._session.scalars(asked)
        )


_COLUMNS = ("id", "created_at", "kind", "recipients", "subject", "record_id", "requestor_id", "message_id", "sender_name")
_OF_DIGEST = ("state", "tries", "next_try_at", "sent_at", "error")
"""What is that of the digest, for a mail that goes out in one."""


def _listed() -> Any:
    own = [getattr(OutboxRow, name) for name in (*_COLUMNS, *_OF_DIGEST, "digest_id")]
    theirs = [getattr(_Digest, name).label(f"digest_{name}") for name in _OF_DIGEST]
    asked = select(*own, *theirs, RecordRow.module).outerjoin(_Digest, _Digest.id == OutboxRow.digest_id)
    return _with_record(asked)


def _with_record(asked: Any) -> Any:
    return asked.outerjoin(RecordRow, RecordRow.id == OutboxRow.record_id)


def _narrowed(asked: Any, query: OutboxQuery) -> Any:
    if query.state is not None:
        alone = and_(OutboxRow.digest_id.is_(None), OutboxRow.state == query.state.value)
        asked = asked.where(or_(alone, and_(OutboxRow.digest_id.is_not(None), _Digest.state == query.state.value)))
    words = query.text.strip()
    return asked.where(or_(*_hits(words))) if words else asked


def _hits(words: str) -> list[Any]:
    columns = (OutboxRow.recipients, OutboxRow.subject, OutboxRow.message_id, OutboxRow.sender_name)
    hits: list[Any] = [part_of(column, words) for column in columns]
    ref = record_named(words)
    if ref is None:
        return hits
    if ref.module is Module.REQUESTOR:
        return [*hits, OutboxRow.requestor_id == ref.id]
    # A number alone is that of a record of any module: they share their numbers.
    same = OutboxRow.record_id == ref.id
    return [*hits, same if words.isdecimal() else and_(same, RecordRow.module == ref.module.value)]


def _view(row: Any) -> OutboxView:
    state, tries, next_try_at, sent_at, error = (
        getattr(row, name if row.digest_state is None else f"digest_{name}") for name in _OF_DIGEST
    )
    return OutboxView(
        id=row.id,
        at=row.created_at,
        state=MailState(state),
        kind=MailKind(row.kind),
        record=record_of(row),
        recipients=addresses_of(row.recipients),
        subject=row.subject,
        message_id=row.message_id,
        by=row.sender_name,
        tries=tries,
        next_try_at=next_try_at if state == MailState.WAITING else None,
        sent_at=sent_at,
        error=reasons_from_json(error),
        digest_id=row.digest_id,
    )
