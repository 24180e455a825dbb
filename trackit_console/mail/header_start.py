"""Finds where the headers of a message begin and end when other lines stand before or amid them.

Files from an editor begin with a byte order mark, mailbox files with a separator; scanners put a banner first, and
careless programs a blank line between the headers. Lines count as headers only if they are unmistakable, because a
message may also quote the headers of another one.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection

from trackit_console.mail.charset_codecs import codec_of
from trackit_console.mail.headers import FIELD, USUAL_FIELD, Headers, named_charsets, read_headers
from trackit_console.mail.limits import BLANK_LINES_IN_HEADERS_LIMIT, CHARSET_SEARCH_LIMIT, STRAY_LINES_LIMIT
from trackit_console.mail.parse_warnings import ParseWarning

_SKIPPED = re.compile(rb"(?:\xef\xbb\xbf|[ \t]*+\r*\n|>?From [^\n]*+\n)*+")
BLANK_LINE = re.compile(rb"\n\r{0,2}\n")
_INDENT = re.compile(rb"[ \t]++(?=[!-9;-~]++:)")
_BLANK_LINES = re.compile(rb"(?:[ \t]*+\r*\n)*+")
# Headers that programs add in transit or for MIME. The headers that a mail program quotes in a reply have none of them.
_TECHNICAL = frozenset({
    "received", "return-path", "message-id", "mime-version", "content-type", "content-transfer-encoding", "delivered-to",
    "dkim-signature", "authentication-results", "x-mailer", "user-agent", "in-reply-to", "references",
})  # fmt: skip
_PERSONAL = frozenset({"from", "sender", "to", "cc", "subject", "date", "reply-to"})
_ONCE = frozenset({"from", "to", "subject", "date", "message-id", "mime-version", "content-type"})
_NEEDED = ("from", "subject", "content-type")


def as_bytes_of_mail(raw: bytes) -> bytes:
    """A message that was saved as UTF-16, in its own character set again; any other message unchanged."""
    if not raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw
    text = raw.decode("utf-16", "replace")
    for charset in named_charsets(text[:CHARSET_SEARCH_LIMIT].encode("ascii", "replace")):
        try:
            return text.encode(codec_of(charset) or "utf-8")
        except UnicodeError:
            continue
    return text.encode("utf-8", "replace")


def headers_start(raw: bytes, problems: list[ParseWarning]) -> int:
    """Where the first header begins. If there is none, where the text begins."""
    skipped = _SKIPPED.match(raw)
    start = skipped.end() if skipped else 0
    if indent := _INDENT.match(raw, start, start + STRAY_LINES_LIMIT):
        start = indent.end()
    if FIELD.match(raw, start):
        return start
    for usual in USUAL_FIELD.finditer(raw, start, start + STRAY_LINES_LIMIT):
        apart = b"\n\n" in raw[start : usual.start()].replace(b"\r", b"")
        if _unmistakable(_names(raw, usual.start()), may_be_quoted=apart):
            problems.append(ParseWarning.STRAY_LINES)
            return usual.start()
    return start


def read_after_blank_lines(raw: bytes, headers: Headers, body: int, problems: list[ParseWarning]) -> tuple[Headers, int]:
    """The headers with those that go on below a blank line, and where the body begins."""
    values = headers.values
    if "from" in values and "subject" in values and "content-type" in values:
        return headers, body
    for _ in range(BLANK_LINES_IN_HEADERS_LIMIT):
        blank = _BLANK_LINES.match(raw, body)
        start = blank.end() if blank else body
        names = _names(raw, start)
        if not _goes_on(values, names):
            break
        end = BLANK_LINE.search(raw, start)
        more, read = read_headers(raw, problems, start, end.start() + 1 if end else len(raw))
        problems.append(ParseWarning.BLANK_LINE)
        values = {**values, **{name: [*values.get(name, ()), *found] for name, found in more.values.items()}}
        body = end.end() if end and read == end.start() + 1 else read
    return Headers(values), body


def _goes_on(headers: Collection[str], names: frozenset[str]) -> bool:
    """Whether further headers add to those read, instead of being quoted in the body: they bring what is missing, and nothing twice."""
    return (
        any(name in names and name not in headers for name in _NEEDED)
        and not any(name in headers for name in names & _ONCE)
        and _unmistakable(names, may_be_quoted="from" in headers or "subject" in headers)
    )


def _unmistakable(names: frozenset[str], may_be_quoted: bool) -> bool:
    usual = names & (_TECHNICAL | _PERSONAL)
    return (len(usual) >= 2 and not names.isdisjoint(_TECHNICAL)) or (len(usual) >= 3 and not may_be_quoted)


def _names(raw: bytes, start: int) -> frozenset[str]:
    """The names of the fields from `start` up to a blank line; none if another line follows them."""
    names: set[str] = set()
    position, end = start, start + CHARSET_SEARCH_LIMIT
    while field := FIELD.match(raw, position, end):
        names.add(field[1].decode("ascii").lower())
        position = field.end()
    complete = position >= min(len(raw), end) or raw.startswith((b"\n", b"\r"), position)
    return frozenset(names) if complete else frozenset()
