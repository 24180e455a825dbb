"""The parts of a message: where each begins and ends (RFC 2046), and the bytes that it stands for (RFC 2045).

Works on spans of the raw bytes and copies nothing but what it decodes, so that a large attachment is in memory twice
and no more. What a part is good for, text or file, is decided in `body`.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from trackit_console.mail.headers import HEADER_LENGTH_LIMIT, Headers, lenient_base64, read_headers, with_parameters
from trackit_console.mail.parse_warnings import ParseWarning

PARTS_LIMIT = 500
DEPTH_LIMIT = 30
HEADER_BLOCK_LIMIT = 4 * HEADER_LENGTH_LIMIT
DELIMITERS_LIMIT = 20_000
"""Lines looked at that begin like a boundary; a body made of them must not take for ever."""
BASE64_SAMPLE_LENGTH = 262_144
"""Bytes at the beginning of a text that tell whether it is base64 at all."""

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*(?:\r?\n|\r|\Z)")
_FIRST_BOUNDARY = re.compile(rb"\n--([0-9A-Za-z'()+_,./:=?-][^\r\n]{0,199})\r?\n")
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]|[A-Za-z] [A-Za-z]")


@dataclass(frozen=True, slots=True)
class Part:
    """One entity of RFC 2045: its headers, its body as it was transferred, and its parts if it is a multipart."""

    headers: Headers
    content_type: str
    parameters: dict[str, str]
    disposition: str
    disposition_parameters: dict[str, str]
    body: memoryview
    parts: tuple[Part, ...] = ()


class PartsReader:
    """Reads one message into a tree of parts; counts them over the whole tree, so that none can grow without end."""

    def __init__(self, raw: bytes, problems: list[ParseWarning]) -> None:
        self._raw = raw
        self._bytes = memoryview(raw)
        self._problems = problems
        self._left = PARTS_LIMIT

    def read(self) -> Part:
        """The whole message; blank lines and the separator of a mailbox file before it are skipped."""
        start = re.match(rb"(?:[ \t]*\r?\n)*(?:>?From [^\n]*\n)?", self._raw)
        return self._part(start.end() if start else 0, len(self._raw), depth=0, default="text/plain")

    def _part(self, start: int, end: int, depth: int, default: str) -> Part:
        headers, body = self._headers(start, end)
        declared, parameters = with_parameters(headers.first("content-type"), self._problems)
        content_type = declared if _TYPE.fullmatch(declared) else default
        disposition, more = with_parameters(headers.first("content-disposition"), self._problems)
        parts: tuple[Part, ...] = ()
        if content_type.startswith("multipart/"):
            parts = self._parts(body, end, content_type, parameters, depth)
            if not parts:
                content_type = "application/octet-stream" if depth >= DEPTH_LIMIT else "text/plain"
        return Part(headers, content_type, parameters, disposition, more, self._bytes[body:end], parts)

    def _headers(self, start: int, end: int) -> tuple[Headers, int]:
        """The headers of the part, and where its body begins."""
        if self._raw.startswith((b"\n", b"\r\n"), start, end):
            return Headers({}), self._raw.index(b"\n", start) + 1
        blank = _BLANK_LINE.search(self._raw, start, min(end, start + HEADER_BLOCK_LIMIT))
        stop, body = (blank.start() + 1, blank.end()) if blank else (end, end)
        block = self._raw[start : min(stop, start + HEADER_BLOCK_LIMIT)]
        headers, read = read_headers(block, self._problems)
        if read == len(block) and blank:
            return headers, body
        if read < len(block):
            self._problems.append(ParseWarning.BROKEN_HEADER)
        elif len(block) == HEADER_BLOCK_LIMIT:
            self._problems.append(ParseWarning.LONG_HEADER)
        return headers, start + read

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
            self._left -= 1
            parts.append(self._part(first, last, depth + 1, default))
        if not parts:
            self._problems.append(ParseWarning.NO_PARTS)
        return tuple(parts)

    def _rest(self, start: int, end: int) -> Part:
        self._problems.append(ParseWarning.MANY_PARTS)
        return Part(Headers({}), "application/octet-stream", {}, "attachment", {}, self._bytes[start:end])

    def _boundary(self, named: str, start: int, end: int) -> bytes:
        """The boundary that is named; where none is, or it does not occur, the first line that looks like one."""
        boundary = named.encode("utf-8", "replace")
        if boundary and self._raw.find(b"--" + boundary, start, end) >= 0:
            return boundary
        found = _FIRST_BOUNDARY.search(self._raw, max(start - 1, 0), end)
        if found:
            self._problems.append(ParseWarning.NO_BOUNDARY)
        return found[1].rstrip().removesuffix(b"--") if found else b""

    def _spans(self, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Start and end of each part: the line end before a boundary belongs to it (RFC 2046 section 5.1.1)."""
        first = None
        for at, after, closing in self._delimiters(boundary, start, end):
            if first is not None:
                yield first, max(first, self._line_end_before(at))
            if closing:
                return
            first = after
        if first is not None:
            self._problems.append(ParseWarning.NO_LAST_BOUNDARY)
            yield first, end

    def _line_end_before(self, at: int) -> int:
        return at - 2 if self._raw[at - 2 : at] == b"\r\n" else at - 1

    def _delimiters(self, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """Where each boundary line begins, where the line after it does, and whether it is the closing one."""
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
    """The bytes that the body of `part` stands for, as many of them as can be read."""
    encoding = part.headers.first("content-transfer-encoding").strip().lower()
    if encoding == "base64":
        return _from_base64(part, problems)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(part.body)
    return bytes(part.body)


def _from_base64(part: Part, problems: list[ParseWarning]) -> bytes:
    """A text that only claims to be base64 is taken as it is: decoded, nothing of it would be left."""
    if part.content_type.startswith("text/") and _NOT_BASE64.search(part.body):
        problems.append(ParseWarning.BROKEN_ENCODING)
        beginning = part.body[:BASE64_SAMPLE_LENGTH]
        if len(_NOT_BASE64.findall(beginning)) * 10 > len(beginning):
            return bytes(part.body)
    data, whole = lenient_base64(part.body)
    if not whole:
        problems.append(ParseWarning.BROKEN_ENCODING)
    return data
