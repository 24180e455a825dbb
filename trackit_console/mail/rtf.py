"""Reads the text of RTF, and the HTML that Outlook has wrapped into RTF (MS-OXRTFEX). Layout and pictures are left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from trackit_console.mail.budget import Budget
from trackit_console.mail.charsets import to_text
from trackit_console.mail.compressed_rtf import decompressed
from trackit_console.mail.limits import RTF_TOKENS_LIMIT
from trackit_console.mail.rtf_words import CHARSETS, IN_SYMBOLS, IN_WORDS, NOT_TEXT

_TOKEN = re.compile(
    rb"(?P<open>\{)|(?P<close>\})|\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,9})? ?|\\'(?P<hex>[0-9A-Fa-f]{2})"
    rb"|\\(?P<symbol>[^a-zA-Z])|(?P<text>[^\\{}\r\n]+)",
    re.DOTALL,
)
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class RtfText:
    """The text of an RTF document, or its HTML; it is not whole if the document is too long."""

    text: str
    is_html: bool
    is_whole: bool


class _State(NamedTuple):
    """What a group inherits from the group around it."""

    skips: bool = False
    is_tag: bool = False
    is_rtf_only: bool = False
    is_font_table: bool = False
    font: int = -1
    letters_after_unicode: int = 1


def decompressed_rtf(data: memoryview, budget: Budget) -> tuple[bytes, bool]:
    """The RTF in a winmail.dat, and whether that is all of it. What is decompressed is taken from the budget."""
    rtf, is_whole = decompressed(data, budget.rtf)
    budget.rtf -= len(rtf)
    return rtf, is_whole


def read_rtf(rtf: bytes) -> RtfText:
    """The text of `rtf`. Never raises; from other bytes it reads what is outside of braces and control words."""
    reader = _RtfReader(is_html=b"\\fromhtml" in rtf[:1_000])
    return reader.read(rtf)


class _RtfReader:
    """Goes through one document, token by token."""

    def __init__(self, is_html: bool) -> None:
        self._is_html = is_html
        self._state = _State()
        self._outer: list[_State] = []
        self._pieces: list[str] = []
        self._pending = bytearray()
        self._charset = "cp1252"
        self._fonts: dict[int, str] = {}
        self._is_optional = False
        self._skip = 0

    def read(self, rtf: bytes) -> RtfText:
        is_whole = True
        for count, token in enumerate(_TOKEN.finditer(rtf)):
            if count == RTF_TOKENS_LIMIT:
                is_whole = False
                break
            self._token(token)
        self._flush()
        text = "".join(self._pieces)
        if _SURROGATE.search(text):  # letters beyond 16 bits are written as two
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return RtfText(text, self._is_html, is_whole)

    def _token(self, token: re.Match[bytes]) -> None:
        kind = token.lastgroup
        if kind == "text":
            self._bytes(token[0])
        elif kind == "hex":
            self._bytes(bytes([int(token["hex"], 16)]))
        elif kind == "open":
            self._flush()
            self._outer.append(self._state)
        elif kind == "close":
            self._flush()
            self._state = self._outer.pop() if self._outer else _State()
        elif kind == "symbol":
            self._symbol(token["symbol"])
        else:
            self._word(token["word"].decode("ascii"), int(token["number"]) if token["number"] else None)
        if kind != "symbol":
            self._is_optional = False

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._is_optional = True
        elif symbol in IN_SYMBOLS:
            self._text(IN_SYMBOLS[symbol])

    def _word(self, word: str, number: int | None) -> None:
        if word in IN_WORDS:
            self._text(IN_WORDS[word])
        elif word == "u" and number is not None:
            # RTF has signed numbers of 16 bits: letters from U+8000 on are negative.
            self._text(chr(number % 65_536))
            self._skip = self._state.letters_after_unicode
        elif word == "htmltag":
            self._change(is_tag=True, skips=not self._is_html)
        elif word == "htmlrtf":
            self._change(is_rtf_only=number != 0)
        elif word in NOT_TEXT or self._is_optional:
            self._change(skips=True, is_font_table=word == "fonttbl")
        else:
            self._setting(word, number)

    def _setting(self, word: str, number: int | None) -> None:
        if number is None:
            if word in ("mac", "pc", "pca"):
                self._charset = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}[word]
        elif word == "ansicpg":
            self._charset = f"cp{number}" if number != 65_001 else "utf-8"
        elif word == "f":
            self._change(font=number)
        elif word == "uc":
            self._change(letters_after_unicode=number)
        elif word == "fcharset" and self._state.is_font_table and number in CHARSETS:
            self._fonts[self._state.font] = CHARSETS[number]

    def _change(self, **changes: Any) -> None:
        self._flush()
        self._state = self._state._replace(**changes)

    def _is_silent(self) -> bool:
        return self._state.skips or (self._is_html and self._state.is_rtf_only and not self._state.is_tag)

    def _bytes(self, data: bytes) -> None:
        if self._skip:  # what stands for a Unicode letter in programs that know none
            skipped, self._skip = min(self._skip, len(data)), max(0, self._skip - len(data))
            data = data[skipped:]
        if not self._is_silent():
            self._pending += data

    def _text(self, text: str) -> None:
        self._flush()
        if not self._is_silent():
            self._pieces.append(text)

    def _flush(self) -> None:
        """Decodes the bytes since the last flush together, because a letter may take two of them."""
        if self._pending:
            charset = self._fonts.get(self._state.font, self._charset)
            self._pieces.append(to_text(bytes(self._pending), charset, []))
            self._pending.clear()
