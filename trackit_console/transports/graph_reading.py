"""Downloads the messages of a folder of Microsoft 365 that `graph_announcing` has announced (RUN-04, RUN-07).

A message that the server does not hand over holds up no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from trackit_console.domain.deliveries import MessageRef
from trackit_console.transports.errors import ConnectionLost, ServerBusy, TransportError
from trackit_console.transports.fetched_mail import BATCH_BYTES, BATCH_MESSAGES, Absent, Fetched
from trackit_console.transports.graph_cursor import Announced
from trackit_console.transports.graph_folders import Folder, is_in
from trackit_console.transports.graph_session import GraphRefusal, GraphSession, segment
from trackit_console.transports.https_session import HEADER_BYTES, Download

SCOPE = "graph"
"""The scope of all refs: an immutable ID names its mailbox itself, however that is addressed."""
REFUSED_IN_A_ROW = 10
"""Consecutive refusals after which the fault lies with the mailbox and not with single messages."""
_PATH_UNKNOWN = frozenset({400, 404, 405})
HEADERS_ALONE = -1
"""A size limit that every message exceeds."""


class Downloading:
    """Downloads messages of `folder` one after the other."""

    def __init__(self, session: GraphSession, folder: Folder) -> None:
        self._session = session
        self._folder = folder
        self._received_any = False
        self._refused_in_a_row = 0
        self._only_temporary: TransportError | None = None

    def batches(self, announced: Sequence[Announced], size_limit: int) -> Iterator[tuple[list[Announced], list[Fetched]]]:
        """What was asked for and what came, in batches bounded by count and bytes; a message that is gone does not come.

        If it cannot continue, it yields what was downloaded before it raises the error. If only temporary refusals come
        back and no message at all, the fault lies with the mailbox: then the refusal is raised, and no message is
        reported as refused.
        """
        asked: list[Announced] = []
        came: list[Fetched] = []
        interruption: TransportError | None = None
        for each in announced:
            try:
                fetched = self.one(MessageRef(SCOPE, each.id), size_limit)
            except TransportError as problem:
                interruption = problem
                break
            asked.append(each)
            if fetched:
                came.append(replace(fetched, received_at=datetime.fromisoformat(each.received)))
            if len(came) >= BATCH_MESSAGES or sum(len(message.raw or b"") for message in came) >= BATCH_BYTES:
                self._raise_if_only_temporary()
                yield asked, came
                asked, came = [], []
        self._raise_if_only_temporary()
        if asked:
            yield asked, came
        # Only now: what was downloaded is recorded before the error ends the visit.
        if interruption:
            raise interruption

    def messages(self, refs: Iterable[MessageRef], size_limit: int) -> Iterator[Fetched]:
        """Downloads the messages; those that are gone are left out. Raises like `batches`."""
        for ref in refs:
            if fetched := self.one(ref, size_limit):
                yield fetched
        self._raise_if_only_temporary()

    def headers(self, refs: Iterable[MessageRef]) -> Iterator[Fetched]:
        """Downloads the header blocks only; messages that are gone are left out."""
        for each in self.messages(refs, HEADERS_ALONE):
            if each.absent is Absent.REFUSED:
                yield each
            else:
                yield replace(each, raw=None, headers=each.headers or header_block(each.raw or b""), absent=None)

    def _raise_if_only_temporary(self) -> None:
        if self._only_temporary and not self._received_any:
            raise self._only_temporary

    def one(self, ref: MessageRef, size_limit: int) -> Fetched | None:
        """Downloads one message; None if it does not exist any more, or not in this folder."""
        try:
            download = self._download(segment(ref.uid), size_limit)
        except GraphRefusal as refused:
            if refused.refusal.item_is_gone:
                return None
            if not refused.refusal.concerns_the_item:
                raise refused.problem from None
            return self._refused(ref, refused.problem, temporary=refused.problem.transient)
        except ServerBusy as problem:  # by a gateway that does not answer in Graph's form
            return self._refused(ref, problem, temporary=True)
        except ConnectionLost as problem:
            # Twice over the same message: the server may fail at it, while a server that is away raises another error.
            if self._session.connection.ended:
                raise
            return self._refused(ref, problem, temporary=False)
        self._received_any = True
        self._refused_in_a_row = 0
        if download.complete:
            return Fetched(ref, download.body, download.size)
        return Fetched(ref, None, download.size, headers=header_block(download.body), absent=Absent.TOO_LARGE)

    def _download(self, message: str, size_limit: int) -> Download:
        try:
            return self._session.download(f"{self._folder.path}/messages/{message}/$value", size_limit)
        except GraphRefusal as refused:
            # What is documented for the global service need not be there in every cloud.
            # The folder is asked about, as the short path would also find a message that a person has moved elsewhere.
            if refused.refusal.status not in _PATH_UNKNOWN or not is_in(self._session, self._folder, message):
                raise
            return self._session.download(f"messages/{message}/$value", size_limit)

    def _refused(self, ref: MessageRef, problem: TransportError, *, temporary: bool) -> Fetched:
        self._refused_in_a_row += 1
        if self._refused_in_a_row >= REFUSED_IN_A_ROW:
            raise problem
        if temporary:
            self._only_temporary = problem
        return Fetched(ref, None, absent=Absent.REFUSED, words=problem.detail)


def header_block(beginning: bytes) -> bytes:
    """The header block at the beginning of a message, with the empty line that ends it (RFC 5322 section 2.1)."""
    ends = [beginning.find(end) + len(end) for end in (b"\r\n\r\n", b"\n\n") if end in beginning]
    return beginning[: min(ends, default=HEADER_BYTES)]
