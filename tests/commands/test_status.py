"""`status` as a monitoring system sees it: one document, and an exit code that says whether somebody has to act."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.settings.samples import imap
from trackit_console.__main__ import main
from trackit_console.clock import SystemClock
from trackit_console.domain.polling import PollError, VisitEnd
from trackit_console.paths import DataDir
from trackit_console.settings.exchange_mailbox import Microsoft365
from trackit_console.store.database import Database
from trackit_console.store.monitoring_views import HEADLESS, Host

GUID = "9f1b6c1e-4f0c-4a5e-9a35-0d7f2c8f7c11"
Status = Callable[..., tuple[int, Any]]


@pytest.fixture
def status(data_dir: DataDir, capsys: pytest.CaptureFixture[str]) -> Status:
    def ask(*options: str) -> tuple[int, Any]:
        code = main(["--data-dir", str(data_dir.root), "status", *options])
        out = capsys.readouterr().out
        return code, json.loads(out) if "--json" in options else out

    return ask


def run_monitor(database: Database) -> None:
    now = SystemClock().now()
    with database.begin() as transaction:
        transaction.monitoring.want(True, "ada")
        number = transaction.audit.revision().number
        transaction.monitoring.report(Host("h", "HELPDESK01", HEADLESS, "running", number, now - timedelta(hours=3), now))


def visit(database: Database, mailbox_id: int, error: PollError | None = None) -> None:
    with database.begin() as transaction:
        lease = transaction.mailbox_leases.begin_visit(mailbox_id, "h", regardless=True)
        assert lease is not None
        transaction.mailbox_states.end_visit(lease, VisitEnd(error, False, 3), lambda _: timedelta(minutes=5))


def add(database: Database, mailbox: Any) -> int:
    with database.begin() as transaction:
        return transaction.mailboxes.add(mailbox, "ada").id


@pytest.mark.covers("PKG-02", "IN-15")
def test_all_is_well_while_the_monitor_runs_and_no_mailbox_fails(database: Database, status: Status) -> None:
    visit(database, add(database, imap(name="Support")))
    add(database, imap(name="Old", user_account_name="old", enabled=False))
    run_monitor(database)
    code, found = status("--json")
    assert code == 0
    assert (found["monitor"]["state"], found["monitor"]["hosts"][0]["name"]) == ("running", "HELPDESK01")
    assert [(each["name"], each["state"], each["unread"]) for each in found["mailboxes"]] == [
        ("Old", "disabled", None),
        ("Support", "working", 3),
    ]
    nothing = dict.fromkeys(("oldest_at", "failing_since", "next_try_at", "error"))
    assert found["outbox"] == {"waiting": 0, "failed": 0, **nothing}
    assert found["database"]["kind"] == "sqlite"
    assert datetime.fromisoformat(found["mailboxes"][1]["last_success"]).tzinfo is not None


@pytest.mark.covers("PKG-02")
def test_a_stopped_monitor_is_not_well(database: Database, status: Status) -> None:
    visit(database, add(database, imap(name="Support")))
    code, found = status("--json")
    assert code == 1
    assert (found["monitor"]["state"], found["mailboxes"][0]["state"]) == ("stopped", "waiting")


@pytest.mark.covers("PKG-02")
def test_a_failing_mailbox_is_told_with_what_to_do(database: Database, status: Status) -> None:
    refused = PollError("sign_in", "transports", "wrong_password", {"server": "mail.example.com", "account": "support"})
    visit(database, add(database, imap(name="Support")), refused)
    run_monitor(database)
    code, found = status("--json")
    assert code == 1
    [mailbox] = found["mailboxes"]
    assert (mailbox["state"], mailbox["error"]["code"]) == ("failing", "wrong_password")
    assert mailbox["error"]["remedy"].startswith("Type the password again.")
    assert "refused the user name or the password of support" in status()[1]


@pytest.mark.covers("IN-17")
@pytest.mark.parametrize(("days", "code", "words"), [(40, 0, ""), (20, 0, "expires on"), (-1, 1, "expired on")])
def test_a_secret_that_expires_is_told_30_days_ahead(
    database: Database, status: Status, days: int, code: int, words: str
) -> None:
    expires: date = (datetime.now(UTC) + timedelta(days=days)).date()
    app = {"application_id": GUID, "directory_id": GUID, "client_secret": "a~secret"}
    mailbox = Microsoft365(user_id="support@contoso.com", secret_expires=expires, **app)  # type: ignore[arg-type]
    visit(database, add(database, mailbox))
    run_monitor(database)
    assert status("--json")[0] == code
    assert status("--json")[1]["mailboxes"][0]["secret_expires"] == expires.isoformat()
    told = status()[1]
    assert words in told if words else "expire" not in told
