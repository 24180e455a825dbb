"""Settings in words: the same for an object of a form and for its JSON in the audit (DB-04)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import pytest
from pydantic import Field, SecretStr

from tests.settings.samples import CANARY, SAMPLES
from trackit_console.settings.audited_models import model_of
from trackit_console.settings.field_types import Secret, Settings
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.retention import Retention
from trackit_console.settings.value_words import MANY, ValueWords

pytestmark = pytest.mark.covers("DB-04")
ENGLISH = ValueWords()


class Account(Settings):
    name: str = Field(title="Name")
    since: date | None = Field(default=None, title="Since")
    number: Annotated[int, Presentation(choices={1: "First"})] = Field(default=0, title="Number")
    enabled: bool = Field(default=False, title="Enabled")
    password: Secret | None = Field(default=None, title="Password")


class Accounts(Settings):
    accounts: list[Account] = Field(title="Accounts")
    names: list[str] = Field(title="Names")
    first: Annotated[Account | None, Presentation(empty="The usual one")] = Field(default=None, title="First account")


FIELDS = Accounts.model_fields
ADA = Account(name="Ada", since=date(2026, 3, 1), number=1, enabled=True, password=SecretStr(CANARY))


@pytest.mark.parametrize("name", SAMPLES)
def test_an_object_and_its_json_have_the_same_words(name: str) -> None:
    sample: Any = SAMPLES[name]
    plain = json.loads(sample.model_dump_json())
    for each, field in type(sample).model_fields.items():
        if "SecretStr" not in str(field.annotation):
            assert ENGLISH.value(field, getattr(sample, each)) == ENGLISH.value(field, plain[each])


@pytest.mark.covers("SEC-02")
@pytest.mark.parametrize("value", [ADA, json.loads(ADA.model_dump_json())])
def test_a_group_is_told_by_what_is_not_as_delivered_and_without_its_secret(value: Any) -> None:
    words = ENGLISH.value(FIELDS["first"], value)
    assert words == "Ada, Since: 2026-03-01, Number: First, Enabled: yes"


def test_a_group_within_a_group_is_left_out_where_it_is_as_delivered() -> None:
    class Office(Settings):
        account: Account = Field(default=Account(name="Bo", since=date(2026, 3, 1)), title="Account")

    assert ENGLISH.value(None, Office()) == "none"
    assert (
        ENGLISH.value(None, Office(account=ADA.model_copy(update={"since": None}))) == "Account: Ada, Number: First, Enabled: yes"
    )


def test_what_is_empty_is_told_as_the_form_does() -> None:
    assert ENGLISH.value(FIELDS["first"], None) == "The usual one"
    assert ENGLISH.value(FIELDS["names"], []) == "none"
    assert ENGLISH.value(Account.model_fields["since"], None) == "empty"
    assert ENGLISH.value(Retention.model_fields["audit"], 0) == "Keep for ever"
    assert ENGLISH.value(MonitorSettings.model_fields["poll_interval"], 9) == "9 minutes"


def test_a_list_of_groups_has_a_line_for_each_and_ends_somewhere() -> None:
    rules = [FilterRule(text=f"ads{number}@example.com") for number in range(MANY + 3)]
    field = Filters.model_fields["sender"]
    lines = ENGLISH.value(field, rules).split("\n")
    assert (lines[0], lines[-1], len(lines)) == ("ads0@example.com", "and 3 more", MANY + 1)
    assert replace(ENGLISH, many=len(rules)).value(field, rules).endswith("ads14@example.com")
    assert ENGLISH.line(field, rules[:2]) == "ads0@example.com; ads1@example.com"
    assert ENGLISH.line(None, "two\nlines") == "two lines"


def test_the_language_is_that_of_the_console() -> None:
    german = ValueWords(say={"yes": "ja", "Enabled": "Aktiv"}.get, listed=" und ".join, day=lambda day: f"{day:%d.%m.%Y}")  # type: ignore[arg-type]
    assert german.line(FIELDS["names"], ["a", "b"]) == "a und b"
    assert german.title("enabled", Account.model_fields["enabled"]) == "Aktiv"
    assert german.value(Account.model_fields["enabled"], True) == "ja"
    assert german.value(Account.model_fields["since"], "2026-03-01") == "01.03.2026"


def test_a_field_in_a_group_is_named_by_its_path_and_an_unknown_one_by_its_name() -> None:
    notification = model_of("notification", {})
    title, field = ENGLISH.path(notification, ("recipients", "technician"))
    assert title == "Recipients › Assigned technician" and field is not None
    assert ENGLISH.path(None, ("poll_interval",)) == ("Poll interval", None)
