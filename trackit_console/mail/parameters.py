"""Splits Content-Type and Content-Disposition into their value and parameters (RFC 2045, RFC 2183, RFC 2231), leniently."""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import unquote_to_bytes

from trackit_console.mail.charset_codecs import codec_of
from trackit_console.mail.charsets import to_text
from trackit_console.mail.encoded_words import decode_words, decoded, one_line
from trackit_console.mail.limits import PARAMETERS_LIMIT
from trackit_console.mail.parse_warnings import ParseWarning

# The semicolon may be missing after a quoted value.
_PARAMETER = re.compile(r"""(?:;|(?<="))\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)""", re.DOTALL)
_END_OF_TOKEN = re.compile(r"[\s;]+")  # some programs forget the semicolon
# The form of RFC 2231 without the asterisk in the parameter's name.
_EXTENDED_VALUE = re.compile(r"([A-Za-z0-9_-]+)'[A-Za-z0-9-]*'([^\s']*%[^\s']*)")


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
    plain = {name: _plain(text, problems) for name, text in pieces.items() if "*" not in name}
    if len(plain) < len(pieces):
        plain |= _extended({name: text for name, text in pieces.items() if "*" in name}, problems)
    return one_line(token).lower(), plain


def _plain(text: str, problems: list[ParseWarning]) -> str:
    """A value without the marks of RFC 2231. Many programs write an encoded word, which RFC 2047 section 5 forbids here."""
    if (extended := _EXTENDED_VALUE.fullmatch(text)) and codec_of(extended[1]):
        return one_line(to_text(unquote_to_bytes(extended[2]), extended[1], problems))
    return decoded(text, problems)


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
    text = to_text(data, charset or None, problems)
    # Some programs split an encoded word over the pieces.
    return one_line(decode_words(text, problems) if "=?" in text and charset is None else text)
