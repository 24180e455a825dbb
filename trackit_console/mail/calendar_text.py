"""Reads the events of a calendar as text, for a message that is nothing but an invitation (RFC 5545).

Labels are left out, because their language would not be that of the reader.
"""

from __future__ import annotations

import re

from trackit_console.mail.limits import CALENDAR_LIMIT

_FOLD = re.compile(r"\n[ \t]")
_LINE = re.compile(r"([A-Za-z-]{1,40})((?:;(?:\"[^\"]*\"|[^\":])*)?):(.*)")
_ZONE = re.compile(r";TZID=\"?([^\":;]{1,100})", re.IGNORECASE)
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?\Z")
_ESCAPE = re.compile(r"\\([nN\\,;:])")
_COMPONENTS = ("VEVENT", "VTODO", "VJOURNAL")
_WHEN = ("DTSTART", "DTEND", "DUE")


def calendar_to_text(calendar: str) -> str:
    """Summary, time, place and description of each event in `calendar`, whose lines end in LF."""
    events: list[dict[str, str]] = []
    inside: list[str] = []
    for line in _FOLD.sub("", calendar[:CALENDAR_LIMIT]).split("\n"):
        found = _LINE.match(line)
        if not found:
            continue
        name, value = found[1].upper(), found[3].strip()
        if name == "BEGIN":
            inside.append(value.upper())
            if value.upper() in _COMPONENTS:
                events.append({})
        elif name == "END":
            del inside[-1:]
        elif inside and inside[-1] in _COMPONENTS:
            events[-1].setdefault(name, _moment(value, found[2]) if name in _WHEN else _unescaped(value))
    return "\n\n".join(text for event in events if (text := _text(event)))


def _text(event: dict[str, str]) -> str:
    times = " \u2013 ".join(event[name] for name in _WHEN if event.get(name))
    lines = [event.get("SUMMARY", ""), times, event.get("LOCATION", "")]
    top = "\n".join(line for line in lines if line)
    return "\n\n".join(text for text in (top, event.get("DESCRIPTION", "").strip()) if text)


def _moment(value: str, parameters: str) -> str:
    found = _MOMENT.match(value)
    if not found:
        return value
    year, month, day, hour, minute, utc = found.groups()
    zone = _ZONE.search(parameters)
    words = [f"{year}-{month}-{day}", f"{hour}:{minute}" if hour else "", "UTC" if utc else zone[1] if zone else ""]
    return " ".join(word for word in words if word)


def _unescaped(value: str) -> str:
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
