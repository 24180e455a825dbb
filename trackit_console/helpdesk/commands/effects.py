"""What an allowed command changes, and the note that its message becomes (MSG-06)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from trackit_console.domain.effects import (
    Assign,
    ChangeFields,
    ChangeRequestor,
    CreateRecord,
    CreateRequestor,
    DeleteRecord,
    Effect,
    Reopen,
)
from trackit_console.domain.records import (
    AppliedReason,
    Module,
    Note,
    Person,
    Placeholder,
    Priority,
    Record,
    RecordTarget,
    Status,
    TicketSource,
)
from trackit_console.helpdesk.commands.command import Action, Command
from trackit_console.helpdesk.incoming import Incoming
from trackit_console.helpdesk.labels import LABELS
from trackit_console.helpdesk.message_notes import email_note
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.helpdesk.record_changes import status_effects
from trackit_console.helpdesk.sender import requestor_for
from trackit_console.mail.keywords import without_keywords

RECORD = Placeholder("record")
_TITLES = {
    "priority": "Priority",
    "status": "Status",
    "technician": "Assigned technician",
    "category": "Category",
    "due": "Due",
    "expires": "Expires",
    "email": "Email",
    "name": "Name",
    "subject": "Subject",
}
"""How an answer names the fields: by the labels that commands have, in English."""
_FIELDS = {"subject": "subject", "priority": "priority", "category": "category", "due": "due_at", "expires": "expires_at"}


@dataclass(frozen=True, slots=True)
class Done:
    """Effects without notes, the record that they leave (None: it was deleted), and what they changed, in words."""

    effects: tuple[Effect, ...]
    record: RecordTarget | None
    changes: tuple[AppliedReason, ...]


def created(command: Command, technician: Person | None, incoming: Incoming) -> Done:
    """A new record of the module; a ticket begins with what the mailbox's template says."""
    message = incoming.message
    if command.module is Module.REQUESTOR:
        name, address = message.sender.name or message.sender.address, message.sender.address
        if "email" in command.values:
            name = address = command.values["email"]
        new = CreateRequestor(RECORD, command.values.get("name", name), address)
        return Done((new,), RECORD, (applied(Reason.COMMAND_CREATED, module=Module.REQUESTOR.value, subject=new.name),))
    assert command.module is not None
    subject = command.values.get("subject") or " ".join(without_keywords(message.subject).split())
    why = (applied(Reason.COMMAND_CREATED, module=command.module.value, subject=subject), *_changes(command, technician))
    given = {_FIELDS[name]: value for name, value in command.values.items() if name in _FIELDS and name != "subject"}
    if command.module is not Module.TICKET:
        record = _record(command.module, subject, {"priority": Priority.MEDIUM, **given})
        return Done((record, *_assigned(technician)), RECORD, why)
    requestors, requestor, who = requestor_for(message, incoming.sender, incoming.policy.unknown_senders)
    template = incoming.policy.template(incoming.template)
    usual: dict[str, Any] = {"priority": Priority(template.priority.lower()), "template": incoming.template}
    ticket = _record(Module.TICKET, subject, {**usual, "requestor": requestor, **given})
    return Done((*requestors, ticket, *_assigned(technician)), RECORD, (who, *why))


def _record(module: Module, subject: str, fields: dict[str, Any]) -> CreateRecord:
    return CreateRecord(handle=RECORD, module=module, subject=subject, source=TicketSource.EMAIL, **fields)


def _assigned(technician: Person | None) -> tuple[Effect, ...]:
    # An effect of its own: whoever is assigned is told of it like at any other time.
    return (Assign(RECORD, technician.id),) if technician else ()


def updated(command: Command, record: Record, technician: Person | None, incoming: Incoming) -> Done:
    """The changed fields. What a requestor adds to a closed or waiting record opens it again, as without a command."""
    ref, values = record.ref, command.values
    if ref.module is Module.REQUESTOR:
        changed = ChangeRequestor(ref, values.get("name"), values.get("email"))
        return Done((changed,) if values else (), ref, _changes(command, None) or _noted(command))
    effects: list[Effect] = []
    reopened: tuple[AppliedReason, ...] = ()
    if "status" in values:
        effects += status_effects(record, values["status"])
    elif record.status is not Status.OPEN and incoming.sender.technician is None:
        effects.append(Reopen(ref))
        reopened = (applied(Reason.REOPENED if record.closed else Reason.CONTINUED, record=str(ref)),)
    if technician:
        effects.append(Assign(ref, technician.id))
    if fields := {_FIELDS[name]: value for name, value in values.items() if name in _FIELDS}:
        effects.append(ChangeFields(ref, **fields))
    return Done(tuple(effects), ref, (*reopened, *(_changes(command, technician) or _noted(command))))


def deleted(record: Record, by: Person) -> Done:
    """Nothing of the record is left, so nothing can be noted on it."""
    return Done((DeleteRecord(record.ref, by.name),), None, (applied(Reason.COMMAND_DELETED, record=str(record.ref)),))


def message_note(command: Command, record: Record | None, incoming: Incoming) -> Note:
    """The message as a note: what follows the command lines, or the lines themselves where nothing does."""
    by = incoming.sender.technician
    note = email_note(incoming.message, by.id if by else record.technician_id if record else None, incoming.policy)
    return replace(note, text=command.rest or note.text, private=command.private)


def _noted(command: Command) -> tuple[AppliedReason, ...]:
    return (applied(Reason.COMMAND_NOTED),) if not command.private else ()


def _changes(command: Command, technician: Person | None) -> tuple[AppliedReason, ...]:
    """What each line changed, in the order of the lines."""
    shown = {name: _shown(value) for name, value in command.values.items()}
    if technician:
        shown["technician"] = technician.name
    if command.action is Action.CREATE:
        shown.pop("subject", None)  # that it was created says so already
    changes = [applied(Reason.COMMAND_SET, field=_TITLES[name], value=value) for name, value in shown.items()]
    return (*changes, *((applied(Reason.COMMAND_PRIVATE),) if command.private else ()))


def _shown(value: object) -> str:
    if isinstance(value, Priority | Status):
        return LABELS[value]
    return f"{value:%Y-%m-%d %H:%M} UTC" if isinstance(value, datetime) else str(value)
