"""Reads the values of fields: one function each, from what was written to what a record holds (MSG-06).

Only what can mean one thing is taken: 01.02.2026 is January in one country and February in another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from typing import Any

from trackit_console.domain.addresses import ADDRESS_UNITS, address_key
from trackit_console.domain.records import Priority, Status
from trackit_console.helpdesk.labels import LABELS
from trackit_console.helpdesk.reasons import Reason
from trackit_console.mail.keywords import without_keywords
from trackit_console.settings.text_rules import is_address

SUBJECT_LIMIT = 400
TEXT_LIMIT = 255
YEARS = range(2000, 2200)
"""Another year is a slip of the hand."""
END_OF_DAY = time(23, 59)
"""A date alone means all of that day."""


class BadValue(Exception):
    """A line of which nothing can be made; `facts` are those of the reason beside the line itself."""

    def __init__(self, reason: Reason, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


@dataclass(frozen=True, slots=True)
class ValueContext:
    """What values depend on: the time zone of dates without one, and the help desk's own addresses, by key."""

    zone: tzinfo = UTC
    own_addresses: Collection[str] = ()


Reader = Callable[[str, ValueContext], Any]


def _text(limit: int) -> Reader:
    def read(written: str, _context: ValueContext) -> str:
        return _within(written, limit)

    return read


def _within(written: str, limit: int) -> str:
    if not written:
        raise BadValue(Reason.LINE_WITHOUT_VALUE)
    if len(written) > limit:
        raise BadValue(Reason.LINE_TOO_LONG, limit=limit)
    return written


def _choice(choices: Collection[Any]) -> Reader:
    by_label = {LABELS[each].casefold(): each for each in choices}

    def read(written: str, _context: ValueContext) -> Any:
        if written.casefold() not in by_label:
            raise BadValue(Reason.LINE_CHOICES, choices=", ".join(LABELS[each] for each in choices))
        return by_label[written.casefold()]

    return read


def _subject(written: str, _context: ValueContext) -> str:
    # A keyword in a subject would lead replies to another record.
    return _within(" ".join(without_keywords(written).split()), SUBJECT_LIMIT)


def _moment(written: str, context: ValueContext) -> datetime:
    """ISO 8601, in UTC. Without an offset it is meant in the time zone of the message."""
    try:
        moment = datetime.fromisoformat(written)
        if len(written) <= len("2026-12-31"):
            moment = datetime.combine(moment, END_OF_DAY)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=context.zone)
        moment = moment.astimezone(UTC)
    # OverflowError: a moment in the year 1 or 9999 may have none in UTC.
    except (ValueError, OverflowError):
        raise BadValue(Reason.LINE_WITHOUT_DATE) from None
    if moment.year not in YEARS:
        raise BadValue(Reason.LINE_WITHOUT_DATE)
    return moment


def _address(written: str, context: ValueContext) -> str:
    if not is_address(written):
        raise BadValue(Reason.LINE_WITHOUT_ADDRESS)
    if address_key(written) in context.own_addresses:
        raise BadValue(Reason.ADDRESS_OF_HELP_DESK)
    return _within(written, ADDRESS_UNITS)


READERS: Mapping[str, Reader] = {
    "priority": _choice(tuple(Priority)),
    "status": _choice(tuple(Status)),
    "technician": _text(TEXT_LIMIT),
    "category": _text(TEXT_LIMIT),
    "due": _moment,
    "expires": _moment,
    "email": _address,
    "name": _text(TEXT_LIMIT),
    "subject": _subject,
}
