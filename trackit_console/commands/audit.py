"""`audit`: who changed which setting, from what to what (DB-04, docs/interface.md)."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from trackit_console.commands.cli_context import CliContext, answer
from trackit_console.commands.whole_numbers import whole_number

if TYPE_CHECKING:
    from trackit_console.settings.field_changes import FieldChange
    from trackit_console.store.audit import AuditEntry

LIMIT = 1000


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares `audit`."""
    parser = commands.add_parser("audit", help="list who changed which setting, and what else admins did")
    parser.add_argument("--search", default="", metavar="TEXT", help="who, computer, object or value")
    parser.add_argument(
        "--limit", type=whole_number(), default=LIMIT, metavar="N", help=f"at most so many changes (default {LIMIT})"
    )
    parser.set_defaults(do=list_changes)


def list_changes(context: CliContext, parsed: argparse.Namespace) -> int:
    """Prints the changes with their fields, or a JSON object for each field."""
    from trackit_console.store.audit_list import AuditQuery

    with context.opened() as database, database.reading() as transaction:
        entries = transaction.audit_list.page(AuditQuery(parsed.search), parsed.limit)
    if parsed.json:
        answer([row for each in entries for row in _as_answer(each)])
    else:
        for each in entries:
            print("\n".join(_in_words(each)))
        if not entries:
            print("No changes.")
    return 0


def _as_answer(entry: AuditEntry) -> Iterator[dict[str, Any]]:
    """A change in the form of docs/interface.md: a row for each field, one without a field where none changed."""
    about = {"at": entry.at, "who": entry.actor, "host": entry.host, "what": _what(entry)}
    changes = _changes(entry)
    for each in changes:
        before, after = each.brief
        yield {**about, "field": each.field, "before": before, "after": after}
    if not changes:
        yield {**about, "field": None, "before": None, "after": None}


def _in_words(entry: AuditEntry) -> Iterator[str]:
    at = f"{entry.host}  " if entry.host else ""
    yield f"{entry.at.astimezone():%Y-%m-%d %H:%M:%S}  {entry.actor}  {at}{_what(entry)}"
    for each in _changes(entry):
        before, after = each.brief
        yield f"    {each.field}: {_value(before)} -> {_value(after)}"


def _changes(entry: AuditEntry) -> list[FieldChange]:
    from trackit_console.settings.field_changes import field_changes, state_of

    return field_changes(state_of(entry.before), state_of(entry.after))


def _what(entry: AuditEntry) -> str:
    words = (entry.action, entry.kind, entry.name)
    return " ".join([*(each.replace("_", " ") for each in words[:2]), words[2]]).strip()


def _value(value: Any) -> str:
    return "-" if value is None else json.dumps(value, ensure_ascii=False)
