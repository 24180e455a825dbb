"""What earlier visits left to the next one to a mailbox: read in one transaction, as each is a round trip more (RUN-03, RUN-04)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, exists, select, update

from trackit_console.domain.deliveries import MessageRef, epoch_prefix
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.reading_session import ReadingSession
from trackit_console.store.row_mapping import Stored
from trackit_console.store.source_keys import goes_on_from, source_key
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
    over, or the process ended over them. All of it is of the account and folder with `source_key`, None where the mailbox was never
    changed; `epoch` counts how often another one was read before.
    """

    cursor: str | None
    unsettled: Sequence[UnsettledDelivery]
    pending: Sequence[PendingMessage]
    source_key: str | None
    epoch: int


def take_up_backlog(session: ReadingSession, mailbox: Stored[Mailbox], now: Callable[[], datetime]) -> Backlog:
    """The backlog for a visit that was begun to this mailbox. Another account or folder has none, and is read from its beginning."""
    left, key = read_backlog(session, mailbox.id), source_key(mailbox.value)
    if left.source_key in (None, key):
        return left
    state = update(MailboxStateRow).where(MailboxStateRow.mailbox_id == mailbox.id)
    if goes_on_from(left.source_key, mailbox.value):
        session.connection().execute(state.values(source_key=key))
        return left
    session.connection().execute(state.values(source_key=key, epoch=left.epoch + 1, cursor=None))
    _let_go(session, mailbox.id, now())
    return Backlog(None, [], [], key, left.epoch + 1)


def _let_go(session: ReadingSession, mailbox_id: int, at: datetime) -> None:
    """Nothing more is done about messages of an account that is not read any more."""
    left = (DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.settled_at.is_(None))
    session.connection().execute(delete(DeliveryRow).where(*left, DeliveryRow.outcome.is_(None)))
    session.connection().execute(update(DeliveryRow).where(*left).values(settled_at=at, settle_error=None))


def is_read_today(session: ReadingSession, mailbox: Stored[Mailbox], ref: MessageRef) -> bool:
    """Whether `ref` is of the account and folder that the mailbox reads now, and not of those that it read before."""
    asked = select(MailboxStateRow.source_key, MailboxStateRow.epoch).where(MailboxStateRow.mailbox_id == mailbox.id)
    [state] = session.rows(asked)
    same = state.source_key in (None, source_key(mailbox.value)) or goes_on_from(state.source_key, mailbox.value)
    return same and ref.scope.startswith(epoch_prefix(state.epoch))


def read_backlog(session: ReadingSession, mailbox_id: int, limit: int = LEFT_OVER) -> Backlog:
    """The backlog of a mailbox, with up to `limit` unsettled deliveries."""
    asked = select(MailboxStateRow.cursor, MailboxStateRow.source_key, MailboxStateRow.epoch)
    kept = asked.where(MailboxStateRow.mailbox_id == mailbox_id)
    unsettled, pending = _unsettled(mailbox_id, limit), _pending(mailbox_id)
    session.read_ahead(kept, unsettled, pending)
    [state] = session.rows(kept)
    return Backlog(
        state.cursor,
        [
            UnsettledDelivery(each.id, MessageRef(each.scope, each.uid), each.copied_at is not None)
            for each in session.rows(unsettled)
        ],
        [PendingMessage(MessageRef(each.scope, each.uid), each.tries) for each in session.rows(pending)],
        state.source_key,
        state.epoch,
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
