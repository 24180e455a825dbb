"""What earlier visits left to the next one to a mailbox: read in one transaction, as each is a round trip more (RUN-03, RUN-04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from trackit_console.domain.deliveries import MessageRef
from trackit_console.store.statements import written_out
from trackit_console.store.tables import DeliveryRow, MailboxStateRow

LEFT_OVER = 1000
"""Deliveries of earlier visits that one visit settles at most."""


@dataclass(frozen=True, slots=True)
class UnsettledDelivery:
    """A delivery whose post action is still to be done on the server; `copied`: only the original is left to be deleted."""

    delivery_id: int
    ref: MessageRef
    copied: bool = False


@dataclass(frozen=True, slots=True)
class PendingMessage:
    """A message that the server announced but that was not taken yet, and how often it was tried."""

    ref: MessageRef
    tries: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """`cursor` is up to where the mailbox was read, None before the first visit.

    `unsettled` are recorded but not settled, oldest first: left behind by a crash, or refused by the server. `pending` were not handed
    over, or the process ended over them.
    """

    cursor: str | None
    unsettled: Sequence[UnsettledDelivery]
    pending: Sequence[PendingMessage]


def read_backlog(connection: Connection, mailbox_id: int, limit: int) -> Backlog:
    """The backlog of a mailbox, with up to `limit` unsettled deliveries."""
    cursor = select(MailboxStateRow.cursor).where(MailboxStateRow.mailbox_id == mailbox_id)
    return Backlog(
        connection.execute(written_out(connection, cursor)).scalar_one(),
        _unsettled(connection, mailbox_id, limit),
        _pending(connection, mailbox_id),
    )


def _unsettled(connection: Connection, mailbox_id: int, limit: int) -> list[UnsettledDelivery]:
    asked = (
        select(DeliveryRow.id, DeliveryRow.scope, DeliveryRow.uid, DeliveryRow.copied_at)
        .where(DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.settled_at.is_(None), DeliveryRow.outcome.is_not(None))
        .order_by(DeliveryRow.id)
        .limit(limit)
    )
    rows = connection.execute(written_out(connection, asked))
    return [UnsettledDelivery(row.id, MessageRef(row.scope, row.uid), row.copied_at is not None) for row in rows]


def _pending(connection: Connection, mailbox_id: int) -> list[PendingMessage]:
    asked = select(DeliveryRow.scope, DeliveryRow.uid, DeliveryRow.tries)
    # None of them is settled: by that, an index finds the few among the whole ledger of the mailbox.
    waiting = (DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.settled_at.is_(None), DeliveryRow.outcome.is_(None))
    rows = connection.execute(written_out(connection, asked.where(*waiting)))
    return [PendingMessage(MessageRef(row.scope, row.uid), row.tries) for row in rows]
