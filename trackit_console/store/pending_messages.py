"""Messages that the server announced but that could not be taken yet, and how often each was tried (RUN-04).

They share the table of the deliveries, without an outcome.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, update

from trackit_console.domain.deliveries import MessageRef
from trackit_console.domain.polling import Lease
from trackit_console.store.deliveries import ref_key
from trackit_console.store.fencing import Begin, fenced
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import DeliveryRow

MAX_TRIES = 3
"""How often a message that the server does not hand over is asked for before it is set aside."""


class PendingMessages:
    """Counts tries, and forgets what need not be tried again. Each method is a transaction."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def count_try(self, lease: Lease, refs: Sequence[MessageRef]) -> None:
        """Keeps that these are about to be taken or could not be, and counts the tries."""
        with fenced(self._begin, lease) as work:
            for ref in refs:
                row = (DeliveryRow.mailbox_id == lease.mailbox_id, DeliveryRow.ref_key == ref_key(ref))
                # UPDATE, then INSERT: the lease is held, so no other transaction can insert the same message in between.
                counted = update(DeliveryRow).where(*row).values(tries=DeliveryRow.tries + 1)
                if work.connection.execute(counted).rowcount == 0:
                    work.connection.execute(insert(DeliveryRow).values(**_pending(lease.mailbox_id, ref, work.transaction.now)))
            work.commit()

    def forget(self, lease: Lease, refs: Sequence[MessageRef]) -> None:
        """Forgets messages that were deleted on the server before they could be taken."""
        if refs:
            with fenced(self._begin, lease) as work:
                delete_pending(work.connection, lease.mailbox_id, refs)
                work.commit()


def delete_pending(connection: Connection, mailbox_id: int, refs: Sequence[MessageRef]) -> None:
    """Deletes the pending rows of these messages, never a delivery that was decided about."""
    for part in in_parts(sorted(ref_key(ref) for ref in refs)):
        # The outcome is part of the condition: the same row becomes a delivery once it is decided about.
        pending = (DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.ref_key.in_(part), DeliveryRow.outcome.is_(None))
        connection.execute(delete(DeliveryRow).where(*pending))


def _pending(mailbox_id: int, ref: MessageRef, at: datetime) -> dict[str, object]:
    named = {"mailbox_id": mailbox_id, "ref_key": ref_key(ref), "scope": ref.scope, "uid": ref.uid}
    return {**named, "size": 0, "tries": 1, "seen_at": at, "recorded_at": at}
