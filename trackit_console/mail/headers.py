"""Reads the header block of a message or part: fields, folds, letters outside ASCII (RFC 5322, RFC 6532).

What else stands among the headers of a message, or before them, is found in `header_start`. Values are decoded in
`encoded_words`, `parameters`, `dates` and `addresses`; what each header means is in `parser` and `automatic`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from trackit_console.mail.charset_codecs import codec_of
from trackit_console.mail.charsets import mostly_utf_8, to_text, windows_1252
from trackit_console.mail.encoded_words import decoded
from trackit_console.mail.limits import (
    BROKEN_FOLD_LIMIT,
    CHARSET_SEARCH_LIMIT,
    CHARSETS_LIMIT,
    HEADER_BLOCK_LIMIT,
    HEADER_LENGTH_LIMIT,
    HEADER_NAME_LIMIT,
    HEADERS_LIMIT,
    IDS_LIMIT,
)
from trackit_console.mail.parse_warnings import ParseWarning

# A blank before the colon is obsolete, but allowed when reading (RFC 5322 section 4.5).
FIELD = re.compile(rb"([!-9;-~]++)[ \t]*:[ \t]*([^\n]*+(?:\n[ \t][^\n]*+)*+)\n?")
# Case-sensitive, so that text which follows the headers without a blank line is seldom taken for a header.
USUAL_FIELD = re.compile(
    rb"^(?:Received|Return-Path|From|Sender|Reply-To|To|Cc|Subject|Date|Message-I[dD]|In-Reply-To|References|MIME-Version"
    rb"|Content-(?:Type|Transfer-Encoding|Disposition)|Authentication-Results|DKIM-Signature|Delivered-To|User-Agent"
    rb"|(?:X|List|ARC|Thread)-[A-Z][A-Za-z-]+):",
    re.MULTILINE,
)
_PARAMETER_LINES = re.compile(rb"""(?:[ \t]*[A-Za-z0-9*-]{1,40}=(?:"[^"\n]*"|[^\s;"]+);?[ \t]*+\r*+(?:\n|\Z))++\Z""")
_FOLD = re.compile(r"\r*\n(?=[ \t])")
_NAMED_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w.:-]{1,40})|=\?([\w.:-]{1,40})\*?[\w-]*\?[bq]\?", re.IGNORECASE)
_ID = re.compile(r"<([^<>]+)>")
_NOT_IN_AN_ID = re.compile(r"[\s<>,;]+")


@dataclass(frozen=True, slots=True)
class Headers:
    """The headers of one part: unfolded but undecoded values by lower-case name, in their original order."""

    values: dict[str, list[str]]

    def first(self, name: str) -> str:
        """The first value of the header, undecoded; empty if the header is missing."""
        found = self.values.get(name)
        return found[0] if found else ""

    def __contains__(self, name: str) -> bool:
        return name in self.values


def read_headers(data: bytes, problems: list[ParseWarning], start: int = 0, end: int | None = None) -> tuple[Headers, int]:
    """The headers at `start`, and where they end: at `end`, or at the first line that is not a header."""
    reader = _BlockReader(data, start, len(data) if end is None else end, problems)
    return Headers(reader.values), reader.read()


class _BlockReader:
    """Reads one header block. `HEADERS_LIMIT` and `HEADER_BLOCK_LIMIT` apply to the whole of it."""

    def __init__(self, data: bytes, start: int, end: int, problems: list[ParseWarning]) -> None:
        self.values: dict[str, list[str]] = {}
        self._data = data
        self._start = start
        self._end = end
        self._problems = problems
        self._room = HEADER_BLOCK_LIMIT
        self._charsets: list[str] | None = None

    def read(self) -> int:
        read_value = _plain if self._is_usual() else self._any
        position, end, count = self._start, self._end, 0
        last: list[str] = []
        while position < end:
            if not (field := FIELD.match(self._data, position, end)):
                following = self._after_broken_fold(position, last[-1]) if last else None
                if following is None:
                    return position
                last[-1] += " " + read_value(self._data[position:following])
                position = following
                continue
            count += 1
            if count > HEADERS_LIMIT or self._room <= 0:
                self._problems.append(ParseWarning.MANY_HEADERS if self._room > 0 else ParseWarning.LONG_HEADER)
                # Not `position`: the headers that are left out must not be read as the text of the message.
                return end
            name, value = field.groups()
            last = self.values.setdefault(name[:HEADER_NAME_LIMIT].decode("ascii").lower(), [])
            last.append(read_value(value))
            position = field.end()
        return end

    def _after_broken_fold(self, position: int, value: str) -> int | None:
        """Where the rest of `value` ends, if `position` is there; None if the body begins.

        Some gateways strip the indent of folded lines. Another header below shows that the body has not begun yet, and
        after a semicolon so do lines that hold nothing but parameters.
        """
        stop = min(self._end, position + BROKEN_FOLD_LIMIT)
        if following := USUAL_FIELD.search(self._data, position, stop):
            end = following.start()
        elif stop == self._end and value.endswith(";") and _PARAMETER_LINES.match(self._data, position, stop):
            end = stop
        else:
            return None
        self._problems.append(ParseWarning.BROKEN_FOLD)
        return end

    def _is_usual(self) -> bool:
        if self._end - self._start > HEADER_LENGTH_LIMIT:
            return False
        block = self._data[self._start : self._end]
        # ISO-2022-JP is ASCII by its bytes; the escape gives it away.
        return block.isascii() and b"\x1b" not in block

    def _any(self, value: bytes) -> str:
        if len(value) > HEADER_LENGTH_LIMIT:
            self._problems.append(ParseWarning.LONG_HEADER)
            value = value[:HEADER_LENGTH_LIMIT]
        self._room -= len(value)
        return _unfolded(value.decode("ascii") if value.isascii() and b"\x1b" not in value else self._raw_letters(value))

    def _raw_letters(self, value: bytes) -> str:
        """Letters of a header that does not name their character set. RFC 6532 allows UTF-8 alone."""
        if b"\x1b$" in value:
            self._problems.append(ParseWarning.RAW_HEADER)
            return to_text(value, "iso-2022-jp", [])
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            self._problems.append(ParseWarning.RAW_HEADER)
        if (text := mostly_utf_8(value)) is not None:  # cut within a character
            return text
        if self._charsets is None:
            self._charsets = named_charsets(self._data[self._start : self._start + CHARSET_SEARCH_LIMIT])
        for charset in self._charsets:
            failed: list[ParseWarning] = []
            text = to_text(value, charset, failed)
            if not failed:
                return text
        return windows_1252(value)


def _plain(value: bytes) -> str:
    return _unfolded(value.decode("ascii"))


def _unfolded(text: str) -> str:
    if "\n" in text:
        text = _FOLD.sub("", text).replace("\n", " ")
    return text.strip()


def named_charsets(data: bytes) -> list[str]:
    """The character sets that Content-Type and encoded words name, in their order. Raw letters are likely to be in one of them."""
    found: dict[str, str] = {}
    for match in islice(_NAMED_CHARSET.finditer(data), CHARSETS_LIMIT):
        name = (match[1] or match[2]).decode("ascii", "replace")
        if (codec := codec_of(name)) and _extends_ascii(codec):
            found.setdefault(codec, name)
    return list(found.values())


def _extends_ascii(codec: str) -> bool:
    try:
        return codec != "utf-8" and "=".encode(codec) == b"="
    except UnicodeError:
        return False


def message_ids(value: str, problems: list[ParseWarning]) -> tuple[str, ...]:
    """The ids in Message-ID, In-Reply-To or References, without brackets. Beyond `IDS_LIMIT` only the last ones count."""
    text = decoded(value, problems)
    ids = _ID.findall(text) or [word for word in _NOT_IN_AN_ID.split(text) if "@" in word]
    return tuple(dict.fromkeys("".join(found.split()) for found in ids[-IDS_LIMIT:] if found.strip()))
