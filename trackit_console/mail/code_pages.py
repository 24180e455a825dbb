"""The character sets of the code pages of Windows, by their numbers."""

from __future__ import annotations

# Names of code pages that are not "cp" and their number.
_CODE_PAGES = {
    20127: "us-ascii", 20866: "koi8-r", 21866: "koi8-u", 28591: "iso-8859-1", 28592: "iso-8859-2", 28595: "iso-8859-5",
    28597: "iso-8859-7", 28599: "iso-8859-9", 28605: "iso-8859-15", 50220: "iso-2022-jp", 50221: "iso-2022-jp",
    51932: "euc-jp", 51949: "euc-kr", 54936: "gb18030", 65000: "utf-7", 65001: "utf-8",
}  # fmt: skip


def code_page_name(number: int) -> str:
    """The character set of a Windows code page."""
    return _CODE_PAGES.get(number, f"cp{number}")
