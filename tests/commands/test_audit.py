"""`audit`: who changed which setting, from what to what (DB-04)."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr

from tests.settings.samples import CANARY, imap
from trackit_console.__main__ import main
from trackit_console.domain.audit import Audited
from trackit_console.paths import DataDir
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.people import Requestor
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored

Run = Callable[..., Any]
pytestmark = pytest.mark.covers("DB-04", "PKG-02")


@pytest.fixture
def run(data_dir: DataDir, database: Database, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `audit`; answers its output, JSON read."""

    def run_it(*arguments: str) -> Any:
        assert main(["--data-dir", str(data_dir.root), "audit", *arguments]) == 0
        out = capsys.readouterr().out
        return json.loads(out) if "--json" in arguments else out

    return run_it


def change_mailbox(database: Database) -> None:
    with database.begin() as transaction:
        stored = transaction.mailboxes.add(imap(name="Support", password=SecretStr(CANARY)), "ada")
        changed = stored.value.model_copy(update={"port": 1993, "password": SecretStr(f"new {CANARY}")})
        transaction.mailboxes.save(Stored(stored.id, stored.version, changed), "grace")


def test_each_field_that_changed_is_a_row_and_secrets_are_masked(run: Run, database: Database) -> None:
    change_mailbox(database)
    password, port = run("--search", "grace", "--json")
    assert list(port) == ["at", "who", "host", "what", "field", "before", "after"]
    assert (port["who"], port["host"], port["what"]) == ("grace", platform.node(), "changed mailbox Support")
    assert (port["field"], port["before"], port["after"]) == ("port", 993, 1993)
    assert (password["field"], password["before"], password["after"]) == ("password", "********", "******** (new)")
    everything = run("--json")
    assert CANARY not in str(everything)
    assert {"added mailbox Support", "changed mailbox Support"} == {each["what"] for each in everything}


def test_of_a_list_only_the_items_that_differ_are_told(run: Run, database: Database) -> None:
    with database.begin() as transaction:
        now = transaction.settings.filters()
        rules = [*now.value.sender, FilterRule(text="spam@example.com")]
        transaction.settings.save_filters(Stored(now.id, now.version, now.value.model_copy(update={"sender": rules})), "ada")
    [row] = run("--json")
    assert (row["what"], row["field"], row["before"]) == ("changed email filters", "sender", [])
    assert [each["text"] for each in row["after"]] == ["spam@example.com"]


def test_what_changed_no_field_is_a_row_without_one(run: Run, database: Database) -> None:
    with database.begin() as transaction:
        transaction.audit.noted("restarted", Audited.MONITOR, "ada")
    [row] = run("--json")
    assert (row["what"], row["field"], row["before"], row["after"]) == ("restarted email monitor", None, None, None)


def test_people_read_it_and_see_the_newest_first(run: Run, database: Database) -> None:
    assert run() == "No changes.\n"
    change_mailbox(database)
    with database.begin() as transaction:
        transaction.requestors.add(Requestor(name="Bo", email="bo@example.com"), "ada")
    lines = run("--limit", "2").splitlines()
    assert "added requestor bo@example.com" in lines[0]
    assert lines[1:3] == ['    email: - -> "bo@example.com"', '    name: - -> "Bo"']
    assert "    port: 993 -> 1993" in lines
    assert len([line for line in lines if not line.startswith(" ")]) == 2
