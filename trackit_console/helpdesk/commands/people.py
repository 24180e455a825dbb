"""The people whom a command names: which must be looked up, and who they are (MSG-06)."""

from __future__ import annotations

from dataclasses import dataclass

from trackit_console.domain.addresses import address_key
from trackit_console.domain.directory import Directory, name_key
from trackit_console.domain.records import AppliedReason, Module, Person, Record, RecordRef
from trackit_console.helpdesk.commands.command import Action, Command, field_of
from trackit_console.helpdesk.commands.lines import read_command_text
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.mail import Message


@dataclass(frozen=True, slots=True)
class NamedPeople:
    """What must be looked up: keys of names of technicians, and keys of addresses of technicians and requestors."""

    names: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()


def named_people(message: Message) -> NamedPeople:
    """The people whom the command lines of `message` name, if it has any."""
    text = read_command_text(message.new_text)
    if text is None:
        return NamedPeople()
    technicians = [each.value for each in text.lines if field_of(each) == "technician" and each.value]
    addresses = [each.value for each in text.lines if field_of(each) == "email" and each.value]
    return NamedPeople(
        frozenset(name_key(each) for each in technicians),
        frozenset(address_key(each) for each in (*addresses, *(name for name in technicians if "@" in name))),
    )


def technician_named(command: Command, directory: Directory) -> Person | AppliedReason | None:
    """The technician to whom the record is assigned, by name or address, or why there is none; None if it says nothing of one."""
    written = command.values.get("technician")
    if written is None:
        return None
    found = {each.id: each for each in directory.technicians_by_name.get(name_key(written), ())}
    if by_address := directory.technicians.get(address_key(written)):
        found[by_address.id] = by_address
    if len(found) == 1:
        return next(iter(found.values()))
    line = command.line_of("technician").shown
    return applied(Reason.TECHNICIAN_AMBIGUOUS if found else Reason.TECHNICIAN_UNKNOWN, line=line)


def address_taken(command: Command, record: Record | None, message: Message, directory: Directory) -> AppliedReason | None:
    """Why a requestor cannot have the address of the command, or that of the sender where a new one is given none."""
    if command.module is not Module.REQUESTOR or command.action is Action.DELETE:
        return None
    address = command.values.get("email") or (message.sender.address if command.action is Action.CREATE else "")
    owner = directory.requestors.get(address_key(address)) if address else None
    if owner is None or (record and record.ref.id == owner.id):
        return None
    return applied(Reason.ADDRESS_TAKEN, line=command.line_of("email").shown, record=str(RecordRef(Module.REQUESTOR, owner.id)))
