"""What changed between two states of an object, as the audit tells it (DB-04)."""

from __future__ import annotations

import time
from typing import Any

import pytest

from trackit_console.settings.field_changes import MASK, NEW_MASK, FieldChange, ItemChanges, field_changes, item_changes, state_of

pytestmark = pytest.mark.covers("DB-04")


def test_only_fields_that_differ_are_told_and_groups_field_by_field() -> None:
    before = {"port": 993, "server": "a", "schedule": {"time": "08:00", "repeat": "daily"}}
    after = {"port": 1993, "server": "a", "schedule": {"time": "09:00", "repeat": "daily"}}
    changes = field_changes(before, after)
    assert changes == [FieldChange(("port",), 993, 1993), FieldChange(("schedule", "time"), "08:00", "09:00")]
    assert [each.field for each in changes] == ["port", "schedule.time"]


def test_an_added_and_a_deleted_object_show_what_they_had() -> None:
    state: dict[str, Any] = {"name": "Ada", "mapped_addresses": [], "note": None}
    assert field_changes(None, state) == [FieldChange(("name",), None, "Ada"), FieldChange(("mapped_addresses",), None, [])]
    assert field_changes(state, None)[0] == FieldChange(("name",), "Ada", None)


def test_a_secret_changed_without_a_value() -> None:
    [typed] = field_changes({"password": MASK, "port": 1}, {"password": NEW_MASK, "port": 1})
    assert typed.secret
    assert field_changes({"password": MASK}, {"password": MASK}) == []


RULE = {"text": "ads", "enabled": True}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["a"], ["a", "b"], ItemChanges(added=("b",))),
        (["a", "b", "b"], ["b", "a"], ItemChanges(removed=("b",), reordered=True)),
        ([RULE], [RULE | {"enabled": False}], ItemChanges(changed=((RULE, RULE | {"enabled": False}),))),
        ([RULE, {"text": "x"}], [{"text": "y"}, RULE], ItemChanges(added=({"text": "y"},), removed=({"text": "x"},))),
        (["a", "b"], ["b", "a"], ItemChanges(reordered=True)),
    ],
    ids=["added", "removed and reordered", "changed in place", "replaced", "reordered"],
)
def test_a_list_tells_its_items(before: list[Any], after: list[Any], expected: ItemChanges) -> None:
    assert item_changes(before, after) == expected


@pytest.mark.parametrize("text", ["new{}@example.com", "ads{}@example.com"], ids=["replaced", "changed in place"])
def test_long_lists_are_compared_in_a_moment(text: str) -> None:
    """The window waits for it."""
    before = [{"text": f"ads{number}@example.com", "enabled": True} for number in range(10_000)]
    after = [{"text": text.format(number), "enabled": False} for number in range(10_000)]
    began = time.process_time()
    changes = item_changes(before, after)
    assert time.process_time() - began < 2
    assert len(changes.changed) + len(changes.added) == 10_000


def test_the_brief_form_of_a_list_has_only_the_items_that_changed() -> None:
    [added] = field_changes({"rules": ["a", "b"]}, {"rules": ["a", "b", "c"]})
    assert added.brief == ([], ["c"])
    [moved] = field_changes({"rules": ["a", "b"]}, {"rules": ["b", "a"]})
    assert moved.brief == (["a", "b"], ["b", "a"])


@pytest.mark.parametrize("text", [None, "", "not JSON", "[1]"])
def test_a_state_that_is_no_object_is_none(text: str | None) -> None:
    assert state_of(text) is None
