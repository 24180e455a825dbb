"""The rule for mail that begins with command lines: all of them are done, or nothing (MSG-06)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC

from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.effects import AddNote, Change
from trackit_console.domain.records import AppliedReason, Module, Person, Record, RecordRef
from trackit_console.helpdesk.automatic_mail import automatic_reason
from trackit_console.helpdesk.commands import answer
from trackit_console.helpdesk.commands.command import Action, Command, action_of, module_of, understood
from trackit_console.helpdesk.commands.effects import Done, created, deleted, message_note, updated
from trackit_console.helpdesk.commands.lines import CommandText, read_command_text
from trackit_console.helpdesk.commands.people import address_taken, technician_named
from trackit_console.helpdesk.commands.permissions import is_on, not_allowed
from trackit_console.helpdesk.commands.values import ValueContext
from trackit_console.helpdesk.incoming import Incoming
from trackit_console.helpdesk.message_notes import content_reasons, system_notes
from trackit_console.helpdesk.on_record import refused_files
from trackit_console.helpdesk.quiet import quiet_reasons
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.helpdesk.target import keywords_of


@dataclass(frozen=True, slots=True)
class ReadAsText:
    """Nothing is done by command: the message is ordinary mail, whose time line and history tell these reasons.

    `private`: its note is for technicians alone all the same, since one of them wrote it in this belief. `answer` is what the sender
    is told.
    """

    reasons: tuple[AppliedReason, ...]
    remarks: tuple[AppliedReason, ...] = ()
    private: bool = False
    answer: tuple[AppliedReason, ...] = ()


def email_command(incoming: Incoming) -> Change | ReadAsText | None:
    """What the commands of a message do, or why they do nothing; None for a message without command lines."""
    text = read_command_text(incoming.message.new_text)
    if text is None or automatic_reason(incoming):
        return None
    record = None if action_of(text) is Action.CREATE else incoming.target.record
    ref = record.ref if record else None
    if not is_on(incoming.policy.email_commands, action_of(text), module_of(text, ref)):
        return ReadAsText(answer.turned_off(text))
    if incoming.sender.technician is None and incoming.sender.requestor is None:
        # Before anything else: a stranger must not learn who works here from what is wrong with a line.
        return _refused(text, [applied(Reason.COMMAND_OF_STRANGER)])
    zone = incoming.message.date.tzinfo if incoming.message.date else None
    command = understood(text, ref, ValueContext(zone or UTC, incoming.policy.own_addresses))
    technician = technician_named(command, incoming.directory)
    if why := _why_not(command, record, technician, incoming):
        return replace(_refused(text, why), private=command.private and incoming.sender.technician is not None)
    assert not isinstance(technician, AppliedReason), "it is among the reasons why not"
    return _change(text, command, record, _done(command, record, technician, incoming), incoming)


def _why_not(
    command: Command, record: Record | None, technician: Person | AppliedReason | None, incoming: Incoming
) -> tuple[AppliedReason, ...]:
    """The first kind of reason why nothing is done; who the people of the help desk are is told last, to those who may know."""
    taken = address_taken(command, record, incoming.message, incoming.directory)
    people = (technician if isinstance(technician, AppliedReason) else None, taken)
    return (
        command.wrong
        or _wrong_record(command, record, incoming)
        or not_allowed(command, record, incoming)
        or tuple(each for each in people if each)
    )


def _wrong_record(command: Command, record: Record | None, incoming: Incoming) -> tuple[AppliedReason, ...]:
    """A deleted record does not come back: so a reply is not enough to name it, and it must be the only one named."""
    if command.action is Action.CREATE:
        return ()
    if record is None:
        return (applied(Reason.COMMAND_WITHOUT_RECORD),)
    if command.action is not Action.DELETE:
        return ()
    named = {str(RecordRef(Module(each.module), each.id)) for each in keywords_of(incoming.message)}
    if not named:
        return (applied(Reason.DELETE_WITHOUT_KEYWORD),)
    several = ", ".join(f"[{each}]" for each in sorted(named))
    return (applied(Reason.DELETE_WITH_SEVERAL_KEYWORDS, keywords=several),) if len(named) > 1 else ()


def _done(command: Command, record: Record | None, technician: Person | None, incoming: Incoming) -> Done:
    if command.action is Action.CREATE:
        return created(command, technician, incoming)
    assert record is not None, "a command without its record was refused"
    if command.action is Action.UPDATE:
        return updated(command, record, technician, incoming)
    assert incoming.sender.technician is not None, "only technicians delete"
    return deleted(record, incoming.sender.technician)


def _change(text: CommandText, command: Command, record: Record | None, done: Done, incoming: Incoming) -> Change:
    note = message_note(command, record, incoming)
    content = content_reasons(incoming.message, note, incoming.policy.restricted_file_types)
    told = answer.done(text, done.changes)
    effects = list(done.effects)
    if done.record:
        effects.append(AddNote(done.record, note))
        remarks = incoming.target.remarks if record else ()
        effects += system_notes(done.record, (*told, *remarks, *refused_files(content)))
    quiet = quiet_reasons(incoming, record.ref if record and done.record else None)
    by_keyword = incoming.target.reasons if record else ()
    reasons = (*by_keyword, _who(incoming), *told, *quiet, *content)
    kept = replace(incoming.delivery, outcome=Outcome.COMMANDED, reasons=reasons, record=done.record)
    return Change(tuple(effects), kept, quiet=bool(quiet), answer=told)


def _who(incoming: Incoming) -> AppliedReason:
    technician, requestor = incoming.sender.technician, incoming.sender.requestor
    if technician:
        return applied(Reason.FROM_TECHNICIAN, name=technician.name)
    assert requestor is not None, "a stranger was refused"
    return applied(Reason.KNOWN_REQUESTOR, name=requestor.name)


def _refused(text: CommandText, why: Sequence[AppliedReason]) -> ReadAsText:
    told = answer.refused(text, why)
    return ReadAsText(told, told, answer=told)
