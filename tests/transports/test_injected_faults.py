"""How many faults are injected over all types, and that a person is told something of use about each (IN-10)."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.transports.injected_faults import INJECTED, InjectedFault
from trackit_console.settings.mailbox import MailboxType
from trackit_console.transports.step_names import StepName
from trackit_console.user_messages import problem_class


@pytest.mark.covers("IN-10")
def test_there_are_at_least_sixty_over_all_types() -> None:
    names = Counter((fault.type, fault.name) for fault in INJECTED)
    assert max(names.values()) == 1, names.most_common(1)
    assert len(names) >= 60
    assert {fault.type for fault in INJECTED} == {*MailboxType, "smtp"}


@pytest.mark.covers("IN-10")
def test_each_has_a_step_a_code_and_a_remedy() -> None:
    assert [str(fault) for fault in INJECTED if not _is_told(fault)] == []


def _is_told(fault: InjectedFault) -> bool:
    """`test_errors` shows that no two codes share a remedy."""
    kind = problem_class("transports", fault.code)
    return kind is not None and bool(kind.sentence and kind.remedy) and fault.step in {step.value for step in StepName}
