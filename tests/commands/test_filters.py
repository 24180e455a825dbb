"""`filters` as a script sees it: what would stop a message, and what a rule would have stopped."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.settings.samples import imap
from tests.store.delivery_factory import ignored, take_in
from trackit_console.__main__ import main
from trackit_console.paths import DataDir
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.settings.people import Requestor, Technician
from trackit_console.store.database import Database, open_database
from trackit_console.store.row_mapping import Stored

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def database(data_dir: DataDir) -> Iterator[Database]:
    database = open_database(data_dir.database_url, data_dir)
    with database.begin() as transaction:
        transaction.people.save_technician(Technician(name="Carl", email="carl@contoso.example"), "ada")
        transaction.people.save_requestor(Requestor(name="Anna", email="anna@contoso.example"), "ada")
    yield database
    database.close()


@pytest.fixture
def run(data_dir: DataDir, database: Database, capsys: pytest.CaptureFixture[str]) -> Run:
    def ask(*options: str) -> tuple[int, Any]:
        code = main(["--data-dir", str(data_dir.root), "filters", *options])
        out = capsys.readouterr().out
        return code, json.loads(out) if "--json" in options else out

    return ask


def save(database: Database, **filters: Any) -> None:
    with database.begin() as transaction:
        now = transaction.settings.filters()
        transaction.settings.save_filters(Stored(now.id, now.version, Filters(**filters)), "ada")


def took(database: Database, *subjects: str) -> None:
    with database.begin() as transaction:
        mailbox = transaction.mailboxes.add(imap(user_account_name="support@example.com"), "ada")
        lease = transaction.mailbox_leases.begin_visit(mailbox.id, "here", regardless=True)
    assert lease is not None
    take_in(database, lease, [ignored(str(number), subject=each) for number, each in enumerate(subjects)])


@pytest.mark.covers("FIL-03", "FIL-06", "PKG-02")
def test_the_rule_that_would_stop_a_message_is_named(run: Run) -> None:
    stopped = {"stopped": True, "rule": {"list": "sender", "text": "Mailer-Daemon"}, "policy": None, "unknown_sender": None}
    assert run("try", "--sender", "MAILER-DAEMON@relay.example", "--subject", "Re: printer", "--json") == (0, stopped)
    stopped = {"stopped": True, "rule": {"list": "subject", "text": "Out of Office"}, "policy": None, "unknown_sender": None}
    assert run("--json", "try", "--sender", "Anna <anna@contoso.example>", "--subject", "out of OFFICE", "--json") == (0, stopped)
    assert run("try", "--sender", "anna@contoso.example", "--subject", "Printer", "--json")[1]["stopped"] is False


@pytest.mark.covers("FIL-06", "MSG-03")
def test_what_happens_to_an_unknown_sender_is_told(run: Run) -> None:
    asked = ("try", "--subject", "Printer", "--sender")
    assert run(*asked, "new@contoso.example", "--json")[1]["unknown_sender"] == "create_requestor"
    assert run(*asked, "new@contoso.example", "--direction", "sending", "--json")[1]["unknown_sender"] is None
    assert run(*asked, "CARL@contoso.example", "--json")[1]["unknown_sender"] is None
    assert "Create a requestor and a ticket" in run(*asked, "new@contoso.example")[1]


@pytest.mark.covers("FIL-02", "FIL-06")
def test_the_setting_that_refuses_a_sender_is_named(run: Run, database: Database) -> None:
    save(database, accept_from="technicians")
    refused = {"stopped": True, "rule": None, "policy": "technicians", "unknown_sender": None}
    assert run("try", "--sender", "anna@contoso.example", "--subject", "Printer", "--json") == (0, refused)
    assert run("try", "--sender", "CARL@contoso.example", "--subject", "Printer", "--json")[1]["stopped"] is False
    assert (
        run("try", "--sender", "bo@fabrikam.example", "--subject", "x", "--role", "technician", "--json")[1]["stopped"] is False
    )
    assert "Technicians" in run("try", "--sender", "anna@contoso.example", "--subject", "Printer")[1]


@pytest.mark.covers("FIL-04")
def test_a_direction_and_a_role_can_be_asked_for(run: Run, database: Database) -> None:
    rule = FilterRule(text="contoso", applies_to="requestors", direction="sending")
    save(database, sender=[rule], subject=[])
    message = ("try", "--sender", "anna@contoso.example", "--subject", "x", "--json")
    assert run(*message)[1]["stopped"] is False
    assert run(*message, "--direction", "sending")[1]["rule"] == {"list": "sender", "text": "contoso"}
    assert run(*message, "--direction", "sending", "--role", "technician")[1]["stopped"] is False


@pytest.mark.covers("FIL-06")
def test_a_rule_is_previewed_and_nothing_is_changed(run: Run, database: Database) -> None:
    took(database, "Newsletter of March", "Printer", "NEWSLETTER")
    before = everything(database)
    code, found = run("preview", "--list", "subject", "--text", "newsletter", "--json")
    assert (code, found["messages"], [each["subject"] for each in found["examples"]]) == (
        0,
        2,
        ["NEWSLETTER", "Newsletter of March"],
    )
    assert "2 of 3 messages" in run("preview", "--list", "subject", "--text", "newsletter")[1]
    assert run("preview", "--list", "sender", "--text", "newsletter", "--json")[1]["messages"] == 0
    assert everything(database) == before


def everything(database: Database) -> dict[str, list[Any]]:
    """Every row of every table."""
    from sqlalchemy import inspect, text

    with database.reading() as transaction:
        names = inspect(transaction.session.connection()).get_table_names()
        return {name: [tuple(row) for row in transaction.session.execute(text(f'SELECT * FROM "{name}"'))] for name in names}


@pytest.mark.covers("FIL-03", "PKG-02")
@pytest.mark.parametrize(
    "options",
    [
        pytest.param(("preview", "--list", "subject", "--text", "x"), id="one character"),
        pytest.param(("try", "--sender", "", "--subject", "x"), id="no sender"),
        pytest.param((), id="no action"),
    ],
)
def test_what_cannot_be_asked_is_a_wrong_call(run: Run, options: tuple[str, ...]) -> None:
    assert run(*options)[0] == 2
