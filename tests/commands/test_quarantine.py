"""`quarantine`: what waits for a person, decided about by a script (RUN-04)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.quarantine_factory import WHOLE, SetAside, set_aside
from trackit_console.__main__ import main
from trackit_console.paths import DataDir
from trackit_console.store.database import Database

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def waiting(database: Database) -> SetAside:
    return set_aside(database)


@pytest.fixture
def run(data_dir: DataDir, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `quarantine` in the data directory; answers exit code, output and errors."""

    def run_it(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main(["--data-dir", str(data_dir.root), "quarantine", *map(str, arguments)])
        except SystemExit as ended:
            code = int(ended.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run_it


def asked(run: Run, *arguments: object) -> tuple[int, Any]:
    code, out, _ = run(*arguments, "--json")
    return code, json.loads(out)


@pytest.mark.covers("RUN-04", "PKG-02")
def test_what_waits_is_listed_newest_first_with_its_reason(run: Run, waiting: SetAside) -> None:
    code, listed = asked(run)
    assert code == 0
    assert list(listed[0]) == ["id", "at", "mailbox", "sender", "subject", "code", "reason", "tries", "size"]
    assert [(each["id"], each["mailbox"], each["subject"], each["code"]) for each in listed] == [
        (waiting.headers_only, "Support", "Too large", "too_large"),
        (waiting.whole, "Support", "Whole", "unknown_sender"),
    ]
    assert listed[0]["reason"].startswith("The message has 200 MB; more than 100 MB are not downloaded.")
    code, out, _ = run()
    assert code == 0
    assert f"{waiting.whole}  " in out and "The sender is unknown" in out


def test_an_empty_quarantine_says_so(run: Run, database: Database) -> None:
    assert run()[:2] == (0, "No message waits.\n")
    assert run("retry", "--all")[:2] == (0, "No message waits.\n")
    assert asked(run) == (0, [])


@pytest.mark.covers("RUN-04")
def test_all_are_tried_again_and_each_is_told(run: Run, waiting: SetAside) -> None:
    code, decided = asked(run, "retry", "--all")
    assert code == 0
    assert decided == [
        {"id": waiting.whole, "outcome": "created", "record": "Ticket - 2", "error": None},
        {"id": waiting.headers_only, "outcome": "requested", "record": None, "error": None},
    ]
    assert asked(run) == (0, [])


@pytest.mark.covers("RUN-04")
def test_one_that_cannot_be_done_is_told_and_the_others_are_done(run: Run, waiting: SetAside) -> None:
    code, out, err = run("discard", 999, waiting.whole)
    assert (code, out) == (1, f"{waiting.whole}: discarded.\n")
    assert err.startswith("999: No message 999 waits in quarantine.")
    code, [told] = asked(run, "discard", waiting.whole)
    assert (code, told["outcome"], told["error"]["code"]) == (1, None, "not_waiting")


@pytest.fixture
def failing_database(database: Database, waiting: SetAside) -> Database:
    """A database whose disk is full as soon as somebody decides about the second message."""
    fails = "SELECT RAISE(ABORT, 'database or disk is full')"  # as SQLite says it
    decided = f"BEFORE INSERT ON audit WHEN new.object_name = '{waiting.headers_only}'"
    with database.begin() as transaction:
        transaction.session.execute(text(f"CREATE TRIGGER failing {decided} BEGIN {fails}; END"))
    return database


@pytest.mark.covers("RUN-04", "DB-03")
@pytest.mark.parametrize(
    ("action", "outcome"), [(["retry", "--all"], "created Ticket - 2"), (["discard"], "discarded")], ids=["retry", "discard"]
)
def test_what_was_done_before_the_database_failed_is_told(
    run: Run, failing_database: Database, waiting: SetAside, action: list[str], outcome: str
) -> None:
    ids = [] if "--all" in action else [waiting.whole, waiting.headers_only, 999]
    code, out, err = run(*action, *ids)
    assert (code, out) == (3, f"{waiting.whole}: {outcome}.\n")
    # What comes behind it was not tried.
    assert err.startswith(f"{waiting.headers_only}: There is no room left on the disk") and "999" not in err


@pytest.mark.covers("RUN-04", "DB-03")
def test_what_was_done_before_the_database_failed_is_one_document(
    run: Run, failing_database: Database, waiting: SetAside
) -> None:
    code, decided = asked(run, "discard", waiting.whole, waiting.headers_only, 999)
    assert code == 3
    assert [(each["id"], each["outcome"]) for each in decided] == [(waiting.whole, "discarded"), (waiting.headers_only, None)]
    assert decided[1]["error"]["code"] == "disk_full"


@pytest.mark.covers("RUN-04")
def test_a_message_whose_mailbox_was_deleted_does_not_keep_the_others_from_being_retried(
    run: Run, database: Database, waiting: SetAside
) -> None:
    with database.begin() as transaction:
        [mailbox] = transaction.mailboxes.all()
        transaction.mailboxes.delete(mailbox, "test")
    code, decided = asked(run, "retry", waiting.headers_only, waiting.whole)
    assert code == 1
    assert [(each["id"], each["outcome"], each["error"] and each["error"]["code"]) for each in decided] == [
        (waiting.headers_only, None, "mailbox_gone"),
        (waiting.whole, "created", None),
    ]


@pytest.mark.covers("RUN-04")
@pytest.mark.parametrize("record", ["Ticket - 1", "1", "[ticket-1]"])
def test_a_message_is_added_to_the_record_that_is_named(run: Run, waiting: SetAside, record: str) -> None:
    assert run("route", waiting.whole, record)[:2] == (0, f"{waiting.whole}: noted Ticket - 1.\n")


@pytest.mark.covers("RUN-04")
def test_a_record_that_is_missing_or_a_message_without_its_body_is_not_routed(run: Run, waiting: SetAside) -> None:
    code, [told] = asked(run, "route", waiting.whole, "Ticket - 99")
    assert (code, told["error"]["code"]) == (1, "record_missing")
    code, out, err = run("route", waiting.headers_only, "Ticket - 1")
    assert (code, out) == (1, "")
    assert "never handed over the whole of this message" in err


@pytest.mark.covers("RUN-04")
def test_a_message_is_saved_as_it_came(run: Run, waiting: SetAside, tmp_path: Path) -> None:
    file = tmp_path / "message.eml"
    file.write_text("older")
    assert asked(run, "save", waiting.whole, file) == (0, {"id": waiting.whole, "file": str(file), "size": len(WHOLE)})
    assert file.read_bytes() == WHOLE
    code, out, err = run("save", waiting.headers_only, file)
    assert (code, out) == (1, "") and "whole" in err
    assert file.read_bytes() == WHOLE
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith("message")] == ["message.eml"]
    assert run("save", waiting.whole, tmp_path / "none" / "message.eml")[0] == 2


@pytest.mark.covers("PKG-02")
@pytest.mark.parametrize(
    "arguments",
    [["retry"], ["retry", "1", "--all"], ["retry", "one"], ["discard"], ["route", "1", "printer"], ["route", "1"], ["save", "1"]],
    ids=" ".join,
)
def test_a_wrong_call_exits_2_and_does_nothing(run: Run, waiting: SetAside, arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    assert len(asked(run)[1]) == 2
