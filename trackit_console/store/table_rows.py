"""The rows of a table as a copy of the database takes them: read in parts that fit in memory, and summed up (`row_hashes`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, false, null, select, type_coerce

from trackit_console.cancel import cancelled
from trackit_console.store.database_url import shown_name
from trackit_console.store.driver_errors import mapped
from trackit_console.store.errors import Cancelled
from trackit_console.store.row_hashes import RowHasher, TableHash
from trackit_console.store.row_inserts import Row
from trackit_console.store.statements import size_of
from trackit_console.store.tables import Base

PART_ROWS = 500
PART_BYTES = 8 * 1024 * 1024
"""A part ends at either. A single message may be larger: it is a part of its own, with the small rows before it."""

TABLES: Sequence[Table] = Base.metadata.sorted_tables
"""Every table, each after those that it refers to."""
PROCESSES = "monitor_hosts"
"""The table of the processes that work with a database: none of them works with a copy."""
OWNERS = {
    "mailbox_leases": {"host_id"},
    "mailbox_state": {"visit_begun_at"},
    "monitor_control": {"console_host_id", "console_expires_at"},
    "outbox": {"claim_owner", "claim_expires_at"},
}
"""What a process of the source owns at the moment, by table: in a copy it belongs to nobody. NULL means so in each of these columns."""


def copied_rows(table: Table) -> Select[Any]:
    """All rows of `table` as they are in a copy, in the order of the key: owned by nobody."""
    freed = OWNERS.get(table.name, set())
    columns = [type_coerce(null(), each.type).label(each.name) if each.name in freed else each for each in table.columns]
    asked = select(*columns).order_by(*table.primary_key)
    return asked.where(false()) if table.name == PROCESSES else asked


def in_parts_of(connection: Connection, asked: Select[Any]) -> Iterator[list[Row]]:
    """What `asked` selects, part by part; a row is fetched from the server when its turn comes.

    Raises `StoreError`, and `Cancelled` between two rows.
    """
    part: list[Row] = []
    size = 0
    with mapped(shown_name(connection.engine.url)):
        for row in connection.execute(asked).mappings():
            if cancelled():
                raise Cancelled
            part.append(dict(row))
            size += size_of(row.values())
            if len(part) >= PART_ROWS or size >= PART_BYTES:
                yield part
                part, size = [], 0
    if part:
        yield part


def hash_of(connection: Connection, asked: Select[Any], passed: Callable[[int], None] | None = None) -> TableHash:
    """The hash of what `asked` selects; `passed` is told how many rows each part had. Raises as `in_parts_of` does."""
    hasher = RowHasher()
    for part in in_parts_of(connection, asked):
        hasher.add(part)
        if passed:
            passed(len(part))
    return hasher.result()
