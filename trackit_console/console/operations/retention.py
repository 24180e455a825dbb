"""How large the database is, and what would be removed by ages as they stand in the form. Read only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trackit_console.cancel import cancelled

if TYPE_CHECKING:
    from datetime import datetime

    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.settings.retention import Retention
    from trackit_console.store.database_size import DatabaseSize, DaySize
    from trackit_console.store.retention import Due


@dataclass(frozen=True, slots=True)
class SizeReport:
    """The size now, None where the server does not tell it; the first day with which it is compared; the last removal."""

    size: DatabaseSize | None
    before: DaySize | None
    last_run: datetime | None


class RetentionOperations:
    """Each is one transaction."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection

    def size(self) -> SizeReport:
        """The size of the database and how it grew."""
        with self._connection.database.reading() as transaction:
            sizes = transaction.database_sizes
            days = sizes.days()
            return SizeReport(sizes.measure(), days[0] if days else None, sizes.last_run())

    def due(self, retention: Retention) -> Mapping[str, Due]:
        """What would be removed now by these ages; kinds that are kept for ever are left out. Raises `Cancelled`."""
        from trackit_console.settings.retention import KINDS
        from trackit_console.store.errors import Cancelled

        found: dict[str, Due] = {}
        with self._connection.database.reading() as transaction:
            for kind in KINDS:
                if cancelled():
                    raise Cancelled
                if (due := transaction.retention.count_kind(retention, kind)) is not None:
                    found[kind] = due
        return found
