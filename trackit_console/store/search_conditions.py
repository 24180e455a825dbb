"""What a person types into a search box, as conditions: part of a text, or the number of a record (RUN-08)."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement

_RECORD = re.compile(r"\[?\s*(?:(?:ref#)?(?:ticket|assignment|requestor|announcement)[\s-]*)?(\d{1,9})\s*\]?", re.IGNORECASE)


def part_of(column: Any, words: str) -> ColumnElement[bool]:
    """Whether `words` are in `column` as they stand, letter case aside; `[` is a sign of its own on SQL Server only."""
    escaped = re.sub(r"[/%_\[]", r"/\g<0>", words)
    found: ColumnElement[bool] = column.ilike(f"%{escaped}%", escape="/")
    return found


def record_number(words: str) -> int | None:
    """The number of the record that `words` name, with or without its module: `12`, `Ticket-12`, `[Ticket - 12]`."""
    named = _RECORD.fullmatch(words.strip())
    return int(named[1]) if named else None
