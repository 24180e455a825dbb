"""The control words and symbols of RTF that stand for text or hold none, and its character sets."""

from __future__ import annotations

IN_WORDS = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "tab": "\t", "cell": "\t", "emdash": "\u2014",
    "endash": "\u2013", "bullet": "\u2022", "lquote": "\u2018", "rquote": "\u2019", "ldblquote": "\u201c",
    "rdblquote": "\u201d", "emspace": " ", "enspace": " ",
}  # fmt: skip
"""The text of control words that stand for some."""
IN_SYMBOLS = {b"~": "\u00a0", b"_": "-", b"{": "{", b"}": "}", b"\\": "\\", b"\n": "\n", b"\r": "\n"}
"""The text of control symbols."""
NOT_TEXT = frozenset(
    "fonttbl colortbl stylesheet info pict object header footer headerl headerr headerf footerl footerr footerf filetbl listtable"
    " listoverridetable revtbl rsidtbl generator xmlnstbl mmathPr themedata colorschememapping latentstyles datastore fldinst"
    " pntext mhtmltag bkmkstart bkmkend".split()
)
"""The destinations whose content is no text."""
CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
"""Code pages by the number that \\fcharset gives (MS-WMF CharacterSet)."""
