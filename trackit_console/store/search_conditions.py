"""What a person types to find something: part of a text, or a record by its number or keyword (RUN-08)."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement

from trackit_console.domain.records import Module, RecordRef

# Nine digits: whatever they are, they fit the INT of SQL Server.
_RECORD = re.compile(rf"\[?\s*(?:(?:ref#)?(?P<module>{'|'.join(Module)})[\s-]*)?(?P<number>\d{{1,9}})\s*\]?", re.IGNORECASE)

_RUN = re.compile(r"[^\W_]+")


def part_of(column: Any, words: str) -> ColumnElement[bool]:
    """Whether `words` are in `column` as they stand, letter case aside; `[` is a sign of its own on SQL Server only."""
    escaped = re.sub(r"[/%_\[]", r"/\g<0>", words)
    found: ColumnElement[bool] = column.ilike(f"%{escaped}%", escape="/")
    return found


def runs_of(text: str) -> list[str]:
    """The runs of letters and digits of what was typed, as they are."""
    return _RUN.findall(text)


def record_number(words: str) -> int | None:
    """The number of the record that `words` name, with or without its module: `12`, `Ticket-12`, `[Ticket - 12]`."""
    named = _RECORD.fullmatch(words.strip())
    return int(named["number"]) if named else None


def record_named(words: str) -> RecordRef | None:
    """As `record_number`, with the module: a number alone is that of a ticket."""
    named = _RECORD.fullmatch(words.strip())
    return RecordRef(Module((named["module"] or Module.TICKET).capitalize()), int(named["number"])) if named else None
