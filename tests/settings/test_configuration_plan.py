"""What importing a configuration file would do, in words (DB-06)."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from tests.settings.samples import CANARY, MAILBOXES, OUTGOINGS, SAMPLES
from trackit_console.settings.configuration import DEFINITION_PARTS, Configuration
from trackit_console.settings.configuration_parts import PART_TITLES
from trackit_console.settings.configuration_plan import plan_import
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.settings.import_plan import ImportPlan, ItemState
from trackit_console.settings.plan_words import item_words
from trackit_console.settings.stored_secret import StoredSecret
from trackit_console.settings.value_words import ValueWords

pytestmark = pytest.mark.covers("DB-06")
IMAP: Any = MAILBOXES["imap"]


def configuration(**parts: Any) -> Configuration:
    return Configuration(version=1, **parts)


def told(plan: ImportPlan) -> list[tuple[str, str, str]]:
    """Title, value before and value after of every field that changes."""
    return [(each.title, each.before, each.after) for item in plan.items for each in item_words(item, ValueWords())]


def test_every_part_of_the_file_has_a_title() -> None:
    assert list(PART_TITLES) == [name for name in Configuration.model_fields if name != "version"]


def test_what_is_absent_is_left_alone_and_what_is_equal_stays_the_same() -> None:
    everything = configuration(
        mailboxes=[IMAP.model_copy(update={"password": None})],
        filters=SAMPLES["filters"],
        technicians=[SAMPLES["technician"]],
        business_rules=[SAMPLES["business-rule"]],
        restricted_file_types=["exe"],
    )
    assert plan_import(everything, configuration()).items == ()
    plan = plan_import(everything, everything)
    assert {each.state for each in plan.items} == {ItemState.SAME} and len(plan.items) == 5
    assert not plan.changes_something


def test_a_changed_field_is_told_as_the_form_shows_it() -> None:
    new = IMAP.model_copy(update={"poll_interval": None, "enabled": True, "port": 993, "password": None})
    plan = plan_import(configuration(mailboxes=[IMAP]), configuration(mailboxes=[new]))
    assert [(each.name, each.state) for each in plan.items] == [("Support ☎", ItemState.CHANGED)]
    assert told(plan) == [
        ("Enable Mailbox", "no", "yes"),
        ("Poll Interval", "17 minutes", "As in Email Monitor Settings"),
        ("Port", "1143", "993"),
    ]


def test_a_new_thing_is_told_by_what_is_not_as_delivered() -> None:
    plan = plan_import(configuration(), configuration(ticket_templates=[SAMPLES["ticket-template"]]))
    assert plan.items[0].state is ItemState.ADDED
    assert told(plan) == [("Name", "", "Mail"), ("Subject", "", "From mail"), ("Priority", "", "Urgent")]


def test_of_a_list_only_what_differs_is_told() -> None:
    old = Filters(sender=[FilterRule(text="ads@example.com"), FilterRule(text="news@example.com")])
    new = old.model_copy(update={"sender": [*old.sender[:1], FilterRule(text="spam@example.com", enabled=False)]})
    assert told(plan_import(configuration(filters=old), configuration(filters=new))) == [
        ("Rules for Sender", "news@example.com", "spam@example.com, Enabled: no")
    ]


def test_a_group_within_a_group_is_told_by_its_field() -> None:
    old: Any = SAMPLES["notification"]
    new = old.model_copy(update={"recipients": old.recipients.model_copy(update={"technician": False})})
    plan = plan_import(configuration(notifications=[old]), configuration(notifications=[new]))
    assert told(plan) == [("Recipients › Assigned technician", "yes", "no")]
    assert plan.items[0].changes[0].path == "recipients.technician"


@pytest.mark.parametrize("part", DEFINITION_PARTS)
def test_another_order_is_a_change(part: str) -> None:
    sample: Any = next(
        each
        for each in SAMPLES.values()
        if type(each) is Configuration.model_fields[part].annotation.__args__[0].__args__[0]  # type: ignore[union-attr]
    )
    first, second, third = (sample.model_copy(update={"name": name}) for name in ("A", "B", "C"))
    current = configuration(**{part: [first, second, third]})
    assert plan_import(current, configuration(**{part: [second, third]})).reordered == (part,)
    assert plan_import(current, configuration(**{part: [first, second]})).reordered == ()


def test_people_are_found_by_address_and_names_in_any_letter_case() -> None:
    technician: Any = SAMPLES["technician"]
    mapped = technician.model_copy(update={"email": "ADA@home.example.org", "mapped_addresses": []})
    renamed = IMAP.model_copy(update={"name": "SUPPORT ☎", "password": None})
    plan = plan_import(
        configuration(technicians=[technician], mailboxes=[IMAP]), configuration(technicians=[mapped], mailboxes=[renamed])
    )
    assert {each.state for each in plan.items} == {ItemState.CHANGED}


@pytest.mark.covers("SEC-02")
@pytest.mark.parametrize(
    ("stored", "in_file", "expected"),
    [
        (None, SecretStr(CANARY), [("Password", "empty", "the one in the file")]),
        (StoredSecret("x"), SecretStr(CANARY), [("Password", "the stored one", "the one in the file")]),
        (StoredSecret("x"), None, []),
        (None, None, []),
    ],
)
def test_a_secret_is_told_without_being_shown(stored: Any, in_file: Any, expected: list[tuple[str, str, str]]) -> None:
    old, new = (IMAP.model_copy(update={"password": each}) for each in (stored, in_file))
    plan = plan_import(configuration(mailboxes=[old]), configuration(mailboxes=[new]))
    assert told(plan) == expected
    assert CANARY not in repr(plan)


@pytest.mark.covers("SEC-02")
def test_a_certificate_takes_the_place_of_a_stored_secret() -> None:
    by_secret: Any = OUTGOINGS["outgoing-microsoft365-secret"].model_copy(update={"client_secret": StoredSecret("x")})
    by_certificate: Any = OUTGOINGS["outgoing-microsoft365-certificate"].model_copy(update={"certificate_password": None})
    plan = plan_import(configuration(outgoing=by_secret), configuration(outgoing=by_certificate))
    assert ("Client Secret", "the stored one", "empty") in told(plan)


def test_another_type_tells_the_fields_of_both() -> None:
    basic, cloud = (OUTGOINGS[name] for name in ("outgoing-basic", "outgoing-microsoft365-secret"))
    words = {
        title: (before, after)
        for title, before, after in told(plan_import(configuration(outgoing=basic), configuration(outgoing=cloud)))
    }
    assert words["Authentication"] == ("basic", "microsoft365")
    assert words["SMTP Server Name"] == ("smtp.example.com", "empty")
    assert words["Password"] == ("the stored one", "empty")
    assert CANARY not in str(words)


def test_plans_are_equal_when_they_say_the_same() -> None:
    old, new = configuration(mailboxes=[IMAP]), configuration(mailboxes=[IMAP.model_copy(update={"port": 1, "password": None})])
    assert plan_import(old, new) == plan_import(old, new)
    assert plan_import(old, new) != plan_import(configuration(), new)
