"""A copy of a database that was made, table by table (DB-01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trackit_console.store.row_hashes import TableHash


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """A table: what was read from the source, and what the target gave back."""

    name: str
    source: TableHash
    target: TableHash

    @property
    def verified(self) -> bool:
        """Whether both have the same rows."""
        return self.source == self.target


@dataclass(frozen=True, slots=True)
class DatabaseCopy:
    """A copy that was made. `database` is its name for people; `key_kept`: this computer has the key of its secrets (SEC-02)."""

    database: str
    tables: Sequence[CopiedTable]
    key_kept: bool

    @property
    def verified(self) -> bool:
        """Whether every table has the same rows as in the source."""
        return all(each.verified for each in self.tables)
