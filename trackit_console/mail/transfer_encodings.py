"""Decodes the transfer encodings of MIME parts, also where a part is not in the encoding that it claims (RFC 2045).

Never raises. `uuencode`, `yenc` and `binhex` are loaded only when a message has such a part.
"""

from __future__ import annotations

import binascii
import re

from trackit_console.mail.lenient_base64 import lenient_base64
from trackit_console.mail.parse_warnings import ParseWarning

BASE64_SURE_LENGTH = 24
"""Characters without a blank between them that are taken for base64 rather than for a word."""
SAMPLE_LENGTH = 262_144
"""Bytes at the start of a text that are examined to distinguish an encoding from plain text."""

_IDENTITIES = ("", "7bit", "8bit", "binary", "none")
_UUENCODE = ("xuuencode", "uuencode", "xuue", "uue", "xuu", "uu")
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")
_LINES_OF_BASE64 = re.compile(rb"\s*+(?:[A-Za-z0-9+/]++={0,2}[ \t]*+(?:\r?\n|\Z))++")
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n\f\v"
_BLANK_BETWEEN = re.compile(rb"[A-Za-z] [A-Za-z]")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]|[A-Za-z] [A-Za-z]")
# Base64 mixes small and capital letters; damage hardly ever has two bytes beyond ASCII side by side.
_WORD = re.compile(rb"(?:[A-Z]?[a-z]{1,60}|[A-Z]{1,60}|[0-9]{1,20})[.,;:!?]*|.*?[\x80-\xff]{2}.*", re.DOTALL)
_PLAIN_WORDS = re.compile(rb"\s*(?:(?:[A-Z]?[a-z]+|[A-Z]+)\s+)*(?:[A-Z]?[a-z]+|[A-Z]+)\s*")
_PRINTABLE = re.compile(rb"[\t\n\r -~]*")
_STRAY_SIGN = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*(?:\r?\n|\Z))")
_ESCAPES = re.compile(rb"=(?:[0-9A-Fa-f]{2}|[ \t]*\r?\n)")


def decoded_body(encoding: str, body: memoryview, content_type: str, charset: str | None, problems: list[ParseWarning]) -> bytes:
    """`body` decoded from what Content-Transfer-Encoding says; `content_type` and `charset` tell what to expect of it."""
    name = encoding.strip().lower()
    if name in _IDENTITIES:
        return bytes(body)
    # Programs write "base-64", "quoted printable" and comments.
    name = _NOT_IN_A_NAME.sub("", name.partition(";")[0].partition("(")[0])
    is_text = content_type.startswith("text/")
    if name == "base64":
        return _from_base64(body, is_text, charset, problems)
    if name == "quotedprintable":
        return _from_quoted_printable(body, problems)
    if name in _IDENTITIES:
        return bytes(body)
    return _from_rare(name, body, problems)


def _from_rare(name: str, body: memoryview, problems: list[ParseWarning]) -> bytes:
    from trackit_console.mail import text_files

    if name in _UUENCODE:
        file = text_files.first_file(body, text_files.Kind.UU)
    elif name in ("xyencode", "yencode", "xyenc", "yenc"):
        file = text_files.first_file(body, text_files.Kind.YENC)
    else:
        problems.append(ParseWarning.UNKNOWN_ENCODING)
        return bytes(body)
    problems += [ParseWarning.BROKEN_ENCODING] if file is None else file.warnings()
    return bytes(body) if file is None else file.content


def _from_quoted_printable(body: memoryview, problems: list[ParseWarning]) -> bytes:
    if _STRAY_SIGN.search(body, 0, SAMPLE_LENGTH):
        sample = bytes(body[:SAMPLE_LENGTH])
        # A text that was never encoded has signs of its own: decoding would make "x=10" a control character.
        if sum(1 for _ in _ESCAPES.finditer(sample)) * 2 < sample.count(b"="):
            problems.append(ParseWarning.BROKEN_ENCODING)
            return bytes(body)
    return binascii.a2b_qp(body)


def _from_base64(body: memoryview, is_text: bool, charset: str | None, problems: list[ParseWarning]) -> bytes:
    if not is_text or not _has_words(body):
        data, whole = lenient_base64(body)
        if is_text and _was_never_encoded(body, data, charset):
            problems.append(ParseWarning.BROKEN_ENCODING)
            return bytes(body)
        if not whole:
            problems.append(ParseWarning.BROKEN_ENCODING)
        return data
    problems.append(ParseWarning.BROKEN_ENCODING)
    end = _end_of_base64(body)
    encoded, rest = body[:end], body[end:]
    # If the very first line is not base64, nothing is. A damaged line further down is just damage.
    if _is_words(rest) or not (encoded or _LINES_OF_BASE64.match(rest)):
        return lenient_base64(encoded)[0] + bytes(rest)
    return lenient_base64(body)[0]


def _has_words(body: memoryview) -> bool:
    """Whether something stands there that base64 does not have."""
    text = bytes(body)
    # Most bodies are whole: they have nothing but its letters, and no blank between two of them.
    return bool(text.translate(None, _BASE64)) or (b" " in text and _BLANK_BETWEEN.search(text) is not None)


def _was_never_encoded(body: memoryview, data: bytes, charset: str | None) -> bool:
    """Whether a body of nothing but letters is made of words: decoded they are no text, but read as they are they look like it."""
    if len(body) > SAMPLE_LENGTH or not _PLAIN_WORDS.fullmatch(body) or _PRINTABLE.fullmatch(data):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return any(byte < 32 and byte not in b"\t\n\r\x1b" for byte in data) and not (charset or "").lower().startswith("utf-16")


def _end_of_base64(body: memoryview) -> int:
    """Where the encoded text ends and a footer may begin that a mailing list has appended; 0 if the text is not encoded."""
    lines = _LINES_OF_BASE64.match(body)
    letters = len(lines[0].translate(None, b" \t\r\n")) if lines else 0
    return lines.end() if lines and letters >= BASE64_SURE_LENGTH and letters % 4 == 0 else 0


def _is_words(text: memoryview) -> bool:
    """Whether the text was never encoded, rather than encoded and then damaged. Decoding would destroy plain text."""
    beginning = bytes(text[:SAMPLE_LENGTH])
    if len(_NOT_BASE64.findall(beginning)) * 10 > len(beginning):
        return True
    words = beginning.split()
    return sum(1 for word in words if _WORD.fullmatch(word)) * 2 > len(words)
