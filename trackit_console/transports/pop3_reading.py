"""Downloads messages of a POP3 mailbox: RETR within the size limit, TOP above it, past what the server does not deliver.

`pop3` decides which messages are new, `pop3_session` reopens a lost connection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from trackit_console.transports.errors import ConnectionLost, ProtocolBroken, TransportError
from trackit_console.transports.fetched_mail import BATCH_BYTES, Absent, Fetched
from trackit_console.transports.pop3_client import Download, Refusal
from trackit_console.transports.pop3_listing import UIDL, Listed, content_ref, headers_ref
from trackit_console.transports.pop3_session import Pop3Session

HEADER_BYTES = 256 * 1024
"""Maximum bytes of a header block to keep: no genuine header is longer."""
TOP_BYTES = 16 * 1024 * 1024
"""Maximum bytes of an answer to TOP: some servers answer with the whole message."""
REFUSED_IN_A_ROW = 10
"""Consecutive refusals after which the fault lies with the mailbox and not with single messages."""

Answer = bytes | TransportError
"""The text of a message, or the error that this message caused."""


class Reading:
    """Downloads through `session`."""

    def __init__(self, session: Pop3Session) -> None:
        self._session = session
        self._body_received = False
        self._refused_in_a_row = 0

    def messages(self, messages: Sequence[Listed], size_limit: int) -> Iterator[tuple[Listed, Fetched]]:
        """Downloads these, first the header blocks of those above `size_limit`; what no longer exists is left out."""
        yield from self._header_blocks([each for each in messages if each.size > size_limit], Absent.TOO_LARGE)
        for each, answer in self.bodies([each for each in messages if each.size <= size_limit]):
            if isinstance(answer, TransportError):
                self._count_refusal(answer)
                yield each, _absent(each, Absent.REFUSED, answer.detail)
                continue
            self._body_received, self._refused_in_a_row = True, 0
            if answer:
                yield each, Fetched(each.ref or content_ref(answer), answer, each.size or len(answer))
            else:  # some servers list a message before its body is stored
                yield each, _absent(each, Absent.NOT_HANDED_OVER)

    def headers(self, messages: Sequence[Listed]) -> Iterator[tuple[Listed, Fetched]]:
        """Downloads only the header blocks; what no longer exists is left out."""
        return self._header_blocks(messages, None)

    def bodies(self, messages: Sequence[Listed]) -> Iterator[tuple[Listed, Answer]]:
        """All bytes of each message."""
        return self._answers(messages, lambda each: (f"RETR {each.number}", _body_limit(each.size), None))

    def tops(self, messages: Sequence[Listed]) -> Iterator[tuple[Listed, Answer]]:
        """The header block of each message."""
        for each, answer in self._answers(messages, lambda each: (f"TOP {each.number} 0", TOP_BYTES, HEADER_BYTES)):
            yield each, answer if isinstance(answer, TransportError) else _header_block(answer)

    def _header_blocks(self, messages: Sequence[Listed], absent: Absent | None) -> Iterator[tuple[Listed, Fetched]]:
        for each, answer in self.tops(messages):
            if isinstance(answer, TransportError):
                yield each, _absent(each, absent or Absent.REFUSED, answer.detail)
            else:
                yield each, replace(_absent(each, absent), headers=answer)

    def _count_refusal(self, problem: TransportError) -> None:
        """Raises `problem` if it concerns the mailbox: after many in a row, or if it is temporary and nothing came yet."""
        self._refused_in_a_row += 1
        temporary = problem.transient and not isinstance(problem, ConnectionLost)
        if self._refused_in_a_row >= REFUSED_IN_A_ROW or (temporary and not self._body_received):
            raise problem

    def _answers(self, messages: Sequence[Listed], command: Callable[[Listed], Download]) -> Iterator[tuple[Listed, Answer]]:
        """The answer for each message, in order; those that no longer exist are left out.

        When the server hangs up, the message whose answer was cut off is asked for again alone: with several commands
        sent at once, a later one may have been the cause.
        """
        waiting, alone = self._present(messages), False
        while waiting:
            asked = waiting[:1] if alone else waiting
            answered = 0
            try:
                with closing(self._session.texts([command(each) for each in asked])) as texts:
                    for text in texts:
                        answered += 1
                        yield asked[answered - 1], self._session.refused(text) if isinstance(text, Refusal) else text
                alone = False
            except (ConnectionLost, ProtocolBroken) as problem:
                self._session.reopen(problem)
                if len(asked) == 1:
                    yield asked[0], problem
                    answered += 1
                alone = len(asked) > 1
            waiting = self._present(waiting[answered:])

    def _present(self, messages: Sequence[Listed]) -> list[Listed]:
        """The messages with their numbers in this session, without those that are not listed in it."""
        by_ref = self._session.listing.by_ref
        here: list[Listed] = []
        for each in messages:
            if each.ref is None or each.ref.scope != UIDL:
                here.append(each)  # `reopen` made sure that its number is still the same
            elif each.ref in by_ref:
                here.append(replace(each, number=by_ref[each.ref].number))
        return here


def _absent(message: Listed, absent: Absent | None, words: str = "") -> Fetched:
    ref = message.ref or message.without_body or headers_ref(message.size, b"")
    return Fetched(ref, None, message.size, absent=absent, words=words)


def _body_limit(size: int) -> int:
    """How long a text may be whose size was announced: servers that count LF for CRLF announce up to half too little."""
    return max(2 * size, BATCH_BYTES)


def _header_block(text: bytes) -> bytes:
    """The header block alone, for servers that send more than TOP asks for."""
    for blank in (b"\r\n\r\n", b"\n\n"):
        if (end := text.find(blank)) >= 0:
            return text[: end + len(blank)]
    return text
