"""Parses the value of Date (RFC 5322 section 3.3), also as programs write it that follow the system's language instead."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from trackit_console.mail.date_names import MONTHS, ZONES
from trackit_console.mail.encoded_words import decoded
from trackit_console.mail.limits import DATE_LENGTH_LIMIT
from trackit_console.mail.parse_warnings import ParseWarning

_ENGLISH = {name: month for month, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
# Nearly all mail has this form, which is read in one step.
_USUAL = re.compile(
    r"(?:[A-Z][a-z]{2}, +)?([0-9]{1,2}) (" + "|".join(_ENGLISH) + r") ([0-9]{4}) "
    r"([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-])([0-9]{2})([0-9]{2})(?: \([A-Z]+\))?"
)

_TIME = re.compile(r"(?<![0-9])([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2})(?:[.,][0-9]+)?)?(?![0-9:.])")
_TIME_WITH_COLONS = re.compile(_TIME.pattern.replace("[:.]", ":"))
_HALF = re.compile(r"\s*([ap])\.?m\b")
_HALF_BEFORE = re.compile(r"(午前|上午|오전)|(午後|下午|오후)")
_OFFSET = re.compile(r"(?<![0-9])([+-])([0-9]{1,2}):?([0-9]{2})?(?![0-9:])")
_NOTES_ZONE = re.compile(r"\bz([ew])([0-9]{1,2})\b")  # ZE1 is one hour east
_ZONE_NAME = re.compile(r"(?<![a-z])(" + "|".join(ZONES) + r")(?![a-z])", re.IGNORECASE)
_DAY_FIRST = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|er|º)?[\s.,/-]*(?:de |of )?([^\W\d_]{3,})[\s.,/-]*(?:de |del )?([0-9]{2,4})")
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,})[\s.-]*([0-9]{1,2})(?:st|nd|rd|th)?(?![0-9])\D*?([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[./年년-]\s*([0-9]{1,2})[./月월-]\s*([0-9]{1,2})(?![0-9])")
_NUMBERS = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?![0-9])")


def moment(value: str, problems: list[ParseWarning]) -> datetime | None:
    """The value of Date as an aware datetime, or None if it is unreadable or out of range.

    An unknown offset is taken for UTC: `-0000`, none at all, or a zone name that is not among the usual ones.
    """
    if not value:
        return None
    try:
        usual = _USUAL.fullmatch(value)
        date = _usual(usual) if usual else _lenient(decoded(value[:DATE_LENGTH_LIMIT], problems))
        if not 1 < date.year < 9999:
            date.astimezone(UTC)  # raises where UTC would fall outside the years 1 to 9999
    except (ValueError, OverflowError):
        problems.append(ParseWarning.UNREADABLE_DATE)
        return None
    return date


def _usual(match: re.Match[str]) -> datetime:
    day, month, year, hour, minute, second, sign, hours, minutes = match.groups()
    zone = _offset(sign, hours, minutes)
    # A leap second (60) is valid in mail (RFC 5322 section 3.3), but not in a datetime.
    return datetime(int(year), _ENGLISH[month], int(day), int(hour), int(minute), min(int(second), 59), tzinfo=zone)


@lru_cache(maxsize=256)
def _offset(sign: str, hours: str, minutes: str | None) -> timezone:
    return timezone((-1 if sign == "-" else 1) * timedelta(hours=int(hours), minutes=int(minutes or 0)))


def _lenient(value: str) -> datetime:
    """The date in `value`, whose pieces may stand in any order. Raises ValueError if one is missing or ambiguous."""
    text = _plain(value)
    time = _TIME_WITH_COLONS.search(text) or _TIME.search(text)
    if not time:
        raise ValueError("no time of day")
    hour, minute, second = int(time[1]), int(time[2]), min(int(time[3] or 0), 59)
    before, rest = text[: time.start()], text[time.end() :]
    half, half_before = _HALF.match(rest), _HALF_BEFORE.search(before)
    if hour <= 12 and (half or half_before):
        afternoon = half[1] == "p" if half else half_before is not None and half_before[2] is not None
        hour = hour % 12 + 12 * afternoon
    year, month, day = _day(f"{before} {rest}", half is not None)
    return datetime(year, month, day, hour, minute, second, tzinfo=_zone(rest))


def _plain(text: str) -> str:
    """In lower case and without accents: programs write `Márz` and `fev` too."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def _zone(text: str) -> timezone:
    """The zone in what follows the time. The offset counts more than a name beside it."""
    if offset := _OFFSET.search(text):
        return _offset(offset[1], offset[2], offset[3])
    if notes := _NOTES_ZONE.search(text):
        return _offset("+" if notes[1] == "e" else "-", notes[2], None)
    name = _ZONE_NAME.search(text)
    return timezone(timedelta(hours=ZONES[name[1].upper()])) if name else UTC


def _day(text: str, english: bool) -> tuple[int, int, int]:
    for match in _DAY_FIRST.finditer(text):
        if month := _month(match[2]):
            return _full_year(match[3]), month, int(match[1])
    for match in _MONTH_FIRST.finditer(text):
        if month := _month(match[1]):
            return int(match[3]), month, int(match[2])
    if found := _YEAR_FIRST.search(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _NUMBERS.search(text):
        day, month = int(found[1]), int(found[3])
        if month > 12 or (found[2] == "/" and english):
            day, month = month, day
        elif found[2] == "/" and day <= 12 and day != month:
            raise ValueError("the day or the month comes first")
        return _full_year(found[4]), month, day
    raise ValueError("no day")


def _month(word: str) -> int | None:
    return next((month for beginning, month in _BEGINNINGS if word.startswith(beginning)), None)


def _full_year(digits: str) -> int:
    """RFC 5322 section 4.3: 26 is 2026, 99 is 1999, 126 is 2026."""
    year = int(digits)
    if len(digits) == 2 and year < 50:
        return year + 2000
    return year + 1900 if len(digits) < 4 else year


# The longest ones first: `marras` is Finnish for November, `mar` is March.
_BEGINNINGS = sorted(
    ((_plain(word), month) for month, words in enumerate(MONTHS, 1) for word in words.split()), key=lambda entry: -len(entry[0])
)
