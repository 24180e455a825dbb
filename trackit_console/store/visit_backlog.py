"""What earlier visits left to the next one to a mailbox: read in one transaction, as each is a round trip more (RUN-03, RUN-04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, select

from trackit_console.domain.deliveries import MessageRef
from trackit_console.store.reading_session import ReadingSession
from trackit_console.store.tables import DeliveryRow, MailboxStateRow, RawMessageRow

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


def read_backlog(session: ReadingSession, mailbox_id: int, limit: int = LEFT_OVER) -> Backlog:
    """The backlog of a mailbox, with up to `limit` unsettled deliveries."""
    cursor = select(MailboxStateRow.cursor).where(MailboxStateRow.mailbox_id == mailbox_id)
    unsettled, pending = _unsettled(mailbox_id, limit), _pending(mailbox_id)
    session.read_ahead(cursor, unsettled, pending)
    [state] = session.rows(cursor)
    return Backlog(
        state.cursor,
        [
            UnsettledDelivery(each.id, MessageRef(each.scope, each.uid), each.copied_at is not None)
            for each in session.rows(unsettled)
        ],
        [PendingMessage(MessageRef(each.scope, each.uid), each.tries) for each in session.rows(pending)],
    )


def _unsettled(mailbox_id: int, limit: int) -> Select[*tuple[Any, ...]]:
    asked = select(DeliveryRow.id, DeliveryRow.scope, DeliveryRow.uid, DeliveryRow.copied_at)
    recorded = (DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.settled_at.is_(None), DeliveryRow.outcome.is_not(None))
    # Older versions marked it as settled in a second transaction, which may not have come: the server has the only whole copy.
    never_downloaded = exists().where(RawMessageRow.delivery_id == DeliveryRow.id, RawMessageRow.headers_only)
    return asked.where(*recorded, ~never_downloaded).order_by(DeliveryRow.id).limit(limit)


def _pending(mailbox_id: int) -> Select[*tuple[Any, ...]]:
    asked = select(DeliveryRow.scope, DeliveryRow.uid, DeliveryRow.tries)
    # None of them is settled: by that, an index finds the few among the whole ledger of the mailbox.
    return asked.where(DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.settled_at.is_(None), DeliveryRow.outcome.is_(None))
