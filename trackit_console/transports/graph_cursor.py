"""The monitor's position in a folder of Microsoft 365: which messages were announced, and where to ask for more (RUN-03).

At the first visit, read mail is history and is left alone; unread mail is taken. From then on every message that arrives
counts, read or not: somebody who opens the mailbox must not cost a ticket. What arrives is found by a delta query, what
lay there unread before by a search, once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

MARGIN = timedelta(hours=1)
"""How far before the first visit the delta query begins: the clocks of Microsoft's servers differ by seconds."""
BACK = timedelta(days=1)
"""How far before the last visit a new delta query begins when the server has forgotten the old one."""
_LONG_AGO = "1900-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Announced:
    """A message of which the ID is known; `received` is an OData literal in UTC, so that its text sorts by time."""

    received: str
    id: str


@dataclass(frozen=True, slots=True)
class GraphCursor:
    """The position in the folder of the ID `folder`. All times are OData literals in UTC.

    `all_from` is the time of the first visit: what was received before counts only if it is unread. The delta query
    covers what was received since `delta_from`; `delta` is the link where it continues, empty if it was not begun.
    `older` is how far the search for older unread messages has come, None once it is done; `older_ids` are those found
    at that very second. `pending` are the messages that were announced and not taken yet, the oldest first. `visited` is
    the last time that the delta query was answered to its end.
    """

    folder: str
    all_from: str
    delta_from: str
    visited: str
    delta: str = ""
    older: str | None = _LONG_AGO
    older_ids: tuple[str, ...] = ()
    pending: tuple[Announced, ...] = ()

    @classmethod
    def first(cls, folder: str, now: str) -> GraphCursor:
        """The position in a folder that was never visited."""
        return cls(folder, all_from=now, delta_from=_earlier(now, MARGIN), visited=now)

    @classmethod
    def after_ews(cls, folder: str, visited: datetime) -> GraphCursor:
        """The position of a mailbox that was read by EWS until `visited`: all mail since the day before counts, read or not.

        The ledger recognizes by content what was taken already (IN-16).
        """
        last = f"{visited.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        since = _earlier(last, BACK)
        return cls(folder, all_from=since, delta_from=_earlier(since, MARGIN), visited=last)

    def resynchronized(self) -> GraphCursor:
        """The position once the server has forgotten the delta link: everything since the day before the last visit.

        The ledger drops what was taken already.
        """
        return replace(self, delta="", delta_from=_earlier(self.visited, BACK))

    def with_arrivals(self, items: Iterable[Mapping[str, Any]], link: str, now: str, *, complete: bool = True) -> GraphCursor:
        """The position after a page of the delta query, which continues at `link`; `complete` if it was the last one."""
        found = [_announced(item) for item in items if _is_mail(item) and self._counts(item)]
        # Not before the last page: the link may be forgotten while mail of long ago is still to come. The day is enough for `BACK`.
        visited = max(self.visited, _day(now)) if complete else self.visited
        return replace(self._announcing(found), delta=link, visited=visited)

    def is_current(self, now: str) -> bool:
        """Whether a link of today is at hand: older ones may be forgotten by the server."""
        return bool(self.delta) and self.visited >= _day(now)

    def _counts(self, item: Mapping[str, Any]) -> bool:
        return bool(item["receivedDateTime"] >= self.all_from or not item.get("isRead", False))

    def with_older(self, items: Sequence[Mapping[str, Any]], *, complete: bool) -> GraphCursor:
        """The position after a page of older unread messages, the oldest first; `complete` if there are no more."""
        found = [_announced(item) for item in items if _is_mail(item) and item["id"] not in self.older_ids]
        position = self._announcing(found)
        if complete or not items:
            return replace(position, older=None, older_ids=())
        last = str(items[-1]["receivedDateTime"])
        at_last = tuple(str(item["id"]) for item in items if item["receivedDateTime"] == last)
        # The same second as before: what earlier pages found there is found by the next search as well.
        seen = self.older_ids if last == self.older else ()
        return replace(position, older=last, older_ids=tuple(dict.fromkeys((*seen, *at_last))))

    def _announcing(self, found: Sequence[Announced]) -> GraphCursor:
        # Delta queries repeat themselves: the same message may come twice, or be pending already.
        by_id = {each.id: each for each in (*found, *self.pending)}
        return replace(self, pending=tuple(sorted(by_id.values(), key=lambda each: (each.received, each.id))))

    def taken(self, ids: Iterable[str]) -> GraphCursor:
        """The position once the messages `ids` were taken, or found to be gone."""
        gone = set(ids)
        return replace(self, pending=tuple(each for each in self.pending if each.id not in gone))

    def to_json(self) -> str:
        """The text to store; `read_graph_cursor` reads it."""
        return json.dumps({**asdict(self), "pending": [[each.received, each.id] for each in self.pending]})


def read_graph_cursor(text: str | None) -> GraphCursor | None:
    """Reads a stored cursor; None if there is none or it cannot be read."""
    if not text:
        return None
    try:
        stored = json.loads(text)
        pending = tuple(Announced(str(received), str(identifier)) for received, identifier in stored.pop("pending"))
        older_ids = tuple(map(str, stored.pop("older_ids")))
        return GraphCursor(**stored, older_ids=older_ids, pending=pending)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _day(moment: str) -> str:
    return f"{moment[:10]}T00:00:00Z"


def _earlier(moment: str, by: timedelta) -> str:
    return f"{datetime.fromisoformat(moment) - by:%Y-%m-%dT%H:%M:%SZ}"


def _announced(item: Mapping[str, Any]) -> Announced:
    return Announced(str(item["receivedDateTime"]), str(item["id"]))


def _is_mail(item: Mapping[str, Any]) -> bool:
    """Not what was removed, nor a Teams chat, which some tenants list among messages. A meeting request is mail."""
    return "@removed" not in item and "receivedDateTime" in item and "chatMessage" not in str(item.get("@odata.type", ""))
