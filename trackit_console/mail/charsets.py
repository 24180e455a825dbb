"""Decodes bytes into text, whatever character set is declared (MSG-07). Never raises and leaves no lone surrogates.

`headers` and `body` decide which bytes of a message are text, `charset_labels` which codec is meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from encodings import normalize_encoding
from functools import lru_cache

from trackit_console.mail.charset_codecs import codec_of
from trackit_console.mail.charset_labels import JAPANESE_EUC, JAPANESE_JIS
from trackit_console.mail.japanese import from_euc_jp, from_iso_2022_jp
from trackit_console.mail.parse_warnings import ParseWarning
from trackit_console.mail.single_bytes import by_table, letters_of

# Python's codecs of these names are too strict for mail.
_OWN_DECODERS: dict[str, Callable[[bytes], str]] = {JAPANESE_EUC: from_euc_jp, JAPANESE_JIS: from_iso_2022_jp}
# Programs in Japan also name one of their character sets and use another.
_MISTAKEN = {JAPANESE_JIS: (JAPANESE_EUC, "cp932"), JAPANESE_EUC: ("cp932",), "cp932": (JAPANESE_EUC,)}
_KANA = re.compile("[\u3041-\u30fa]")
_codec = lru_cache(maxsize=256)(codec_of)


def to_text(data: bytes, charset: str | None, problems: list[ParseWarning]) -> str:
    """Decodes `data` from `charset`, else from UTF-8, else from windows-1252. A guess is noted in `problems`."""
    codec = "utf-8"
    if charset is not None:
        found = _codec(charset)
        codec = found or codec
        if found is None and not data.isascii():
            problems.append(ParseWarning.UNKNOWN_CHARSET)
    try:
        text = _decoded(data, codec)
    except (UnicodeError, ValueError):
        problems.append(ParseWarning.WRONG_CHARSET)
        text = _guessed(data, codec)
    return whole_characters(text)


def _decoded(data: bytes, codec: str) -> str:
    """`data` decoded; raises UnicodeError if it is not in that character set."""
    if not (decode := _OWN_DECODERS.get(codec)):
        return data.decode(codec)
    # Half-width katakana in single bytes are read, but only if the text is not UTF-8.
    if codec == JAPANESE_JIS and not data.isascii():
        raise UnicodeError(codec)
    text = decode(data)
    if "\ufffd" in text:
        raise UnicodeError(codec)
    return text


def whole_characters(text: str) -> str:
    """`text` without lone surrogates. UTF-7 and broken escapes can produce them, and no database accepts them."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _guessed(data: bytes, codec: str) -> str:
    """The decoding with fewer wrong characters: one broken UTF-8 sequence must not spoil the whole text."""
    # Text in another character set is hardly ever valid UTF-8 by chance, so UTF-8 is tried first.
    if (text := mostly_utf_8(data)) is not None:
        return text
    if codec == "utf-8":
        return windows_1252(data)
    for other in () if b"\x1b" in data else _MISTAKEN.get(codec, ()):
        try:
            japanese = _decoded(data, other)
        except UnicodeError:
            continue
        if _KANA.search(japanese):  # a few letters of another language are valid by chance
            return japanese
    if decode := _OWN_DECODERS.get(codec):
        return decode(data)
    if letters := letters_of(codec):
        return by_table(data, letters)
    return _utf_7(data) if normalize_encoding(codec) == "utf_7" else data.decode(codec, "replace")


def mostly_utf_8(data: bytes) -> str | None:
    """`data` decoded from UTF-8, or None if more of its sequences are broken than whole."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = len(text) - len(text.encode("ascii", "ignore")) - broken
    return text if whole > broken else None


def windows_1252(data: bytes) -> str:
    """`data` decoded from windows-1252. Its five undefined bytes are decoded as in ISO 8859-1, so that it never fails."""
    return by_table(data, _WINDOWS_1252)


_WINDOWS_1252 = "".join(bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(256))


def _utf_7(data: bytes) -> str:
    """`data` decoded from UTF-7. Bytes of eight bits are replaced before, as its codec calls an error handler for each."""
    return data.translate(_EIGHT_BITS_AS_SUBSTITUTE).decode("utf-7", "replace").replace("\x1a", "\ufffd")


_EIGHT_BITS_AS_SUBSTITUTE = bytes(code if code < 0x80 else 0x1A for code in range(256))
