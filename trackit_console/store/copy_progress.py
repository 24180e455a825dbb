"""How far a copy of a database is, for whoever watches (DB-01)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlalchemy import Table

Progress = Callable[[str, int, int], None]
"""Called with the table, the rows that were read so far, and the rows that are to be read in all: each one three times (see `copy_database`)."""


def unwatched(_table: str, _done: int, _total: int) -> None:
    """A `Progress` where nobody watches."""


class ProgressCounter:
    """Adds up the rows that were read, for whoever watches."""

    def __init__(self, total: int, progress: Progress) -> None:
        self._total = total
        self._progress = progress
        self._done = 0

    def of(self, table: Table) -> Callable[[int], None]:
        """What is to be called for each part of `table`."""
        self._progress(table.name, self._done, self._total)
        return partial(self._add, table)

    def _add(self, table: Table, rows: int) -> None:
        self._done += rows
        self._progress(table.name, self._done, self._total)
