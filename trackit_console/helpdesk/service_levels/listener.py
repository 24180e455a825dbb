"""Sets the service level of a record by what happens to it, and schedules its reminders (NOT-04).

Decided here:
- A record gets the first enabled level that fits when it is created, and anew when its priority changes: counted from its creation,
  without the time that it waited or was closed so far.
- The first response is a mail or a note of a technician that the requestor may read. What the help desk sends by itself is none, and
  neither is what a technician writes who is the requestor, or with whose mail the record began.
- A closed record that is reopened has the time that was left when it was closed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from trackit_console.domain.addresses import address_key
from trackit_console.domain.effects import AddNote, CancelActions, Change, Effect, ScheduledKind, SetServiceLevel
from trackit_console.domain.events import Event, EventKind
from trackit_console.domain.listeners import Reader
from trackit_console.domain.records import (
    AppliedReason,
    KeptNote,
    Module,
    Note,
    NoteKind,
    RecordDetails,
    RecordRef,
    ServiceLevelState,
    Status,
)
from trackit_console.helpdesk.business_time import NeverOpenEnough
from trackit_console.helpdesk.reaction_settings import ReactionSettings
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.helpdesk.service_levels.due_times import begun, gone_on, without_level
from trackit_console.helpdesk.service_levels.levels import Level, Levels
from trackit_console.helpdesk.service_levels.reminders import scheduled


@dataclass(slots=True)
class _Happened:
    """What concerns the service level of one record in one round."""

    created: bool = False
    reprioritised: bool = False
    moved: bool = False
    closed: bool = False
    notes: set[int] = field(default_factory=set)
    answered: bool = False
    quiet: bool = False
    by: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        return self.created or self.reprioritised or self.moved or self.answered


class ServiceLevelListener:
    """A `domain.listeners.Listener`. Without an enabled level, or for events that concern none, it reads nothing."""

    def __init__(self, settings: ReactionSettings) -> None:
        self._levels = Levels(settings)

    def __call__(self, events: Sequence[Event], read: Reader) -> Sequence[Change]:
        happened = _by_record(events) if self._levels else {}
        if not happened:
            return ()
        answers = _answers([note for each in happened.values() for note in each.notes], read)
        for ref, each in happened.items():
            each.answered = ref in answers
        concerned = {ref: each for ref, each in happened.items() if each.anything}
        found = read.details(concerned) if concerned else {}
        changes = (self._change(found[ref], each, answers.get(ref, ()), read) for ref, each in concerned.items() if ref in found)
        return [each for each in changes if each is not None]

    def _change(self, details: RecordDetails, happened: _Happened, writers: Collection[str], read: Reader) -> Change | None:
        before = details.service_level
        requestor = address_key(details.requestor.email) if details.requestor else None
        happened.answered &= before.responded_at is None and any(each != requestor for each in writers)
        if not happened.anything:
            return None
        state, problem = self._after(details, happened, read)
        if state == before:
            return None
        level = self._levels.named(state.name)
        effects: list[Effect] = [SetServiceLevel(details.ref, state)]
        if not happened.created:
            effects.append(CancelActions(details.ref, ScheduledKind.REMINDER))
        if level is not None and state.waiting_since is None and not details.record.closed:
            effects += scheduled(details.ref, state, level, read.now)
        if problem is not None and not _told(before):
            effects.append(AddNote(details.ref, Note(NoteKind.SYSTEM, reasons=(_no_due_time(state, problem),))))
        return Change(tuple(effects), quiet=happened.quiet, by=happened.by)

    def _after(
        self, details: RecordDetails, happened: _Happened, read: Reader
    ) -> tuple[ServiceLevelState, NeverOpenEnough | None]:
        state, status, now = details.service_level, details.record.status, read.now
        problem = None
        # What was closed before stands still: moving its due times now would make good what was late when it was closed.
        if status is not Status.CLOSED or happened.closed:
            timed = gone_on(state, self._levels.calendar_of(state.name), now)
            state, problem = timed.state, timed.problem
            if happened.answered:
                state = replace(state, responded_at=now)
        if happened.created or happened.reprioritised:
            level = self._levels.choose(details.ref.module, details.priority)
            if level is None:
                state, problem = without_level(state), None
            elif level.name != state.name:
                timed = begun(level, state, details.created_at)
                state, problem = timed.state, timed.problem
        if state.name and state.waiting_since is None and self._stands_still(state, status):
            state = replace(state, waiting_since=now)
        return state, problem

    def _stands_still(self, state: ServiceLevelState, status: Status) -> bool:
        level: Level | None = self._levels.named(state.name)
        return level.stands_still(status) if level else status is not Status.OPEN


def _by_record(events: Sequence[Event]) -> dict[RecordRef, _Happened]:
    found: dict[RecordRef, _Happened] = {}
    for event in events:
        ref = event.record
        if ref is None or ref.module is Module.REQUESTOR or not _concerns(event):
            continue
        happened = found.setdefault(ref, _Happened())
        happened.created |= event.kind is EventKind.RECORD_CREATED
        happened.reprioritised |= "priority" in event.fields
        happened.moved |= "status" in event.fields or event.kind in (EventKind.CLOSED, EventKind.REOPENED)
        happened.closed |= event.kind is EventKind.CLOSED
        happened.quiet |= event.quiet
        happened.by = happened.by or event.by
        if event.kind is EventKind.NOTE_ADDED and event.note_id is not None:
            happened.notes.add(event.note_id)
    for happened in found.values():
        if happened.created:
            happened.notes.clear()  # the mail with which it began
    return {ref: each for ref, each in found.items() if each.anything or each.notes}


def _concerns(event: Event) -> bool:
    if event.kind is EventKind.RECORD_UPDATED:
        return "priority" in event.fields or "status" in event.fields
    return event.kind in (EventKind.RECORD_CREATED, EventKind.CLOSED, EventKind.REOPENED, EventKind.NOTE_ADDED)


def _answers(note_ids: Collection[int], read: Reader) -> Mapping[RecordRef, Collection[str]]:
    """The records that technicians wrote on so that the requestor may read it, and by which addresses; "" for a note by hand."""
    notes = [each for each in read.notes(note_ids).values() if not each.note.private] if note_ids else []
    mail = [each for each in notes if each.note.kind is NoteKind.EMAIL_RECEIVED and each.sender]
    technicians = read.known_people({each.sender for each in mail if each.sender})[0] if mail else {}
    found: dict[RecordRef, set[str]] = {}
    for each in notes:
        if _by_technician(each, technicians):
            found.setdefault(each.record, set()).add(each.sender or "")
    return found


def _by_technician(kept: KeptNote, technicians: Mapping[str, object]) -> bool:
    if kept.note.kind is NoteKind.EMAIL_RECEIVED:
        return kept.sender in technicians
    return kept.note.kind is NoteKind.NOTE


def _told(before: ServiceLevelState) -> bool:
    """Whether the history says already that the business hours leave no time: then it had a level without any due time."""
    return before.name is not None and before.first_response_due_at is None and before.close_due_at is None


def _no_due_time(state: ServiceLevelState, problem: NeverOpenEnough) -> AppliedReason:
    why = AppliedReason(f"{problem.context}.{problem.code}", problem.facts)
    return applied(Reason.NO_DUE_TIME, level=state.name or "", problem=why)
