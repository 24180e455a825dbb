"""Downloads messages of an IMAP folder: sizes first, then bodies in batches, and round what the server will not hand over.

A FETCH that the server refuses is halved until the culprit is alone, so that one message stops no mailbox (RUN-04).
Which messages are new, and how a lost connection is made anew, is in `imap`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from trackit_console.domain.deliveries import MessageRef
from trackit_console.transports.errors import TransportError
from trackit_console.transports.source import BATCH_BYTES, BATCH_MESSAGES, Absent, Fetched

UIDS_A_COMMAND = 500
"""UIDs that one command names at most: with ten digits each, a line stays below the 8,192 bytes of RFC 7162 section 4."""
HEADER_BYTES = 256 * 1024
"""Bytes of a header block that are downloaded at most: what is longer is no header of a letter."""
REFUSED_IN_A_ROW = 10
"""Messages that may be refused one after another; then it is the mailbox that cannot be read, and not the messages."""

SIZES = ("RFC822.SIZE", "INTERNALDATE")
BODIES = ("BODY.PEEK[]",)
HEADERS = (f"BODY.PEEK[HEADER]<0.{HEADER_BYTES}>",)

Answer = dict[bytes, Any]
Fetch = Callable[[Sequence[int], Sequence[str]], dict[int, Answer]]
"""One FETCH of these UIDs and items; raises `Refused`, and `TransportError` where there is no going on."""
T = TypeVar("T")


class Refused(Exception):
    """The server does not answer a FETCH; the session can be used, and perhaps for a part of it.

    `temporary`: by its own words it is not because of what was asked for.
    """

    def __init__(self, problem: TransportError, *, temporary: bool) -> None:
        super().__init__(problem)
        self.problem = problem
        self.temporary = temporary


@dataclass(frozen=True, slots=True)
class _Announced:
    """What the server says of a message before it is fetched; `refused` is what it says instead."""

    uid: int
    size: int = 0
    received_at: datetime | None = None
    gone: bool = False
    refused: str | None = None


class Reading:
    """Downloads by `fetch`; `ref_of` names a message by its UID."""

    def __init__(self, fetch: Fetch, ref_of: Callable[[int], MessageRef]) -> None:
        self._fetch = fetch
        self._ref_of = ref_of
        self._in_a_row = 0
        self._came = False
        self._for_now: dict[MessageRef, TransportError] = {}

    def batches(self, uids: Sequence[int], size_limit: int) -> Iterator[list[Fetched]]:
        """The messages in batches bounded by count and bytes.

        Where it cannot go on, what was downloaded before comes first, as a batch, and then the error. What is refused
        for now, by the server's own words, is no fault of a message as long as no message comes.
        """
        held: list[list[Fetched]] = []
        for batch in self._groups(uids, size_limit):
            held.append(batch)
            if not self._only_for_now(batch):
                yield from held
                held = []
        if held:
            raise self._for_now[held[-1][-1].ref]

    def _groups(self, uids: Sequence[int], size_limit: int) -> Iterator[list[Fetched]]:
        for some in chunks(uids):
            announced, problem = _until_error(self._announced(some))
            for group in _bounded(announced, size_limit):
                batch, cut = _until_error(self._handed_over(group, size_limit))
                if batch:
                    yield batch
                if cut:
                    raise cut
            if problem:
                raise problem

    def _only_for_now(self, batch: Sequence[Fetched]) -> bool:
        return not self._came and all(each.ref in self._for_now for each in batch)

    def messages(self, uids: Sequence[int], size_limit: int) -> Iterator[Fetched]:
        """The messages; those that are gone are left out."""
        for some in chunks(uids):
            for group in _bounded([each for each in self._announced(some) if not each.gone], size_limit):
                yield from self._handed_over(group, size_limit)

    def headers(self, uids: Sequence[int]) -> Iterator[Fetched]:
        """The header blocks alone; those that are gone are left out."""
        for some in chunks(uids):
            there = [each for each in self._announced(some) if not each.gone]
            yield from (self._refused(each, each.refused) for each in there if each.refused is not None)
            for group in _bounded([each for each in there if each.refused is None], 0):
                yield from self._header_blocks(group, None)

    def _announced(self, uids: Sequence[int]) -> Iterator[_Announced]:
        for uid, answer, words in self._answers(uids, SIZES):
            if answer is None:
                yield _Announced(uid, refused=words)
            else:
                yield _Announced(uid, answer.get(b"RFC822.SIZE") or 0, answer.get(b"INTERNALDATE"), gone=not answer)

    def _handed_over(self, group: Sequence[_Announced], size_limit: int) -> Iterator[Fetched]:
        """The messages of `group` in their order, as far as they could be had."""
        large = [each for each in group if each.size > size_limit]
        small = [each for each in group if each.size <= size_limit and each.refused is None]
        found, problem = _until_error(self._header_blocks(large, Absent.TOO_LARGE))
        if problem is None:
            bodies, problem = _until_error(self._bodies(small))
            found += bodies
        by_ref = {each.ref: each for each in found}
        for each in group:
            if each.refused is not None:
                yield self._refused(each, each.refused)
            elif came := by_ref.get(self._ref_of(each.uid)):
                yield came
            else:
                break
        if problem:
            raise problem

    def _bodies(self, group: Sequence[_Announced]) -> Iterator[Fetched]:
        by_uid = {each.uid: each for each in group}
        for uid, answer, words in self._answers(list(by_uid), BODIES):
            told = by_uid[uid]
            if answer is None:
                yield self._refused(told, words)
                continue
            # Some servers announce a message before they have it, and answer without a body, or not at all, or with nothing in it.
            raw = answer.get(b"BODY[]") or None
            absent = None if raw is not None else Absent.NOT_HANDED_OVER
            yield Fetched(self._ref_of(uid), raw, told.size or len(raw or b""), told.received_at, absent=absent)

    def _header_blocks(self, group: Sequence[_Announced], absent: Absent | None) -> Iterator[Fetched]:
        by_uid = {each.uid: each for each in group}
        for uid, answer, words in self._answers(list(by_uid), HEADERS):
            told = by_uid[uid]
            if answer is None and absent is None:
                yield self._refused(told, words)
                continue
            headers = next((value for key, value in (answer or {}).items() if key.startswith(b"BODY[HEADER]")), b"")
            yield Fetched(self._ref_of(uid), None, told.size, told.received_at, headers or b"", absent, words)

    def _refused(self, told: _Announced, words: str) -> Fetched:
        return Fetched(self._ref_of(told.uid), None, told.size, told.received_at, absent=Absent.REFUSED, words=words)

    def _answers(self, uids: Sequence[int], items: Sequence[str]) -> Iterator[tuple[int, Answer | None, str]]:
        """What the server answers for each message, in their order: nothing for one that is gone, None and words when it refuses."""
        for uid, answer in self._halved(uids, items):
            if not isinstance(answer, Refused):
                self._came = self._came or items == BODIES
                yield uid, answer, ""
                continue
            if answer.temporary:
                self._for_now[self._ref_of(uid)] = answer.problem
            yield uid, None, answer.problem.detail

    def _halved(self, uids: Sequence[int], items: Sequence[str]) -> Iterator[tuple[int, Answer | Refused]]:
        if not uids:
            return
        try:
            answers = self._fetch(uids, items)
        except Refused as refused:
            if len(uids) > 1:
                middle = len(uids) // 2
                yield from self._halved(uids[:middle], items)
                yield from self._halved(uids[middle:], items)
                return
            self._in_a_row += 1
            if self._in_a_row >= REFUSED_IN_A_ROW:
                raise refused.problem from None
            yield uids[0], refused
        else:
            self._in_a_row = 0
            yield from ((uid, answers.get(uid, {})) for uid in uids)


def chunks(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The UIDs in as many as one command may name."""
    for begin in range(0, len(uids), UIDS_A_COMMAND):
        yield uids[begin : begin + UIDS_A_COMMAND]


def _until_error(items: Iterable[T]) -> tuple[list[T], TransportError | None]:
    """The items as far as they come, and what ended them."""
    came: list[T] = []
    try:
        for item in items:
            came.append(item)
    except TransportError as problem:
        return came, problem
    return came, None


def _bounded(messages: Sequence[_Announced], size_limit: int) -> Iterator[list[_Announced]]:
    """The messages in groups of at most `BATCH_MESSAGES` and `BATCH_BYTES`; a larger message stands alone."""
    group: list[_Announced] = []
    held = 0
    for message in messages:
        weight = message.size if message.size <= size_limit else min(message.size, HEADER_BYTES)
        if group and (len(group) >= BATCH_MESSAGES or held + weight > BATCH_BYTES):
            yield group
            group, held = [], 0
        group.append(message)
        held += weight
    if group:
        yield group
