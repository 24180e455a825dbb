"""Finds messages that have no UIDL by their content (RUN-03). Never by number alone: another session numbers anew."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Set
from dataclasses import replace

from trackit_console.domain.deliveries import MessageRef
from trackit_console.transports.errors import TransportError
from trackit_console.transports.pop3_cursor import mark
from trackit_console.transports.pop3_listing import CONTENT, HEADERS, Listed, Listing, content_ref, headers_ref
from trackit_console.transports.pop3_reading import Reading
from trackit_console.transports.pop3_session import Pop3Session

_UNMISTAKABLE = re.compile(rb"^(Received|Message-ID):", re.IGNORECASE | re.MULTILINE)
"""Header fields that no two messages share (RFC 5322 sections 3.6.4 and 3.6.7)."""


class Contents:
    """What the messages without UIDL contain, as far as it was downloaded in this session."""

    def __init__(self, session: Pop3Session, reading: Reading) -> None:
        self._session = session
        self._reading = reading
        self._listing: Listing | None = None
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
        if ref.scope == CONTENT and self._listing is self._session.listing:
            self._by_content[message.number] = ref

    def marks(self) -> set[bytes]:
        """The marks of all that is known here."""
        return {mark(ref) for refs in (self._by_headers, self._by_content) for ref in refs.values()}

    def located(self, refs: Collection[MessageRef], *, certain: bool) -> list[Listed]:
        """The messages here with these refs, downloading what is needed to tell; identical ones have one ref.

        `certain` leaves out those that another message could be mistaken for.
        """
        if not self._session.listing.without_uidl:
            return []
        scopes = {ref.scope for ref in refs}
        if HEADERS in scopes:
            self._read_headers()
        if CONTENT in scopes:
            self._read_bodies()
        found: list[Listed] = []
        for each in self._session.listing.without_uidl:
            by_headers, by_content = self._by_headers.get(each.number), self._by_content.get(each.number)
            if by_content in refs:
                found.append(replace(each, ref=by_content))
            elif by_headers in refs and not (certain and each.number in self._mistakable):
                found.append(replace(each, ref=by_headers))
        return found

    def _read_headers(self) -> None:
        """Learns size and header block of each message. They identify it if no other one here has the same, and if they are
        as no second message can have them.
        """
        self._forget_other_session()
        missing = [each for each in self._session.listing.without_uidl if each.number not in self._by_headers]
        for each, answer in self._reading.tops(missing):
            headers = b"" if isinstance(answer, TransportError) else answer
            self._by_headers[each.number] = headers_ref(each.size, headers)
            if not _UNMISTAKABLE.search(headers):
                self._mistakable.add(each.number)
        count = Counter(self._by_headers.values())
        self._mistakable |= {number for number, ref in self._by_headers.items() if count[ref] > 1}

    def _read_bodies(self) -> None:
        self._forget_other_session()
        missing = [each for each in self._session.listing.without_uidl if each.number not in self._by_content]
        for each, answer in self._reading.bodies(missing):
            if not isinstance(answer, TransportError):
                self._by_content[each.number] = content_ref(answer)

    def _forget_other_session(self) -> None:
        if self._listing is not self._session.listing:
            self._listing = self._session.listing
            for each in (self._by_headers, self._by_content, self._mistakable):
                each.clear()
