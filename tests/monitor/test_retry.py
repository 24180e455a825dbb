"""A message that is tried again is never lost, whatever the rules of today say of it (RUN-04)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.quarantine_factory import WHOLE, set_aside
from trackit_console.clock import SystemClock
from trackit_console.domain.deliveries import Outcome
from trackit_console.helpdesk.reasons import Reason
from trackit_console.monitor.quarantine import retry
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.store.database import Database

BY = "ada"
STOPPING: dict[str, tuple[dict[str, Any], Reason]] = {
    "a filter": ({"subject": [FilterRule(text="Printer 7")]}, Reason.SUBJECT_RULE),
    "accepted senders": ({"accept_from": "technicians"}, Reason.NOT_ACCEPTED),
}


@pytest.mark.covers("RUN-04", "FIL-03")
@pytest.mark.parametrize(("filters", "reason"), STOPPING.values(), ids=STOPPING.keys())
def test_what_is_stopped_today_waits_on_with_the_new_reason(database: Database, filters: dict[str, Any], reason: Reason) -> None:
    waiting = set_aside(database)
    _save(database, Filters(**filters))
    recorded = retry(database, waiting.whole, BY, SystemClock()).recorded
    assert recorded is not None and recorded.outcome is Outcome.QUARANTINED
    assert database.deliveries.raw(waiting.whole) == WHOLE
    with database.unit_of_work() as work:
        [aside] = [each for each in work.quarantine.waiting() if each.delivery_id == waiting.whole]
    assert (aside.code, aside.tries) == (reason, 2)
    _save(database, Filters())
    taken = retry(database, waiting.whole, BY, SystemClock()).recorded
    assert taken is not None and taken.outcome is Outcome.CREATED


def _save(database: Database, filters: Filters) -> None:
    with database.begin() as transaction:
        transaction.settings.save_filters(replace(transaction.settings.filters(), value=filters), BY)
