"""What reports are about, in numbers and lists (NOT-02). `store.report_data` reads them, `helpdesk.reports` says them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.polling import PollError
from trackit_console.domain.records import Priority, RecordRef, Status

ReportedPriority = Priority | str
"""A priority, or a text that somebody wrote into the database by hand: reports tell it as it is."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `since`, included, to `until`, not included; both aware."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class MailCount:
    """How many messages of one day and one mailbox had this outcome."""

    day: date
    mailbox: str
    outcome: Outcome
    messages: int


@dataclass(frozen=True, slots=True)
class FailingMailbox:
    """A mailbox whose last visit failed; `failures` counts the visits since the last one that went well."""

    name: str
    failures: int
    last_success_at: datetime | None
    error: PollError


@dataclass(frozen=True, slots=True)
class MailActivity:
    """What became of the mail of a period.

    `senders` are the addresses from which most came, with how many; `outbox` counts the mail that was put into the outbox in the period by
    its state now. `failing` is as it is now.
    """

    counts: tuple[MailCount, ...] = ()
    senders: tuple[tuple[str, int], ...] = ()
    failing: tuple[FailingMailbox, ...] = ()
    outbox: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TicketCount:
    """How many open tickets of one technician (None: nobody) have this priority and age; `age` is the number of the class of ages."""

    technician: str | None
    priority: ReportedPriority
    age: int
    tickets: int


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """An open or waiting ticket in the list."""

    ref: RecordRef
    subject: str
    status: Status
    priority: ReportedPriority
    technician: str | None
    requestor: str | None
    created_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenTickets:
    """The tickets that are open or waiting: all of them counted, the oldest listed."""

    counts: tuple[TicketCount, ...] = ()
    oldest: tuple[OpenTicket, ...] = ()

    @property
    def total(self) -> int:
        return sum(each.tickets for each in self.counts)


@dataclass(frozen=True, slots=True)
class ServiceLevelCount:
    """How the records of one priority kept their due times.

    Met and missed are those of a period; overdue is as it is now: the due time has passed, and the record is neither answered nor closed.
    `overdue` counts a record once that is late in both.
    """

    priority: ReportedPriority
    response_met: int
    response_missed: int
    response_overdue: int
    closing_met: int
    closing_missed: int
    closing_overdue: int
    overdue: int


@dataclass(frozen=True, slots=True)
class OverdueRecord:
    """A record whose first response or closing is overdue; None: that one is not."""

    ref: RecordRef
    subject: str
    status: Status
    priority: ReportedPriority
    service_level: str
    technician: str | None
    response_due_at: datetime | None
    close_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class ServiceLevelResults:
    """How service levels were kept in a period, and what is overdue now: all counted, the latest listed."""

    counts: tuple[ServiceLevelCount, ...] = ()
    overdue: tuple[OverdueRecord, ...] = ()

    @property
    def total_overdue(self) -> int:
        return sum(each.overdue for each in self.counts)


ReportData = MailActivity | OpenTickets | ServiceLevelResults
