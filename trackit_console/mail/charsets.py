"""Bytes to text, whatever character set they claim to be in (MSG-07). Never raises, and leaves no half characters.

Which bytes of a message are text is not known here; see `headers` and `body`.
"""

from __future__ import annotations

import codecs
from encodings import normalize_encoding
from encodings.aliases import aliases
from functools import lru_cache

from trackit_console.mail.parse_warnings import ParseWarning

# Labels as mail uses them, read as browsers do (WHATWG Encoding Standard): the larger set that is really meant.
_MEANT = {
    "ascii": "utf-8", "us-ascii": "utf-8", "ansi_x3.4-1968": "utf-8", "utf8": "utf-8", "utf-8": "utf-8",
    "iso-8859-1": "windows-1252", "iso8859-1": "windows-1252", "iso_8859-1": "windows-1252", "latin1": "windows-1252",
    "latin-1": "windows-1252", "iso-8859-9": "windows-1254", "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "cp936": "gb18030",
    "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932", "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "euc-kr": "cp949", "big5": "big5hkscs", "x-big5": "big5hkscs",
    "iso-2022-jp": "iso2022_jp_ext", "tis-620": "cp874", "iso-8859-11": "cp874", "windows-874": "cp874", "dos-874": "cp874", "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman", "x-user-defined": "windows-1252", "cp-850": "cp850", "unicode-1-1-utf-7": "utf-7",
}  # fmt: skip
# Python codecs that are no character set of mail, that work in more than linear time, or that warn.
_NOT_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"})
# Python's own names of character sets: its aliases and the modules that have none.
_KNOWN = (
    frozenset(aliases)
    | frozenset(aliases.values())
    | frozenset(
        "cp720 cp737 cp856 cp874 cp875 cp1006 koi8_t koi8_u mac_arabic mac_croatian mac_farsi mac_romanian utf_8_sig".split()
    )
)
NAME_LENGTH_LIMIT = 40


def to_text(data: bytes, charset: str | None, problems: list[ParseWarning]) -> str:
    """`data` in `charset`, else as UTF-8, else as windows-1252; what had to be guessed is added to `problems`."""
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
    """`text` without the lone surrogates that UTF-7 and broken escapes can smuggle in: no database takes them."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


@lru_cache(maxsize=256)
def _codec(charset: str) -> str | None:
    """Python's name for the character set; None when there is no such set.

    Only known names in one spelling reach `codecs.lookup`: it keeps every name that it was ever asked for.
    """
    name = _MEANT.get(charset, charset)
    if len(name) > NAME_LENGTH_LIMIT or not name.isascii() or (normal := normalize_encoding(name).lower()) not in _KNOWN:
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
    """The reading with fewer wrong letters: of one broken UTF-8 letter among good ones, the others are kept."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - broken
    if good > broken:
        return text
    if codec in ("utf-8", "ascii"):
        return windows_1252(data)
    return data.decode(codec, "replace")


def windows_1252(data: bytes) -> str:
    """`data` as Windows in Western Europe means it; its five undefined bytes as in ISO 8859-1."""
    return data.decode("latin-1").translate(_WINDOWS_1252)


_WINDOWS_1252 = {code: letter for code in range(0x80, 0xA0) if (letter := bytes([code]).decode("cp1252", "ignore"))}
