"""How a record is doing by its service level, in words: `due in 2 h`, `overdue for 35 min`, `paused while waiting` (NOT-04)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from trackit_console.console.widgets.pill import Tone
from trackit_console.domain.records import Status
from trackit_console.helpdesk.service_levels.standing import LimitStanding, Standing, standings, worst

if TYPE_CHECKING:
    from trackit_console.store.record_views import RecordView

HOURS_SHOWN = 48
"""What is further away is told in days."""
_TONES: Mapping[Standing, Tone] = {
    Standing.OVERDUE: "bad",
    Standing.DUE_SOON: "warn",
    Standing.IN_TIME: "ok",
    Standing.PAUSED: "dim",
    Standing.MISSED: "bad",
    Standing.MET: "dim",
}


def pill_of(record: RecordView, now: datetime) -> tuple[Tone, str]:
    """The most urgent due time of a record for a list; no words for a record without one."""
    found = worst(_limits(record, now))
    if found is None:
        return "dim", ""
    return _TONES[found.standing], _short(found, record, now)


def limits_text(record: RecordView, now: datetime) -> list[tuple[str, str]]:
    """Each due time of a record with its caption: when it is, and how the record is doing."""
    captions = {
        "first_response": QCoreApplication.translate("due_text", "First response"),
        "closing": QCoreApplication.translate("due_text", "Closing"),
    }
    return [(captions[each.limit], _long(each, record, now)) for each in _limits(record, now)]


def distance(length: timedelta) -> str:
    """A length of time, rounded down: minutes, hours, days."""
    minutes = int(length / timedelta(minutes=1))
    if minutes < 60:
        return QCoreApplication.translate("due_text", "{number} min").format(number=minutes)
    if minutes < HOURS_SHOWN * 60:
        return QCoreApplication.translate("due_text", "{number} h").format(number=minutes // 60)
    return QCoreApplication.translate("due_text", "%Ln days", "", minutes // (24 * 60))


def _limits(record: RecordView, now: datetime) -> list[LimitStanding]:
    return list(standings(record.service_level, record.status, record.closed_at, now))


def _short(found: LimitStanding, record: RecordView, now: datetime) -> str:
    left = _left(found, record, now)
    words: dict[Standing, Callable[[], str]] = {
        Standing.OVERDUE: lambda: QCoreApplication.translate("due_text", "{time} late").format(time=distance(-left)),
        Standing.DUE_SOON: lambda: QCoreApplication.translate("due_text", "in {time}").format(time=distance(left)),
        Standing.IN_TIME: lambda: QCoreApplication.translate("due_text", "in {time}").format(time=distance(left)),
        Standing.PAUSED: lambda: QCoreApplication.translate("due_text", "paused"),
        Standing.MISSED: lambda: QCoreApplication.translate("due_text", "missed"),
        Standing.MET: lambda: QCoreApplication.translate("due_text", "met"),
    }
    return words[found.standing]()


def _long(found: LimitStanding, record: RecordView, now: datetime) -> str:
    left = _left(found, record, now)
    at = _moment(found.due_at, now)
    paused = QCoreApplication.translate("due_text", "paused while waiting, {time} left").format(time=distance(abs(left)))
    words: dict[Standing, str] = {
        Standing.OVERDUE: QCoreApplication.translate("due_text", "{at}, overdue for {time}"),
        Standing.DUE_SOON: QCoreApplication.translate("due_text", "{at}, due in {time}"),
        Standing.IN_TIME: QCoreApplication.translate("due_text", "{at}, due in {time}"),
        Standing.PAUSED: paused,
        Standing.MISSED: QCoreApplication.translate("due_text", "{at}, missed by {time}"),
        Standing.MET: QCoreApplication.translate("due_text", "{at}, met"),
    }
    return words[found.standing].replace("{at}", at).replace("{time}", distance(abs(left)))


def _moment(at: datetime, now: datetime) -> str:
    """The time for today, otherwise date and time: a due time has no seconds that anybody counts."""
    local = QDateTime.fromSecsSinceEpoch(int(at.timestamp()))
    today = at.astimezone().date() == now.astimezone().date()
    return local.toString("HH:mm") if today else QLocale().toString(local, QLocale.FormatType.ShortFormat)


def _left(found: LimitStanding, record: RecordView, now: datetime) -> timedelta:
    """How long until it is due by the clock on the wall; negative for what is late. Where time stands still, as it was then."""
    paused = record.service_level.waiting_since if record.status is Status.WAITING else None
    return found.due_at - (found.ended_at or paused or now)
