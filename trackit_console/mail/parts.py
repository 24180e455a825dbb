"""Splits a message into its MIME parts (RFC 2046) and decodes their transfer encodings (RFC 2045).

Works on spans of the raw bytes and copies only what it decodes, so that a large attachment is in memory no more than
twice. `body` decides whether a part is text or a file.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from trackit_console.mail.header_start import headers_start, read_after_blank_lines
from trackit_console.mail.headers import Headers, lenient_base64, read_headers, with_parameters
from trackit_console.mail.limits import DELIMITERS_LIMIT, DEPTH_LIMIT, PARTS_LIMIT, REPEATED_BOUNDARY_LIMIT
from trackit_console.mail.parse_warnings import ParseWarning

BASE64_SURE_LENGTH = 24
"""Characters without a blank between them that are taken for base64 rather than for a word."""
BASE64_SAMPLE_LENGTH = 262_144
"""Bytes at the start of a text that are examined to distinguish base64 from plain text."""

_BLANK_LINE = re.compile(rb"\n\r{0,2}\n")  # a careless conversion doubles the CR
# White space after a boundary is transport padding (RFC 2046 section 5.1.1).
_AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*(?:\r?\n|\r|\Z)")
_FIRST_BOUNDARY = re.compile(rb"\n--([0-9A-Za-z'()+_,./:=?-][^\r\n]{0,199})\r?\n")
# Any subtype of multipart is accepted: unknown ones are read like multipart/mixed (RFC 2046 section 5.1.3).
_TYPE = re.compile(r"multipart/[^\s/]+|[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_LINES_OF_BASE64 = re.compile(rb"\s*+(?:[A-Za-z0-9+/]++={0,2}[ \t]*+(?:\r?\n|\Z))++")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]|[A-Za-z] [A-Za-z]")


@dataclass(frozen=True, slots=True)
class Part:
    """A MIME entity (RFC 2045): its headers, its body in transfer encoding, and its parts if it is a multipart."""

    headers: Headers
    content_type: str
    parameters: dict[str, str]
    disposition: str
    disposition_parameters: dict[str, str]
    body: memoryview
    parts: tuple[Part, ...] = ()


class PartsReader:
    """Parses one message into a tree of parts. `PARTS_LIMIT` applies to the whole tree."""

    def __init__(self, raw: bytes, problems: list[ParseWarning]) -> None:
        self._raw = raw
        self._bytes = memoryview(raw)
        self._problems = problems
        self._left = PARTS_LIMIT
        self._root = 0

    def read(self) -> Part:
        """The root part. What a message file may have before its headers is skipped."""
        self._root = headers_start(self._raw, self._problems)
        return self._part(self._root, len(self._raw), depth=0, default="text/plain")

    def _part(self, start: int, end: int, depth: int, default: str) -> Part:
        headers, body = self._headers(start, end)
        declared, parameters = with_parameters(headers.first("content-type"), self._problems)
        content_type = declared if _TYPE.fullmatch(declared) else default
        disposition, more = with_parameters(headers.first("content-disposition"), self._problems)
        parts: tuple[Part, ...] = ()
        if content_type.startswith("multipart/"):
            parts = self._parts(body, end, content_type, parameters, depth)
            if not parts:
                # Too deep to look into: a file. Without any boundary: the body is shown as it is.
                content_type = "application/octet-stream" if depth >= DEPTH_LIMIT else "text/plain"
        return Part(headers, content_type, parameters, disposition, more, self._bytes[body:end], parts)

    def _headers(self, start: int, end: int) -> tuple[Headers, int]:
        """The headers of the part, and where its body begins."""
        if self._raw.startswith((b"\n", b"\r\n"), start, end):
            return Headers({}), self._raw.index(b"\n", start) + 1
        blank = _BLANK_LINE.search(self._raw, start, end)
        stop, body = (blank.start() + 1, blank.end()) if blank else (end, end)
        headers, read = read_headers(self._raw, self._problems, start, stop)
        if read < stop:
            self._problems.append(ParseWarning.BROKEN_HEADER)
            return headers, read
        # A part may quote headers. Only those of the message itself go on after a blank line.
        return read_after_blank_lines(self._raw, headers, body, self._problems) if start == self._root else (headers, body)

    def _parts(self, start: int, end: int, kind: str, parameters: dict[str, str], depth: int) -> tuple[Part, ...]:
        if depth >= DEPTH_LIMIT:
            self._problems.append(ParseWarning.DEEP_NESTING)
            return ()
        default = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        spans = self._spans(self._boundary(parameters.get("boundary", ""), start, end), start, end)
        parts = []
        for first, last in spans:
            if self._left == 0:
                parts.append(self._rest(first, end))
                break
            self._left -= 1  # before the part is parsed, because its own parts count too
            parts.append(self._part(first, last, depth + 1, default))
        if not parts:
            self._problems.append(ParseWarning.NO_PARTS)
        return tuple(parts)

    def _rest(self, start: int, end: int) -> Part:
        self._problems.append(ParseWarning.MANY_PARTS)
        return Part(Headers({}), "application/octet-stream", {}, "attachment", {}, self._bytes[start:end])

    def _boundary(self, named: str, start: int, end: int) -> bytes:
        """The declared boundary. If it is missing or does not occur, the first line that looks like a boundary."""
        boundary = named.encode("utf-8", "replace")
        if boundary and self._raw.find(b"--" + boundary, start, end) >= 0:
            return boundary
        found = _FIRST_BOUNDARY.search(self._raw, max(start - 1, 0), end)
        if found:
            self._problems.append(ParseWarning.NO_BOUNDARY)
        return found[1].rstrip().removesuffix(b"--") if found else b""

    def _spans(self, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Start and end of each part. The line ending before a boundary belongs to the boundary (RFC 2046 section 5.1.1)."""
        first = None
        within_repeated = False
        for at, after, closing in self._delimiters(boundary, start, end):
            if within_repeated:
                within_repeated = not closing
                continue
            if first is not None:
                yield first, max(first, self._line_end_before(at))
            if closing:
                return
            first = after
            within_repeated = self._repeats(boundary, first, end)
        if first is not None:
            self._problems.append(ParseWarning.NO_LAST_BOUNDARY)
            yield first, end

    def _repeats(self, boundary: bytes, start: int, end: int) -> bool:
        """Whether the part is a multipart that reuses the boundary of its parent, which RFC 2046 section 5.1.2 forbids.

        Such a part extends to the next closing boundary. Otherwise the parent would end there, and lose its other parts.
        """
        stop = min(end, start + REPEATED_BOUNDARY_LIMIT)
        if self._raw.find(boundary, start, stop) < 0 or self._raw.startswith((b"\n", b"\r\n"), start):
            return False
        blank = _BLANK_LINE.search(self._raw, start, stop)
        headers, _ = read_headers(self._raw[start : blank.start() if blank else stop], [])
        kind, parameters = with_parameters(headers.first("content-type"), [])
        return kind.startswith("multipart/") and parameters.get("boundary", "").encode("utf-8", "replace") == boundary

    def _line_end_before(self, at: int) -> int:
        return at - 2 if self._raw[at - 2 : at] == b"\r\n" else at - 1

    def _delimiters(self, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """Each boundary line: where it begins, where the next line begins, and whether it closes the multipart."""
        if not boundary:
            return
        delimiter = b"--" + boundary
        at = start if self._raw.startswith(delimiter, start, end) else self._next_line(delimiter, start, end)
        for _ in range(DELIMITERS_LIMIT):
            if at < 0:
                return
            after = at + len(delimiter)
            if rest := _AFTER_BOUNDARY.match(self._raw, after, end):
                yield at, rest.end(), rest[1] is not None
                after = rest.end() - 1
            at = self._next_line(delimiter, after, end)

    def _next_line(self, delimiter: bytes, start: int, end: int) -> int:
        found = self._raw.find(b"\n" + delimiter, start, end)
        return found + 1 if found >= 0 else -1


def content(part: Part, problems: list[ParseWarning]) -> bytes:
    """The decoded body of `part`. If it is damaged, as much as can be decoded."""
    encoding = part.headers.first("content-transfer-encoding").strip().lower()
    if encoding == "base64":
        return _from_base64(part, problems)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(part.body)
    return bytes(part.body)


def _from_base64(part: Part, problems: list[ParseWarning]) -> bytes:
    if not part.content_type.startswith("text/") or not _NOT_BASE64.search(part.body):
        data, whole = lenient_base64(part.body)
        if not whole:
            problems.append(ParseWarning.BROKEN_ENCODING)
        return data
    problems.append(ParseWarning.BROKEN_ENCODING)
    end = _end_of_base64(part.body)
    encoded, rest = part.body[:end], part.body[end:]
    # If the very first line is not base64, nothing is. A damaged line further down is just damage.
    if _is_words(rest) or not (encoded or _LINES_OF_BASE64.match(rest)):
        return lenient_base64(encoded)[0] + bytes(rest)
    return lenient_base64(part.body)[0]


def _end_of_base64(body: memoryview) -> int:
    """Where the encoded text ends and a footer may begin that a mailing list has appended; 0 if the text is not encoded."""
    lines = _LINES_OF_BASE64.match(body)
    letters = len(lines[0].translate(None, b" \t\r\n")) if lines else 0
    return lines.end() if lines and letters >= BASE64_SURE_LENGTH and letters % 4 == 0 else 0


def _is_words(text: memoryview) -> bool:
    """Whether the text was never encoded, rather than encoded and then damaged. Decoding would destroy plain text."""
    beginning = text[:BASE64_SAMPLE_LENGTH]
    return len(_NOT_BASE64.findall(beginning)) * 10 > len(beginning)
