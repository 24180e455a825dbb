"""The monitor's position in an Exchange folder (RUN-03, RUN-07).

At the first visit, read mail is history and is left alone; unread mail is taken. From then on every message that arrives
counts, read or not: somebody who opens the mailbox must not cost a ticket. What arrives is told by SyncFolderItems since a
state that the server hands out; what lay there before is found once, by date.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)
MARGIN = timedelta(days=1)
"""What is looked at again before the last visit when the server has forgotten a state."""


CLOCK_MARGIN = timedelta(hours=1)
"""How far before the first visit a message may seem to have come during it, by another clock."""


class Arrival(Protocol):
    """What `came_since` needs of a message."""

    @property
    def received_at(self) -> datetime | None: ...

    @property
    def read(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class EwsCursor:
    """The position in the folder with the id `folder`.

    `state` is the server's own text; until `enumerated` it names only a part of the folder. `pending` are the ids of
    messages that were found and not taken yet, oldest first. Mail that lay there before the first visit is searched from
    `older_from` on, except for `older_ids`, which were found and have that very date; None once the search is done. Of
    that mail, unread messages count, and all received since `since`. `visited` is when the server
    last told changes to their end.
    """

    folder: str
    since: datetime
    visited: datetime
    state: str = ""
    enumerated: bool = False
    pending: tuple[str, ...] = ()
    older_from: datetime | None = LONG_AGO
    older_ids: tuple[str, ...] = ()

    @classmethod
    def first(cls, folder: str, now: datetime) -> EwsCursor:
        """The position in a folder that was never visited."""
        return cls(folder, now.replace(microsecond=0), now)  # Exchange dates messages by whole seconds

    def on(self, folder: str, now: datetime) -> EwsCursor:
        """The position to continue from in `folder`."""
        return self if folder == self.folder else EwsCursor.first(folder, now)

    def forgotten(self, now: datetime) -> EwsCursor:
        """The position once the server has forgotten the state: mail since the last visit is examined again.

        The ledger drops what was taken already.
        """
        # `visited` stays: the server may forget again before it has told all of this mail.
        return EwsCursor(self.folder, min(self.visited, now) - MARGIN, self.visited, pending=self.pending)

    def synced(self, state: str, now: datetime, *, more: bool) -> EwsCursor:
        """The position after a page of changes, which ends at `state`; `more` if other pages follow."""
        if more:
            return replace(self, state=state)
        return replace(self, state=state, enumerated=True, visited=now)

    def announcing(self, ids: Iterable[str]) -> EwsCursor:
        """The position once the messages `ids` were found."""
        return replace(self, pending=tuple(dict.fromkeys((*self.pending, *ids))))

    def taken(self, ids: Iterable[str]) -> EwsCursor:
        """The position once the messages `ids` were taken, or found to be gone."""
        gone = set(ids)
        return replace(self, pending=tuple(id for id in self.pending if id not in gone))

    def with_older(self, date: datetime, ids: Iterable[str]) -> EwsCursor:
        """The position once older mail up to `date` was found, of which `ids` have that date."""
        return replace(self, older_from=date, older_ids=tuple(ids))

    def without_older(self) -> EwsCursor:
        """The position once there is no older mail left to be found."""
        return replace(self, older_from=None, older_ids=())

    def to_json(self) -> str:
        """The text to store; `read_ews_cursor` reads it."""
        return json.dumps(asdict(self), default=datetime.isoformat)


def came_since(since: datetime, message: Arrival) -> bool:
    """Whether `message` came since the first visit began: surely, or, if it is unread, perhaps: clocks differ."""
    if message.received_at is None:
        return False
    return message.received_at >= (since if message.read else since - CLOCK_MARGIN)


def read_ews_cursor(text: str | None) -> EwsCursor | None:
    """Reads a stored cursor; None if there is none or it cannot be read."""
    if not text:
        return None
    try:
        stored = json.loads(text)
        older = stored["older_from"]
        return EwsCursor(
            str(stored["folder"]),
            datetime.fromisoformat(stored["since"]),
            datetime.fromisoformat(stored["visited"]),
            str(stored["state"]),
            bool(stored["enumerated"]),
            tuple(map(str, stored["pending"])),
            datetime.fromisoformat(older) if older else None,
            tuple(map(str, stored["older_ids"])),
        )
    except (ValueError, KeyError, TypeError):
        return None
