"""What reports say and how they look: HTML for mail programs, text, and a file for spreadsheets (NOT-02, SEC-03)."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.polling import PollError
from trackit_console.domain.records import Module, Priority, RecordRef, Status
from trackit_console.domain.report_data import (
    FailingMailbox,
    MailActivity,
    MailCount,
    OpenTicket,
    OpenTickets,
    OverdueRecord,
    Period,
    ReportData,
    ServiceLevelCount,
    ServiceLevelResults,
    TicketCount,
)
from trackit_console.helpdesk.reports import phrases
from trackit_console.helpdesk.reports.contents import AGE_BOUNDS, ROWS_IN_THE_MAIL, document_of
from trackit_console.helpdesk.reports.csv_file import csv_of
from trackit_console.helpdesk.reports.document import Document
from trackit_console.helpdesk.reports.html import html_of
from trackit_console.helpdesk.reports.period import MOST_DAYS, days_of, period_of
from trackit_console.helpdesk.reports.plain import text_of
from trackit_console.settings.schedules import Repeat, Schedule
from trackit_console.user_messages import Phrase

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
PERIOD = Period(NOW - timedelta(days=2), NOW)
HOSTILE = '=cmd|"x" <script>alert(1)</script> & [Ticket - 7]'


def document(data: ReportData, period: Period = PERIOD) -> Document:
    return document_of("Morning <report>", data, period, BERLIN, lambda error: Phrase("", f"error\n{error.code}"))


def counts(number: int = 1) -> tuple[MailCount, ...]:
    return (
        MailCount(date(2026, 3, 2), "Support", Outcome.CREATED, 3 * number),
        MailCount(date(2026, 3, 2), "Sales", Outcome.FILTERED, number),
        MailCount(date(2026, 3, 4), "Support", Outcome.NOTED, 2 * number),
    )


MAIL = MailActivity(
    counts(),
    (("bo@example.com", 4), ("cy@example.com", 2)),
    (FailingMailbox("Sales", 3, NOW - timedelta(hours=5), PollError("sign_in", "transports", "refused")),),
    {"sent": 5, "failed": 1},
)


def open_ticket(number: int, subject: str = "Printer", **fields: object) -> OpenTicket:
    usual: dict[str, object] = {
        "technician": "Ada",
        "requestor": "Bo",
        "created_at": NOW - timedelta(days=number),
        "due_at": None,
    }
    return OpenTicket(RecordRef(Module.TICKET, number), subject, Status.WAITING, Priority.HIGH, **{**usual, **fields})  # type: ignore[arg-type]


TICKETS = OpenTickets(
    (TicketCount("Ada", Priority.HIGH, 4, 2), TicketCount(None, Priority.LOW, 0, 5), TicketCount("Ada", Priority.LOW, 0, 1)),
    (open_ticket(40, HOSTILE), open_ticket(12, technician=None, due_at=NOW)),
)
LEVELS = ServiceLevelResults(
    (
        ServiceLevelCount(Priority.LOW, 1, 0, 0, 0, 0, 0, 0),
        ServiceLevelCount(Priority.URGENT, 199, 1, 2, 3, 1, 1, 2),
    ),
    (
        OverdueRecord(
            RecordRef(Module.TICKET, 7), "Server", Status.OPEN, Priority.URGENT, "Gold", "Ada", NOW - timedelta(hours=3), None
        ),
        OverdueRecord(
            RecordRef(Module.ASSIGNMENT, 8), "Cable", Status.OPEN, Priority.URGENT, "Gold", None, NOW, NOW - timedelta(hours=1)
        ),
    ),
)
ALL = [pytest.param(each, id=type(each).__name__) for each in (MAIL, TICKETS, LEVELS)]
NOTHING = [pytest.param(each, id=type(each).__name__) for each in (MailActivity(), OpenTickets(), ServiceLevelResults())]


def lines(data: ReportData, title: str) -> list[list[str]]:
    """The rows of the table with this title, in the text."""
    section = next(each for each in text_of(document(data)).split("\n\n") if each.startswith(f"{title}\n"))
    return [re.split(r"  +", line.strip()) for line in section.splitlines()[2:]]


class Page(HTMLParser):
    """Reads a page as strictly as a mail program may: what is opened must be closed, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.shown = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.shown += data


@pytest.mark.covers("NOT-02")
def test_mail_activity_tells_outcomes_mailboxes_days_senders_failures_and_the_outbox() -> None:
    assert lines(MAIL, "Messages by outcome")[1:] == [
        ["Became a new ticket", "3"],
        ["Became a note on a record", "2"],
        ["Stopped by a filter", "1"],
    ]
    assert lines(MAIL, "Messages by mailbox")[1:] == [["Sales", "0", "1", "1"], ["Support", "5", "0", "5"]]
    assert lines(MAIL, "Messages by day")[1:] == [["2026-03-02", "4"], ["2026-03-03", "0"], ["2026-03-04", "2"]]
    assert lines(MAIL, "Senders of most messages")[1:] == [["bo@example.com", "4"], ["cy@example.com", "2"]]
    assert lines(MAIL, "Mailboxes that fail now")[1:] == [["Sales", "3", "2026-03-04 03:00", "error refused"]]
    assert lines(MAIL, "Outgoing mail of this time")[1:] == [["Sent", "5"], ["Failed", "1"]]


@pytest.mark.covers("NOT-02")
def test_open_tickets_are_told_by_technician_priority_and_age_and_the_oldest_are_listed() -> None:
    assert lines(TICKETS, "Open tickets by technician")[1:] == [["(nobody)", "5"], ["Ada", "3"]]
    assert lines(TICKETS, "Open tickets by priority")[1:] == [["High", "2"], ["Low", "6"]]
    ages = lines(TICKETS, "Open tickets by age")[1:]
    assert ages == [
        ["Less than a day", "6"],
        ["1 to 3 days", "0"],
        ["3 to 7 days", "0"],
        ["7 to 30 days", "0"],
        ["30 days and more", "2"],
    ]
    [_, first, second, note] = lines(TICKETS, "The oldest open tickets")
    assert (first[0], first[-1]) == ("Ticket - 40", "40")
    assert second == ["Ticket - 12", "Printer", "High", "(nobody)", "2026-02-20 08:00", "12"]
    assert " ".join(note) == "2 of 8 are shown here, those that come first."


@pytest.mark.covers("NOT-02", "NOT-04")
def test_service_levels_are_told_by_priority_the_most_urgent_first() -> None:
    assert lines(LEVELS, "First response")[1:] == [["Urgent", "2", "199", "1", "99"], ["Low", "0", "1", "0", "100"]]
    assert lines(LEVELS, "Closing")[1:] == [["Urgent", "1", "3", "1", "75"], ["Low", "0", "0", "0"]]
    assert lines(LEVELS, "What is overdue now")[1:] == [
        ["Ticket - 7", "Server", "Urgent", "Ada", "First response", "2026-03-04 05:00"],
        ["Assignment - 8", "Cable", "Urgent", "(nobody)", "Closing", "2026-03-04 07:00"],
    ]


@pytest.mark.covers("NOT-02")
@pytest.mark.parametrize("data", NOTHING)
def test_a_report_about_nothing_says_so(data: ReportData) -> None:
    made = document(data)
    assert all(str(each.empty) in text_of(made) and str(each.empty) in html_of(made) for each in made.tables)
    assert "<table" not in html_of(made)
    assert len(csv_of(made).splitlines()) == 1


@pytest.mark.covers("NOT-02", "SEC-03")
@pytest.mark.parametrize("data", ALL)
def test_the_page_is_well_formed_and_needs_nothing_from_outside(data: ReportData) -> None:
    page = Page(html_of(document(data)))
    assert page.open == []
    assert page.tags <= {"html", "head", "meta", "title", "body", "h1", "h2", "p", "table", "tr", "th", "td"}
    assert "Morning <report>" in page.shown
    assert not re.search(r"url\(|src=|href=|<style", html_of(document(data)))


@pytest.mark.covers("SEC-03", "NOT-02")
def test_what_others_wrote_is_text_in_the_page_and_in_the_file() -> None:
    made = document(TICKETS)
    assert HOSTILE in Page(html_of(made)).shown
    assert "<script" not in html_of(made)
    [_, row, _] = csv.reader(io.StringIO(csv_of(made).lstrip("\ufeff")))
    assert row[1] == f"'{HOSTILE}"


@pytest.mark.covers("NOT-02")
def test_bars_grow_with_the_numbers_beside_them() -> None:
    widths = re.findall(
        r'<td width="(\d+)%" bgcolor', html_of(document(MailActivity(counts(1000)))).partition("Messages by day")[2]
    )
    assert widths == ["100", "50"]
    assert re.findall(r'<td width="(\d+)%" bgcolor', html_of(document(LEVELS))) == ["99", "100", "75"]
    small = MailActivity((*counts(1000), MailCount(date(2026, 3, 3), "Support", Outcome.NOTED, 1)))
    assert 'width="1%" bgcolor' in html_of(document(small))


@pytest.mark.covers("NOT-02")
def test_the_file_has_all_rows_and_the_mail_the_first_of_them() -> None:
    many = OpenTickets((TicketCount("Ada", Priority.HIGH, 4, 1234),), tuple(open_ticket(number) for number in range(1, 1001)))
    made = document(many)
    assert html_of(made).count("Ticket - ") == ROWS_IN_THE_MAIL
    assert "50 of 1234 are shown here" in html_of(made)
    rows = list(csv.reader(io.StringIO(csv_of(made).lstrip("\ufeff"))))
    assert len(rows) == 1001
    assert rows[0][:4] == ["Record", "Subject", "Status", "Priority"]
    assert csv_of(made).startswith("\ufeff")


@pytest.mark.covers("NOT-02")
def test_moments_are_those_of_the_reports_time_zone() -> None:
    assert "From 2026-03-02 08:00 to 2026-03-04 08:00 (Europe/Berlin)" in text_of(document(MAIL))
    assert "As of 2026-03-04 08:00 (Europe/Berlin)" in text_of(document(TICKETS))


def test_every_outcome_and_age_has_a_word() -> None:
    assert set(phrases.OUTCOMES) == set(Outcome)
    assert len(phrases.AGES) == len(AGE_BOUNDS) + 1


@pytest.mark.covers("NOT-02")
@pytest.mark.parametrize(("repeat", "days"), [("daily", 1), ("weekly", 7), ("monthly", 31)])
def test_the_first_report_is_about_the_usual_time(repeat: Repeat, days: int) -> None:
    assert period_of(Schedule(repeat=repeat), None, NOW) == Period(NOW - timedelta(days=days), NOW)


@pytest.mark.covers("NOT-02")
@pytest.mark.parametrize(("hours", "expected"), [(5, 5), (48, 48), (24 * 400, 24 * MOST_DAYS), (-1, 0)])
def test_a_report_is_about_the_time_since_its_last_run(hours: int, expected: int) -> None:
    assert period_of(Schedule(), NOW - timedelta(hours=hours), NOW).since == NOW - timedelta(hours=expected)


def test_days_begin_at_midnight_of_the_time_zone_also_when_the_clock_changes() -> None:
    period = Period(datetime(2026, 3, 28, 22, 0, tzinfo=UTC), datetime(2026, 3, 29, 22, 30, tzinfo=UTC))
    assert [(day.isoformat(), begin.isoformat()) for day, begin in days_of(period, BERLIN)] == [
        ("2026-03-28", "2026-03-27T23:00:00+00:00"),
        ("2026-03-29", "2026-03-28T23:00:00+00:00"),
        ("2026-03-30", "2026-03-29T22:00:00+00:00"),
    ]
