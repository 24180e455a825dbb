"""Makes a document of the numbers of a report: which tables there are, and what stands in the file (NOT-02)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from trackit_console.domain.deliveries import PROCESSED, Outcome
from trackit_console.domain.polling import PollError
from trackit_console.domain.records import Priority
from trackit_console.domain.report_data import (
    MailActivity,
    OpenTicket,
    OpenTickets,
    OverdueRecord,
    Period,
    ReportData,
    ReportedPriority,
    ServiceLevelCount,
    ServiceLevelResults,
)
from trackit_console.helpdesk.labels import label_of
from trackit_console.helpdesk.reports import phrases
from trackit_console.helpdesk.reports.document import Cell, Document, Table, cell_text
from trackit_console.helpdesk.reports.period import days_of
from trackit_console.user_messages import Phrase

ROWS_IN_THE_MAIL = 50
"""Rows of a list in the mail; the file has all that were read."""
AGE_BOUNDS = (timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=30))
"""Between the classes of ages in `phrases.AGES`."""
MOST_URGENT_FIRST = (Priority.URGENT, Priority.HIGH, Priority.MEDIUM, Priority.LOW)
Key = TypeVar("Key", bound=Hashable)
ErrorText = Callable[[PollError], Phrase]
"""Says what stopped the visits of a mailbox. The sentences belong to whoever reaches mail servers."""


def document_of(title: str, data: ReportData, period: Period, zone: ZoneInfo, error_text: ErrorText) -> Document:
    """The report `title` about `data`."""
    if isinstance(data, MailActivity):
        return Document(
            title, _about(phrases.PERIOD, period, zone), _mail_tables(data, period, zone, error_text), _mail_file(data), zone
        )
    if isinstance(data, OpenTickets):
        return Document(
            title, _about(phrases.MOMENT, period, zone), _ticket_tables(data, period), _ticket_file(data, period), zone
        )
    return Document(title, _about(phrases.PERIOD, period, zone), _level_tables(data), _level_file(data), zone)


def _about(sentence: str, period: Period, zone: ZoneInfo) -> Phrase:
    facts = {"since": cell_text(period.since, zone), "until": cell_text(period.until, zone), "zone": zone.key}
    return Phrase(phrases.CONTEXT, sentence, facts)


def _added(pairs: Iterable[tuple[Key, int]]) -> Counter[Key]:
    added: Counter[Key] = Counter()
    for key, number in pairs:
        added[key] += number
    return added


def _priority_text(priority: ReportedPriority) -> Cell:
    return label_of(priority) if isinstance(priority, Priority) else priority


def _urgency(priority: ReportedPriority) -> tuple[int, str]:
    """The order of priorities, the most urgent first, those that are not known last."""
    known = isinstance(priority, Priority)
    return MOST_URGENT_FIRST.index(priority) if known else len(MOST_URGENT_FIRST), priority


# ------------------------------------------------------------------ mail activity


def _mail_tables(data: MailActivity, period: Period, zone: ZoneInfo, error_text: ErrorText) -> tuple[Table, ...]:
    outcomes = _added((each.outcome, each.messages) for each in data.counts)
    failing = [(each.name, each.failures, each.last_success_at, error_text(each.error)) for each in data.failing]
    return (
        Table(
            phrases.MESSAGES_BY_OUTCOME,
            (phrases.OUTCOME, phrases.MESSAGES),
            tuple((phrases.OUTCOMES[each], outcomes[each]) for each in Outcome if outcomes[each]),
            phrases.NO_MESSAGES,
            bars=True,
        ),
        _by_mailbox(data),
        _by_day(data, [day for day, _ in days_of(period, zone)]),
        Table(phrases.TOP_SENDERS, (phrases.SENDER, phrases.MESSAGES), data.senders, phrases.NO_MESSAGES, bars=True),
        Table(
            phrases.FAILING_MAILBOXES,
            (phrases.MAILBOX, phrases.FAILED_CHECKS, phrases.LAST_SUCCESS, phrases.ERROR),
            tuple(failing),
            phrases.NONE_FAILS,
        ),
        Table(
            phrases.OUTGOING_MAIL,
            (phrases.STATE, phrases.MAILS),
            tuple((label, data.outbox[state]) for state, label in phrases.OUTBOX_STATES.items() if data.outbox.get(state)),
            phrases.NO_OUTGOING_MAIL,
        ),
    )


def _by_mailbox(data: MailActivity) -> Table:
    every = _added((each.mailbox, each.messages) for each in data.counts)
    processed = _added((each.mailbox, each.messages) for each in data.counts if each.outcome in PROCESSED)
    rows = tuple((name, processed[name], every[name] - processed[name], every[name]) for name in sorted(every, key=str.casefold))
    columns = (phrases.MAILBOX, phrases.PROCESSED, phrases.NOT_PROCESSED, phrases.MESSAGES)
    return Table(phrases.MESSAGES_BY_MAILBOX, columns, rows, phrases.NO_MESSAGES, bars=True)


def _by_day(data: MailActivity, days: Sequence[date]) -> Table:
    """Every day has a row, so that a gap is seen."""
    counts = _added((each.day, each.messages) for each in data.counts)
    rows = tuple((day, counts[day]) for day in days) if counts else ()
    return Table(phrases.MESSAGES_BY_DAY, (phrases.DAY, phrases.MESSAGES), rows, phrases.NO_MESSAGES, bars=True)


def _mail_file(data: MailActivity) -> list[tuple[Cell, ...]]:
    rows = [(each.day, each.mailbox, phrases.OUTCOMES[each.outcome], each.messages) for each in data.counts]
    return [(phrases.DAY, phrases.MAILBOX, phrases.OUTCOME, phrases.MESSAGES), *rows]


# ------------------------------------------------------------------ open tickets


def _ticket_tables(data: OpenTickets, period: Period) -> tuple[Table, ...]:
    technicians = _added((each.technician, each.tickets) for each in data.counts)
    priorities = _added((each.priority, each.tickets) for each in data.counts)
    ages = _added((each.age, each.tickets) for each in data.counts)
    shown = data.oldest[:ROWS_IN_THE_MAIL]
    return (
        Table(
            phrases.BY_TECHNICIAN,
            (phrases.TECHNICIAN, phrases.TICKETS),
            tuple((name or phrases.NOBODY, number) for name, number in technicians.most_common()),
            phrases.NO_TICKETS,
            bars=True,
        ),
        Table(
            phrases.BY_PRIORITY,
            (phrases.PRIORITY, phrases.TICKETS),
            tuple((_priority_text(each), priorities[each]) for each in sorted(priorities, key=_urgency)),
            phrases.NO_TICKETS,
            bars=True,
        ),
        Table(
            phrases.BY_AGE,
            (phrases.AGE, phrases.TICKETS),
            tuple((label, ages[number]) for number, label in enumerate(phrases.AGES)) if ages else (),
            phrases.NO_TICKETS,
            bars=True,
        ),
        Table(
            phrases.OLDEST_TICKETS,
            (phrases.RECORD, phrases.SUBJECT, phrases.PRIORITY, phrases.TECHNICIAN, phrases.CREATED, phrases.AGE_IN_DAYS),
            tuple(
                (
                    str(each.ref),
                    each.subject,
                    _priority_text(each.priority),
                    each.technician or phrases.NOBODY,
                    each.created_at,
                    _days(each, period),
                )
                for each in shown
            ),
            phrases.NO_TICKETS,
            note=_shown_of(len(shown), data.total),
        ),
    )


def _ticket_file(data: OpenTickets, period: Period) -> list[tuple[Cell, ...]]:
    heading = (
        phrases.RECORD, phrases.SUBJECT, phrases.STATUS, phrases.PRIORITY, phrases.TECHNICIAN, phrases.REQUESTOR, phrases.CREATED, phrases.AGE_IN_DAYS,
        phrases.DUE,
    )  # fmt: skip
    return [heading, *(_ticket_row(each, period) for each in data.oldest)]


def _ticket_row(each: OpenTicket, period: Period) -> tuple[Cell, ...]:
    people = (each.technician, each.requestor)
    codes = (label_of(each.status), _priority_text(each.priority))
    return (str(each.ref), each.subject, *codes, *people, each.created_at, _days(each, period), each.due_at)


def _days(ticket: OpenTicket, period: Period) -> int:
    return max(0, (period.until - ticket.created_at).days)


# ------------------------------------------------------------------ service levels


def _level_tables(data: ServiceLevelResults) -> tuple[Table, ...]:
    counts = sorted(data.counts, key=lambda each: _urgency(each.priority))
    columns = (phrases.PRIORITY, phrases.OVERDUE_NOW, phrases.IN_TIME, phrases.LATE, phrases.KEPT)
    shown = data.overdue[:ROWS_IN_THE_MAIL]
    return (
        Table(
            phrases.FIRST_RESPONSE,
            columns,
            tuple(_response_row(each) for each in counts),
            phrases.NO_SERVICE_LEVELS,
            bars=True,
            full=100,
        ),
        Table(
            phrases.CLOSING, columns, tuple(_closing_row(each) for each in counts), phrases.NO_SERVICE_LEVELS, bars=True, full=100
        ),
        Table(
            phrases.OVERDUE_RECORDS,
            (phrases.RECORD, phrases.SUBJECT, phrases.PRIORITY, phrases.TECHNICIAN, phrases.OVERDUE, phrases.DUE),
            tuple(
                (
                    str(each.ref),
                    each.subject,
                    _priority_text(each.priority),
                    each.technician or phrases.NOBODY,
                    *_most_overdue(each),
                )
                for each in shown
            ),
            phrases.NOTHING_OVERDUE,
            note=_shown_of(len(shown), data.total_overdue),
        ),
    )


def _response_row(each: ServiceLevelCount) -> tuple[Cell, ...]:
    kept = _percent(each.response_met, each.response_missed)
    return (_priority_text(each.priority), each.response_overdue, each.response_met, each.response_missed, kept)


def _closing_row(each: ServiceLevelCount) -> tuple[Cell, ...]:
    kept = _percent(each.closing_met, each.closing_missed)
    return (_priority_text(each.priority), each.closing_overdue, each.closing_met, each.closing_missed, kept)


def _percent(met: int, missed: int) -> int | None:
    """Rounded down: 100 % means that none was late. None if there was nothing to keep."""
    return met * 100 // (met + missed) if met + missed else None


def _most_overdue(each: OverdueRecord) -> tuple[Phrase, Cell]:
    """What was due first, and when."""
    if each.response_due_at is not None and (each.close_due_at is None or each.response_due_at <= each.close_due_at):
        return phrases.FIRST_RESPONSE, each.response_due_at
    return phrases.CLOSING, each.close_due_at


def _level_file(data: ServiceLevelResults) -> list[tuple[Cell, ...]]:
    heading = (
        phrases.RECORD, phrases.SUBJECT, phrases.STATUS, phrases.PRIORITY, phrases.SERVICE_LEVEL, phrases.TECHNICIAN, phrases.OVERDUE, phrases.DUE
    )  # fmt: skip
    return [heading, *(_overdue_row(each) for each in data.overdue)]


def _overdue_row(each: OverdueRecord) -> tuple[Cell, ...]:
    codes = (label_of(each.status), _priority_text(each.priority))
    return (str(each.ref), each.subject, *codes, each.service_level, each.technician, *_most_overdue(each))


def _shown_of(shown: int, total: int) -> Phrase | None:
    return Phrase(phrases.CONTEXT, phrases.SHOWN_OF, {"shown": shown, "total": total}) if shown < total else None
