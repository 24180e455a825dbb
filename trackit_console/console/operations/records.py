"""Records as the Records page lists, shows and changes them (MSG-02 to MSG-05)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trackit_console.console.operations.replies import Replies
from trackit_console.domain.audit import Audited

if TYPE_CHECKING:
    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.domain.effects import Change
    from trackit_console.domain.records import Person, Priority, RecordRef
    from trackit_console.helpdesk.reply import Correspondence, ReplyDraft
    from trackit_console.store.outbox_views import OutboxView
    from trackit_console.store.record_query import RecordQuery
    from trackit_console.store.record_views import LinkView, NoteView, RecordView
    from trackit_console.store.undeliverable_addresses import UndeliverableMark
    from trackit_console.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class RecordPart:
    """Some rows of a list of records, how many it has in all, and to whom records can be assigned."""

    rows: Sequence[RecordView]
    count: int
    technicians: Sequence[Person]


@dataclass(frozen=True, slots=True)
class RecordDetail:
    """A record with its notes, oldest first, the records that it is linked with, and to whom it can be answered.

    `mails` are those in which replies were sent, by Message-ID. `came_back` is the mark of the requestor's address, if mail to it
    came back (MSG-09).
    """

    record: RecordView
    notes: Sequence[NoteView]
    links: Sequence[LinkView]
    correspondence: Correspondence
    mails: Mapping[str, Sequence[OutboxView]]
    came_back: UndeliverableMark | None = None


class RecordOperations:
    """Reads, and changes in the name of the user of this console.

    A change of a record that was changed since it was `seen` raises `RecordChanged`; a note is added all the same. Of a record
    that is gone, either raises `RecordDeleted`. Both answer the record as it is then.
    """

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection
        self._replies = Replies()

    def find(self, words: str) -> RecordView | None:
        """The record that `words` name (`12`, `Ticket - 12`); None when they name none, or none that exists."""
        from trackit_console.store.search_conditions import record_named

        ref = record_named(words)
        if ref is None:
            return None
        with self._connection.database.reading() as transaction:
            try:
                return transaction.records.get(ref)
            except KeyError:
                return None

    def part(self, query: RecordQuery, limit: int, offset: int = 0) -> RecordPart:
        """A part of a list."""
        with self._connection.database.reading() as transaction:
            listed = transaction.record_list
            return RecordPart(listed.page(query, limit, offset), listed.count(query), listed.technicians())

    def get(self, ref: RecordRef) -> RecordDetail:
        """A record; raises `RecordDeleted`."""
        from trackit_console.store.saving_errors import RecordDeleted

        with self._connection.database.reading() as transaction:
            try:
                record = transaction.records.get(ref)
            except KeyError as missing:
                raise RecordDeleted(str(ref)) from missing
            notes = transaction.records.history(ref)
            mails = transaction.outbox_list.about([each.message_id for each in notes if each.is_reply and each.message_id])
            people = self._replies.correspondence(transaction, ref)
            marks = transaction.undeliverable_addresses.of([record.requestor_email] if record.requestor_email else [])
            came_back = next(iter(marks.values()), None)
            return RecordDetail(record, notes, transaction.records.links(ref), people, mails, came_back)

    def add_note(self, ref: RecordRef, text: str, *, private: bool) -> RecordView:
        """Adds a note; not a conflict with whatever else was changed."""
        from trackit_console.helpdesk.record_changes import noted

        with self._changing(ref) as work:
            self._apply(work, ref, noted(ref, text, self._actor, private=private), "note_added")
            return work.transaction.records.get(ref)

    def reply(self, ref: RecordRef, draft: ReplyDraft) -> RecordView:
        """Adds a note and sends it by email, both or neither. Raises `ReplyNotPossible`."""
        with self._changing(ref) as work:
            self._apply(work, ref, self._replies.change(work.transaction, ref, draft, self._actor), "replied")
            return work.transaction.records.get(ref)

    def composed_reply(self, ref: RecordRef, draft: ReplyDraft) -> bytes:
        """The mail that `reply` would send to the first recipient. Raises `ReplyNotPossible`."""
        with self._connection.database.reading() as transaction:
            return self._replies.composed(transaction, ref, draft)

    def close(self, seen: RecordView) -> RecordView:
        """Sets the status to closed."""
        from trackit_console.helpdesk.record_changes import closed

        return self._change(seen, closed(seen.ref, self._actor), "closed")

    def reopen(self, seen: RecordView) -> RecordView:
        """Sets the status to open."""
        from trackit_console.helpdesk.record_changes import reopened

        return self._change(seen, reopened(seen.ref, self._actor), "reopened")

    def wait(self, seen: RecordView) -> RecordView:
        """Sets the status to waiting: the time of its service level does not count."""
        from trackit_console.helpdesk.record_changes import waiting

        return self._change(seen, waiting(seen.ref, self._actor), "waiting")

    def go_on(self, seen: RecordView) -> RecordView:
        """Sets the status of what is waiting to open."""
        from trackit_console.helpdesk.record_changes import continued

        return self._change(seen, continued(seen.ref, self._actor), "continued")

    def assign(self, seen: RecordView, technician: Person | None) -> RecordView:
        """Assigns the record; None takes it from whoever has it."""
        from trackit_console.helpdesk.record_changes import assigned

        return self._change(seen, assigned(seen.ref, technician, self._actor), "assigned")

    def set_priority(self, seen: RecordView, priority: Priority) -> RecordView:
        """Sets the priority."""
        from trackit_console.helpdesk.record_changes import prioritised

        return self._change(seen, prioritised(seen.ref, priority, self._actor), "priority_set")

    def delete(self, seen: RecordView) -> None:
        """Deletes the record with its notes; its number is not given again."""
        from trackit_console.helpdesk.record_changes import deleted

        with self._changing(seen.ref) as work:
            self._expect_unchanged(work, seen)
            # The effect has an entry of its own in the audit, whoever asks for it.
            self._apply(work, seen.ref, deleted(seen.ref, self._actor), "")

    @property
    def _actor(self) -> str:
        return self._connection.actor

    def _change(self, seen: RecordView, change: Change, action: str) -> RecordView:
        with self._changing(seen.ref) as work:
            self._expect_unchanged(work, seen)
            self._apply(work, seen.ref, change, action)
            return work.transaction.records.get(seen.ref)

    def _expect_unchanged(self, work: UnitOfWork, seen: RecordView) -> None:
        from trackit_console.store.saving_errors import RecordChanged

        # Within the lock: nobody can change it between this look and the write.
        now = work.transaction.records.get(seen.ref)
        if now.version != seen.version:
            raise RecordChanged(now, str(seen.ref))

    def _apply(self, work: UnitOfWork, ref: RecordRef, change: Change, action: str) -> None:
        work.apply([change])
        if action:
            work.transaction.audit.noted(action, Audited.RECORD, self._actor, str(ref))
        work.commit()

    @contextmanager
    def _changing(self, ref: RecordRef) -> Iterator[UnitOfWork]:
        """A unit of work in which the record is locked."""
        from trackit_console.store.saving_errors import RecordDeleted

        with self._connection.database.unit_of_work() as work:
            if ref not in work.records([ref]):
                raise RecordDeleted(str(ref))
            yield work
