"""Downloads messages of an IMAP folder: sizes first, then bodies in batches, skipping what the server does not deliver.

`imap` decides which messages are new, `imap_fetching` isolates a message that cannot be fetched, `imap_session` reopens a
lost connection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from trackit_console.domain.deliveries import MessageRef
from trackit_console.transports.errors import TransportError
from trackit_console.transports.fetched_mail import BATCH_BYTES, BATCH_MESSAGES, Absent, Fetched
from trackit_console.transports.imap_fetching import Answer, Fetch, HalvingFetch, Refused, chunks

HEADER_BYTES = 256 * 1024
"""Maximum bytes of a header block to download: no genuine header is longer."""
SIZES = ("RFC822.SIZE", "INTERNALDATE")
# PEEK, because BODY[] and RFC822 would mark the messages as read (RFC 3501 section 6.4.5).
BODIES = ("BODY.PEEK[]",)
HEADERS = (f"BODY.PEEK[HEADER]<0.{HEADER_BYTES}>",)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Announced:
    """The size and date of a message, requested before its body; `refused` is the server's text if it refused even those."""

    uid: int
    size: int = 0
    received_at: datetime | None = None
    missing: bool = False
    refused: str | None = None


class Reading:
    """Downloads through `fetch`; `ref_of` makes the ref of a UID."""

    def __init__(self, fetch: Fetch, ref_of: Callable[[int], MessageRef]) -> None:
        self._fetch = HalvingFetch(fetch)
        self._ref_of = ref_of
        self._body_received = False
        self._temporary_refusals: dict[MessageRef, TransportError] = {}

    def batches(self, uids: Sequence[int], size_limit: int) -> Iterator[list[Fetched]]:
        """Downloads the messages in batches bounded by count and bytes.

        If it cannot continue, it yields what was downloaded before it raises the error. If only temporary
        refusals come back and no body at all, the fault lies with the mailbox: then the refusal is raised, and no
        message is reported as refused.
        """
        pending: list[list[Fetched]] = []
        for batch in self._batches(uids, size_limit):
            pending.append(batch)
            if not self._only_temporary(batch):
                yield from pending
                pending = []
        if pending:
            raise self._temporary_refusals[pending[-1][-1].ref]

    def _batches(self, uids: Sequence[int], size_limit: int) -> Iterator[list[Fetched]]:
        for some in chunks(uids):
            # Sizes first: a body above the limit is not downloaded, and batches are bounded by bytes.
            announced, problem = _collect(self._announced(some))
            for group in _grouped(announced, size_limit):
                batch, interruption = _collect(self._download(group, size_limit))
                if batch:
                    yield batch
                # Only after the batch: what was downloaded is recorded before the error ends the poll.
                if interruption:
                    raise interruption
            if problem:
                raise problem

    def _only_temporary(self, batch: Sequence[Fetched]) -> bool:
        return not self._body_received and all(each.ref in self._temporary_refusals for each in batch)

    def messages(self, uids: Sequence[int], size_limit: int) -> Iterator[Fetched]:
        """Downloads the messages; those that no longer exist are left out."""
        for some in chunks(uids):
            for group in _grouped([each for each in self._announced(some) if not each.missing], size_limit):
                yield from self._download(group, size_limit)

    def headers(self, uids: Sequence[int]) -> Iterator[Fetched]:
        """Downloads only the header blocks; messages that no longer exist are left out."""
        for some in chunks(uids):
            present = [each for each in self._announced(some) if not each.missing]
            yield from (self._refused(each, each.refused) for each in present if each.refused is not None)
            for group in _grouped([each for each in present if each.refused is None], 0):
                yield from self._header_blocks(group, None)

    def _announced(self, uids: Sequence[int]) -> Iterator[_Announced]:
        for uid, answer, words in self._responses(uids, SIZES):
            if answer is None:
                yield _Announced(uid, refused=words)
            else:
                yield _Announced(uid, answer.get(b"RFC822.SIZE") or 0, answer.get(b"INTERNALDATE"), missing=not answer)

    def _download(self, group: Sequence[_Announced], size_limit: int) -> Iterator[Fetched]:
        """Downloads the messages of `group`, in their order, up to the first error."""
        large = [each for each in group if each.size > size_limit]
        small = [each for each in group if each.size <= size_limit and each.refused is None]
        found, problem = _collect(self._header_blocks(large, Absent.TOO_LARGE))
        if problem is None:
            bodies, problem = _collect(self._bodies(small))
            found += bodies
        by_ref = {each.ref: each for each in found}
        for each in group:
            if each.refused is not None:
                yield self._refused(each, each.refused)
            elif message := by_ref.get(self._ref_of(each.uid)):
                yield message
            else:
                # The error kept it back. What came of those behind it waits as well: the cursor would pass this one over.
                break
        if problem:
            raise problem

    def _bodies(self, group: Sequence[_Announced]) -> Iterator[Fetched]:
        by_uid = {each.uid: each for each in group}
        for uid, answer, words in self._responses(list(by_uid), BODIES):
            announced = by_uid[uid]
            if answer is None:
                yield self._refused(announced, words)
                continue
            # Some servers list a message before its body is stored: they return no BODY[], NIL or an empty string for it.
            raw = answer.get(b"BODY[]") or None
            absent = None if raw is not None else Absent.NOT_HANDED_OVER
            yield Fetched(self._ref_of(uid), raw, announced.size or len(raw or b""), announced.received_at, absent=absent)

    def _header_blocks(self, group: Sequence[_Announced], absent: Absent | None) -> Iterator[Fetched]:
        by_uid = {each.uid: each for each in group}
        for uid, answer, words in self._responses(list(by_uid), HEADERS):
            announced = by_uid[uid]
            if answer is None and absent is None:
                yield self._refused(announced, words)
                continue
            # The key ends with the first octet, as in BODY[HEADER]<0> (RFC 3501 section 7.4.2).
            headers = next((value for key, value in (answer or {}).items() if key.startswith(b"BODY[HEADER]")), b"")
            yield Fetched(self._ref_of(uid), None, announced.size, announced.received_at, headers or b"", absent, words)

    def _refused(self, announced: _Announced, words: str) -> Fetched:
        return Fetched(
            self._ref_of(announced.uid), None, announced.size, announced.received_at, absent=Absent.REFUSED, words=words
        )

    def _responses(self, uids: Sequence[int], items: Sequence[str]) -> Iterator[tuple[int, Answer | None, str]]:
        """The FETCH data of each message, in order: empty if it no longer exists, None and the server's text if refused."""
        for uid, answer in self._fetch(uids, items):
            if not isinstance(answer, Refused):
                self._body_received = self._body_received or items == BODIES
                yield uid, answer, ""
                continue
            if answer.temporary:
                self._temporary_refusals[self._ref_of(uid)] = answer.problem
            yield uid, None, answer.problem.detail


def _collect(items: Iterable[T]) -> tuple[list[T], TransportError | None]:
    """The items before the first error, and that error."""
    collected: list[T] = []
    try:
        for item in items:
            collected.append(item)
    except TransportError as problem:
        return collected, problem
    return collected, None


def _grouped(messages: Sequence[_Announced], size_limit: int) -> Iterator[list[_Announced]]:
    """Groups the messages by `BATCH_MESSAGES` and `BATCH_BYTES`; a message larger than that is a group of its own."""
    group: list[_Announced] = []
    group_bytes = 0
    for message in messages:
        # Of a message above the limit only the header block is downloaded.
        weight = message.size if message.size <= size_limit else min(message.size, HEADER_BYTES)
        if group and (len(group) >= BATCH_MESSAGES or group_bytes + weight > BATCH_BYTES):
            yield group
            group, group_bytes = [], 0
        group.append(message)
        group_bytes += weight
    if group:
        yield group
