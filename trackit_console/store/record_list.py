"""The list of records of one module: filtered, sorted, read part by part, and counted (RUN-08, T-06).

Without a search, number and status are read by an index; a search and other orders read all records of the module.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from trackit_console.domain.records import Module, Person, Priority, Status
from trackit_console.store.people_lookups import ASSIGNABLE_TECHNICIANS
from trackit_console.store.record_query import NOBODY, RecordOrder, RecordQuery
from trackit_console.store.record_row_mapping import record_view, requestor_view
from trackit_console.store.record_views import RecordView
from trackit_console.store.records import matching, record_columns
from trackit_console.store.search_conditions import part_of, record_number
from trackit_console.store.tables import RecordRow, RequestorRow, TechnicianRow

_WAITS_FOR_ANSWER = and_(RecordRow.responded_at.is_(None), RecordRow.first_response_due_at.is_not(None))
_NEXT_DUE = case(
    (RecordRow.status == Status.CLOSED.value, None),
    (
        and_(
            _WAITS_FOR_ANSWER,
            or_(RecordRow.close_due_at.is_(None), RecordRow.first_response_due_at < RecordRow.close_due_at),
        ),
        RecordRow.first_response_due_at,
    ),
    else_=RecordRow.close_due_at,
)
_RANKS = {priority.value: rank for rank, priority in enumerate(Priority)}
_ORDERS: dict[RecordOrder, Any] = {
    RecordOrder.SUBJECT: RecordRow.subject,
    RecordOrder.REQUESTOR: RequestorRow.name,
    RecordOrder.TECHNICIAN: TechnicianRow.name,
    RecordOrder.STATUS: RecordRow.status,
    RecordOrder.PRIORITY: case(_RANKS, value=RecordRow.priority, else_=-1),
    RecordOrder.UPDATED: RecordRow.updated_at,
    RecordOrder.DUE: _NEXT_DUE,
}
_REQUESTOR_ORDERS: dict[RecordOrder, Any] = {
    RecordOrder.SUBJECT: RequestorRow.name,
    RecordOrder.REQUESTOR: RequestorRow.email,
    RecordOrder.UPDATED: RequestorRow.created_at,
}


class RecordList:
    """Reads only. `now` is the clock of the database."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def page(self, query: RecordQuery, limit: int, offset: int = 0) -> list[RecordView]:
        """`limit` records from `offset` on."""
        if query.module is Module.REQUESTOR:
            asked = _ordered(_requestors(select(RequestorRow), query), query, _REQUESTOR_ORDERS, RequestorRow.id)
            return [requestor_view(row) for row in self._session.scalars(asked.limit(limit).offset(offset))]
        asked = _ordered(self._records(record_columns(), query), query, _ORDERS, RecordRow.id)
        return [record_view(row) for row in self._session.execute(asked.limit(limit).offset(offset))]

    def count(self, query: RecordQuery) -> int:
        """How many there are."""
        if query.module is Module.REQUESTOR:
            return self._session.scalar(_requestors(select(func.count(RequestorRow.id)), query)) or 0
        asked = select(func.count()).select_from(RecordRow)
        if query.text.strip():  # the join costs more than the count, and only a search looks at names
            asked = asked.outerjoin(RequestorRow, RequestorRow.id == RecordRow.requestor_id)
        return self._session.scalar(self._records(asked, query)) or 0

    def technicians(self) -> list[Person]:
        """Everybody to whom a record can be assigned, by name."""
        asked = ASSIGNABLE_TECHNICIANS.order_by(TechnicianRow.name, TechnicianRow.id)
        return [Person(row.id, row.name, row.email) for row in self._session.execute(asked)]

    def _records(self, asked: Any, query: RecordQuery) -> Any:
        asked = asked.where(RecordRow.module == query.module.value)
        if query.status is not None:
            asked = asked.where(RecordRow.status == query.status.value)
        if query.overdue:
            asked = asked.where(*_overdue(self._now()))
        if query.technician_id is not None:
            nobody = query.technician_id == NOBODY
            asked = asked.where(RecordRow.technician_id.is_(None) if nobody else RecordRow.technician_id == query.technician_id)
        return matching(asked, query.text)


def _overdue(now: datetime) -> tuple[Any, Any]:
    """What is not closed, which an index finds, and late by then; where its time stands still, by the moment since when it does."""
    stopped = case((RecordRow.status == Status.WAITING.value, RecordRow.waiting_since), else_=None)
    counted = func.coalesce(stopped, now)
    late = or_(RecordRow.close_due_at < counted, and_(_WAITS_FOR_ANSWER, RecordRow.first_response_due_at < counted))
    return RecordRow.status.in_([Status.OPEN.value, Status.WAITING.value]), late


def _requestors(asked: Any, query: RecordQuery) -> Any:
    words = query.text.strip()
    if not words:
        return asked
    number = record_number(words)
    hits = [part_of(RequestorRow.name, words), part_of(RequestorRow.email, words)]
    return asked.where(or_(*hits, *([] if number is None else [RequestorRow.id == number])))


def _ordered(asked: Any, query: RecordQuery, orders: dict[RecordOrder, Any], number: Any) -> Any:
    """By number where the rest is equal: parts that are read one after another must not overlap."""
    keys = [orders[query.order], number] if query.order in orders else [number]
    if query.order is RecordOrder.DUE and query.order in orders:
        asked = asked.order_by(case((_NEXT_DUE.is_(None), 1), else_=0))
    return asked.order_by(*(key.desc() if query.descending else key.asc() for key in keys))
