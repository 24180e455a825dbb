"""Text from mail made safe to be sent: no line end where a line is meant, nothing that turns text around (SEC-03)."""

from __future__ import annotations

import re

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# A lone surrogate has no bytes.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BLANKS_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
# Embeddings, overrides and isolates show a text in another order than it has: `gpj.exe` as `exe.jpg`. Noncharacters stand for
# nothing (Unicode, section 23.7); U+FEFF at the start of a text is taken for a byte order mark.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff]")


def one_line(text: str) -> str:
    """`text` on one line: each run of control characters and line ends becomes a space."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return _BLANKS_IN_A_LINE.sub(" ", _TURNING.sub("", text)).strip()


def clean_lines(text: str) -> str:
    """`text` with LF between its lines, and without control characters other than tabs."""
    return _CONTROLS.sub("", _TURNING.sub("", _LINE_ENDS.sub("\n", text)))
