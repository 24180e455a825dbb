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
REPEATED_BOUNDARY_LIMIT = 2_048
"""Bytes of a part's headers in which a boundary is looked for that repeats the outer one."""
BASE64_SURE_LENGTH = 24
"""Letters without a blank between them, from which on they are rather base64 than a word."""
BASE64_SAMPLE_LENGTH = 262_144
"""Bytes at the beginning of a text that tell whether it is base64 at all."""

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*(?:\r?\n|\r|\Z)")
_FIRST_BOUNDARY = re.compile(rb"\n--([0-9A-Za-z'()+_,./:=?-][^\r\n]{0,199})\r?\n")
_TYPE = re.compile(r"multipart/[^\s/]+|[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_LINES_OF_BASE64 = re.compile(rb"\s*+(?:[A-Za-z0-9+/]++={0,2}[ \t]*+(?:\r?\n|\Z))++")
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
        """The whole message; a byte order mark, blank lines and the separator of a mailbox file are skipped."""
        start = re.match(rb"(?:\xef\xbb\xbf)?(?:[ \t]*\r?\n)*(?:>?From [^\n]*\n)?", self._raw)
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
        """Whether the part is a multipart with the boundary of the one around it, which RFC 2046 forbids.

        Then it goes up to the next closing boundary; the one around it would end there otherwise, and lose files.
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
    if not part.content_type.startswith("text/") or not _NOT_BASE64.search(part.body):
        data, whole = lenient_base64(part.body)
        if not whole:
            problems.append(ParseWarning.BROKEN_ENCODING)
        return data
    problems.append(ParseWarning.BROKEN_ENCODING)
    end = _end_of_base64(part.body)
    encoded, rest = part.body[:end], part.body[end:]
    # A line that is damaged is no sign of words behind others that are encoded, but it is as the first.
    if _is_words(rest) or not (encoded or _LINES_OF_BASE64.match(rest)):
        return lenient_base64(encoded)[0] + bytes(rest)
    return lenient_base64(part.body)[0]


def _end_of_base64(body: memoryview) -> int:
    """Where a footer begins that a mailing list appended to an encoded text; 0 when even the beginning is not encoded."""
    lines = _LINES_OF_BASE64.match(body)
    letters = len(lines[0].translate(None, b" \t\r\n")) if lines else 0
    return lines.end() if lines and letters >= BASE64_SURE_LENGTH and letters % 4 == 0 else 0


def _is_words(text: memoryview) -> bool:
    """Whether a text was never encoded, rather than damaged in a few letters: decoding it would leave no word."""
    beginning = text[:BASE64_SAMPLE_LENGTH]
    return len(_NOT_BASE64.findall(beginning)) * 10 > len(beginning)
