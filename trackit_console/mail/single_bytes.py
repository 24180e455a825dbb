"""Decodes character sets of one byte a letter by a table, so that a wrong byte costs no more than any other.

Python's error handlers take about 0.3 µs for each wrong byte: seconds for a message that consists of nothing else.
"""

from __future__ import annotations

import codecs
import importlib
from encodings import normalize_encoding
from functools import lru_cache


def by_table(data: bytes, letters: str) -> str:
    """`data` with each byte replaced by the letter at its number. `letters` are 256."""
    return codecs.charmap_decode(data, "strict", letters)[0]


@lru_cache(maxsize=256)
def letters_of(codec: str) -> str | None:
    """The letter of each byte in Python's `codec`, U+FFFD where it has none; None if a letter may take several bytes."""
    table: str | None = getattr(importlib.import_module(f"encodings.{normalize_encoding(codec)}"), "decoding_table", None)
    return table.replace("\ufffe", "\ufffd").ljust(256, "\ufffd") if table else None
