"""The audit as CSV, for spreadsheets: a line for each field that changed (DB-04, SEC-03)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from trackit_console.settings.csv_files import write_rows
from trackit_console.settings.field_changes import field_changes, state_of

if TYPE_CHECKING:
    from trackit_console.store.audit import AuditEntry


def audit_csv(entries: Iterable[AuditEntry]) -> str:
    """The entries as CSV; values that a spreadsheet would take for formulas are escaped."""
    heading = ["Time", "Who", "Computer", "Action", "Kind", "Object", "Field", "Before", "After"]
    return write_rows([heading, *(row for each in entries for row in _rows(each))])


def _rows(entry: AuditEntry) -> Iterator[list[str]]:
    about = [entry.at.isoformat(), entry.actor, entry.host, entry.action, entry.kind, entry.name]
    changes = field_changes(state_of(entry.before), state_of(entry.after))
    for each in changes:
        yield [*about, each.field, *map(_text, each.brief)]
    if not changes:
        yield [*about, "", "", ""]


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
