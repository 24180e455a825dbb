"""Decodes ISO-2022-JP and EUC-JP as mail programs write them: with the characters that Windows has added.

Both consist of the two-byte codes of JIS X 0208. Python's codecs lack NEC's row 13 (①, ㈱) and IBM's rows, and refuse
half-width katakana in single bytes. Here each code is decoded by CP932, which assigns the same characters as browsers do
(WHATWG Encoding Standard, index jis0208; Microsoft's code pages 50220 to 50222 and 51932).
"""

from __future__ import annotations

import re
from functools import cache

from trackit_console.mail.limits import JAPANESE_RUNS_LIMIT
from trackit_console.mail.single_bytes import by_table

# Each escape sequence selects the character set of what follows it; Shift Out and Shift In select katakana and ASCII.
_ESCAPE = re.compile(rb"(\x1b(?:\([A-Z]|\$[@AB]|\$\([@BCD]|&@|\.[AF])|[\x0e\x0f])")
_TWO_BYTES = (b"\x1b$@", b"\x1b$B", b"\x1b$(@", b"\x1b$(B")
_KATAKANA = (b"\x1b(I", b"\x0e")
_ROMAN = (b"\x1b(J", b"\x1b(H")
_ASCII = (b"", b"\x1b(B", b"\x1b&@", b"\x0f")
# Text must return to ASCII before its line ends (RFC 1468). If it does not, the next line is ASCII all the same.
_CODES = re.compile(rb"((?:[\x21-\x7e]{2})*+)(.*)", re.DOTALL)
_EUC_CODES = re.compile(rb"((?:[\xa1-\xfe]{2})++|(?:\x8f[\xa1-\xfe]{2})++|(?:\x8e[\xa1-\xdf])++)")
_WITHOUT_HIGH_BIT = bytes(code & 0x7F for code in range(256))
# Single bytes from 0xA1 to 0xDF are half-width katakana.
_SINGLE_BYTES = "".join(
    chr(code if code < 0x80 else 0xFF61 + code - 0xA1 if 0xA1 <= code <= 0xDF else 0xFFFD) for code in range(256)
)
_SEVEN_BIT_KATAKANA = _SINGLE_BYTES[:0x21] + "".join(map(chr, range(0xFF61, 0xFFA0))) + _SINGLE_BYTES[0x60:]
_ROMAN_LETTERS = _SINGLE_BYTES.replace("\\", "¥").replace("~", "‾")


def from_iso_2022_jp(data: bytes) -> str:
    """`data` as text. U+FFFD stands for what is not ISO-2022-JP."""
    pieces = _ESCAPE.split(data, maxsplit=JAPANESE_RUNS_LIMIT)
    texts = [_run(escape, run) for escape, run in zip([b"", *pieces[1:-1:2]], pieces[::2], strict=True)]
    return "".join(texts)


def from_euc_jp(data: bytes) -> str:
    """`data` as text. U+FFFD stands for what is not EUC-JP."""
    return "".join(_euc_run(run) for run in _EUC_CODES.split(data, maxsplit=JAPANESE_RUNS_LIMIT))


def _euc_run(run: bytes) -> str:
    if _EUC_CODES.fullmatch(run) and run[0] >= 0xA1:
        return _characters(run.translate(_WITHOUT_HIGH_BIT))
    return run.decode("euc_jp", "replace")


def _run(escape: bytes, run: bytes) -> str:
    if b"\x1b" in run:  # beyond the limit
        return (escape + run).decode("iso2022_jp_ext", "replace")
    if escape in _TWO_BYTES and (parts := _CODES.fullmatch(run)):
        return _characters(parts[1]) + parts[2].decode("ascii", "replace")
    if escape in _KATAKANA:
        return by_table(run, _SEVEN_BIT_KATAKANA)
    if escape in _ROMAN:
        return by_table(run, _ROMAN_LETTERS)
    if escape in _ASCII:
        return by_table(run, _SINGLE_BYTES)
    return (escape + run).decode("iso2022_jp_2", "replace")


def _characters(codes: bytes) -> str:
    """The characters of a run of two-byte codes. Decoded as UTF-16, each code is one number to look up."""
    return codes.decode("utf-16-be").translate(_jis_x_0208()) if codes else ""


@cache
def _jis_x_0208() -> dict[int, str]:
    """The character of each code, computed from CP932 as JIS X 0208 annex 1 (shifted coded representation) tells."""
    codes = [(row, cell) for row in range(0x21, 0x7F) for cell in range(0x21, 0x7F)]
    return {row << 8 | cell: _shifted(row, cell).decode("cp932", "replace")[0] for row, cell in codes}


def _shifted(row: int, cell: int) -> bytes:
    lead = (row - 0x21) // 2 + 0x81
    trail = cell + 0x7E if row % 2 == 0 else cell + 0x1F + (cell >= 0x60)
    return bytes((lead if lead <= 0x9F else lead + 0x40, trail))
