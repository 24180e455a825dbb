"""Moments and the clock of a time zone: when its offset from UTC changes, and when a local time comes.

`zoneinfo` does not tell its transitions. They are found by comparing offsets, a day apart, and then by halving.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_SECONDS = 86400


def offset_at(zone: ZoneInfo, seconds: int) -> int:
    """The offset of local time from UTC, in seconds, at so many seconds after 1970."""
    # Not datetime.fromtimestamp: on Windows it refuses what is before 1970.
    offset = (EPOCH + timedelta(seconds=seconds)).astimezone(zone).utcoffset()
    assert offset is not None
    return offset.days * DAY_SECONDS + offset.seconds


def constant_offsets(zone: ZoneInfo, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The stretches (begin, end, offset) between two moments in which the offset stays the same, in seconds after 1970."""
    offset = offset_at(zone, begin)
    start = at = begin
    while at < end:
        following = min(at + DAY_SECONDS, end)
        new = offset_at(zone, following)
        if new != offset:
            change = _first_change(zone, at, following)
            yield start, change, offset
            start, offset = change, new
        at = following
    if start < end:
        yield start, end, offset


def moment_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment in UTC at which the clock of `zone` first shows `wall`, which is naive.

    A time that is left out when the clock goes forward gives the first moment after the gap.
    """
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return first
    # In a gap, fold=0 takes the offset before it and fold=1 the one after it (PEP 495): the gap is between the two moments.
    low, high = ((each - EPOCH) // timedelta(seconds=1) for each in (second, first))
    return EPOCH + timedelta(seconds=_first_change(zone, low, high))


def _first_change(zone: ZoneInfo, low: int, high: int) -> int:
    """The first second after `low` with another offset than at `low`; there is one up to `high`."""
    before = offset_at(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high
