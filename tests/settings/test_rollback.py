"""Which fields return when a change is taken back (DB-04): decided without a database, over generated changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.settings.samples import SAMPLES
from trackit_console.settings.field_changes import MASK, NEW_MASK
from trackit_console.settings.rollback import ABSENT, ChangedSince, Rollback, plan_rollback, rolled_back
from trackit_console.store.audited_json import masked

pytestmark = pytest.mark.covers("DB-04")
STATES: list[dict[str, Any]] = [json.loads(masked(each)) for each in SAMPLES.values()]
VALUES = st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.sampled_from(["", "a", "b"]), st.lists(st.integers(0, 2)))
OBJECTS = st.dictionaries(st.sampled_from(["name", "port", "rules", "text", "type"]), VALUES)


@given(before=st.one_of(st.sampled_from(STATES), OBJECTS), after=st.one_of(st.sampled_from(STATES), OBJECTS))
def test_a_change_that_is_taken_back_at_once_leaves_everything_as_it_was(before: dict[str, Any], after: dict[str, Any]) -> None:
    plan = plan_rollback(before, after, after)
    assert not plan.conflicts
    assert rolled_back(plan, after) == before


@given(before=OBJECTS, after=OBJECTS, present=OBJECTS)
def test_what_somebody_changed_since_stays_unless_it_is_chosen(
    before: dict[str, Any], after: dict[str, Any], present: dict[str, Any]
) -> None:
    plan = plan_rollback(before, after, present)
    touched = {name for name in (*before, *after) if before.get(name, ABSENT) != after.get(name, ABSENT)}
    kept = rolled_back(plan, present)
    for name in {*before, *after, *present}:
        now = present.get(name, ABSENT)
        returns = name in touched and now == after.get(name, ABSENT)
        assert kept.get(name, ABSENT) == (before.get(name, ABSENT) if returns else now)
    everything = rolled_back(plan, present, [each.name for each in plan.conflicts])
    assert all(everything.get(name, ABSENT) == before.get(name, ABSENT) for name in touched)


def test_a_field_that_was_changed_since_is_a_conflict_with_both_values() -> None:
    plan = plan_rollback({"port": 1, "server": "a"}, {"port": 2, "server": "b"}, {"port": 3, "server": "b"})
    assert plan == Rollback({"server": "a"}, (ChangedSince("port", 1, 3),))


def test_a_secret_stays_as_it_is_now() -> None:
    plan = plan_rollback(
        {"password": MASK, "port": 1}, {"password": NEW_MASK, "port": 2}, {"password": MASK, "port": 2}, ["password"]
    )
    assert plan == Rollback({"port": 1}, kept_secrets=("password",))


def test_a_secret_that_is_gone_is_told_and_one_that_was_not_there_is_taken_away() -> None:
    lost = plan_rollback({"password": MASK}, {"password": None}, {"password": None}, ["password"])
    assert lost == Rollback(lost_secrets=("password",))
    added = plan_rollback({"password": None}, {"password": NEW_MASK}, {"password": MASK}, ["password"])
    assert added == Rollback({"password": None})
