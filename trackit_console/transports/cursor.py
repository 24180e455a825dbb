"""The monitor's position in an IMAP folder: which UIDs were taken and which are still to come (RUN-03, RUN-07).

At the first visit, read mail is history and is left alone; unread mail is taken. From then on every message counts,
read or not: somebody who opens the mailbox must not cost a ticket. A new UIDVALIDITY invalidates all UIDs (RFC 3501
section 2.3.1.1), and so does a UIDNEXT below what was seen before: a server that was restored from its backup keeps its
UIDVALIDITY and gives UIDs again. Then mail since the last visit is examined again, and the ledger recognizes by content
what was taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta

_BACKLOG = re.compile(r"\d+:\d+(,\d+:\d+)*")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The position in one folder, which is named as on the server.

    `last` is the last UID taken. UIDs below `all_from` count only if they are unread (or received since `since`), UIDs
    from there on always. `backlog` are those older ones that counted when they were first looked for, as ranges; None if
    that was not yet. `visited` is the day of the last visit. `restored` counts how often the server gave UIDs a second time
    under the same UIDVALIDITY; it is part of the references.
    """

    folder: str
    uid_validity: int
    last: int
    all_from: int
    visited: date
    since: date | None = None
    backlog: str | None = None
    restored: int = 0

    @classmethod
    def first(cls, folder: str, uid_validity: int, uid_next: int, today: date) -> Cursor:
        """The position in a folder that was never visited."""
        return cls(folder, uid_validity, 0, uid_next, today)

    def on(self, folder: str, uid_validity: int, uid_next: int, today: date) -> Cursor:
        """The position to continue from, given the state of the folder today."""
        if folder_name(folder) != folder_name(self.folder):
            return Cursor.first(folder, uid_validity, uid_next, today)
        same = uid_validity == self.uid_validity
        if same and uid_next >= self.new_from:
            return replace(self, visited=today)
        # One day earlier: SINCE compares INTERNALDATE without time and time zone (RFC 3501 section 6.4.4).
        since = self.visited - timedelta(days=1)
        restored = self.restored + 1 if same else self.restored
        return Cursor(folder, uid_validity, 0, uid_next, today, since, restored=restored)

    def expected_next(self, folder: str, uid_validity: int) -> int:
        """The UIDNEXT that the folder has at least, unless it was restored; 0 where nothing is known of its UIDs."""
        known = uid_validity == self.uid_validity and folder_name(folder) == folder_name(self.folder)
        return self.new_from if known else 0

    @property
    def new_from(self) -> int:
        """The first UID from which every message counts as new."""
        return max(self.last + 1, self.all_from)

    @property
    def unread_range(self) -> str | None:
        """The range of older UIDs that count only if unread, None once it is done."""
        return f"{self.last + 1}:{self.all_from - 1}" if self.last + 1 < self.all_from else None

    def with_backlog(self, uids: Sequence[int]) -> Cursor:
        """Keeps which older messages count, in ascending order: what a person reads until they are taken must not drop out."""
        return replace(self, backlog=",".join(f"{first}:{last}" for first, last in _ranges(uids)))

    @property
    def in_backlog(self) -> Container[int]:
        """The UIDs of the backlog."""
        ranges = [each.split(":") for each in (self.backlog or "").split(",") if each]
        return {uid for first, last in ranges for uid in range(int(first), int(last) + 1)}

    def after(self, last: int, *, complete: bool) -> Cursor:
        """The position once `last` is taken. `complete` means that everything found was taken."""
        # Beyond all older mail, taken or not: what is marked as unread later stays history.
        return replace(self, last=max(last, self.all_from - 1), backlog=None) if complete else replace(self, last=last)

    def to_json(self) -> str:
        """The text to store; `read_cursor` reads it."""
        return json.dumps(asdict(self), default=date.isoformat)


def folder_name(folder: str) -> str:
    """The one name of a folder: INBOX has no letter case (RFC 3501 section 5.1)."""
    return folder.upper() if folder.upper() == "INBOX" else folder


def _ranges(uids: Sequence[int]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for uid in uids:
        if ranges and ranges[-1][1] == uid - 1:
            ranges[-1] = (ranges[-1][0], uid)
        else:
            ranges.append((uid, uid))
    return ranges


def read_cursor(text: str | None) -> Cursor | None:
    """Reads a stored cursor; None if there is none or it cannot be read."""
    if not text:
        return None
    try:
        stored = json.loads(text)
        since = date.fromisoformat(stored["since"]) if stored["since"] else None
        numbers = (int(stored["uid_validity"]), int(stored["last"]), int(stored["all_from"]))
        visited, backlog = date.fromisoformat(stored["visited"]), stored.get("backlog")
        if backlog and not _BACKLOG.fullmatch(backlog):
            return None
        # Cursors of earlier versions have no count.
        return Cursor(str(stored["folder"]), *numbers, visited, since, backlog, int(stored.get("restored", 0)))
    except (ValueError, KeyError, TypeError):
        return None
