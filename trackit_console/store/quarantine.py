"""Messages that were set aside, for whoever decides about them: read, decided again, discarded, downloaded again (RUN-04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from trackit_console.domain.deliveries import MessageRef, Outcome, Recorded
from trackit_console.domain.effects import Change
from trackit_console.store.activity_words import remove_words
from trackit_console.store.delivery_writer import decided_columns
from trackit_console.store.quarantine_list import QuarantineView, waiting_messages
from trackit_console.store.tables import ActivityRow, DeliveryRow, MailboxStateRow, QuarantineRow, RawMessageRow

if TYPE_CHECKING:
    from trackit_console.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class QuarantinedMessage:
    """A message that waits for a decision. `raw` is None where the server never handed over the whole of it."""

    delivery_id: int
    mailbox_id: int
    ref: MessageRef
    raw: bytes | None
    seen_at: datetime


class Quarantine:
    """The messages in quarantine, within one unit of work. It never commits."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    def waiting(self) -> list[QuarantineView]:
        """Every message that waits, the newest first."""
        return waiting_messages(self._work.transaction.session)

    def get(self, delivery_id: int) -> QuarantinedMessage:
        """A message that waits; KeyError when it does not, or not any more."""
        asked = (
            select(DeliveryRow, RawMessageRow.content, RawMessageRow.headers_only)
            .join(QuarantineRow, QuarantineRow.delivery_id == DeliveryRow.id)
            .outerjoin(RawMessageRow, RawMessageRow.delivery_id == DeliveryRow.id)
            .where(DeliveryRow.id == delivery_id, QuarantineRow.state == "open")
        )
        row = self._work.transaction.session.execute(asked).one_or_none()
        if row is None:
            raise KeyError(delivery_id)
        delivery: DeliveryRow = row.DeliveryRow
        raw = None if row.headers_only else row.content
        ref = MessageRef(delivery.scope, delivery.uid)
        return QuarantinedMessage(delivery_id, delivery.mailbox_id, ref, raw or None, delivery.seen_at)

    def decide(self, message: QuarantinedMessage, change: Change) -> Recorded:
        """Writes the new decision about a message in place of the old one; it may be set aside again.

        KeyError when somebody else decided about it or discarded it first: then nothing is written.
        """
        connection, number = self._work.connection, message.delivery_id
        delivery = change.delivery
        assert delivery is not None, "a decision about a message has its delivery"
        # First of all: it locks the row, so whoever decides second writes nothing.
        self._close(number, "retried")
        tries = connection.scalar(select(QuarantineRow.tries).where(QuarantineRow.delivery_id == number)) or 0
        again = delivery.outcome is Outcome.QUARANTINED
        # The old rows go before the new ones come: both have the delivery as their primary key.
        connection.execute(delete(RawMessageRow).where(RawMessageRow.delivery_id == number))
        if again:
            connection.execute(delete(QuarantineRow).where(QuarantineRow.delivery_id == number))
        remove_words(connection, [number])
        connection.execute(delete(ActivityRow).where(ActivityRow.delivery_id == number))
        connection.execute(update(DeliveryRow).where(DeliveryRow.id == number).values(decided_columns(delivery)))
        recorded = self._work.reapply(change, number, message.mailbox_id).recorded
        if again:
            connection.execute(update(QuarantineRow).where(QuarantineRow.delivery_id == number).values(tries=tries + 1))
        assert recorded is not None
        return recorded

    def download_again(self, message: QuarantinedMessage) -> None:
        """Has the monitor ask the server for the message once more, as if it had never been tried."""
        connection, number = self._work.connection, message.delivery_id
        self._close(number, "retried")
        remove_words(connection, [number])
        for table in (RawMessageRow, QuarantineRow, ActivityRow):
            connection.execute(delete(table).where(table.delivery_id == number))
        pending = {"outcome": None, "tries": 0, "settled_at": None, "post_action": None, "content_key": None}
        connection.execute(update(DeliveryRow).where(DeliveryRow.id == number).values(pending))
        # Not at the next interval: an admin pressed a button and waits.
        request = update(MailboxStateRow).where(MailboxStateRow.mailbox_id == message.mailbox_id)
        connection.execute(request.values(poll_requests=MailboxStateRow.poll_requests + 1))

    def discard(self, delivery_id: int) -> None:
        """Ends the quarantine of a message without processing it; its bytes are let go. KeyError when it does not wait."""
        self._close(delivery_id, "discarded")
        self._work.connection.execute(delete(RawMessageRow).where(RawMessageRow.delivery_id == delivery_id))

    def ids(self) -> Sequence[int]:
        """The deliveries that wait, the oldest first."""
        asked = select(QuarantineRow.delivery_id).where(QuarantineRow.state == "open").order_by(QuarantineRow.delivery_id)
        return list(self._work.connection.scalars(asked))

    def _close(self, delivery_id: int, state: str) -> None:
        """Compare and swap: of two who decide at the same time one wins, the other hears of it."""
        mine = (QuarantineRow.delivery_id == delivery_id, QuarantineRow.state == "open")
        if self._work.connection.execute(update(QuarantineRow).where(*mine).values(state=state)).rowcount == 0:
            raise KeyError(delivery_id)
