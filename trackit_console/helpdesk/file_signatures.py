"""Recognizes the types of files by their content, whatever their names say (MSG-04).

Archives are not opened. Scripts without a header of their own (bat, cmd, js, ps1, vb, vbs) are not recognized.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

_HEAD = 16_384
"""Bytes at the beginning of a text in which its kind must show."""
PROGRAMS = ("exe", "dll", "scr", "cpl", "com", "pif")
"""The types of Windows programs, whose contents do not tell them apart."""
# A Windows shortcut starts with the header size 0x4C and the first bytes of its class id (MS-SHLLINK 2.1).
_SHORTCUT = b"\x4c\x00\x00\x00\x01\x14\x02\x00"
# The class id in the root of a compound file tells an installer from an Office document (MS-CFB 2.6.1).
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_INSTALLER = UUID("000c1084-0000-0000-c000-000000000046")
_INSTALLER_PATCH = UUID("000c1086-0000-0000-c000-000000000046")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_END_OF_ZIP = b"PK\x05\x06"
# An entry of a zip's central directory with this name (APPNOTE.TXT 4.3.12).
_MANIFEST = re.compile(rb"PK\x01\x02.{42}META-INF/MANIFEST\.MF", re.DOTALL)
_OLDEST_JAVA, _NEWEST_JAVA = 45, 255


def types_of(content: bytes) -> list[tuple[str, ...]]:
    """What the content is: types of which it may be any, the likeliest first; empty if it is none of `TYPES_BY_CONTENT`."""
    kinds = [types for types, is_one in _BINARY if is_one(content)] if content[:1] in _FIRST_BYTES else []
    if not kinds and _is_jar(content):
        kinds = [("jar",)]
    # Most files are pictures and documents, which no text signature needs to be searched in.
    if not kinds and _is_text(content):
        head = _text(content)
        kinds = [types for types, is_one in _TEXT if is_one(head)]
    return kinds


def _class_id(content: bytes) -> UUID | None:
    """The class id in the root directory entry of a compound file (MS-CFB 2.2, 2.6)."""
    if not content.startswith(_COMPOUND_FILE) or len(content) < 512:
        return None
    shift = int.from_bytes(content[30:32], "little")
    sector = int.from_bytes(content[48:52], "little")
    # Sectors have 512 or 4096 bytes (MS-CFB 2.2).
    if shift not in (9, 12):
        return None
    # The header takes the place of the first sector. A number that leads beyond the end gives an empty slice, not an error.
    root = (sector + 1) << shift
    found = content[root + 80 : root + 96]
    return UUID(bytes_le=found) if len(found) == 16 else None


def _is_jar(content: bytes) -> bool:
    """A zip with a manifest of Java, or a compiled class.

    Java finds the directory of a zip from its end, whatever stands before it, so a picture can be a jar as well.
    """
    if content.startswith(b"\xca\xfe\xba\xbe"):
        # Programs of macOS begin alike; there a small number of parts stands in the place of the version.
        return _OLDEST_JAVA <= int.from_bytes(content[6:8], "big") <= _NEWEST_JAVA
    # The end record has 22 bytes and a comment of up to 65,535 (APPNOTE.TXT 4.3.16).
    end = content.rfind(_END_OF_ZIP, max(0, len(content) - 65_557))
    if end < 0:
        return False
    size = int.from_bytes(content[end + 12 : end + 16], "little")
    return _MANIFEST.search(content, max(0, end - size), end) is not None


def _is_text(content: bytes) -> bool:
    return content.startswith(_UTF_16) or b"\0" not in content[:_HEAD]


def _text(content: bytes) -> str:
    """The beginning of a text in lower case, without byte order mark, blanks, XML declaration and comments."""
    head = content[:_HEAD]
    marked = head.startswith(_UTF_16)
    text = head.decode("utf-16", "replace") if marked else head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    return _PROLOGUE.sub("", text.lower(), count=1)


_PROLOGUE = re.compile(r"\A(?:\s+|<\?.*?\?>|<!--.*?-->|<!doctype[^>]*>)+", re.DOTALL)
_SCRIPT_FILE = re.compile(r"<(?:job|package)\b.*<script\b", re.DOTALL)
_SCRIPT_COMPONENT = re.compile(r"<(?:component|package)\b.*<(?:registration|public|implements)\b", re.DOTALL)
_JAVA_PAGE = re.compile(r"<%@\s*page\b[^>]*\bjava")


def _begins(*beginnings: str) -> Callable[[str], bool]:
    return lambda head: head.startswith(beginnings)


_BINARY: tuple[tuple[tuple[str, ...], Callable[[bytes], bool]], ...] = (
    (PROGRAMS, lambda content: content.startswith(b"MZ")),
    (("lnk",), lambda content: content.startswith(_SHORTCUT)),
    (("msi",), lambda content: _class_id(content) == _INSTALLER),
    (("msp",), lambda content: _class_id(content) == _INSTALLER_PATCH),
    (("chm",), lambda content: content.startswith(b"ITSF\x03\x00\x00\x00")),
)
_FIRST_BYTES = frozenset((b"M", _SHORTCUT[:1], _COMPOUND_FILE[:1], b"I"))
_TEXT: tuple[tuple[tuple[str, ...], Callable[[str], bool]], ...] = (
    # Scripts of the Windows Script Encoder, of either language.
    (("vbe", "jse"), _begins("#@~^")),
    (("reg",), _begins("windows registry editor version", "regedit4")),
    (("hta",), lambda head: "<hta:application" in head),
    (("msc",), _begins("<mmc_consolefile")),
    (("wsc",), lambda head: _SCRIPT_COMPONENT.match(head) is not None),
    (("wsf",), lambda head: _SCRIPT_FILE.match(head) is not None),
    (("sct",), _begins("<scriptlet")),
    (("wsh",), _begins("[scriptfile]")),
    (("jsp",), lambda head: _JAVA_PAGE.match(head) is not None),
)

TYPES_BY_CONTENT = frozenset(each for types, _ in (*_BINARY, *_TEXT) for each in types) | {"jar"}
"""The types that are recognized by their content, whatever the name says."""
