"""Reading records and their notes (MSG-02 to MSG-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trackit_console.console.operations.listing import MAX_ROWS, Listing

if TYPE_CHECKING:
    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.domain.records import RecordRef
    from trackit_console.store.records import NoteView, RecordView


class RecordOperations:
    """Read only."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection

    def find(self, words: str) -> RecordView | None:
        """The record that `words` name (`12`, `Ticket - 12`); None when they name none, or none that exists."""
        from trackit_console.store.search_conditions import record_named

        ref = record_named(words)
        if ref is None:
            return None
        with self._connection.database.reading() as transaction:
            try:
                return transaction.records.get(ref)
            except KeyError:
                return None

    def page(self, search: str) -> Listing[RecordView]:
        """Tickets, newest first."""
        with self._connection.database.reading() as transaction:
            return Listing(transaction.records.page(search, MAX_ROWS), transaction.records.count(search))

    def get(self, ref: RecordRef) -> tuple[RecordView, list[NoteView]]:
        """A record and its notes; KeyError when there is none."""
        with self._connection.database.reading() as transaction:
            return transaction.records.get(ref), transaction.records.notes([ref.id])[ref.id]
