"""The delivery ledger: a batch of messages is recorded in one durable transaction, exactly once (RUN-03, RUN-04).

Unlike the repositories, `record` and `redo` *are* transactions. The order is the guarantee: what is recorded here is
settled on the server afterwards, and what is recorded but not settled is found again by `unsettled`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from trackit_console.clock import Clock
from trackit_console.store.column_types import cut, key_of, storable
from trackit_console.store.entries import AppliedReason, Entry, Outcome, Quarantined, Recorded
from trackit_console.store.errors import LeaseLost, NotStorable
from trackit_console.store.monitoring import LEASE_SECONDS, Lease
from trackit_console.store.people import in_parts
from trackit_console.store.tables import (
    ActivityRow,
    DeliveryRow,
    MailboxLeaseRow,
    MailboxStateRow,
    QuarantineRow,
    RawMessageRow,
)
from trackit_console.store.writing import write_deliveries, write_effects

Connect = Callable[[bool], AbstractContextManager[Connection]]
"""Opens a transaction, for writing when True; commits when left without an exception."""

MAX_TRIES = 3
"""How often a message that the server does not hand over is asked for before it is set aside."""


@dataclass(frozen=True, slots=True)
class Open:
    """A delivery whose post action is still to be done on the server."""

    delivery_id: int
    scope: str
    uid: str


@dataclass(frozen=True, slots=True)
class Awaited:
    """A message that the server announced but did not hand over, and how often it was asked for."""

    scope: str
    uid: str
    tries: int


class Deliveries:
    """Writes and asks the ledger."""

    def __init__(self, connect: Connect, clock: Clock) -> None:
        self._connect = connect
        self._clock = clock

    def known(self, mailbox_id: int, refs: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of the (scope, uid) pairs that the ledger has decided about."""
        keys = {key_of(*ref): ref for ref in refs}
        with self._connect(False) as connection:
            return {
                keys[key]
                for part in in_parts(keys)
                for key in connection.scalars(
                    select(DeliveryRow.ref_key).where(
                        DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.ref_key.in_(part), DeliveryRow.outcome.is_not(None)
                    )
                )
            }

    def known_content(self, mailbox_id: int, content_keys: Collection[str]) -> set[str]:
        """Those of the content keys that this mailbox has taken already, under whatever identity."""
        with self._connect(False) as connection:
            return {
                key
                for part in in_parts(content_keys)
                for key in connection.scalars(
                    select(DeliveryRow.content_key).where(DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.content_key.in_(part))
                )
                if key
            }

    def record(self, lease: Lease, entries: Sequence[Entry], cursor: str | None = None) -> list[Recorded]:
        """Writes the batch and the cursor that follows it, in one durable transaction.

        A batch that the database refuses is taken apart, so that one bad message harms only itself: it is set aside.
        Raises `LeaseLost` when another monitor has the mailbox, and what says that the database cannot be used; then
        nothing was written.
        """
        try:
            return self._record(lease, entries, cursor)
        except NotStorable:
            recorded = [self._record_alone(lease, entry) for entry in entries]
        self._record(lease, (), cursor)
        return recorded

    def _record_alone(self, lease: Lease, entry: Entry) -> Recorded:
        try:
            return self._record(lease, (entry,), None)[0]
        except NotStorable as problem:
            if taken := self._taken(lease.mailbox_id, entry):
                return taken
            return self._record(lease, (set_aside(entry, "not_storable", problem.detail),), None)[0]

    def _taken(self, mailbox_id: int, entry: Entry) -> Recorded | None:
        """What the ledger has of this message already: it was in the batch twice, or in an earlier one."""
        asked = (
            select(DeliveryRow.id, DeliveryRow.outcome, ActivityRow.module, ActivityRow.record_id)
            .join(ActivityRow, ActivityRow.delivery_id == DeliveryRow.id)
            .where(DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.ref_key == key_of(entry.scope, entry.uid))
        )
        with self._connect(False) as connection:
            row = connection.execute(asked).one_or_none()
        if row is None:
            return None
        return Recorded(
            row.id, entry.scope, entry.uid, Outcome(row.outcome), f"{row.module} - {row.record_id}" if row.module else None
        )

    def _record(self, lease: Lease, entries: Sequence[Entry], cursor: str | None) -> list[Recorded]:
        now = self._clock.now()
        with self._fenced(lease, now) as connection:
            self._forget_awaited(connection, lease.mailbox_id, [key_of(entry.scope, entry.uid) for entry in entries])
            ids = write_deliveries(connection, lease.mailbox_id, entries, now)
            recorded = write_effects(connection, lease.mailbox_id, entries, ids, now)
            if cursor is not None:
                state = update(MailboxStateRow).where(MailboxStateRow.mailbox_id == lease.mailbox_id)
                connection.execute(state.values(cursor=cursor))
            return recorded

    @contextmanager
    def _fenced(self, lease: Lease, now: datetime) -> Iterator[Connection]:
        """A transaction that holds the lease's row: nobody claims the mailbox until it ends (RUN-02)."""
        mine = (
            MailboxLeaseRow.mailbox_id == lease.mailbox_id,
            MailboxLeaseRow.host_id == lease.host_id,
            MailboxLeaseRow.token == lease.token,
        )
        with self._connect(True) as connection:
            until = now + timedelta(seconds=LEASE_SECONDS)
            if connection.execute(update(MailboxLeaseRow).where(*mine).values(expires_at=until)).rowcount == 0:
                raise LeaseLost
            yield connection

    def _forget_awaited(self, connection: Connection, mailbox_id: int, keys: Sequence[str]) -> None:
        for part in in_parts(keys):
            awaited = (DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.ref_key.in_(part), DeliveryRow.outcome.is_(None))
            connection.execute(delete(DeliveryRow).where(*awaited))

    def await_again(self, lease: Lease, refs: Sequence[tuple[str, str]]) -> None:
        """Keeps that these were announced but not taken, and counts the tries."""
        now = self._clock.now()
        with self._fenced(lease, now) as connection:
            for scope, uid in refs:
                row = (DeliveryRow.mailbox_id == lease.mailbox_id, DeliveryRow.ref_key == key_of(scope, uid))
                if connection.execute(update(DeliveryRow).where(*row).values(tries=DeliveryRow.tries + 1)).rowcount == 0:
                    named = {"mailbox_id": lease.mailbox_id, "ref_key": key_of(scope, uid), "scope": scope, "uid": uid}
                    begun = {"size": 0, "tries": 1, "seen_at": now, "recorded_at": now}
                    connection.execute(insert(DeliveryRow), [{**named, **begun}])

    def await_no_more(self, lease: Lease, refs: Sequence[tuple[str, str]]) -> None:
        """Forgets messages that are gone from the server before they could be taken."""
        if refs:
            with self._fenced(lease, self._clock.now()) as connection:
                self._forget_awaited(connection, lease.mailbox_id, [key_of(*ref) for ref in refs])

    def awaited(self, mailbox_id: int) -> list[Awaited]:
        """Messages that were announced but not taken yet: not handed over, or the process ended over them."""
        asked = select(DeliveryRow.scope, DeliveryRow.uid, DeliveryRow.tries)
        with self._connect(False) as connection:
            rows = connection.execute(asked.where(DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.outcome.is_(None)))
            return [Awaited(row.scope, row.uid, row.tries) for row in rows]

    def unsettled(self, mailbox_id: int, limit: int) -> list[Open]:
        """Deliveries that are recorded but not settled, oldest first: left behind by a crash, or refused by the server."""
        asked = (
            select(DeliveryRow.id, DeliveryRow.scope, DeliveryRow.uid)
            .where(DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.settled_at.is_(None), DeliveryRow.outcome.is_not(None))
            .order_by(DeliveryRow.id)
            .limit(limit)
        )
        with self._connect(False) as connection:
            return [Open(row.id, row.scope, row.uid) for row in connection.execute(asked)]

    def settled(self, delivery_ids: Collection[int], post_action: int | None) -> None:
        """Keeps that the post action of these is done; None where nothing is to be done on the server."""
        with self._connect(True) as connection:
            for part in in_parts(delivery_ids):
                done: dict[str, object] = {"settled_at": self._clock.now(), "post_action": post_action, "settle_error": None}
                connection.execute(update(DeliveryRow).where(DeliveryRow.id.in_(part)).values(**done))

    def not_settled(self, errors: dict[int, str]) -> None:
        """Keeps why the server refused the post action of these; it is tried again at the next poll."""
        with self._connect(True) as connection:
            for delivery_id, words in errors.items():
                connection.execute(update(DeliveryRow).where(DeliveryRow.id == delivery_id).values(settle_error=cut(words, 1000)))

    def raw(self, delivery_id: int) -> bytes | None:
        """The message as it came, None where it is not kept."""
        with self._connect(False) as connection:
            return connection.scalar(select(RawMessageRow.content).where(RawMessageRow.delivery_id == delivery_id))

    def quarantined(self, delivery_id: int) -> tuple[int, bytes]:
        """The mailbox and the bytes of a message that is set aside; KeyError when it is not."""
        asked = (
            select(DeliveryRow.mailbox_id, RawMessageRow.content)
            .join(QuarantineRow, QuarantineRow.delivery_id == DeliveryRow.id)
            .outerjoin(RawMessageRow, RawMessageRow.delivery_id == DeliveryRow.id)
            .where(DeliveryRow.id == delivery_id, QuarantineRow.state == "open")
        )
        with self._connect(False) as connection:
            row = connection.execute(asked).one_or_none()
        if row is None:
            raise KeyError(delivery_id)
        return row.mailbox_id, row.content or b""

    def redo(self, delivery_id: int, entry: Entry) -> Recorded:
        """Writes the new decision about a quarantined message in place of the old one (RUN-04).

        KeyError when somebody else retried or discarded it first: then nothing is written.
        """
        now = self._clock.now()
        with self._connect(True) as connection:
            mailbox_id = connection.scalar(select(DeliveryRow.mailbox_id).where(DeliveryRow.id == delivery_id))
            if mailbox_id is None or not self._close_quarantine(connection, delivery_id, "retried"):
                raise KeyError(delivery_id)
            tries = connection.scalar(select(QuarantineRow.tries).where(QuarantineRow.delivery_id == delivery_id)) or 0
            connection.execute(delete(RawMessageRow).where(RawMessageRow.delivery_id == delivery_id))
            if entry.quarantined:
                connection.execute(delete(QuarantineRow).where(QuarantineRow.delivery_id == delivery_id))
            connection.execute(delete(ActivityRow).where(ActivityRow.delivery_id == delivery_id))
            connection.execute(update(DeliveryRow).where(DeliveryRow.id == delivery_id).values(outcome=entry.outcome.value))
            recorded = write_effects(connection, mailbox_id, (entry,), (delivery_id,), now)[0]
            if entry.quarantined:
                again = update(QuarantineRow).where(QuarantineRow.delivery_id == delivery_id).values(tries=tries + 1)
                connection.execute(again)
            return recorded

    def discard(self, delivery_id: int) -> None:
        """Ends the quarantine of a message without processing it; its bytes are let go. KeyError when it is not open."""
        with self._connect(True) as connection:
            if not self._close_quarantine(connection, delivery_id, "discarded"):
                raise KeyError(delivery_id)
            connection.execute(delete(RawMessageRow).where(RawMessageRow.delivery_id == delivery_id))

    def _close_quarantine(self, connection: Connection, delivery_id: int, state: str) -> bool:
        mine = (QuarantineRow.delivery_id == delivery_id, QuarantineRow.state == "open")
        return connection.execute(update(QuarantineRow).where(*mine).values(state=state)).rowcount == 1


def set_aside(entry: Entry, reason: str, detail: str) -> Entry:
    """The entry that quarantines the message of `entry` instead of processing it."""
    return replace(
        entry,
        outcome=Outcome.QUARANTINED,
        reasons=(AppliedReason(reason),),
        sender=storable(entry.sender),
        subject=storable(entry.subject),
        new_record=None,
        target=None,
        note=None,
        remark="",
        matched_rule=None,
        message_id=None,
        quarantined=Quarantined(reason, detail),
    )
