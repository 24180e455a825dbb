"""`report` as a script sees it: what a report says, and sending it at once (NOT-02, PKG-02)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from trackit_console.__main__ import main
from trackit_console.paths import DataDir
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.settings.reports import Report
from trackit_console.store.database import Database
from trackit_console.store.tables import OutboxRow

Run = Callable[..., tuple[int, Any]]
SMTP = BasicOutgoing(
    smtp_server_name="smtp.example.com", port=25, smtp_requires_authentication=False, from_address="a@example.com"
)


@pytest.fixture
def run(data_dir: DataDir, database: Database, capsys: pytest.CaptureFixture[str]) -> Run:
    """Calls the command, on a database with two reports."""
    with database.begin() as transaction:
        transaction.settings.save_outgoing(SMTP, None, "ada")
        for name, kind in (("Morning", "mail_activity"), ("Who is late", "service_levels")):
            transaction.reports.add(Report(name=name, kind=kind, recipients=["boss@example.com"]), "ada")  # type: ignore[arg-type]

    def ask(*options: str) -> tuple[int, Any]:
        code = main(["--data-dir", str(data_dir.root), "report", *options])
        out = capsys.readouterr().out
        return code, json.loads(out) if "--json" in options else out

    return ask


def sent(database: Database) -> list[str]:
    with database.reading() as transaction:
        return list(transaction.session.scalars(select(OutboxRow.subject)))


@pytest.mark.covers("NOT-02", "PKG-02")
def test_a_report_is_printed_and_nothing_is_sent(run: Run, database: Database) -> None:
    code, out = run("who  is LATE")
    assert code == 0
    assert out.startswith("Who is late\nFrom ")
    assert "Nothing is overdue." in out
    assert sent(database) == []


@pytest.mark.covers("NOT-02", "PKG-02")
def test_a_report_as_json_has_its_tables_as_cells(run: Run) -> None:
    code, document = run("Morning", "--json")
    assert (code, document["name"], document["kind"], document["sent_to"]) == (0, "Morning", "mail_activity", [])
    assert set(document) == {"name", "kind", "since", "until", "tables", "sent_to"}
    assert document["tables"][1] == {
        "title": "Messages by mailbox",
        "columns": ["Mailbox", "Processed", "Not processed", "Messages"],
        "rows": [],
        "note": None,
    }


@pytest.mark.covers("NOT-02", "PKG-02")
def test_a_report_is_sent_at_once(run: Run, database: Database) -> None:
    assert run("Morning", "--send", "--json")[1]["sent_to"] == ["boss@example.com"]
    code, out = run("Morning", "--send")
    assert (code, out.splitlines()[-1]) == (0, "Put into the outbox for boss@example.com.")
    assert sent(database) == ["Morning", "Morning"]


@pytest.mark.covers("NOT-02", "PKG-02")
def test_a_report_that_is_not_there_is_a_wrong_call_that_names_those_that_are(run: Run) -> None:
    code, document = run("Evening", "--json")
    assert (code, document["error"]["code"]) == (2, "wrong_call")
    assert "There are: Morning, Who is late." in document["error"]["detail"]


@pytest.mark.covers("NOT-02", "OUT-02")
def test_without_an_outgoing_account_it_fails_in_words(run: Run, database: Database) -> None:
    with database.begin() as transaction:
        transaction.session.execute(text("DELETE FROM outgoing"))
    code, document = run("Morning", "--send", "--json")
    assert (code, document["error"]["code"]) == (1, "no_sender_for_reports")
    assert sent(database) == []


def test_a_report_that_was_edited_by_hand_is_refused_with_its_field(run: Run, database: Database) -> None:
    with database.begin() as transaction:
        transaction.session.execute(text("UPDATE reports SET definition = '{\"recipients\": [\"boss\"]}' WHERE name = 'Morning'"))
    code, document = run("Morning", "--json")
    assert code == 2
    assert "recipients.0: Enter an email address" in document["error"]["detail"]
