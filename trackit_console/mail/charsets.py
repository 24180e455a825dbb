"""Decodes bytes into text, whatever character set is declared (MSG-07). Never raises and leaves no lone surrogates.

`headers` and `body` decide which bytes of a message are text.
"""

from __future__ import annotations

import codecs
from encodings import normalize_encoding
from encodings.aliases import aliases
from functools import lru_cache

from trackit_console.mail.limits import CHARSET_NAME_LIMIT
from trackit_console.mail.parse_warnings import ParseWarning

# Labels are interpreted as in browsers (WHATWG Encoding Standard): many name a subset of the charset really used.
_MEANT = {
    "ascii": "utf-8", "us-ascii": "utf-8", "ansi_x3.4-1968": "utf-8", "utf8": "utf-8", "utf-8": "utf-8",
    "iso-8859-1": "windows-1252", "iso8859-1": "windows-1252", "iso_8859-1": "windows-1252", "latin1": "windows-1252",
    "latin-1": "windows-1252", "iso-8859-9": "windows-1254", "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "cp936": "gb18030",
    "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932", "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "euc-kr": "cp949", "big5": "big5hkscs", "x-big5": "big5hkscs",
    "iso-2022-jp": "iso2022_jp_ext", "tis-620": "cp874", "iso-8859-11": "cp874", "windows-874": "cp874", "dos-874": "cp874",
    "x-mac-roman": "mac_roman", "macintosh": "mac_roman",
    "x-user-defined": "windows-1252", "cp-850": "cp850", "unicode-1-1-utf-7": "utf-7",
}  # fmt: skip
# Python codecs that mail does not use as a character set, that take more than linear time, or that emit warnings.
_NOT_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"})
# Names that Python knows: its aliases, and the codecs that have no alias.
_KNOWN = (
    frozenset(aliases)
    | frozenset(aliases.values())
    | frozenset(
        "cp720 cp737 cp856 cp874 cp875 cp1006 koi8_t koi8_u mac_arabic mac_croatian mac_farsi mac_romanian utf_8_sig".split()
    )
)


def to_text(data: bytes, charset: str | None, problems: list[ParseWarning]) -> str:
    """Decodes `data` from `charset`, else from UTF-8, else from windows-1252. A guess is noted in `problems`."""
    codec = "utf-8"
    if charset is not None:
        found = _codec(charset.strip().lower())
        codec = found or codec
        if found is None and not data.isascii():
            problems.append(ParseWarning.UNKNOWN_CHARSET)
    try:
        text = data.decode(codec)
    except (UnicodeError, ValueError):
        problems.append(ParseWarning.WRONG_CHARSET)
        text = _guessed(data, codec)
    return whole_characters(text)


def whole_characters(text: str) -> str:
    """`text` without lone surrogates. UTF-7 and broken escapes can produce them, and no database accepts them."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


@lru_cache(maxsize=256)
def _codec(charset: str) -> str | None:
    """Python's name for the character set, or None if it does not exist.

    Only known names, in one spelling, may reach `codecs.lookup`: it caches every name for the life of the process.
    """
    name = _MEANT.get(charset, charset)
    if len(name) > CHARSET_NAME_LIMIT or not name.isascii() or (normal := normalize_encoding(name).lower()) not in _KNOWN:
        return None
    try:
        found = codecs.lookup(normal).name
        if found.replace("_", "-") in _NOT_CHARSETS:
            return None
        b"\0\0\0\0".decode(found, "replace")  # LookupError: a codec, but not one of text
    except (LookupError, ValueError):
        return None
    return found


def _guessed(data: bytes, codec: str) -> str:
    """The decoding with fewer wrong characters: one broken UTF-8 sequence must not spoil the whole text."""
    # Text in another character set is hardly ever valid UTF-8 by chance, so UTF-8 is tried first.
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - broken
    if good > broken:
        return text
    if codec in ("utf-8", "ascii"):
        return windows_1252(data)
    return data.decode(codec, "replace")


def windows_1252(data: bytes) -> str:
    """`data` decoded from windows-1252. Its five undefined bytes are decoded as in ISO 8859-1, so that it never fails."""
    return data.decode("latin-1").translate(_WINDOWS_1252)


_WINDOWS_1252 = {code: letter for code in range(0x80, 0xA0) if (letter := bytes([code]).decode("cp1252", "ignore"))}
