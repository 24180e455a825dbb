"""Tells a text in base64 from one that was never encoded, whatever its part claims."""

from __future__ import annotations

import re

BASE64_SURE_LENGTH = 24
"""Characters without a blank between them that are taken for base64 rather than for a word."""
SAMPLE_LENGTH = 262_144
"""Bytes at the start of a text that are examined to distinguish an encoding from plain text."""
LINES_OF_BASE64 = re.compile(rb"\s*+(?:[A-Za-z0-9+/]++={0,2}[ \t]*+(?:\r?\n|\Z))++")
"""Lines of nothing but base64."""
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n\f\v"
_BLANK_BETWEEN = re.compile(rb"[A-Za-z] [A-Za-z]")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]|[A-Za-z] [A-Za-z]")
# Base64 mixes small and capital letters; damage hardly ever has two bytes beyond ASCII side by side.
_WORD = re.compile(rb"(?:[A-Z]?[a-z]{1,60}|[A-Z]{1,60}|[0-9]{1,20})[.,;:!?]*|.*?[\x80-\xff]{2}.*", re.DOTALL)
_PLAIN_WORDS = re.compile(rb"\s*(?:(?:[A-Z]?[a-z]+|[A-Z]+)\s+)*(?:[A-Z]?[a-z]+|[A-Z]+)\s*")
_PRINTABLE = re.compile(rb"[\t\n\r -~]*")


def has_words(body: memoryview) -> bool:
    """Whether something stands there that base64 does not have."""
    text = bytes(body)
    # Most bodies are whole: they have nothing but its letters, and no blank between two of them.
    return bool(text.translate(None, _BASE64)) or (b" " in text and _BLANK_BETWEEN.search(text) is not None)


def was_never_encoded(body: memoryview, data: bytes, charset: str | None) -> bool:
    """Whether a body of nothing but letters is made of words: decoded they are no text, but read as they are they look like it."""
    if len(body) > SAMPLE_LENGTH or not _PLAIN_WORDS.fullmatch(body) or _PRINTABLE.fullmatch(data):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return any(byte < 32 and byte not in b"\t\n\r\x1b" for byte in data) and not (charset or "").lower().startswith("utf-16")


def end_of_base64(body: memoryview) -> int:
    """Where the encoded text ends and a footer may begin that a mailing list has appended; 0 if the text is not encoded."""
    lines = LINES_OF_BASE64.match(body)
    letters = len(lines[0].translate(None, b" \t\r\n")) if lines else 0
    return lines.end() if lines and letters >= BASE64_SURE_LENGTH and letters % 4 == 0 else 0


def is_words(text: memoryview) -> bool:
    """Whether the text was never encoded, rather than encoded and then damaged. Decoding would destroy plain text."""
    beginning = bytes(text[:SAMPLE_LENGTH])
    if len(_NOT_BASE64.findall(beginning)) * 10 > len(beginning):
        return True
    words = beginning.split()
    return sum(1 for word in words if _WORD.fullmatch(word)) * 2 > len(words)
