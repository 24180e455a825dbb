"""Errors of sending as the outbox keeps them: JSON of reasons that fits its column."""

from __future__ import annotations

from trackit_console.domain.reason_json import reasons_to_json
from trackit_console.domain.records import AppliedReason
from trackit_console.store.column_types import cut, storable

COLUMN_UNITS = 4000
FACT_UNITS = 300
"""What is kept of a text: the words of a server may be as long as it likes."""


def kept_error(error: AppliedReason | None) -> str | None:
    """The text of the column `error`; a fact that is very long is cut, so that the whole stays readable JSON."""
    if error is None:
        return None
    facts = {name: storable(cut(value, FACT_UNITS)) if isinstance(value, str) else value for name, value in error.facts.items()}
    text = reasons_to_json([AppliedReason(error.code, facts)])
    return text if len(text.encode("utf-16-le", "replace")) <= COLUMN_UNITS * 2 else reasons_to_json([AppliedReason(error.code)])
