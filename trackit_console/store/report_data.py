"""Reads what reports are about (NOT-02): each report by two to four statements, whatever the number of records and messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal_column, or_, select
from sqlalchemy.orm import Session

from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.records import Module, Priority, RecordRef, Status
from trackit_console.domain.report_data import (
    FailingMailbox,
    MailActivity,
    MailCount,
    OpenTicket,
    OpenTickets,
    OverdueRecord,
    Period,
    ReportedPriority,
    ServiceLevelCount,
    ServiceLevelResults,
    TicketCount,
)
from trackit_console.store.state_columns import state_of
from trackit_console.store.tables import (
    ActivityRow,
    MailboxRow,
    MailboxStateRow,
    OutboxRow,
    RecordRow,
    RequestorRow,
    TechnicianRow,
)

MOST_ROWS = 1000
"""Rows of a list."""
TOP_SENDERS = 10
NOT_CLOSED = (Status.OPEN.value, Status.WAITING.value)
_WITH_STATUS = (Module.TICKET.value, Module.ASSIGNMENT.value, Module.ANNOUNCEMENT.value)


class ReportReader:
    """Reads for reports. It never writes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def mail_activity(self, period: Period, days: Sequence[tuple[date, datetime]]) -> MailActivity:
        """The mail of `period`. `days` are its days in order, each with the moment at which it begins where the report is read."""
        return MailActivity(self._mail_counts(period, days), self._senders(period), self._failing(), self._outbox(period))

    def _mail_counts(self, period: Period, days: Sequence[tuple[date, datetime]]) -> tuple[MailCount, ...]:
        day = _class_of(ActivityRow.at, [begin for _, begin in days[1:]])
        within = (ActivityRow.at >= period.since, ActivityRow.at < period.until)
        mail = select(day.label("day"), ActivityRow.mailbox_id, ActivityRow.outcome).where(*within).subquery()
        columns = (mail.c.day, MailboxRow.name, mail.c.outcome)
        asked = select(*columns, func.count()).join(MailboxRow, MailboxRow.id == mail.c.mailbox_id).group_by(*columns)
        rows = self._session.execute(asked.order_by(*columns))
        return tuple(MailCount(days[at][0], name, Outcome(outcome), number) for at, name, outcome, number in rows)

    def _senders(self, period: Period) -> tuple[tuple[str, int], ...]:
        within = (ActivityRow.at >= period.since, ActivityRow.at < period.until, ActivityRow.sender_key.is_not(None))
        number = func.count()
        asked = select(ActivityRow.sender_key, number).where(*within).group_by(ActivityRow.sender_key)
        rows = self._session.execute(asked.order_by(number.desc(), ActivityRow.sender_key).limit(TOP_SENDERS))
        return tuple((key or "", messages) for key, messages in rows)

    def _failing(self) -> tuple[FailingMailbox, ...]:
        asked = select(MailboxRow.name, MailboxStateRow).join(MailboxRow, MailboxRow.id == MailboxStateRow.mailbox_id)
        polled = (MailboxRow.deleted_at.is_(None), MailboxRow.enabled, MailboxStateRow.error_code.is_not(None))
        rows = self._session.execute(
            asked.where(*polled).order_by(MailboxRow.name), execution_options={"populate_existing": True}
        )
        states = [(name, state_of(row)) for name, row in rows]
        return tuple(FailingMailbox(name, each.failures, each.last_success_at, each.error) for name, each in states if each.error)

    def _outbox(self, period: Period) -> dict[str, int]:
        # Mail that goes out in a digest is counted once, as the digest; until that is made it waits by itself.
        within = (OutboxRow.created_at >= period.since, OutboxRow.created_at < period.until, OutboxRow.digest_id.is_(None))
        rows = self._session.execute(select(OutboxRow.state, func.count()).where(*within).group_by(OutboxRow.state))
        return {row[0]: row[1] for row in rows}

    def open_tickets(self, at: datetime, ages: Sequence[timedelta]) -> OpenTickets:
        """The tickets that are not closed at `at`. `ages` divide them into classes, in ascending order: 0 is younger than the first one."""
        open_ones = (RecordRow.module == Module.TICKET.value, RecordRow.status.in_(NOT_CLOSED))
        # The class grows with the moment of creation, so the youngest has the highest number. Of one day old is no longer younger.
        age = _class_of(RecordRow.created_at, [at - each + timedelta.resolution for each in reversed(ages)])
        tickets = select(RecordRow.technician_id, RecordRow.priority, age.label("age")).where(*open_ones).subquery()
        columns = (TechnicianRow.name, tickets.c.priority, tickets.c.age)
        joined = select(*columns, func.count()).select_from(tickets)
        asked = joined.outerjoin(TechnicianRow, TechnicianRow.id == tickets.c.technician_id).group_by(*columns)
        counts = tuple(
            TicketCount(name, _priority(priority), len(ages) - old, number)
            for name, priority, old, number in self._session.execute(asked)
        )
        oldest = _listed(open_ones).order_by(RecordRow.created_at, RecordRow.id).limit(MOST_ROWS)
        return OpenTickets(counts, tuple(_open_ticket(*each) for each in self._session.execute(oldest)))

    def service_levels(self, period: Period) -> ServiceLevelResults:
        """How the due times were kept that were met or missed in `period`, and what is overdue at its end."""
        late = _Late(period.until)
        # Answered within the period means: not closed yet, or closed within it. So both halves have an index.
        in_period = or_(
            and_(RecordRow.module.in_(_WITH_STATUS), RecordRow.status.in_(NOT_CLOSED)), RecordRow.closed_at >= period.since
        )
        answered = func.coalesce(RecordRow.responded_at, RecordRow.closed_at)
        numbers = (
            *_kept(answered, RecordRow.first_response_due_at, period),
            _number(late.response),
            *_kept(RecordRow.closed_at, RecordRow.close_due_at, period),
            _number(late.closing),
            _number(or_(late.response, late.closing)),
        )
        asked = select(RecordRow.priority, *numbers).where(RecordRow.service_level.is_not(None), in_period)
        rows = self._session.execute(asked.group_by(RecordRow.priority))
        counts = tuple(ServiceLevelCount(_priority(row[0]), *(int(each or 0) for each in row[1:])) for row in rows)
        return ServiceLevelResults(counts, self._overdue(late))

    def _overdue(self, late: _Late) -> tuple[OverdueRecord, ...]:
        due = case((late.response, RecordRow.first_response_due_at), else_=RecordRow.close_due_at)
        flags = (case((late.response, 1), else_=0), case((late.closing, 1), else_=0))
        asked = select(RecordRow, TechnicianRow.name, *flags).outerjoin(
            TechnicianRow, TechnicianRow.id == RecordRow.technician_id
        )
        open_ones = (RecordRow.module.in_(_WITH_STATUS), RecordRow.service_level.is_not(None), or_(late.response, late.closing))
        rows = self._session.execute(asked.where(*open_ones).order_by(due, RecordRow.id).limit(MOST_ROWS))
        return tuple(_overdue_record(*each) for each in rows)


class _Late:
    """The conditions under which a record is overdue at a moment. While it waits, its time stands still (NOT-04)."""

    def __init__(self, at: datetime) -> None:
        passed = func.coalesce(RecordRow.waiting_since, at)
        is_open = RecordRow.status.in_(NOT_CLOSED)
        self.response = and_(is_open, RecordRow.responded_at.is_(None), RecordRow.first_response_due_at < passed)
        self.closing = and_(is_open, RecordRow.close_due_at < passed)


def _priority(code: str) -> ReportedPriority:
    # One that was typed by hand must not keep the report from being sent.
    return next((each for each in Priority if each == code), code)


def _class_of(moment: Any, bounds: Sequence[datetime]) -> ColumnElement[int]:
    """How many of `bounds`, which ascend, are not after `moment`."""
    if not bounds:
        return literal_column("0")
    # Grouped by its name in a subquery: SQL Server takes an expression with parameters for another one each time it is written.
    return case(
        *((moment < bound, literal_column(str(number))) for number, bound in enumerate(bounds)),
        else_=literal_column(str(len(bounds))),
    )


def _kept(done: Any, due: Any, period: Period) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The numbers of records that were done in the period in time, and too late."""
    within = (done >= period.since, done < period.until)
    return _number(and_(*within, done <= due)), _number(and_(*within, done > due))


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _listed(conditions: Sequence[ColumnElement[bool]]) -> Any:
    asked = select(RecordRow, TechnicianRow.name, RequestorRow.name).where(*conditions)
    asked = asked.outerjoin(TechnicianRow, TechnicianRow.id == RecordRow.technician_id)
    return asked.outerjoin(RequestorRow, RequestorRow.id == RecordRow.requestor_id)


def _open_ticket(row: RecordRow, technician: str | None, requestor: str | None) -> OpenTicket:
    return OpenTicket(
        ref=RecordRef(Module(row.module), row.id),
        subject=row.subject,
        status=Status(row.status),
        priority=_priority(row.priority),
        technician=technician,
        requestor=requestor,
        created_at=row.created_at,
        due_at=row.due_at,
    )


def _overdue_record(row: RecordRow, technician: str | None, response: int, closing: int) -> OverdueRecord:
    return OverdueRecord(
        ref=RecordRef(Module(row.module), row.id),
        subject=row.subject,
        status=Status(row.status),
        priority=_priority(row.priority),
        service_level=row.service_level or "",
        technician=technician,
        response_due_at=row.first_response_due_at if response else None,
        close_due_at=row.close_due_at if closing else None,
    )
