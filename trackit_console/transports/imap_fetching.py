"""FETCH for many messages at once, where a single one may make the server refuse or hang up (RUN-04).

A FETCH that the server refuses is halved until the culprit is alone, so that one message cannot block a mailbox.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from trackit_console.transports.errors import TransportError

UIDS_A_COMMAND = 500
"""Maximum UIDs in one command: with ten digits each, the line stays below the 8,192 bytes of RFC 7162 section 4."""
REFUSED_IN_A_ROW = 10
"""Consecutive refusals after which the fault lies with the mailbox and not with single messages."""

Answer = dict[bytes, Any]
Fetch = Callable[[Sequence[int], Sequence[str]], dict[int, Answer]]
"""Sends one FETCH for these UIDs and items; raises `Refused`, or `TransportError` if it is pointless to continue."""


class Refused(Exception):
    """The server refused a FETCH; the session is usable, and a smaller FETCH may succeed.

    `temporary` means that by the server's own text the messages are not the cause.
    """

    def __init__(self, problem: TransportError, *, temporary: bool) -> None:
        super().__init__(problem)
        self.problem = problem
        self.temporary = temporary


class HalvingFetch:
    """Sends FETCH commands by `fetch`; called with UIDs and items, it gives for each UID its data or `Refused`."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._refused_in_a_row = 0

    def __call__(self, uids: Sequence[int], items: Sequence[str]) -> Iterator[tuple[int, Answer | Refused]]:
        """In the order of `uids`; empty data if a message no longer exists. Raises `TransportError` after too many refusals."""
        if not uids:
            return
        try:
            responses = self._fetch(uids, items)
        except Refused as refused:
            if len(uids) > 1:
                middle = len(uids) // 2
                yield from self(uids[:middle], items)
                yield from self(uids[middle:], items)
                return
            self._refused_in_a_row += 1
            if self._refused_in_a_row >= REFUSED_IN_A_ROW:
                raise refused.problem from None
            yield uids[0], refused
        else:
            self._refused_in_a_row = 0
            yield from ((uid, responses.get(uid, {})) for uid in uids)


def chunks(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Splits the UIDs into groups that fit into one command."""
    for start in range(0, len(uids), UIDS_A_COMMAND):
        yield uids[start : start + UIDS_A_COMMAND]
