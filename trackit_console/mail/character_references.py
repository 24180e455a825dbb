"""Replaces character references of HTML, such as `&amp;` and `&#8364;`, by their characters."""

from __future__ import annotations

import re
from html import unescape

_LEADING_ZEROS = re.compile(r"&#0+(?=[0-9])")
_NO_CHARACTER = re.compile(r"&#[0-9]{8,};?")


def unescaped(text: str) -> str:
    """`text` with its references replaced as browsers do. A number that is no character becomes U+FFFD.

    `html.unescape` raises ValueError for more than 4,300 digits, the limit of Python's `int`.
    """
    if "&#" in text:
        text = _NO_CHARACTER.sub("\ufffd", _LEADING_ZEROS.sub("&#", text))
    return unescape(text)
