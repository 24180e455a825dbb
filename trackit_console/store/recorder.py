"""A batch of messages is decided and recorded in one durable transaction, exactly once (RUN-03, RUN-04).

Unlike the repositories, `record` *is* a transaction. Only what it has committed may be settled on the server; what was
recorded but not settled is found again by `Deliveries.unsettled`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from sqlalchemy import update

from trackit_console.domain.deliveries import Delivery, Outcome, Recorded
from trackit_console.domain.directory import Directory, LookupRequest
from trackit_console.domain.effects import Change
from trackit_console.domain.polling import Lease
from trackit_console.domain.records import AppliedReason
from trackit_console.store.column_types import storable
from trackit_console.store.deliveries import Deliveries
from trackit_console.store.errors import NotStorable
from trackit_console.store.fencing import Begin, fenced
from trackit_console.store.pending_messages import delete_pending
from trackit_console.store.tables import MailboxStateRow

T = TypeVar("T")
M_contra = TypeVar("M_contra", contravariant=True)

NOT_STORABLE = "not_storable"
"""The code of the reason of a message that the database refuses (see `helpdesk.reasons`)."""


class Retrying(Protocol):
    """Runs a whole transaction again that lost a deadlock (see `store.retry`)."""

    def __call__(self, work: Callable[[], T]) -> T: ...


class Intake(Protocol[M_contra]):
    """Decides about read messages; `decide` answers a change with a delivery for each, in their order."""

    def lookup(self, messages: Sequence[M_contra]) -> LookupRequest: ...

    def decide(self, messages: Sequence[M_contra], directory: Directory) -> Sequence[Change]: ...


@dataclass(frozen=True, slots=True)
class RecordedBatch:
    """What became of a batch: the deliveries as they were decided, and what the ledger holds of them, side by side."""

    deliveries: Sequence[Delivery]
    recorded: Sequence[Recorded]


class Recorder:
    """Records the messages of a mailbox for the host that owns it."""

    def __init__(self, begin: Begin, retrying: Retrying, deliveries: Deliveries) -> None:
        self._begin = begin
        self._retrying = retrying
        self._deliveries = deliveries

    def record(
        self, lease: Lease, messages: Sequence[M_contra], intake: Intake[M_contra], cursor: str | None = None
    ) -> RecordedBatch:
        """Decides about the batch and writes it with the cursor that follows it, in one durable transaction.

        What a unique key refuses was taken by another transaction meanwhile: the batch is decided anew. A batch that the
        database refuses again is taken apart, so that one bad message harms only itself: it is set aside. Raises
        `LeaseLost` when another monitor has the mailbox, and what says that the database cannot be used; then nothing was
        written.
        """
        # Twice: after the first refusal the decision is made again and sees what the other transaction wrote.
        for _ in range(2):
            try:
                return self._retrying(lambda: self._record(lease, messages, intake.lookup(messages), intake.decide, cursor))
            except NotStorable:
                continue
        # The cursor comes last: it may not pass a message that is not recorded yet.
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
        with fenced(self._begin, lease) as work:
            changes = decide(messages, work.look_up(request, lease.mailbox_id)) if messages else ()
            deliveries = [change.delivery for change in changes if change.delivery]
            # Before the deliveries are written: a pending message has the same unique key.
            delete_pending(work.connection, lease.mailbox_id, [each.ref for each in deliveries])
            applied = work.apply(changes, lease.mailbox_id) if changes else []
            # After the records, in the same transaction: a cursor that is ahead of them would skip messages for ever.
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
            # Where the lookup was refused, nothing is decided yet: who the message is from does not matter for setting it aside.
            delivery = (decided or intake.decide([message], Directory()))[0].delivery
            assert delivery is not None, "what intake decides about is a delivery"
            # Refused because it is there already, by its key: it is not a bad message.
            if taken := self._deliveries.recorded(lease.mailbox_id, delivery.ref):
                return RecordedBatch([replace(delivery, outcome=taken.outcome)], [taken])
            aside = Change(delivery=_set_aside(delivery, problem.detail))
            return self._record(lease, [message], LookupRequest(), lambda *_: [aside], None)


def _set_aside(delivery: Delivery, detail: str) -> Delivery:
    """The same message, quarantined, without anything that the database could refuse again."""
    return replace(
        delivery,
        outcome=Outcome.QUARANTINED,
        reasons=(AppliedReason(NOT_STORABLE),),
        sender=storable(delivery.sender),
        sender_key=storable(delivery.sender_key),
        subject=storable(delivery.subject),
        message_id=None,
        copy_key=None,
        record=None,
        matched_rule=None,
        detail=detail,
    )
