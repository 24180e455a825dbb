"""The mail in the outbox: its list, one mail with its time line, and trying it again or discarding it (OUT-06)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.domain.outgoing_mail import OutgoingTrouble
    from trackit_console.store.outbox_views import OutboxEntry, OutboxQuery, OutboxView


@dataclass(frozen=True, slots=True)
class MailPart:
    """Some rows of the list, how many there are in all, how many were given up, and what is wrong with the account."""

    rows: Sequence[OutboxView]
    count: int
    failed: int
    trouble: OutgoingTrouble | None


class OutgoingMailOperations:
    """Each is one transaction."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection

    def part(self, query: OutboxQuery, limit: int, offset: int) -> MailPart:
        """`limit` mails from `offset` on, newest first."""
        with self._connection.database.reading() as transaction:
            mails = transaction.outbox_list
            failed = transaction.outbox.summary().failed
            trouble = transaction.outbox.trouble()
            return MailPart(mails.page(query, limit, offset), mails.count(query), failed, trouble)

    def entry(self, number: int) -> OutboxEntry | None:
        """One mail with its content and all that happened to it; None when it is gone."""
        with self._connection.database.reading() as transaction:
            try:
                return transaction.outbox_list.entry(number)
            except KeyError:
                return None

    def retry(self, ids: Sequence[int]) -> int:
        """Has these mails tried again; answers how many of them that is still possible for."""
        with self._connection.database.begin() as transaction:
            return len(transaction.outbox_decisions.retry(ids, self._connection.actor))

    def retry_failed(self) -> int:
        """Has every mail that was given up tried again; answers how many."""
        with self._connection.database.begin() as transaction:
            decisions = transaction.outbox_decisions
            return len(decisions.retry(decisions.failed(), self._connection.actor))

    def discard(self, ids: Sequence[int]) -> int:
        """Does not send these mails any more; answers for how many it was not too late."""
        with self._connection.database.begin() as transaction:
            return len(transaction.outbox_decisions.discard(ids, self._connection.actor))
