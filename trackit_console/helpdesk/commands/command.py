"""What the lines of a command mail mean: an action on records of a module, with values; and what is wrong with each line (MSG-06).

Who may do it is in `permissions`. Labels and values are English in every language: they are the form that people learn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from trackit_console.domain.records import AppliedReason, Module, RecordRef
from trackit_console.helpdesk.commands.lines import CommandLine, CommandText
from trackit_console.helpdesk.commands.values import READERS, BadValue, ValueContext
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.mail.keywords import find_keywords, without_keywords

_WORKED_ON = frozenset((Module.TICKET, Module.ASSIGNMENT))
_MODULES_OF_FIELD: Mapping[str, frozenset[Module]] = {
    "priority": _WORKED_ON,
    "status": _WORKED_ON,
    "technician": _WORKED_ON,
    "category": _WORKED_ON,
    "due": _WORKED_ON,
    "subject": _WORKED_ON | {Module.ANNOUNCEMENT},
    "expires": frozenset((Module.ANNOUNCEMENT,)),
    "email": frozenset((Module.REQUESTOR,)),
    "name": frozenset((Module.REQUESTOR,)),
}
_SHORT_FORMS = {"close": ("status", "closed"), "reopen": ("status", "open")}
_OF_A_RECORD = ("update", "delete", "close", "reopen")
"""The words behind which the keyword of the record may stand."""


class Action(StrEnum):
    """What is done to a record; the values are those of the switches."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Command:
    """What a mail asks for. `module` is None when the mail does not tell; `values` are by name of the field."""

    action: Action
    module: Module | None
    lines: tuple[CommandLine, ...]
    rest: str
    values: Mapping[str, Any] = field(default_factory=dict)
    private: bool = False
    wrong: tuple[AppliedReason, ...] = ()

    def line_of(self, name: str) -> CommandLine:
        """The line with the value of a field; the line of the action where there is none, since it is implied."""
        return next((each for each in self.lines if field_of(each) == name), self.lines[0])


def field_of(line: CommandLine) -> str:
    """What the line is about; two lines about the same exclude each other."""
    if line.word in _SHORT_FORMS:
        return _SHORT_FORMS[line.word][0]
    if line.word == "assign":
        return "technician"
    return "action" if line.word in tuple(Action) else line.word


def action_of(text: CommandText) -> Action:
    """Creating or deleting, if a line says so; fields and short forms imply updating."""
    words = {each.word for each in text.lines}
    return next((action for action in (Action.CREATE, Action.DELETE) if action in words), Action.UPDATE)


def module_of(text: CommandText, record: RecordRef | None) -> Module | None:
    """The module that the line `#create` names, or that of the record."""
    if action_of(text) is not Action.CREATE:
        return record.module if record else None
    named = next(each.value for each in text.lines if each.word == Action.CREATE)
    return next((module for module in Module if module.casefold() == named.casefold()), None)


def understood(text: CommandText, record: RecordRef | None, context: ValueContext) -> Command:
    """The command for `record`, the one that the message is about; `wrong` says of each bad line why nothing is done."""
    action, module = action_of(text), module_of(text, record)
    wrong: list[AppliedReason] = []
    values: dict[str, Any] = {}
    for number, line in enumerate(text.lines):
        try:
            _refuse_alone(line, action, module, record)
            _refuse_beside(line, text.lines[:number], action)
            if reader := READERS.get(field_of(line)):
                written = _SHORT_FORMS[line.word][1] if line.word in _SHORT_FORMS else line.value
                values[field_of(line)] = reader(written, context)
        except BadValue as problem:
            wrong.append(applied(problem.reason, line=line.shown, **problem.facts))
    private = any(each.word == "private" for each in text.lines)
    return Command(action, module, text.lines, text.rest, values, private, tuple(wrong))


def _refuse_alone(line: CommandLine, action: Action, module: Module | None, record: RecordRef | None) -> None:
    about = field_of(line)
    if not line.word:
        raise BadValue(Reason.LINE_UNKNOWN)
    if line.word == Action.CREATE and module is None:
        raise BadValue(Reason.LINE_CHOICES, choices=", ".join(Module))
    if line.word in _OF_A_RECORD and line.value:
        _refuse_other_record(line.value, record if action is not Action.CREATE else None)
    if line.word == "private" and line.value:
        raise BadValue(Reason.LINE_WITH_TOO_MANY_WORDS)
    if module and about in _MODULES_OF_FIELD and module not in _MODULES_OF_FIELD[about]:
        raise BadValue(Reason.LINE_NOT_OF_MODULE, module=module.value)


def _refuse_other_record(value: str, record: RecordRef | None) -> None:
    """The keyword may stand behind the word as well, but not that of another record than the one that the mail is about."""
    named = {RecordRef(Module(each.module), each.id) for each in find_keywords(value, "")}
    if not named or without_keywords(value).strip():
        raise BadValue(Reason.LINE_WITH_TOO_MANY_WORDS)
    if record and named != {record}:
        raise BadValue(Reason.LINE_OF_OTHER_RECORD, record=str(record))


def _refuse_beside(line: CommandLine, before: tuple[CommandLine, ...], action: Action) -> None:
    """A field that is there twice; a status for a record that is made or goes; anything beside `#delete`."""
    for other in before:
        beside = {field_of(line), field_of(other)}
        created_with_status = action is Action.CREATE and beside == {"action", "status"}
        if len(beside) == 1 or created_with_status or (action is Action.DELETE and "action" in beside):
            raise BadValue(Reason.LINES_EXCLUDE_EACH_OTHER, other=other.shown)
