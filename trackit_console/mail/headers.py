"""Parses header values: folding, encoded words (RFC 2047), parameters (RFC 2231), message ids and dates (RFC 5322).

Every decoded value is a single line without control characters, so that it cannot inject a header into a mail that
quotes it (SEC-03). Address lists are parsed in `addresses`; what each header means is in `parser` and `automatic`.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from urllib.parse import unquote_to_bytes

from trackit_console.mail.charsets import to_text, whole_characters, windows_1252
from trackit_console.mail.limits import (
    BASE64_PIECES_LIMIT,
    BROKEN_FOLD_LIMIT,
    HEADER_LENGTH_LIMIT,
    HEADERS_LIMIT,
    IDS_LIMIT,
    PARAMETERS_LIMIT,
)
from trackit_console.mail.parse_warnings import ParseWarning

# A blank before the colon is obsolete, but allowed when reading (RFC 5322 section 4.5).
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)\n?")
# Case-sensitive, so that text which follows the headers without a blank line is seldom taken for a header.
_USUAL_FIELD = re.compile(
    rb"^(?:Received|Return-Path|From|Sender|Reply-To|To|Cc|Subject|Date|Message-I[dD]|In-Reply-To|References|MIME-Version"
    rb"|Content-(?:Type|Transfer-Encoding|Disposition)|Authentication-Results|DKIM-Signature):",
    re.MULTILINE,
)
_FOLD = re.compile(r"\r?\n")
_PADDING = re.compile(rb"=[=\s]*")
# Nothing but base64 up to the end. A footer that a mailing list has appended does not match.
_MORE_BASE64 = re.compile(rb"[A-Za-z0-9+/](?:[A-Za-z0-9+/=\r\n]|[ \t]+[\r\n])*+\s*\Z")
_PADDED_PIECE = re.compile(rb"[^=]+=*")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_ENCODED_WORD = re.compile(r"=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_PARAMETER = re.compile(r""";\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)""", re.DOTALL)
_END_OF_TOKEN = re.compile(r"[\s;]+")  # some programs forget the semicolon
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


def read_headers(block: bytes, problems: list[ParseWarning]) -> tuple[Headers, int]:
    """The headers at the start of `block`, and where they end: at its end, or at the first line that is not a header."""
    values: dict[str, list[str]] = {}
    position = count = 0
    last: list[str] = []
    while position < len(block):
        if not (field := _FIELD.match(block, position)):
            # Some gateways strip the indent of folded lines. Another header below shows that the body has not begun yet.
            following = _USUAL_FIELD.search(block, position, position + BROKEN_FOLD_LIMIT)
            if not last or not following:
                break
            problems.append(ParseWarning.BROKEN_FOLD)
            last[-1] += " " + _unfolded(block[position : following.start()].replace(b"\n", b"\n "), problems)
            position = following.start()
            continue
        position, count = field.end(), count + 1
        if count > HEADERS_LIMIT:
            problems.append(ParseWarning.MANY_HEADERS)
            return Headers(values), len(block)
        last = values.setdefault(field[1].decode("ascii").lower(), [])
        last.append(_unfolded(field[2], problems))
    return Headers(values), position


def _unfolded(value: bytes, problems: list[ParseWarning]) -> str:
    if len(value) > HEADER_LENGTH_LIMIT:
        problems.append(ParseWarning.LONG_HEADER)
        value = value[:HEADER_LENGTH_LIMIT]
    try:
        text = value.decode("ascii")
    except UnicodeDecodeError:
        text = _raw_letters(value, problems)
    return (_FOLD.sub("", text) if "\n" in text else text).strip()


def _raw_letters(value: bytes, problems: list[ParseWarning]) -> str:
    """Decodes a raw 8-bit header. RFC 6532 allows UTF-8; anything else is usually windows-1252."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        problems.append(ParseWarning.RAW_HEADER)
        return windows_1252(value)


def one_line(text: str) -> str:
    """`text` on one line: each run of control characters and line endings becomes a space."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return _CONTROLS.sub(" ", whole_characters(text)).strip()


def decoded(value: str, problems: list[ParseWarning]) -> str:
    """A header's value with its encoded words decoded (RFC 2047, leniently), on one line."""
    return one_line(decode_words(value, problems) if "=?" in value else value)


def decode_words(value: str, problems: list[ParseWarning]) -> str:
    """`value` with its encoded words decoded.

    Adjacent words in the same character set are joined before they are decoded: some programs split a character
    between two words, although RFC 2047 section 5 forbids it.
    """
    texts: list[str] = []
    pending, charset, end = b"", "", 0
    for word in _ENCODED_WORD.finditer(value):
        between = value[end : word.start()]
        if end == 0 or between.strip() or word[1].lower() != charset:
            texts.append(to_text(pending, charset, problems) if pending else "")
            texts.append(between if end == 0 or between.strip() else "")
            pending, charset = b"", word[1].lower()
        pending += _word_bytes(word[2], word[3])
        end = word.end()
    texts.append(to_text(pending, charset, problems) if pending else "")
    return "".join(texts) + value[end:]


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        # Blanks are not allowed here, but occur; a2b_qp would drop those at the end.
        return binascii.a2b_qp(data.replace(b" ", b"_"), header=True)
    return lenient_base64(data)[0]


def lenient_base64(data: bytes | memoryview) -> tuple[bytes, bool]:
    """The decoded bytes, and whether `data` was complete. An incomplete last group is decoded as far as it goes.

    Some programs encode a file in pieces that each end in padding. Python stops decoding at the first padding.
    """
    padding = _PADDING.search(data)
    if not padding or not _MORE_BASE64.match(data, padding.end()):
        return _piece_of_base64(data)
    pieces = [_piece_of_base64(piece[0]) for piece in islice(_PADDED_PIECE.finditer(data), BASE64_PIECES_LIMIT + 1)]
    whole = len(pieces) <= BASE64_PIECES_LIMIT and all(whole for _, whole in pieces)
    return b"".join(piece for piece, _ in pieces), whole


def _piece_of_base64(data: bytes | memoryview) -> tuple[bytes, bool]:
    try:
        return binascii.a2b_base64(data), True
    except binascii.Error:
        pass
    for padding in (b"==", b"="):
        try:
            return binascii.a2b_base64(bytes(data) + padding), False
        except binascii.Error:
            continue
    return binascii.a2b_base64(bytes(data) + b"A=="), False


def with_parameters(value: str, problems: list[ParseWarning]) -> tuple[str, dict[str, str]]:
    """Splits `text/plain; charset=utf-8` into its lower-case token and its parameters by lower-case name (RFC 2045, RFC 2231)."""
    value = value.strip()
    if value.isalnum():  # a transfer encoding or a disposition
        return value.lower(), {}
    token, *rest = _END_OF_TOKEN.split(value, maxsplit=1)
    if not rest:
        return one_line(token).lower(), {}
    pieces: dict[str, str] = {}
    for match in islice(_PARAMETER.finditer(";" + rest[0]), PARAMETERS_LIMIT):
        pieces.setdefault(match[1].lower(), _unquoted(match[2].strip()))
    plain = {name: decoded(text, problems) for name, text in pieces.items() if "*" not in name}
    if len(plain) < len(pieces):
        plain |= _extended({name: text for name, text in pieces.items() if "*" in name}, problems)
    return one_line(token).lower(), plain


def _unquoted(text: str) -> str:
    """Only quotes and backslashes count as escaped: programs on Windows write file names with bare backslashes."""
    if not text.startswith('"'):
        return text
    return text.strip('"').replace("\\\\", "\\").replace('\\"', '"')


def _extended(pieces: dict[str, str], problems: list[ParseWarning]) -> dict[str, str]:
    """The parameters of RFC 2231: `name*` has a character set; `name*0`, `name*1*` … are joined."""
    joined: dict[str, list[tuple[int, str, bool]]] = {}
    for name, text in pieces.items():
        base, *marks = name.split("*")
        number = int(marks[0]) if marks[0].isascii() and marks[0].isdigit() and len(marks[0]) < 5 else 0
        joined.setdefault(base, []).append((number, text, marks[-1] == ""))
    return {base: _joined(sorted(parts), problems) for base, parts in joined.items()}


def _joined(parts: list[tuple[int, str, bool]], problems: list[ParseWarning]) -> str:
    charset = None
    _, first, percent = parts[0]
    if percent and first.count("'") >= 2:
        charset, _, first = first.split("'", 2)
        parts[0] = (0, first, True)
    data = b"".join(unquote_to_bytes(text) if percent else text.encode("utf-8", "replace") for _, text, percent in parts)
    return one_line(to_text(data, charset or None, problems))


def message_ids(value: str, problems: list[ParseWarning]) -> tuple[str, ...]:
    """The ids in Message-ID, In-Reply-To or References, without brackets. Beyond `IDS_LIMIT` only the last ones count."""
    text = decoded(value, problems)
    ids = _ID.findall(text) or [word for word in _NOT_IN_AN_ID.split(text) if "@" in word]
    return tuple(dict.fromkeys("".join(found.split()) for found in ids[-IDS_LIMIT:] if found.strip()))


def moment(value: str, problems: list[ParseWarning]) -> datetime | None:
    """The value of Date as an aware datetime, or None if it is unreadable or out of range. The unknown offset `-0000` is UTC."""
    if not value:
        return None
    try:
        date = parsedate_to_datetime(value[:200])
        aware = date if date.tzinfo else date.replace(tzinfo=UTC)
        aware.astimezone(UTC)  # raises where UTC would fall outside the years 1 to 9999
    except (ValueError, TypeError, IndexError, OverflowError):
        problems.append(ParseWarning.UNREADABLE_DATE)
        return None
    return aware
