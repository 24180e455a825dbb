"""The Reports page: the first report, the list with its runs, the preview, and sending at once (NOT-02)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog
from sqlalchemy import text, update

from tests.console.conftest import Person, will_press
from trackit_console.console.widgets.time_zone_choice import local_time_zone
from trackit_console.monitor.errors import NoSenderForReports
from trackit_console.monitor.report_runs import schedule_key
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.settings.reports import Report
from trackit_console.settings.schedules import Schedule
from trackit_console.store.outbox_views import OutboxQuery
from trackit_console.store.report_runs import ReportRun
from trackit_console.store.row_mapping import Stored
from trackit_console.store.tables import RevisionRow

SCHEDULE = Schedule(repeat="weekly", weekdays=["monday", "thursday"], time="07:30", time_zone="Asia/Tokyo")
REPORT = Report(name="Open tickets", kind="open_tickets", schedule=SCHEDULE, recipients=["boss@example.com", "ada@example.com"])
SMTP = BasicOutgoing(
    smtp_server_name="smtp.example.com", port=587, from_address="a@example.com", smtp_requires_authentication=False
)
pytestmark = pytest.mark.covers("NOT-02")


@pytest.fixture
def page(person: Person) -> Any:
    """The page with one report, which is off and selected; there is an account that sends."""
    with person.window.services.database.begin() as transaction:
        transaction.settings.save_outgoing(SMTP, None, "t")
        transaction.reports.add(REPORT, "t")
    person.window.watch.refresh()
    shown = person.page("reports")
    person.wait(lambda: shown.current.table.shown == 1)
    shown.ui.reports.selectRow(0)
    return shown


def kept(person: Person) -> list[Stored[Report]]:
    with person.window.services.database.reading() as transaction:
        return transaction.reports.all()


def cells(page: Any, row: int = 0) -> list[str]:
    model = page.current.table.model
    return [column.text(model.rows[row]) for column in model.columns]


def tips(page: Any, column: int) -> str:
    model = page.current.table.model
    words: str = model.columns[column].tip(model.rows[0])
    return words


def outbox(person: Person) -> list[str]:
    """The recipients of the mail that waits."""
    return sorted(row.recipients[0] for row in person.window.services.outgoing_mail.part(OutboxQuery(), 10, 0).rows)


def test_an_empty_list_proposes_a_first_report_that_only_lacks_its_recipients(person: Person) -> None:
    page = person.page("reports")
    person.wait(page.current.empty.isVisible)
    person.click(page.current.empty.button)
    dialog = person.dialog()
    person.click(dialog.ui.cancel_button)  # without a question: nothing was typed
    assert not dialog.isVisible()
    person.click(page.current.empty.button)
    dialog = person.dialog()
    person.click(dialog.ui.save_button)
    person.wait(dialog.ui.recipients_message.isVisible)
    person.qtbot.keyClicks(dialog.ui.recipients.new_line, "boss@example.com")
    person.click(dialog.ui.save_button)
    person.wait(lambda: len(kept(person)) == 1)
    schedule = Schedule(repeat="weekly", time_zone=local_time_zone())
    assert kept(person)[0].value == Report(
        name="Mail of the week", enabled=True, schedule=schedule, recipients=["boss@example.com"]
    )
    person.wait(lambda: page.current.table.shown == 1)
    assert cells(page)[:5] == ["Enabled", "Mail of the week", "Mail activity", "Monday at 08:00", "boss@example.com"]


@pytest.mark.covers("T-04")
def test_a_report_is_made_in_the_dialog_and_says_what_is_wrong(person: Person, page: Any) -> None:
    person.click(page.ui.new_button)
    dialog = person.dialog()
    assert dialog.ui.schedule.value == Schedule(time_zone=local_time_zone())
    person.type(dialog.ui.name, "Levels")
    person.choose(dialog.ui.kind, "Service levels")
    person.choose(dialog.ui.schedule.editors["repeat"], "Every month")
    person.type(dialog.ui.schedule.editors["time"], "25:00")
    person.qtbot.keyClicks(dialog.ui.recipients.new_line, "nobody")
    person.click(dialog.ui.save_button)
    person.wait(lambda: dialog.ui.schedule_message.isVisible() and dialog.ui.recipients_message.isVisible())
    assert dialog.ui.recipients_message.text() == "nobody: Enter an email address such as userName@domain.com."
    person.type(dialog.ui.schedule.editors["time"], "6:00")
    dialog.ui.recipients.new_line.clear()
    person.qtbot.keyClicks(dialog.ui.recipients.new_line, "boss@example.com")
    dialog.ui.attach_csv.click()
    person.click(dialog.ui.save_button)
    person.wait(lambda: len(kept(person)) == 2)
    made = kept(person)[1].value
    assert (made.kind, made.schedule.repeat, made.schedule.time, made.attach_csv) == ("service_levels", "monthly", "06:00", False)
    person.wait(lambda: page.current.table.shown == 2)
    assert cells(page, 1)[3] == "Monthly on day 1 at 06:00"


def test_the_list_says_when_it_runs_next_and_why_it_was_not_sent(person: Person, page: Any) -> None:
    weekly = "Monday, Thursday at 07:30"
    assert cells(page) == [
        "Disabled", "Open tickets", "Open tickets", weekly, "boss@example.com, ada@example.com", "–", "not yet"
    ]  # fmt: skip
    person.click(page.ui.enable_button)
    person.wait(lambda: cells(page)[0] == "Enabled" and cells(page)[5] != "–")
    assert not cells(page)[5].startswith("due")
    now = person.window.services.clock.now()
    run = ReportRun(kept(person)[0].id, schedule_key(REPORT), now - timedelta(hours=1))
    with person.window.services.database.begin() as transaction:
        transaction.report_runs.plan(run.report_id, run.schedule, run.next_run_at)
        transaction.report_runs.fail(run, run.next_run_at, NoSenderForReports.code)
    page.refresh()
    person.wait(lambda: cells(page)[0] == "Not sent")
    assert cells(page)[5].startswith("due since ")
    assert cells(page)[6] == "The report cannot be sent, because no outgoing email account is set up."
    assert "Set up outgoing email." in tips(page, 0) and "Last sent: not yet" in tips(page, 6)
    assert "(Asia/Tokyo)" in tips(page, 3)
    assert page.ui.trouble.isVisible() and "Set up outgoing email." in page.ui.trouble.text()


def test_run_now_asks_to_whom_and_leads_to_the_outbox(person: Person, page: Any, answers: list[tuple[str, str]]) -> None:
    will_press("Cancel")
    person.click(page.ui.run_button)
    assert answers[0][0] == (
        "Send the report Open tickets now?\nIt goes to boss@example.com, ada@example.com. Its schedule stays as it is."
    )
    assert outbox(person) == []
    will_press("Send")
    person.click(page.ui.run_button)
    person.wait(page.ui.result.isVisible)
    assert outbox(person) == ["ada@example.com", "boss@example.com"]
    assert "Open tickets is in the outbox. It is sent when the email monitor runs." in page.ui.result.words
    with person.window.services.database.reading() as transaction:
        assert [(each.action, each.name) for each in transaction.audit.latest(1)] == [("sent", "Open tickets")]
    person.click(page.ui.result.button)
    assert person.window.current == "outgoing_mail"
    person.page("reports")
    assert not page.ui.result.isVisible()


def test_without_an_account_a_banner_says_so_and_nothing_is_sent(
    person: Person, page: Any, answers: list[tuple[str, str]]
) -> None:
    person.wait(lambda: not page.ui.banner.isVisible())
    with person.window.services.database.begin() as transaction:
        transaction.session.execute(text("DELETE FROM outgoing"))
        transaction.session.execute(update(RevisionRow).values(revision=RevisionRow.revision + 1))
    person.window.watch.refresh()
    person.wait(page.ui.banner.isVisible)
    will_press("Send", "Close")
    person.click(page.ui.run_button)
    person.wait(lambda: len(answers) == 2)
    assert answers[1][0].startswith("The report cannot be sent, because no outgoing email account is set up.")
    assert outbox(person) == [] and not page.ui.result.isVisible()
    person.click(page.ui.banner.button)
    assert person.window.current == "incoming"


def test_the_preview_shows_the_mail_and_saves_its_file(
    person: Person, page: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    person.click(page.ui.preview_button)
    dialog = person.dialog()
    assert dialog.windowTitle() == "Preview of Open tickets"
    assert "No ticket is open." in dialog.formatted.toPlainText()
    assert "(Asia/Tokyo)" in dialog.text.toPlainText()
    dialog.tabs.setCurrentIndex(2)
    assert [column.heading for column in dialog.rows.model.columns][:3] == ["Record", "Subject", "Status"]
    file = tmp_path / "saved.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(file), ""))
    person.click(dialog.save_button)
    assert file.read_text("utf-8-sig").startswith("Record,Subject,Status")
    dialog.reject()
    assert outbox(person) == []


def test_settings_that_are_wrong_can_be_mended_but_not_sent(person: Person, page: Any) -> None:
    with person.window.services.database.begin() as transaction:
        transaction.session.execute(text("""UPDATE reports SET definition = '{"kind": "of_tomorrow", "enabled": true}'"""))
    page.refresh()
    person.wait(lambda: cells(page)[0] == "Settings wrong")
    assert cells(page)[2:7] == ["of_tomorrow", "", "", "–", "not yet"]
    person.wait(lambda: not page.ui.run_button.isEnabled())
    assert not page.ui.preview_button.isEnabled() and page.ui.edit_button.isEnabled()


def test_deleting_asks(person: Person, page: Any, answers: list[tuple[str, str]]) -> None:
    will_press("Delete")
    person.click(page.ui.delete_button)
    person.wait(lambda: kept(person) == [])
    assert answers[0][0].startswith("Delete the report Open tickets?")
    person.wait(page.current.empty.isVisible)
