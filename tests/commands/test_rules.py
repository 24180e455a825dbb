"""`rules` as a script sees it: what a business rule would do, and with which mail."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.helpdesk.rule_factory import rule, when
from tests.new_database import open_new_database
from tests.settings.samples import imap
from tests.store.delivery_factory import reply, take_in, ticket
from trackit_console.__main__ import main
from trackit_console.paths import DataDir
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.people import Technician
from trackit_console.store.database import Database

Run = Callable[..., tuple[int, Any]]
pytestmark = pytest.mark.covers("NOT-03", "PKG-02")
ACTIONS = [
    {"type": "set_field", "field": "priority", "value": "Urgent"},
    {"type": "assign", "technician": "ada@example.com"},
    {"type": "create_record", "subject": "Look at it"},
]
NOT_URGENT = when("priority", "is_not", "Urgent")


@pytest.fixture
def database(data_dir: DataDir) -> Iterator[Database]:
    database = open_new_database(data_dir)
    with database.begin() as transaction:
        transaction.people.save_technician(Technician(name="Ada", email="ada@example.com"), "t")
        mailbox = transaction.mailboxes.add(imap(user_account_name="support@example.com"), "t")
        lease = transaction.mailbox_leases.begin_visit(mailbox.id, "here", regardless=True)
    assert lease is not None
    take_in(database, lease, [ticket("1", "bo@example.com", subject="Printer"), ticket("2", subject="Lunch"), reply("3", 1)])
    yield database
    database.close()


def keep(database: Database, *rules: BusinessRule) -> None:
    with database.begin() as transaction:
        for each in rules:
            transaction.business_rules.add(each, "t")


@pytest.fixture
def run(data_dir: DataDir, database: Database, capsys: pytest.CaptureFixture[str]) -> Run:
    def ask(*options: str) -> tuple[int, Any]:
        code = main(["--data-dir", str(data_dir.root), "rules", *options])
        captured = capsys.readouterr()
        return code, json.loads(captured.out) if "--json" in options else captured.out + captured.err

    return ask


def test_what_a_rule_would_do_is_told_and_not_done(run: Run, database: Database) -> None:
    keep(
        database,
        rule("Printers", enabled=False, conditions=[when("subject", "contains", "PRINTER"), NOT_URGENT], actions=ACTIONS),
    )
    code, told = run("try", "printers", "--record", "Ticket - 1", "--json")
    assert (code, told["rule"], told["enabled"], told["acts"], told["verdict"]) == (0, "Printers", False, True, "acts")
    assert told["conditions"][1] == {
        "field": "priority",
        "operator": "is_not",
        "value": "Urgent",
        "actual": ["Medium"],
        "holds": True,
        "reason": "Priority is Medium, not Urgent.",
    }
    assert [each["words"] for each in told["effects"]] == [
        "Sets the priority of Ticket - 1 to Urgent.",
        "Assigns Ticket - 1 to Ada.",
        "Creates a linked Assignment: Look at it",
    ]
    with database.reading() as transaction:
        assert [each.technician for each in transaction.records.page()] == ["", ""]


def test_why_a_rule_would_not_act_is_told(run: Run, database: Database) -> None:
    keep(database, rule("Printers", conditions=[when("subject", "contains", "printer"), when("priority", "is", "High")]))
    assert run("try", "Printers", "--record", "2") == (
        0,
        "A condition does not hold: Subject does not contain “printer”: “Lunch”.\n"
        "  no   Subject does not contain “printer”: “Lunch”.\n"
        "  no   Priority is Medium, not High.\n",
    )
    _, told = run("try", "Printers", "--record", "1", "--event", "closed", "--json")
    assert (told["verdict"], told["effects"]) == ("other_event", [])


def test_a_delayed_rule_says_when_it_would_be_due(run: Run, database: Database) -> None:
    keep(database, rule("Later", delay={"amount": 4, "unit": "hours"}))
    _, told = run("try", "Later", "--record", "1", "--json")
    assert (told["verdict"], told["due_at"] is not None) == ("waits", True)
    assert [each["words"] for each in told["effects"]] == ["Adds a note to Ticket - 1: by Later"]


def test_a_change_of_fields_can_be_tried(run: Run, database: Database) -> None:
    keep(database, rule("Changes", events=["updated"], conditions=[when("changed_field", "is", "priority")]))
    assert run("try", "Changes", "--record", "1", "--event", "updated", "--json")[1]["acts"] is False
    assert run("try", "Changes", "--record", "1", "--event", "updated", "--changed", "priority", "--json")[1]["acts"] is True


def test_the_mail_on_which_a_rule_would_have_acted_is_listed(run: Run, database: Database) -> None:
    keep(
        database,
        rule("Printers", enabled=False, events=["created", "note_added"], conditions=[when("subject", "contains", "printer")]),
    )
    _, told = run("preview", "Printers", "--json")
    assert (told["messages"], told["acts"]) == (3, 2)
    assert [(each["subject"], each["record"]) for each in told["examples"]] == [
        ("subject 3", "Ticket - 1"),
        ("Printer", "Ticket - 1"),
    ]
    assert "would act on 2 of 3 messages" in run("preview", "Printers")[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "Say what to do with the rule: try or preview."),
        (("try", "Gone", "--record", "1"), "There is no business rule “Gone”."),
        (("try", "Printers", "--record", "x"), "“x” names no record."),
        (("try", "Printers", "--record", "1", "--event", "eaten"), "--event takes one of: created,"),
        (("try", "Printers", "--record", "1", "--changed", "colour"), "--changed takes one of: subject,"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_told(run: Run, database: Database, options: tuple[str, ...], words: str) -> None:
    keep(database, rule("Printers"))
    code, told = run(*options)
    assert (code, words in told) == (2, True), told


def test_a_record_that_is_not_there_is_told(run: Run, database: Database) -> None:
    keep(database, rule("Printers"))
    assert run("try", "Printers", "--record", "99", "--json")[1]["error"]["code"] == "record_missing"
