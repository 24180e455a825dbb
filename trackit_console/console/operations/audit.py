"""The audit as its page shows it: the list, its export, and taking a change back (DB-04)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.store.audit import AuditEntry
    from trackit_console.store.audit_list import AuditQuery
    from trackit_console.store.rollbacks import Undoing


@dataclass(frozen=True, slots=True)
class AuditPart:
    """Some entries, how many there are in all, and everybody who is named in the audit."""

    rows: Sequence[AuditEntry]
    count: int
    actors: Sequence[str]


class AuditOperations:
    """Each is one transaction."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection

    def part(self, query: AuditQuery, limit: int, offset: int) -> AuditPart:
        """`limit` entries from `offset` on, newest first."""
        with self._connection.database.reading() as transaction:
            audit = transaction.audit_list
            return AuditPart(audit.page(query, limit, offset), audit.count(query), audit.actors())

    def export(self, query: AuditQuery, path: Path) -> None:
        """Writes all entries that match to a CSV file; raises `FileNotWritten`."""
        from trackit_console.console.audit_csv import audit_csv
        from trackit_console.files import write_file

        with self._connection.database.reading() as transaction:
            text = audit_csv(transaction.audit_list.every(query))
        # With a byte order mark: without it Excel takes UTF-8 for the code page of Windows.
        write_file(path, text.encode("utf-8-sig"))

    def plan(self, number: int) -> Undoing:
        """What undoing the change with this number would do; raises a `StoreError` that says why it cannot be undone."""
        with self._connection.database.reading() as transaction:
            return transaction.rollbacks.plan(number)

    def undo(self, undoing: Undoing, chosen: Collection[str] = ()) -> None:
        """Undoes a change; `chosen` are the fields that somebody changed since and that return as well. Raises `StoreError`."""
        from trackit_console.domain.audit import Audited
        from trackit_console.store.errors import UniqueTaken
        from trackit_console.store.saving_errors import AccountTaken

        try:
            with self._connection.database.begin() as transaction:
                transaction.rollbacks.carry_out(undoing, self._connection.actor, chosen)
        except UniqueTaken as error:
            # The one unique key of which no repository tells before: that of the account that a mailbox reads.
            if undoing.entry.kind == Audited.MAILBOX:
                raise AccountTaken from error
            raise
