"""Finds the parts of a multipart by its boundary (RFC 2046 section 5.1). `parts` parses what is found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from trackit_console.mail.header_start import BLANK_LINE
from trackit_console.mail.headers import read_headers
from trackit_console.mail.limits import DELIMITERS_LIMIT, GUESSED_BOUNDARY_LIMIT, REPEATED_BOUNDARY_LIMIT
from trackit_console.mail.parameters import with_parameters
from trackit_console.mail.parse_warnings import ParseWarning

# White space after a boundary is transport padding (RFC 2046 section 5.1.1).
_AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*(?:\r?\n|\r|\Z)")
_FIRST_BOUNDARY = re.compile(rb"\n--([0-9A-Za-z'()+_,./:=?-][^\r\n]{0,199})\r?\n")
_MULTIPART = re.compile(rb"[Mm](?i:ultipart/)")
_HEADERS_OF_A_PART = re.compile(rb"\s*Content-[A-Za-z-]{2,25}:", re.IGNORECASE)


class Span(NamedTuple):
    """A stretch of the body: a part, or text that stands before, between or after the parts."""

    start: int
    end: int
    is_part: bool = True
    is_preamble: bool = False


class MultipartSplitter:
    """Splits one body between `start` and `end` of `raw`."""

    def __init__(self, raw: bytes, start: int, end: int, problems: list[ParseWarning]) -> None:
        self._raw = raw
        self._start = start
        self._end = end
        self._problems = problems

    def occurs(self, named: str, with_headers: bool) -> bool:
        """Whether `named` is a boundary line in the body, if asked for with the headers of a part below its first one."""
        first = next(self._delimiters(named.rstrip().encode("utf-8", "replace")), None)
        return first is not None and (not with_headers or self._has_headers(first[1]))

    def looks_like_one(self) -> bool:
        """Whether the body begins with a boundary and the headers of a part, though no usable type says so."""
        stop = min(self._end, self._start + GUESSED_BOUNDARY_LIMIT)
        found = _FIRST_BOUNDARY.search(self._raw, max(self._start - 1, 0), stop)
        return found is not None and self._has_headers(found.end())

    def spans(self, named: str) -> Iterator[Span]:
        """The parts and what is outside of them, in order. `named` is the declared boundary; if it is wrong, it is guessed.

        The line ending before a boundary belongs to the boundary. Text after the closing boundary is a part if it has a
        part's headers, or if another boundary follows: some gateways append a part without moving the closing boundary.
        """
        boundary = self._boundary(named)
        first, in_part, within_repeated = self._start, False, False
        for at, after, closing in self._delimiters(boundary):
            if within_repeated:
                within_repeated = not closing
                continue
            # `max`: of two boundaries in a row, the line end before the second belongs to the first.
            yield self._span(first, max(first, self._line_end_before(at)), in_part, first == self._start)
            first, in_part = after, not closing
            within_repeated = in_part and self._repeats(boundary, first)
        if in_part:
            self._problems.append(ParseWarning.NO_LAST_BOUNDARY)
        if first > self._start:
            yield self._span(first, self._end, in_part, False)

    def _span(self, start: int, end: int, in_part: bool, is_preamble: bool) -> Span:
        if in_part or start == end:
            return Span(start, end, in_part, is_preamble)
        headers = None if is_preamble else _HEADERS_OF_A_PART.match(self._raw, start, end)
        if headers:
            start = headers.end() - len(headers[0].lstrip())
        return Span(start, end, headers is not None, is_preamble)

    def _boundary(self, named: str) -> bytes:
        """The declared boundary. If it is missing or does not occur, the first line that looks like a boundary."""
        boundary = named.rstrip().encode("utf-8", "replace")
        if boundary and self._raw.find(b"--" + boundary, self._start, self._end) >= 0:
            return boundary
        found = _FIRST_BOUNDARY.search(self._raw, max(self._start - 1, 0), self._end)
        if found:
            self._problems.append(ParseWarning.NO_BOUNDARY)
        return found[1].rstrip().removesuffix(b"--") if found else b""

    def _repeats(self, boundary: bytes, start: int) -> bool:
        """Whether the part is a multipart that reuses the boundary of its parent, which RFC 2046 section 5.1.2 forbids.

        Such a part extends to the next closing boundary. Otherwise the parent would end there, and lose its other parts.
        """
        stop = min(self._end, start + REPEATED_BOUNDARY_LIMIT)
        if self._raw.find(boundary, start, stop) < 0 or self._raw.startswith((b"\n", b"\r\n"), start):
            return False
        blank = BLANK_LINE.search(self._raw, start, stop)
        if not _MULTIPART.search(self._raw, start, blank.start() if blank else stop):
            return False
        headers, _ = read_headers(self._raw[start : blank.start() if blank else stop], [])
        kind, parameters = with_parameters(headers.first("content-type"), [])
        return kind.startswith("multipart/") and parameters.get("boundary", "").rstrip().encode("utf-8", "replace") == boundary

    def _has_headers(self, start: int) -> bool:
        return _HEADERS_OF_A_PART.match(self._raw, start, self._end) is not None

    def _line_end_before(self, at: int) -> int:
        return at - 2 if self._raw[at - 2 : at] == b"\r\n" else at - 1

    def _delimiters(self, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
        """Each boundary line: where it begins, where the next line begins, and whether it closes the multipart."""
        if not boundary:
            return
        delimiter = b"--" + boundary
        at = self._start if self._raw.startswith(delimiter, self._start, self._end) else self._next_line(delimiter, self._start)
        for _ in range(DELIMITERS_LIMIT):
            if at < 0:
                return
            after = at + len(delimiter)
            if rest := _AFTER_BOUNDARY.match(self._raw, after, self._end):
                yield at, rest.end(), rest[1] is not None
                # Back to the line end, which the next boundary may need as the one before it.
                after = rest.end() - 1
            at = self._next_line(delimiter, after)

    def _next_line(self, delimiter: bytes, start: int) -> int:
        found = self._raw.find(b"\n" + delimiter, start, self._end)
        return found + 1 if found >= 0 else -1
