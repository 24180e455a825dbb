"""The monitor's position in an Exchange folder (RUN-03, RUN-07).

At the first visit, read mail is history and is left alone; unread mail is taken. From then on every message that arrives
counts, read or not: somebody who opens the mailbox must not cost a ticket. What arrives is told by SyncFolderItems since a
state that the server hands out; what lay there before is found once, by date.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

MARGIN = timedelta(days=1)
"""What is looked at again before the last visit when the server has forgotten a state."""


@dataclass(frozen=True, slots=True)
class EwsCursor:
    """The position in the folder with the id `folder`.

    `state` is the server's own text; until `enumerated` it names only a part of the folder. `older_from` is the date from
    which mail that lay there before the first visit is still to be taken, oldest first, and `older_ids` those of that very
    date that were taken; None when there is none left. Of that mail, unread messages count, and all received since
    `since`. `visited` is the time of the last visit that found something.
    """

    folder: str
    since: datetime
    visited: datetime
    state: str = ""
    enumerated: bool = False
    older_from: datetime | None = None
    older_ids: tuple[str, ...] = ()

    @classmethod
    def first(cls, folder: str, now: datetime) -> EwsCursor:
        """The position in a folder that was never visited."""
        return cls(folder, now, now, older_from=_LONG_AGO)

    def on(self, folder: str, now: datetime) -> EwsCursor:
        """The position to continue from in `folder`."""
        return replace(self, visited=now) if folder == self.folder else EwsCursor.first(folder, now)

    def forgotten(self, now: datetime) -> EwsCursor:
        """The position once the server has forgotten the state: mail since the last visit is examined again."""
        return replace(EwsCursor.first(self.folder, now), since=self.visited - MARGIN)

    def after_older(self, date: datetime, ids: tuple[str, ...]) -> EwsCursor:
        """The position once older mail up to `date` is taken, of which `ids` have that date."""
        kept = self.older_ids if date == self.older_from else ()
        return replace(self, older_from=date, older_ids=(*kept, *ids))

    def without_older(self) -> EwsCursor:
        """The position once there is no older mail left."""
        return replace(self, older_from=None, older_ids=())

    def to_json(self) -> str:
        """The text to store; `read_ews_cursor` reads it."""
        return json.dumps(asdict(self), default=datetime.isoformat)


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
            datetime.fromisoformat(older) if older else None,
            tuple(map(str, stored["older_ids"])),
        )
    except (ValueError, KeyError, TypeError):
        return None


_LONG_AGO = datetime.fromisoformat("1990-01-01T00:00:00+00:00")
