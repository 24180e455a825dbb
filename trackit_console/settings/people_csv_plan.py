"""What importing a CSV file with technicians, requestors or ticket templates would do, line by line.

Pure: the console shows it, `store.csv_import` carries it out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic

from pydantic import BaseModel

from trackit_console.domain.addresses import address_key
from trackit_console.settings.people import Requestor, Technician, TicketTemplate
from trackit_console.settings.people_checks import check_technician, template_key
from trackit_console.settings.people_csv_lines import CsvFile, CsvLine, Value
from trackit_console.settings.validation import Finding, finding


class LineState(StrEnum):
    """What importing a line does."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class PlannedLine(Generic[Value]):
    """A line, what importing it does, and the id and version of what it changes."""

    line: CsvLine[Value]
    state: LineState
    value: Value | None = None
    replaces: tuple[int, int] | None = None
    findings: tuple[Finding, ...] = ()


def key_of(value: BaseModel) -> str:
    """By what an object of the file is the same as a stored one: the email address of a person, the name of a template."""
    if isinstance(value, Technician | Requestor):
        return address_key(value.email)
    assert isinstance(value, TicketTemplate)
    return template_key(value.name)


def plan(file: CsvFile[Value], stored: Sequence[tuple[int, int, Value]]) -> list[PlannedLine[Value]]:
    """What importing each line does; `stored` are the id, the version and the value of what there is."""
    known = {key_of(value): (number, version, value) for number, version, value in stored}
    owners = _owners([value for _, _, value in stored])
    seen: dict[str, int] = {}
    return [_planned(line, known, seen, owners) for line in file.lines]


def _planned(
    line: CsvLine[Value],
    known: Mapping[str, tuple[int, int, Value]],
    seen: dict[str, int],
    owners: dict[str, tuple[str, str]],
) -> PlannedLine[Value]:
    if line.value is None:
        return PlannedLine(line, LineState.WRONG, findings=line.findings)
    key = key_of(line.value)
    if found := _doubled(line.value, key, seen, owners):
        return PlannedLine(line, LineState.WRONG, findings=found)
    seen[key] = line.number
    if isinstance(line.value, Technician):
        owners.update(dict.fromkeys(line.value.addresses, (key, line.value.name)))
    if key not in known:
        return PlannedLine(line, LineState.ADDED, line.value)
    number, version, before = known[key]
    # A column that the file does not have leaves the field as it is.
    after = before.model_copy(update={name: getattr(line.value, name) for name in line.value.model_fields_set})
    same = dict(after) == dict(before)
    return PlannedLine(line, LineState.SAME if same else LineState.CHANGED, after, (number, version))


def _owners(stored: Sequence[BaseModel]) -> dict[str, tuple[str, str]]:
    """The key and the name of the technician of each address."""
    technicians = [each for each in stored if isinstance(each, Technician)]
    return {address: (key_of(each), each.name) for each in technicians for address in each.addresses}


def _doubled(value: BaseModel, key: str, seen: Mapping[str, int], owners: Mapping[str, tuple[str, str]]) -> tuple[Finding, ...]:
    if key in seen:
        return (finding("name" if isinstance(value, TicketTemplate) else "email", "csv_doubled", line=seen[key]),)
    if not isinstance(value, Technician):
        return ()
    taken = {address: owners[address] for address in value.addresses if address in owners}
    return tuple(check_technician(value, {address: name for address, (owner, name) in taken.items() if owner != key}))
