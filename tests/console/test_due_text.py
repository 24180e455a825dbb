"""How soon a record is due, in words (NOT-04)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from trackit_console.console.due_text import distance, limits_text, pill_of
from trackit_console.domain.records import Module, Priority, ServiceLevelState, Status
from trackit_console.store.record_views import RecordView

pytestmark = pytest.mark.covers("NOT-04")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def record(status: Status = Status.OPEN, closed_at: datetime | None = None, **state: Any) -> RecordView:
    level = ServiceLevelState("Standard", **state)
    return RecordView(
        Module.TICKET, 1, 1, "x", status, Priority.LOW, None, "", "", None, "", NOON, NOON,
        closed_at=closed_at, service_level=level,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("shown", "tone", "short", "long"),
    [
        pytest.param(record(close_due_at=NOON + 2 * HOUR), "ok", "in 2 h", "due in 2 h", id="in time"),
        pytest.param(record(close_due_at=NOON + 20 * MINUTE), "warn", "in 20 min", "due in 20 min", id="soon"),
        pytest.param(record(close_due_at=NOON - 35 * MINUTE), "bad", "35 min late", "overdue for 35 min", id="overdue"),
        pytest.param(
            record(Status.WAITING, close_due_at=NOON, waiting_since=NOON - HOUR),
            "dim",
            "paused",
            "paused while waiting, 1 h left",
            id="paused",
        ),
        pytest.param(record(Status.CLOSED, NOON - HOUR, close_due_at=NOON), "dim", "met", "met", id="met"),
        pytest.param(record(Status.CLOSED, NOON, close_due_at=NOON - HOUR), "bad", "missed", "missed by 1 h", id="missed"),
    ],
)
def test_a_due_time_is_told_short_and_long(qapp: QApplication, shown: RecordView, tone: str, short: str, long: str) -> None:
    assert pill_of(shown, NOON) == (tone, short)
    [(caption, words)] = limits_text(shown, NOON)
    assert caption == "Closing"
    assert words.endswith(long)


def test_a_record_without_a_level_says_nothing(qapp: QApplication) -> None:
    assert pill_of(record(), NOON) == ("dim", "")
    assert limits_text(record(), NOON) == []


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (59, "59 min"), (60, "1 h"), (47 * 60, "47 h"), (72 * 60, "3 days")]
)
def test_a_distance_has_one_unit(qapp: QApplication, minutes: int, words: str) -> None:
    assert distance(minutes * MINUTE) == words
