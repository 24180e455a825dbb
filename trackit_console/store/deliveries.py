"""The delivery ledger: a batch of messages is decided and recorded in one durable transaction, exactly once (RUN-03, RUN-04).

Unlike the repositories, `record` *is* a transaction. The order is the guarantee: what is recorded here is settled on the
server afterwards, and what is recorded but not settled is found again by `unsettled`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import Connection, delete, insert, select, update

from trackit_console.domain.deliveries import Delivery, MessageRef, Outcome, Recorded
from trackit_console.domain.directory import Directory, LookupRequest
from trackit_console.domain.effects import Change
from trackit_console.domain.polling import Lease
from trackit_console.domain.records import AppliedReason, Module, RecordRef
from trackit_console.store.column_types import cut, key_of, storable
from trackit_console.store.errors import NotStorable
from trackit_console.store.mailbox_states import hold
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import ActivityRow, DeliveryRow, MailboxStateRow, RawMessageRow
from trackit_console.store.unit_of_work import UnitOfWork

T = TypeVar("T")
M_contra = TypeVar("M_contra", contravariant=True)
Begin = Callable[[], AbstractContextManager[UnitOfWork]]
Connect = Callable[[], AbstractContextManager[Connection]]


class Retrying(Protocol):
    """Runs a whole transaction again that lost a deadlock (see `store.retry`)."""

    def __call__(self, work: Callable[[], T]) -> T: ...


MAX_TRIES = 3
"""How often a message that the server does not hand over is asked for before it is set aside."""
NOT_STORABLE = "not_storable"
"""The code of the reason of a message that the database refuses (see `helpdesk.reasons`)."""


class Intake(Protocol[M_contra]):
    """Decides about read messages; `decide` answers a change with a delivery for each, in their order."""

    def lookup(self, messages: Sequence[M_contra]) -> LookupRequest: ...

    def decide(self, messages: Sequence[M_contra], directory: Directory) -> Sequence[Change]: ...


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
class RecordedBatch:
    """What became of a batch: the deliveries as they were decided, and what the ledger holds of them, side by side."""

    deliveries: Sequence[Delivery]
    recorded: Sequence[Recorded]


class Deliveries:
    """Writes and asks the ledger."""

    def __init__(self, begin: Begin, reading: Connect, writing: Connect, retrying: Retrying, now: Callable[[], datetime]) -> None:
        self._begin = begin
        self._retrying = retrying
        self._reading = reading
        self._writing = writing
        self._now = now

    # ------------------------------------------------------------------ what is known

    def known(self, mailbox_id: int, refs: Collection[MessageRef]) -> set[MessageRef]:
        """Those of the messages that the ledger has decided about."""
        keys = {_key(ref): ref for ref in refs}
        mine = (DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.outcome.is_not(None))
        with self._reading() as connection:
            return {
                keys[key]
                for part in in_parts(keys)
                for key in connection.scalars(select(DeliveryRow.ref_key).where(*mine, DeliveryRow.ref_key.in_(part)))
            }

    def known_content(self, mailbox_id: int, content_keys: Collection[str]) -> set[str]:
        """Those of the content keys that this mailbox has taken already, under whatever identity."""
        asked = select(DeliveryRow.content_key).where(DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.outcome.is_not(None))
        with self._reading() as connection:
            return {
                key
                for part in in_parts(content_keys)
                for key in connection.scalars(asked.where(DeliveryRow.content_key.in_(part)))
                if key
            }

    # ------------------------------------------------------------------ recording

    def record(
        self, lease: Lease, messages: Sequence[M_contra], intake: Intake[M_contra], cursor: str | None = None
    ) -> RecordedBatch:
        """Decides about the batch and writes it with the cursor that follows it, in one durable transaction.

        What a unique key refuses was taken by another transaction meanwhile: the batch is decided anew. A batch that the
        database refuses again is taken apart, so that one bad message harms only itself: it is set aside. Raises
        `LeaseLost` when another monitor has the mailbox, and what says that the database cannot be used; then nothing was
        written.
        """
        for _ in range(2):
            try:
                return self._retrying(lambda: self._record(lease, messages, intake.lookup(messages), intake.decide, cursor))
            except NotStorable:
                continue
        alone = [self._record_alone(lease, message, intake) for message in messages]
        self._record(lease, (), LookupRequest(), intake.decide, cursor)
        return RecordedBatch(
            [each for batch in alone for each in batch.deliveries], [r for batch in alone for r in batch.recorded]
        )

    def _record(
        self,
        lease: Lease,
        messages: Sequence[M_contra],
        request: LookupRequest,
        decide: Callable[[Sequence[M_contra], Directory], Sequence[Change]],
        cursor: str | None,
    ) -> RecordedBatch:
        with self._fenced(lease) as work:
            changes = decide(messages, work.look_up(request)) if messages else ()
            deliveries = [change.delivery for change in changes if change.delivery]
            # Before the deliveries are written: a pending message has the same key.
            _forget_pending(work.connection, lease.mailbox_id, [_key(each.ref) for each in deliveries])
            applied = work.apply(changes, lease.mailbox_id) if changes else []
            if cursor is not None:
                state = update(MailboxStateRow).where(MailboxStateRow.mailbox_id == lease.mailbox_id)
                work.connection.execute(state.values(cursor=cursor))
            work.commit()
        return RecordedBatch(deliveries, [each.recorded for each in applied if each.recorded])

    def _record_alone(self, lease: Lease, message: M_contra, intake: Intake[M_contra]) -> RecordedBatch:
        decided: list[Change] = []

        def decide(messages: Sequence[M_contra], directory: Directory) -> Sequence[Change]:
            decided[:] = intake.decide(messages, directory)
            return decided

        try:
            return self._record(lease, [message], intake.lookup([message]), decide, None)
        except NotStorable as problem:
            delivery = decided[0].delivery
            assert delivery is not None, "what intake decides about is a delivery"
            if taken := self._taken(lease.mailbox_id, delivery.ref):
                return RecordedBatch([replace(delivery, outcome=taken.outcome)], [taken])
            aside = Change(delivery=_set_aside(delivery, problem.detail))
            return self._record(lease, [message], LookupRequest(), lambda *_: [aside], None)

    def _taken(self, mailbox_id: int, ref: MessageRef) -> Recorded | None:
        """What the ledger has of this message already: it was in the batch twice, or in an earlier one."""
        asked = (
            select(DeliveryRow.id, DeliveryRow.outcome, ActivityRow.module, ActivityRow.record_id)
            .join(ActivityRow, ActivityRow.delivery_id == DeliveryRow.id)
            .where(DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.ref_key == _key(ref))
        )
        with self._reading() as connection:
            row = connection.execute(asked).one_or_none()
        if row is None:
            return None
        return Recorded(row.id, ref, Outcome(row.outcome), RecordRef(Module(row.module), row.record_id) if row.module else None)

    @contextmanager
    def _fenced(self, lease: Lease) -> Iterator[UnitOfWork]:
        """A unit of work that holds the lease's row: nobody claims the mailbox until it ends (RUN-02)."""
        with self._begin() as work:
            hold(work.connection, lease, work.transaction.now)
            yield work

    # ------------------------------------------------------------------ messages that could not be taken yet

    def count_try(self, lease: Lease, refs: Sequence[MessageRef]) -> None:
        """Keeps that these are about to be taken or could not be, and counts the tries."""
        with self._fenced(lease) as work:
            for ref in refs:
                row = (DeliveryRow.mailbox_id == lease.mailbox_id, DeliveryRow.ref_key == _key(ref))
                counted = update(DeliveryRow).where(*row).values(tries=DeliveryRow.tries + 1)
                if work.connection.execute(counted).rowcount == 0:
                    work.connection.execute(insert(DeliveryRow).values(**_pending(lease.mailbox_id, ref, work.transaction.now)))
            work.commit()

    def forget_pending(self, lease: Lease, refs: Sequence[MessageRef]) -> None:
        """Forgets messages that are gone from the server before they could be taken."""
        if refs:
            with self._fenced(lease) as work:
                _forget_pending(work.connection, lease.mailbox_id, [_key(ref) for ref in refs])
                work.commit()

    def pending(self, mailbox_id: int) -> list[PendingMessage]:
        """Messages that were announced but not taken yet: not handed over, or the process ended over them."""
        asked = select(DeliveryRow.scope, DeliveryRow.uid, DeliveryRow.tries)
        with self._reading() as connection:
            rows = connection.execute(asked.where(DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.outcome.is_(None)))
            return [PendingMessage(MessageRef(row.scope, row.uid), row.tries) for row in rows]

    # ------------------------------------------------------------------ post actions

    def unsettled(self, mailbox_id: int, limit: int) -> list[UnsettledDelivery]:
        """Deliveries that are recorded but not settled, oldest first: left behind by a crash, or refused by the server."""
        asked = (
            select(DeliveryRow.id, DeliveryRow.scope, DeliveryRow.uid, DeliveryRow.copied_at)
            .where(DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.settled_at.is_(None), DeliveryRow.outcome.is_not(None))
            .order_by(DeliveryRow.id)
            .limit(limit)
        )
        with self._reading() as connection:
            rows = connection.execute(asked).all()
        return [UnsettledDelivery(row.id, MessageRef(row.scope, row.uid), row.copied_at is not None) for row in rows]

    def mark_settled(self, delivery_ids: Collection[int], post_action: int | None) -> None:
        """Keeps that the post action of these is done; None where nothing is to be done on the server."""
        with self._writing() as connection:
            for part in in_parts(sorted(delivery_ids)):
                done: dict[str, object] = {"settled_at": self._now(), "post_action": post_action, "settle_error": None}
                connection.execute(update(DeliveryRow).where(DeliveryRow.id.in_(part)).values(**done))

    def mark_not_settled(self, errors: dict[int, str], copied: Collection[int] = ()) -> None:
        """Keeps why the server refused the post action of these, and which of them are copied already (MON-06)."""
        with self._writing() as connection:
            for part in in_parts(sorted(copied)):
                connection.execute(update(DeliveryRow).where(DeliveryRow.id.in_(part)).values(copied_at=self._now()))
            by_words: dict[str, list[int]] = {}  # most often the server says the same of all of them
            for delivery_id, words in sorted(errors.items()):
                by_words.setdefault(cut(words, 1000), []).append(delivery_id)
            for words, numbers in by_words.items():
                for part in in_parts(numbers):
                    connection.execute(update(DeliveryRow).where(DeliveryRow.id.in_(part)).values(settle_error=words))

    def raw(self, delivery_id: int) -> bytes | None:
        """The message as it came, None where it is not kept."""
        with self._reading() as connection:
            return connection.scalar(select(RawMessageRow.content).where(RawMessageRow.delivery_id == delivery_id))

    def raw_of(self, mailbox_id: int, ref: MessageRef) -> bytes | None:
        """As `raw`, by the server's identity; None also where only the headers were downloaded."""
        asked = (
            select(RawMessageRow.content)
            .join(DeliveryRow, DeliveryRow.id == RawMessageRow.delivery_id)
            .where(DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.ref_key == _key(ref), RawMessageRow.headers_only.is_(False))
        )
        with self._reading() as connection:
            return connection.scalar(asked)


def _key(ref: MessageRef) -> str:
    return key_of(ref.scope, ref.uid)


def _pending(mailbox_id: int, ref: MessageRef, at: datetime) -> dict[str, object]:
    named = {"mailbox_id": mailbox_id, "ref_key": _key(ref), "scope": ref.scope, "uid": ref.uid}
    return {**named, "size": 0, "tries": 1, "seen_at": at, "recorded_at": at}


def _forget_pending(connection: Connection, mailbox_id: int, keys: Sequence[str]) -> None:
    for part in in_parts(sorted(keys)):
        pending = (DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.ref_key.in_(part), DeliveryRow.outcome.is_(None))
        connection.execute(delete(DeliveryRow).where(*pending))


def _set_aside(delivery: Delivery, detail: str) -> Delivery:
    """The same message, quarantined, without anything that the database could refuse again."""
    return replace(
        delivery,
        outcome=Outcome.QUARANTINED,
        reasons=(AppliedReason(NOT_STORABLE),),
        sender=storable(delivery.sender),
        subject=storable(delivery.subject),
        message_id=None,
        copy_key=None,
        record=None,
        matched_rule=None,
        detail=detail,
    )
