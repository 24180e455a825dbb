"""What a business rule does where it acts, as effects (NOT-03). Nothing is done that is so already: it would be an event again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from trackit_console.domain.addresses import address_key
from trackit_console.domain.effects import (
    AddNote,
    Assign,
    ChangeFields,
    Close,
    CreateRecord,
    Effect,
    LinkRecords,
    Reopen,
    Wait,
)
from trackit_console.domain.listeners import Reader
from trackit_console.domain.records import (
    AppliedReason,
    LinkKind,
    Module,
    Note,
    NoteKind,
    Person,
    Placeholder,
    Priority,
    RecordDetails,
    RecordRef,
    RecordTarget,
    Status,
    TicketSource,
)
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.helpdesk.record_changes import status_effects
from trackit_console.helpdesk.send import Send
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.linked_record_actions import CreateLinkedRecord, UpdateLinkedRecords
from trackit_console.settings.rule_actions import Action, AddNoteToRecord, AssignTo, SendNotification, SetField

SET_REASONS = {
    "status": Reason.RULE_SET_STATUS,
    "priority": Reason.RULE_SET_PRIORITY,
    "category": Reason.RULE_SET_CATEGORY,
}


class Render(Protocol):
    """Fills the tokens of a text; as one `line` where it is for a subject. Only what is `private` may tell of private notes."""

    def __call__(
        self, template: str, occurrence: Occurrence, read: Reader, *, rule: str, line: bool = False, private: bool = False
    ) -> str: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What actions need beside the occurrence."""

    send: Send
    render: Render


def act(rule: BusinessRule, occurrence: Occurrence, tools: Tools, read: Reader) -> list[Effect]:
    """The effects of all actions of `rule`, in their order. Nothing is sent because of a quiet occurrence (MSG-08)."""
    acting = _Acting(rule, occurrence, tools, read)
    for number, action in enumerate(rule.actions):
        acting.do(number, action)
    return acting.finished()


def after(occurrence: Occurrence, effects: Sequence[Effect], read: Reader) -> Occurrence:
    """The occurrence with its record as `effects` leave it: what the rules behind see."""
    details = occurrence.details
    if details is None:
        return occurrence
    for effect in effects:
        details = _after(details, effect, read)
    return occurrence if details is occurrence.details else replace(occurrence, details=details)


class _Acting:
    """The effects of one rule while they are put together; what changed is told by one system note at the end."""

    def __init__(self, rule: BusinessRule, occurrence: Occurrence, tools: Tools, read: Reader) -> None:
        self._rule, self._occurrence, self._tools, self._read = rule, occurrence, tools, read
        self._effects: list[Effect] = []
        self._told: list[AppliedReason] = []

    @property
    def _record(self) -> RecordDetails | None:
        """The record, as the actions so far leave it; None also for a requestor, who has no status and no technician."""
        details = after(self._occurrence, self._effects, self._read).details
        return details if details and details.ref.module is not Module.REQUESTOR else None

    def do(self, number: int, action: Action) -> None:
        match action:
            case SendNotification():
                self._send(number, action)
            case SetField():
                if record := self._record:
                    self._set(record, action.field, action.value, self._told)
            case AssignTo():
                if record := self._record:
                    self._assign(record.ref, record.technician, action.technician)
            case AddNoteToRecord():
                self._note(action)
            case CreateLinkedRecord():
                self._create(number, action)
            case UpdateLinkedRecords():
                self._update_linked(action)

    def finished(self) -> list[Effect]:
        details = self._occurrence.details
        if self._told and details:
            self._effects.append(AddNote(details.ref, Note(NoteKind.SYSTEM, reasons=tuple(self._told))))
        return self._effects

    def _send(self, number: int, action: SendNotification) -> None:
        if not self._occurrence.quiet:
            key = f"{self._occurrence.key}.{self._rule.name}.{number}"
            self._effects += self._tools.send(
                self._occurrence, action.template, action.recipients, by=self._rule.name, key=key, read=self._read
            )

    def _set(self, record: RecordDetails, field: str, value: str, told: list[AppliedReason]) -> None:
        if effects := field_effects(record, field, value):
            self._effects += effects
            told.append(self._reason(SET_REASONS[field], **{field: value.lower() if field != "category" else value}))

    def _assign(self, target: RecordTarget, present: Person | None, address: str) -> None:
        if not address:
            if present:
                self._effects.append(Assign(target, None))
                self._told.append(self._reason(Reason.RULE_UNASSIGNED))
        elif (technician := self._technician(address)) and (present is None or technician.id != present.id):
            self._effects.append(Assign(target, technician.id))
            if isinstance(target, RecordRef):
                self._told.append(self._reason(Reason.RULE_ASSIGNED, technician=technician.name))

    def _technician(self, address: str) -> Person | None:
        key = address_key(address)
        found = self._read.known_people([key])[0].get(key)
        if found is None:
            self._told.append(self._reason(Reason.RULE_TECHNICIAN_UNKNOWN, address=address))
        return found

    def _note(self, action: AddNoteToRecord) -> None:
        details = self._occurrence.details
        if details and (text := self._rendered(action.text, private=action.private)):
            self._effects.append(AddNote(details.ref, self._written(text, private=action.private)))

    def _create(self, number: int, action: CreateLinkedRecord) -> None:
        """A record that a rule created leads to no further one: else a few rules make thousands of one message."""
        details, rule = self._occurrence.details, self._rule
        if self._occurrence.event == "created" and self._occurrence.by:
            self._told.append(self._reason(Reason.RULE_CREATES_NO_MORE, by=self._occurrence.by[-1]))
            return
        subject = self._rendered(action.subject, line=True) or (details.subject if details else rule.name)
        new = Placeholder(f"rule {number}")
        self._effects.append(
            CreateRecord(
                handle=new,
                module=Module(action.module),
                subject=subject,
                priority=Priority(action.priority.lower()),
                source=TicketSource.EMAIL_MONITOR,
                requestor=details.requestor.id if details and details.requestor else None,
            )
        )
        if text := self._rendered(action.text):
            self._effects.append(AddNote(new, self._written(text, private=False)))
        why = (
            self._reason(Reason.RULE_CREATED_FOR, record=str(details.ref)) if details else self._reason(Reason.RULE_CREATED_THIS)
        )
        self._effects.append(AddNote(new, Note(NoteKind.SYSTEM, reasons=(why,))))
        if details and details.ref.module is not Module.REQUESTOR:  # links are between numbered records
            self._effects.append(LinkRecords(new, details.ref, LinkKind.RELATED))
        self._told.append(self._reason(Reason.RULE_CREATED, module=action.module, subject=subject))
        if action.technician:
            self._assign(new, None, action.technician)

    def _update_linked(self, action: UpdateLinkedRecords) -> None:
        if self._record is None:
            return
        linked = [each for each in self._read.linked(self._record.ref) if action.module in (None, each.module.value)]
        for ref, details in sorted(self._read.details(linked).items()):
            told: list[AppliedReason] = []
            self._set(details, action.field, action.value, told)
            if told:
                told.append(applied(Reason.RULE_OF_LINKED, record=str(self._record.ref)))
                self._effects.append(AddNote(ref, Note(NoteKind.SYSTEM, reasons=tuple(told))))

    def _rendered(self, template: str, *, line: bool = False, private: bool = False) -> str:
        text = self._tools.render(template, self._occurrence, self._read, rule=self._rule.name, line=line, private=private)
        return text.strip()

    def _written(self, text: str, *, private: bool) -> Note:
        """A note in the words of the rule. Its reason tells it from what a person wrote."""
        return Note(NoteKind.NOTE, self._rule.name, text, reasons=(self._reason(Reason.RULE_NOTED),), private=private)

    def _reason(self, reason: Reason, **facts: object) -> AppliedReason:
        return applied(reason, rule=self._rule.name, **facts)


def field_effects(details: RecordDetails, field: str, value: str) -> tuple[Effect, ...]:
    """What gives the field of a record this value; nothing where it has it."""
    if field == "status":
        status = Status(value)
        return () if status is details.record.status else status_effects(details.record, status)
    if field == "priority":
        priority = Priority(value.lower())
        return () if priority is details.priority else (ChangeFields(details.ref, priority=priority),)
    return () if value == details.category else (ChangeFields(details.ref, category=value),)


def _after(details: RecordDetails, effect: Effect, read: Reader) -> RecordDetails:
    if getattr(effect, "record", None) != details.ref:
        return details
    match effect:
        case Close():
            return _with_status(details, Status.CLOSED)
        case Wait():
            return _with_status(details, Status.WAITING)
        case Reopen():
            return _with_status(details, Status.OPEN)
        case ChangeFields():
            priority, category = effect.priority or details.priority, effect.category or details.category
            return replace(details, priority=priority, category=category)
        case Assign(_, number):
            technician = next((each for each in read.technicians() if each.id == number), None)
            return replace(details, technician=technician, record=replace(details.record, technician_id=number))
    return details


def _with_status(details: RecordDetails, status: Status) -> RecordDetails:
    return replace(details, record=replace(details.record, status=status))
