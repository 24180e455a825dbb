"""`outbox`, and outgoing mail in `monitor --once` and `status` (OUT-06)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.outbox_factory import TO, account, add_record, mail, put, save_account
from tests.servers.smtp import SmtpServer
from trackit_console.__main__ import main
from trackit_console.paths import DataDir
from trackit_console.store.database import Database

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def run(data_dir: DataDir, database: Database, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command; answers exit code and output, JSON read."""

    def run_it(*arguments: object) -> tuple[int, Any]:
        code = main(["--data-dir", str(data_dir.root), *map(str, arguments)])
        out = capsys.readouterr().out
        return code, json.loads(out) if "--json" in arguments else out

    return run_it


@pytest.fixture
def server(smtp_server: Callable[..., SmtpServer], database: Database) -> SmtpServer:
    made = smtp_server("none", sign_in=False)
    made.inbox.refused_recipients = {"gone@x.example": "550 5.1.1 no such user"}
    save_account(database, account(made))
    return made


@pytest.mark.covers("OUT-06", "PKG-02")
def test_once_sends_and_the_list_tells_what_became_of_each(run: Run, database: Database, server: SmtpServer) -> None:
    put(database, mail(0, record=add_record(database), by="Tell the requestor"), mail(1, ("gone@x.example",)))
    code, told = run("monitor", "--once", "--json")
    assert (code, told["outbox"]) == (1, {"sent": 1, "failed": 1, "waiting": 0, "error": None})
    code, [failed, sent] = run("outbox", "--json")
    assert code == 0
    assert list(sent) == [
        "id", "at", "state", "kind", "record", "to", "subject", "message_id", "tries", "next_try_at", "error", "sent_at", "by",
        "digest",
    ]  # fmt: skip
    assert (sent["state"], sent["kind"], sent["record"], sent["to"]) == ("sent", "notification", "Ticket - 1", [TO])
    assert (sent["by"], sent["message_id"], sent["error"]) == ("Tell the requestor", "letter-0@example.com", None)
    assert (failed["state"], failed["error"]["code"]) == ("failed", "recipient_refused")
    assert "gone@x.example" in failed["error"]["detail"] and "no such user" in failed["error"]["detail"]
    assert "Check the address" in failed["error"]["remedy"]
    assert [each["id"] for each in run("outbox", "--state", "failed", "--json")[1]] == [2]
    assert [each["id"] for each in run("outbox", "--search", "Ticket - 1", "--json")[1]] == [1]
    assert "no such user" in run("outbox")[1]


@pytest.mark.covers("OUT-06", "PKG-02")
def test_failed_mail_is_tried_again_or_discarded(run: Run, database: Database, server: SmtpServer) -> None:
    put(database, mail(0, ("gone@x.example",)), mail(1, ("gone@x.example",)), mail(2))
    run("monitor", "--once")
    code, told = run("outbox", "retry", "1", "3", "--json")
    assert code == 1
    assert told[0] == {"id": 1, "outcome": "waiting", "error": None}
    assert (told[1]["outcome"], told[1]["error"]["code"]) == (None, "not_open")
    assert run("outbox", "discard", "--all", "--json") == (0, [{"id": 2, "outcome": "discarded", "error": None}])
    assert run("outbox", "retry", "--all") == (0, "No mail has failed.\n")
    server.inbox.refused_recipients.clear()
    code, out = run("monitor", "--once")
    assert (code, out.splitlines()[0]) == (0, "Outgoing mail: 1 sent, 0 failed, 0 waiting.")
    assert {each["id"]: each["state"] for each in run("outbox", "--json")[1]} == {1: "sent", 2: "discarded", 3: "sent"}


def test_one_must_say_which_mail(run: Run) -> None:
    assert run("outbox", "retry")[0] == 2
    assert run("outbox", "discard", "1", "--all")[0] == 2


def test_an_empty_outbox_says_so(run: Run) -> None:
    assert run("outbox") == (0, "No outgoing mail.\n")


@pytest.mark.covers("OUT-06", "PKG-02")
def test_an_account_that_does_not_work_is_told_and_is_not_well(run: Run, database: Database) -> None:
    save_account(database, account())
    put(database, mail(0))
    code, told = run("monitor", "--once", "--json")
    assert (code, told["outbox"]["waiting"], told["outbox"]["error"]["code"]) == (1, 1, "connection_refused")
    code, told = run("status", "--json")
    assert (code, told["outbox"]["waiting"], told["outbox"]["error"]["code"]) == (1, 1, "connection_refused")
    assert told["outbox"]["failing_since"] and told["outbox"]["next_try_at"]
    assert "does not accept connections" in run("status")[1]
    assert "does not accept connections" in run("monitor", "--once")[1]
