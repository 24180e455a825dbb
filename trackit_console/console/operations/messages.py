"""Reading the messages that were processed: their list, time lines, sources and attachments (RUN-08)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trackit_console.console.operations.listing import MAX_ROWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.mail import Message
    from trackit_console.store.activity_views import ActivityQuery, ActivityView, TimeLine


class MessageOperations:
    """Read only."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection

    def page(self, query: ActivityQuery) -> Sequence[ActivityView]:
        """The newest messages that match, and their outcomes."""
        with self._connection.database.reading() as transaction:
            return transaction.activity.page(query, MAX_ROWS)

    def time_line(self, delivery_id: int) -> TimeLine:
        """The time line of one message."""
        with self._connection.database.reading() as transaction:
            return transaction.activity.time_line(delivery_id)

    def raw(self, delivery_id: int) -> bytes | None:
        """The source of a message, None if it is no longer kept."""
        return self._connection.database.deliveries.raw(delivery_id)

    def message(self, delivery_id: int) -> Message | None:
        """A kept message, parsed again."""
        from trackit_console.mail import parse

        raw = self.raw(delivery_id)
        return None if raw is None else parse(raw)

    def attachment(self, delivery_id: int, sha256: str) -> bytes | None:
        """The content of an attachment, extracted from its message; None if that is no longer kept."""
        message = self.message(delivery_id)
        found = [each.content for each in message.attachments if each.sha256 == sha256] if message else []
        return found[0] if found else None
