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
from trackit_console.helpdesk.reports import words
from trackit_console.helpdesk.reports.document import Cell, Document, Table, cell_text
from trackit_console.helpdesk.reports.period import days_of
from trackit_console.user_messages import Phrase

ROWS_IN_THE_MAIL = 50
"""Rows of a list in the mail; the file has all that were read."""
AGE_BOUNDS = (timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=30))
"""Between the classes of ages in `words.AGES`."""
MOST_URGENT_FIRST = (Priority.URGENT, Priority.HIGH, Priority.MEDIUM, Priority.LOW)
Key = TypeVar("Key", bound=Hashable)
ErrorText = Callable[[PollError], Phrase]
"""Says what stopped the visits of a mailbox. The sentences belong to whoever reaches mail servers."""


def document_of(title: str, data: ReportData, period: Period, zone: ZoneInfo, error_text: ErrorText) -> Document:
    """The report `title` about `data`."""
    if isinstance(data, MailActivity):
        return Document(
            title, _about(words.PERIOD, period, zone), _mail_tables(data, period, zone, error_text), _mail_file(data), zone
        )
    if isinstance(data, OpenTickets):
        return Document(title, _about(words.MOMENT, period, zone), _ticket_tables(data, period), _ticket_file(data, period), zone)
    return Document(title, _about(words.PERIOD, period, zone), _level_tables(data), _level_file(data), zone)


def _about(sentence: str, period: Period, zone: ZoneInfo) -> Phrase:
    facts = {"since": cell_text(period.since, zone), "until": cell_text(period.until, zone), "zone": zone.key}
    return Phrase(words.CONTEXT, sentence, facts)


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
            words.MESSAGES_BY_OUTCOME,
            (words.OUTCOME, words.MESSAGES),
            tuple((words.OUTCOMES[each], outcomes[each]) for each in Outcome if outcomes[each]),
            words.NO_MESSAGES,
            bars=True,
        ),
        _by_mailbox(data),
        _by_day(data, [day for day, _ in days_of(period, zone)]),
        Table(words.TOP_SENDERS, (words.SENDER, words.MESSAGES), data.senders, words.NO_MESSAGES, bars=True),
        Table(
            words.FAILING_MAILBOXES,
            (words.MAILBOX, words.FAILED_CHECKS, words.LAST_SUCCESS, words.ERROR),
            tuple(failing),
            words.NONE_FAILS,
        ),
        Table(
            words.OUTGOING_MAIL,
            (words.STATE, words.MAILS),
            tuple((label, data.outbox[state]) for state, label in words.OUTBOX_STATES.items() if data.outbox.get(state)),
            words.NO_OUTGOING_MAIL,
        ),
    )


def _by_mailbox(data: MailActivity) -> Table:
    every = _added((each.mailbox, each.messages) for each in data.counts)
    processed = _added((each.mailbox, each.messages) for each in data.counts if each.outcome in PROCESSED)
    rows = tuple((name, processed[name], every[name] - processed[name], every[name]) for name in sorted(every, key=str.casefold))
    columns = (words.MAILBOX, words.PROCESSED, words.NOT_PROCESSED, words.MESSAGES)
    return Table(words.MESSAGES_BY_MAILBOX, columns, rows, words.NO_MESSAGES, bars=True)


def _by_day(data: MailActivity, days: Sequence[date]) -> Table:
    """Every day has a row, so that a gap is seen."""
    counts = _added((each.day, each.messages) for each in data.counts)
    rows = tuple((day, counts[day]) for day in days) if counts else ()
    return Table(words.MESSAGES_BY_DAY, (words.DAY, words.MESSAGES), rows, words.NO_MESSAGES, bars=True)


def _mail_file(data: MailActivity) -> list[tuple[Cell, ...]]:
    rows = [(each.day, each.mailbox, words.OUTCOMES[each.outcome], each.messages) for each in data.counts]
    return [(words.DAY, words.MAILBOX, words.OUTCOME, words.MESSAGES), *rows]


# ------------------------------------------------------------------ open tickets


def _ticket_tables(data: OpenTickets, period: Period) -> tuple[Table, ...]:
    technicians = _added((each.technician, each.tickets) for each in data.counts)
    priorities = _added((each.priority, each.tickets) for each in data.counts)
    ages = _added((each.age, each.tickets) for each in data.counts)
    shown = data.oldest[:ROWS_IN_THE_MAIL]
    return (
        Table(
            words.BY_TECHNICIAN,
            (words.TECHNICIAN, words.TICKETS),
            tuple((name or words.NOBODY, number) for name, number in technicians.most_common()),
            words.NO_TICKETS,
            bars=True,
        ),
        Table(
            words.BY_PRIORITY,
            (words.PRIORITY, words.TICKETS),
            tuple((_priority_text(each), priorities[each]) for each in sorted(priorities, key=_urgency)),
            words.NO_TICKETS,
            bars=True,
        ),
        Table(
            words.BY_AGE,
            (words.AGE, words.TICKETS),
            tuple((label, ages[number]) for number, label in enumerate(words.AGES)) if ages else (),
            words.NO_TICKETS,
            bars=True,
        ),
        Table(
            words.OLDEST_TICKETS,
            (words.RECORD, words.SUBJECT, words.PRIORITY, words.TECHNICIAN, words.CREATED, words.AGE_IN_DAYS),
            tuple(
                (
                    str(each.ref),
                    each.subject,
                    _priority_text(each.priority),
                    each.technician or words.NOBODY,
                    each.created_at,
                    _days(each, period),
                )
                for each in shown
            ),
            words.NO_TICKETS,
            note=_shown_of(len(shown), data.total),
        ),
    )


def _ticket_file(data: OpenTickets, period: Period) -> list[tuple[Cell, ...]]:
    heading = (
        words.RECORD, words.SUBJECT, words.STATUS, words.PRIORITY, words.TECHNICIAN, words.REQUESTOR, words.CREATED, words.AGE_IN_DAYS,
        words.DUE,
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
    columns = (words.PRIORITY, words.OVERDUE_NOW, words.IN_TIME, words.LATE, words.KEPT)
    shown = data.overdue[:ROWS_IN_THE_MAIL]
    return (
        Table(
            words.FIRST_RESPONSE,
            columns,
            tuple(_response_row(each) for each in counts),
            words.NO_SERVICE_LEVELS,
            bars=True,
            full=100,
        ),
        Table(words.CLOSING, columns, tuple(_closing_row(each) for each in counts), words.NO_SERVICE_LEVELS, bars=True, full=100),
        Table(
            words.OVERDUE_RECORDS,
            (words.RECORD, words.SUBJECT, words.PRIORITY, words.TECHNICIAN, words.OVERDUE, words.DUE),
            tuple(
                (
                    str(each.ref),
                    each.subject,
                    _priority_text(each.priority),
                    each.technician or words.NOBODY,
                    *_most_overdue(each),
                )
                for each in shown
            ),
            words.NOTHING_OVERDUE,
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
        return words.FIRST_RESPONSE, each.response_due_at
    return words.CLOSING, each.close_due_at


def _level_file(data: ServiceLevelResults) -> list[tuple[Cell, ...]]:
    heading = (
        words.RECORD, words.SUBJECT, words.STATUS, words.PRIORITY, words.SERVICE_LEVEL, words.TECHNICIAN, words.OVERDUE, words.DUE
    )  # fmt: skip
    return [heading, *(_overdue_row(each) for each in data.overdue)]


def _overdue_row(each: OverdueRecord) -> tuple[Cell, ...]:
    codes = (label_of(each.status), _priority_text(each.priority))
    return (str(each.ref), each.subject, *codes, each.service_level, each.technician, *_most_overdue(each))


def _shown_of(shown: int, total: int) -> Phrase | None:
    return Phrase(words.CONTEXT, words.SHOWN_OF, {"shown": shown, "total": total}) if shown < total else None
