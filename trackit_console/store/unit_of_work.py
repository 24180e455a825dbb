"""The one way in which records change: look up, decide, apply effects, tell listeners, commit.

    with database.unit_of_work() as work:
        directory = work.look_up(request)
        work.apply(decide(message, directory, policy))
        work.commit()

Leaving the block without `commit()` keeps nothing. What `look_up` answers is locked until then, so a decision cannot rest
on what another transaction changes meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from trackit_console.domain.deliveries import Recorded
from trackit_console.domain.directory import Directory, LookupRequest
from trackit_console.domain.effects import AddNote, Change
from trackit_console.domain.events import Event
from trackit_console.domain.listeners import Listener
from trackit_console.domain.records import AppliedReason, Note, NoteKind, Placeholder, Record, RecordRef
from trackit_console.logs import component
from trackit_console.store.delivery_writer import write_deliveries, write_messages
from trackit_console.store.effect_writer import write_effects
from trackit_console.store.errors import StoreError
from trackit_console.store.lookups import look_up, read_records
from trackit_console.store.quarantine import Quarantine
from trackit_console.store.recent_mail import recent_mail
from trackit_console.store.record_reader import RecordReader
from trackit_console.store.written_change import WrittenChange

if TYPE_CHECKING:
    from trackit_console.store.transaction import Transaction

MAX_ROUNDS = 5
"""How often listeners may answer to what their answers did; two rules that chase each other end here."""
TOO_MANY_ROUNDS = "too_many_rounds"
"""The code of the reason that a record's history then tells (see `helpdesk.reasons`)."""


ListenersOf = Callable[["Transaction"], Sequence[Listener]]
"""Answers who listens, by the settings as they are in the transaction; called when there are events."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a change: the records that it created by placeholder, and its delivery."""

    created: Mapping[Placeholder, RecordRef]
    recorded: Recorded | None


class UnitOfWork:
    """One transaction in which records change. Made by `Database.unit_of_work`."""

    def __init__(self, transaction: Transaction, listeners: Sequence[ListenersOf], at: datetime) -> None:
        self.transaction = transaction
        self.committed = False
        self._listeners_of = listeners
        self._at = at
        self._written_effects = 0

    @cached_property
    def connection(self) -> Connection:
        """The connection of this transaction, for statements of `store` alone."""
        return self.transaction.session.connection()

    @cached_property
    def _listeners(self) -> list[Listener]:
        return [listener for each in self._listeners_of for listener in self._made(each)]

    def _made(self, listeners_of: ListenersOf) -> Sequence[Listener]:
        """As one that fails over an event: what is set wrong must not keep mail from becoming a ticket."""
        try:
            return listeners_of(self.transaction)
        except (SQLAlchemyError, StoreError):
            raise
        except Exception:
            component("EmailMonitor").exception("rules and notifications cannot be used: nothing follows from what happens")
            return ()

    @cached_property
    def reader(self) -> RecordReader:
        """What may be asked about records, as they are in this transaction."""
        return RecordReader(self.connection, self._at)

    @cached_property
    def quarantine(self) -> Quarantine:
        """The messages that were set aside."""
        return Quarantine(self)

    def look_up(self, request: LookupRequest, mailbox_id: int | None = None) -> Directory:
        """What a decision about mail in `mailbox_id` must know, as it is now and stays until this ends."""
        found = look_up(self.connection, request)
        about = {*found.records, *(each.ref for each in found.by_message_id.values())}
        recent = recent_mail(self.connection, request.addresses, request.text_keys, about, mailbox_id, self._at)
        return replace(found, recent=recent)

    def records(self, refs: Collection[RecordRef]) -> dict[RecordRef, Record]:
        """The records as they are now, locked; those that do not exist are left out."""
        return read_records(self.connection, refs)

    def apply(self, changes: Sequence[Change], mailbox_id: int | None = None) -> list[Applied]:
        """Applies `changes` and whatever listeners answer to them; answers what became of `changes`, in their order.

        Deliveries among them are of the mailbox `mailbox_id`. Raises `StoreError`.
        """
        return self._apply(changes, mailbox_id, None)

    def reapply(self, change: Change, delivery_id: int, mailbox_id: int) -> Applied:
        """As `apply` for one message whose delivery is in the ledger already (a retry from quarantine)."""
        return self._apply([change], mailbox_id, delivery_id)[0]

    def _apply(self, changes: Sequence[Change], mailbox_id: int | None, delivery_id: int | None) -> list[Applied]:
        applied, events = self._apply_round(changes, mailbox_id, delivery_id)
        for _ in range(MAX_ROUNDS):
            answers = self._answers(events)
            if not answers:
                return applied
            _, events = self._apply_round(answers)
        # Asked once more, but not obeyed: the history tells only of a chase that would go on.
        if self._answers(events):
            self._end_chase(events)
        return applied

    def commit(self) -> None:
        """Keeps what was applied once the block is left."""
        self.committed = True

    def _apply_round(
        self, changes: Sequence[Change], mailbox_id: int | None = None, delivery_id: int | None = None
    ) -> tuple[list[Applied], list[Event]]:
        written = [WrittenChange(change, delivery_id) for change in changes]
        with_delivery = [each for each in written if each.change.delivery is not None]
        if with_delivery and delivery_id is None:
            assert mailbox_id is not None, "a delivery is of a mailbox"
            deliveries = [each.change.delivery for each in with_delivery if each.change.delivery is not None]
            for each, number in zip(
                with_delivery, write_deliveries(self.connection, mailbox_id, deliveries, self._at), strict=True
            ):
                each.delivery_id = number
        # Notes name their delivery, and the activity names the record: so the ledger is written first and last.
        write_effects(self.connection, written, self.records, self._at, self._written_effects)
        self._written_effects += sum(len(each.effects) for each in changes)
        recorded = iter(write_messages(self.connection, mailbox_id, with_delivery, self._at) if mailbox_id is not None else ())
        applied = [Applied(each.created, next(recorded) if each.change.delivery else None) for each in written]
        return applied, self._told(written)

    def _answers(self, events: Sequence[Event]) -> list[Change]:
        if not events or not self._listeners:
            return []
        return [change for listener in self._listeners for change in self._answer(listener, events)]

    def _told(self, written: Sequence[WrittenChange]) -> list[Event]:
        """The events of a round; none are made where nobody listens."""
        return [event for each in written for event in each.told_events()] if self._listeners else []

    def _answer(self, listener: Listener, events: Sequence[Event]) -> Sequence[Change]:
        """A listener that fails must not keep mail from becoming a ticket: it is reported, and has no answer."""
        try:
            return listener(events, self.reader)
        except (SQLAlchemyError, StoreError):  # the transaction is broken, not the listener
            raise
        except Exception:
            component("EmailMonitor").exception("a listener failed over %s", [event.kind.value for event in events])
            return ()

    def _end_chase(self, events: Sequence[Event]) -> None:
        """The answers to the last round are dropped, and each record that they were about tells so."""
        refs = sorted({event.record for event in events if event.record is not None})
        for ref in refs:
            rules = ", ".join(dict.fromkeys(name for event in events if event.record == ref for name in event.by))
            component("EmailMonitor").error("%s: rules answered each other %d times: %s", ref, MAX_ROUNDS, rules)
            reason = AppliedReason(TOO_MANY_ROUNDS, {"rounds": MAX_ROUNDS, "rules": rules or "–"})
            # Nobody hears of this note: rules that answer to notes would begin again.
            self._apply_round([Change((AddNote(ref, Note(NoteKind.SYSTEM, reasons=(reason,))),))])
