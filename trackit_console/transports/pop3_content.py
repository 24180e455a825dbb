"""Finds messages that have no UIDL by their content (RUN-03). Never by number alone: another session numbers anew."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Set
from dataclasses import replace

from trackit_console.domain.deliveries import MessageRef
from trackit_console.transports.errors import TransportError
from trackit_console.transports.pop3_cursor import mark
from trackit_console.transports.pop3_listing import CONTENT, HEADERS, Listed, content_ref, headers_ref
from trackit_console.transports.pop3_reading import Answer, Reading
from trackit_console.transports.pop3_session import Pop3Session

_UNMISTAKABLE = re.compile(rb"^(Received|Message-ID):", re.IGNORECASE | re.MULTILINE)
"""Header fields that no two messages share (RFC 5322 sections 3.6.4 and 3.6.7)."""


class Contents:
    """What the messages without UIDL contain, as far as it was downloaded in this visit.

    It is kept by number: `Pop3Session.reopen` makes sure that numbers still mean the same, or else ends the visit.
    """

    def __init__(self, session: Pop3Session, reading: Reading) -> None:
        self._session = session
        self._reading = reading
        self._by_headers: dict[int, MessageRef] = {}
        self._by_content: dict[int, MessageRef] = {}
        self._mistakable: set[int] = set()

    def unknown(self, taken: Set[bytes]) -> list[Listed]:
        """The messages without UIDL that must be downloaded, because nothing says that they were `taken`."""
        self._read_headers()
        listed = [replace(each, without_body=self._by_headers[each.number]) for each in self._session.listing.without_uidl]
        return [each for each in listed if each.number in self._mistakable or mark(self._by_headers[each.number]) not in taken]

    def keep(self, message: Listed, ref: MessageRef) -> None:
        """Keeps the `ref` of a message that was downloaded."""
        if ref.scope == CONTENT:
            self._by_content[message.number] = ref

    def marks(self) -> set[bytes]:
        """The marks of all that is known here."""
        return {mark(ref) for refs in (self._by_headers, self._by_content) for ref in refs.values()}

    def located(self, refs: Collection[MessageRef], *, certain: bool) -> tuple[list[Listed], str | None]:
        """The messages here with these refs, downloading what is needed to tell; identical ones have one ref.

        `certain` leaves out those that another message could be mistaken for. The text is what the server said instead of
        a message, None if it delivered all: only then a ref that was not found is gone for sure.
        """
        if not refs or not self._session.listing.without_uidl:
            return [], None
        scopes = {ref.scope for ref in refs}
        not_read: str | None = None
        if HEADERS in scopes:
            not_read = self._read_headers()
        if CONTENT in scopes:
            not_read = self._read_bodies() or not_read
        found: list[Listed] = []
        for each in self._session.listing.without_uidl:
            by_headers, by_content = self._by_headers.get(each.number), self._by_content.get(each.number)
            if by_content in refs:
                found.append(replace(each, ref=by_content))
            elif by_headers in refs and not (certain and each.number in self._mistakable):
                found.append(replace(each, ref=by_headers))
        return found, not_read

    def _read_headers(self) -> str | None:
        """Learns size and header block of each message; returns the text of a passing error, which hides one.

        They identify it if no other one here has the same, and if they are as no second message can have them.
        """
        not_read: str | None = None
        # Again, because what was deleted is back once the session had to be opened anew.
        while missing := [each for each in self._session.listing.without_uidl if each.number not in self._by_headers]:
            for each, answer in self._reading.tops(missing):
                headers = b"" if isinstance(answer, TransportError) else answer
                not_read = _passing(answer) or not_read
                self._by_headers[each.number] = headers_ref(each.size, headers)
                if not _UNMISTAKABLE.search(headers):
                    self._mistakable.add(each.number)
        count = Counter(self._by_headers.values())
        self._mistakable |= {number for number, ref in self._by_headers.items() if count[ref] > 1}
        return not_read

    def _read_bodies(self) -> str | None:
        """Learns the content of each message; returns the text of a passing error, which hides one."""
        missing = [each for each in self._session.listing.without_uidl if each.number not in self._by_content]
        not_read: str | None = None
        for each, answer in self._reading.bodies(missing):
            not_read = _passing(answer) or not_read
            if not isinstance(answer, TransportError):
                self._by_content[each.number] = content_ref(answer)
        return not_read


def _passing(answer: Answer) -> str | None:
    """The text of an error that may be over in the next session, else None."""
    return (answer.detail or answer.code) if isinstance(answer, TransportError) and answer.transient else None
