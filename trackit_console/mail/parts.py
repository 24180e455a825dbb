"""Splits a message into its MIME parts (RFC 2046).

Works on spans of the raw bytes and copies only what it decodes, so that a large attachment is in memory no more than
twice. `multipart` finds the boundaries, `containers` opens what is packed, `body` decides whether a part is text or a file.
"""

from __future__ import annotations

import re

from trackit_console.mail.budget import Budget
from trackit_console.mail.containers import is_container, opened
from trackit_console.mail.header_start import BLANK_LINE, headers_start, read_after_blank_lines
from trackit_console.mail.headers import Headers, read_headers
from trackit_console.mail.limits import DEPTH_LIMIT
from trackit_console.mail.multipart import MultipartSplitter, Span
from trackit_console.mail.parameters import with_parameters
from trackit_console.mail.parse_warnings import ParseWarning
from trackit_console.mail.part import Fallback, Part, made_part
from trackit_console.mail.transfer_encodings import decoded_body

# Any subtype of multipart is accepted: unknown ones are read like multipart/mixed (RFC 2046 section 5.1.3).
_TYPE = re.compile(r"multipart/[^\s/]+|[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_MAIN_TYPES_OF_FILES = ("application", "image", "audio", "video", "font", "model")
_WORDS = re.compile(rb"\S")
# What mail programs write for those of other people that know no MIME.
_MIME_NOTICE = re.compile(rb"\bMIME\b|multi-?part", re.IGNORECASE)
_ENCODED = ("base64", "quoted-printable")


class PartsReader:
    """Parses one message into a tree of parts. The budget applies to the whole tree."""

    def __init__(self, raw: bytes, problems: list[ParseWarning], budget: Budget | None = None) -> None:
        self._raw = raw
        self._bytes = memoryview(raw)
        self._problems = problems
        self._budget = budget or Budget(len(raw))
        self._root = 0

    def read(self) -> Part:
        """The root part. What a message file may have before its headers is skipped."""
        self._root = headers_start(self._raw, self._problems)
        return self._part(self._root, len(self._raw), depth=0, default="text/plain")

    def _part(self, start: int, end: int, depth: int, default: str) -> Part:
        headers, body = self._headers(start, end)
        declared, parameters = self._token(headers, "content-type")
        disposition, more = self._token(headers, "content-disposition")
        if _TYPE.fullmatch(declared):
            content_type = declared
        else:
            content_type = _usable_type(declared, default, disposition == "attachment" or "filename" in more)
        parts: tuple[Part, ...] = ()
        if content_type.startswith("text/") and (declared != content_type or "boundary" in parameters):
            is_sure = declared == content_type
            if self._is_multipart_after_all(headers, parameters, is_sure, body, end, depth):
                content_type = "multipart/mixed"
        if content_type.startswith("multipart/"):
            content_type, parts = self._multipart(headers, content_type, parameters, body, end, depth)
        part = Part(headers, content_type, parameters, disposition, more, self._bytes[body:end], parts)
        if is_container(part):
            return opened(part, self._budget, self._problems, lambda data: self._within(data, depth))
        return part

    def _token(self, headers: Headers, name: str) -> tuple[str, dict[str, str]]:
        value = headers.first(name)
        return with_parameters(value, self._problems) if value else ("", {})

    def _is_multipart_after_all(
        self, headers: Headers, parameters: dict[str, str], is_sure: bool, start: int, end: int, depth: int
    ) -> bool:
        """Whether the body has parts although its type is not a multipart. Read as text, its files would be lost.

        `is_sure`: the type was declared, not guessed.
        """
        splitter = MultipartSplitter(self._raw, start, end, [])
        if "boundary" in parameters:
            return splitter.occurs(parameters["boundary"], with_headers=is_sure)
        if "content-type" not in headers and not (depth == 0 and "mime-version" in headers):
            return False
        return splitter.looks_like_one()

    def _multipart(
        self, headers: Headers, kind: str, parameters: dict[str, str], start: int, end: int, depth: int
    ) -> tuple[str, tuple[Part, ...]]:
        """The type as which the body is read, and its parts."""
        if depth >= DEPTH_LIMIT:  # a file
            self._problems.append(ParseWarning.DEEP_NESTING)
            return "application/octet-stream", ()
        encoding = headers.first("content-transfer-encoding").strip().lower()
        reader = self
        if encoding in _ENCODED and self._raw.find(b"\n--", max(0, start - 1), end) < 0 and self._budget.spend(end - start):
            # RFC 2045 section 6.4 forbids to encode a multipart as a whole.
            data = decoded_body(encoding, self._bytes[start:end], kind, None, self._problems)
            reader, start, end = PartsReader(data, self._problems, self._budget), 0, len(data)
        parts = reader._parts(start, end, kind, parameters, depth)
        # Without any boundary, the body is shown as it is.
        return (kind if parts else "text/plain"), parts

    def _within(self, data: bytes, depth: int) -> Part | None:
        """The MIME entity `data`, which was packed in a part at `depth`; None if that is too deep to look into."""
        if depth >= DEPTH_LIMIT or self._budget.parts == 0:
            self._problems.append(ParseWarning.DEEP_NESTING if self._budget.parts else ParseWarning.MANY_PARTS)
            return None
        self._budget.parts -= 1
        return PartsReader(data, self._problems, self._budget)._part(0, len(data), depth + 1, "text/plain")

    def _headers(self, start: int, end: int) -> tuple[Headers, int]:
        """The headers of the part, and where its body begins."""
        if self._raw.startswith((b"\n", b"\r\n"), start, end):
            return Headers({}), self._raw.index(b"\n", start) + 1
        blank = BLANK_LINE.search(self._raw, start, end)
        stop, body = (blank.start() + 1, blank.end()) if blank else (end, end)
        headers, read = read_headers(self._raw, self._problems, start, stop)
        if read < stop:
            self._problems.append(ParseWarning.BROKEN_HEADER)
            return headers, read
        # A part may quote headers. Only those of the message itself go on after a blank line.
        return read_after_blank_lines(self._raw, headers, body, self._problems) if start == self._root else (headers, body)

    def _parts(self, start: int, end: int, kind: str, parameters: dict[str, str], depth: int) -> tuple[Part, ...]:
        default = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        parts: list[Part] = []
        is_empty = True
        for span in MultipartSplitter(self._raw, start, end, self._problems).spans(parameters.get("boundary", "")):
            if not span.is_part:
                parts += self._outside(span)
                continue
            is_empty = False
            if self._budget.parts == 0:
                parts.append(self._rest(span.start, end))
                break
            self._budget.parts -= 1  # before the part is parsed, because its own parts count too
            parts.append(self._part(span.start, span.end, depth + 1, default))
        if is_empty:
            self._problems.append(ParseWarning.NO_PARTS)
            return ()
        return tuple(parts)

    def _outside(self, span: Span) -> list[Part]:
        """Text before, between or after the parts. Most of it is a notice for programs that know no MIME."""
        if span.start == span.end or not _WORDS.search(self._raw, span.start, span.end):
            return []
        if span.is_preamble and _MIME_NOTICE.search(self._raw, span.start, span.end):
            return []
        self._problems.append(ParseWarning.TEXT_OUTSIDE_PARTS)
        return [made_part("text/plain", self._bytes[span.start : span.end], fallback=Fallback.OUTSIDE)]

    def _rest(self, start: int, end: int) -> Part:
        self._problems.append(ParseWarning.MANY_PARTS)
        return Part(Headers({}), "application/octet-stream", {}, "attachment", {}, self._bytes[start:end])


def _usable_type(declared: str, default: str, is_file: bool) -> str:
    """The type that was probably meant by one that is none, such as `multipart`, `"text/html"`, `image/*` or `pdf`."""
    declared = declared.strip("\"'<>")
    if found := _TYPE.match(declared):
        return found[0]
    main = declared.partition("/")[0]
    if main == "multipart":
        return "multipart/mixed"
    return "application/octet-stream" if main in _MAIN_TYPES_OF_FILES or (is_file and main not in ("", "text")) else default
