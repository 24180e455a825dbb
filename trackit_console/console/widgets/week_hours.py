"""Opening hours as they are typed, and as the settings have them (NOT-04)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from trackit_console.settings.open_hours import OpenHours
from trackit_console.settings.time_fields import WEEKDAYS

Span = tuple[str, str]
"""From when to when, as it was typed."""
USUAL: Span = ("09:00", "17:00")
_TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*([ap])?\.?m?\.?", re.IGNORECASE)


def as_time(typed: str) -> str:
    """`9`, `9.30`, `930` and `5 pm` as HH:MM; anything else as it is, which the settings refuse."""
    found = _TIME.fullmatch(typed.strip())
    if found is None:
        return typed.strip()
    hours, minutes, half = int(found[1]), found[2] or "00", (found[3] or "").casefold()
    if half and not 1 <= hours <= 12:
        return typed.strip()
    if half:
        hours = hours % 12 + (12 if half == "p" else 0)
    return f"{hours:02}:{minutes}"


def by_day(hours: Iterable[Any]) -> dict[str, list[Span]]:
    """The spans of each day, in their order. Of settings that are wrong, as much as can be shown."""
    found: dict[str, list[Span]] = {day: [] for day in WEEKDAYS}
    for entry in hours:
        plain = dict(entry) if isinstance(entry, BaseModel | Mapping) else {}
        for day in plain.get("days") or ():
            if day in found:
                found[day].append((str(plain.get("opens", "")), str(plain.get("closes", ""))))
    return {day: sorted(spans) for day, spans in found.items()}


def together(week: Mapping[str, Sequence[Span]]) -> list[Any]:
    """The entries of the settings: days with the same span are one. What is wrong stays plain data."""
    days: dict[Span, list[str]] = {}
    for day in WEEKDAYS:
        for span in week.get(day, ()):
            days.setdefault(span, []).append(day)
    return [as_entry({"days": of, "opens": opens, "closes": closes}) for (opens, closes), of in days.items()]


def as_entry(plain: dict[str, Any]) -> Any:
    """An entry of the settings, or `plain` where the settings refuse it."""
    try:
        return OpenHours.model_validate(plain)
    except ValidationError:
        return plain
