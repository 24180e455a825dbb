"""Where in an IMAP folder the monitor is: what was taken, and what must still be looked at (RUN-03, RUN-07, RFC 3501 2.3.1).

At the first visit, read mail is history and stays untouched; unread mail is taken. From then on every message counts,
read or not: a person who opens the mailbox must not cost a ticket. A new UIDVALIDITY makes all UIDs void; then mail
since the last visit is looked at again, and the ledger knows by content what was taken.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place in one folder, named as the server knows it.

    `last` is the last UID taken; UIDs below `all_from` count only when unread (or received since `since`), those from
    there on always; `visited` is the day of the last visit.
    """

    folder: str
    uid_validity: int
    last: int
    all_from: int
    visited: date
    since: date | None = None

    @classmethod
    def first(cls, folder: str, uid_validity: int, uid_next: int, today: date) -> Cursor:
        """At a folder that was never visited."""
        return cls(folder, uid_validity, 0, uid_next, today)

    def on(self, folder: str, uid_validity: int, uid_next: int, today: date) -> Cursor:
        """The place to go on from, given what the folder says of itself today."""
        if folder != self.folder:
            return Cursor.first(folder, uid_validity, uid_next, today)
        if uid_validity == self.uid_validity:
            return replace(self, visited=today)
        # A day more, because servers date their mail in a time zone of their own.
        return Cursor(folder, uid_validity, 0, uid_next, today, since=self.visited - timedelta(days=1))

    @property
    def new_from(self) -> int:
        """The first UID from which on every message is new."""
        return max(self.last + 1, self.all_from)

    @property
    def unread_range(self) -> str | None:
        """The older UIDs of which only unread ones count, None when that is over."""
        return f"{self.last + 1}:{self.all_from - 1}" if self.last + 1 < self.all_from else None

    def after(self, last: int, *, complete: bool) -> Cursor:
        """Once `last` is taken; `complete`: nothing that was found is left behind."""
        return replace(self, last=max(last, self.all_from - 1) if complete else last)

    def written(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), default=date.isoformat)


def read_cursor(text: str | None) -> Cursor | None:
    """A kept cursor; None where there is none, or none that can be read."""
    if not text:
        return None
    try:
        kept = json.loads(text)
        since = date.fromisoformat(kept["since"]) if kept["since"] else None
        numbers = (int(kept["uid_validity"]), int(kept["last"]), int(kept["all_from"]))
        return Cursor(str(kept["folder"]), *numbers, date.fromisoformat(kept["visited"]), since)
    except (ValueError, KeyError, TypeError):
        return None
