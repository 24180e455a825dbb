"""Technicians, requestors and ticket templates in CSV files: what a line says, and what importing it would do.

Pure: the console reads the file and shows the `Plan`, `store.csv_import` carries it out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from trackit_console.domain.addresses import address_key
from trackit_console.settings.csv_files import CsvRow, decoded, read_rows, unguarded, write_rows
from trackit_console.settings.people import PRIORITY_LABELS, Requestor, Technician, TicketTemplate
from trackit_console.settings.people_checks import at_fields, check_technician, template_key
from trackit_console.settings.validation import CONTEXT, Finding, finding, findings
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase, Problem

Value = TypeVar("Value", bound=BaseModel)
MAX_BYTES = 50_000_000
"""The size of a file that is read: 100,000 people have about 6 MB."""
_NAMES: dict[str, tuple[str, ...]] = {
    "name": ("name", "fullname", "displayname"),
    "email": ("email", "emailaddress", "mail", "primarysmtpaddress"),
    "mapped_addresses": ("mappedaddresses", "otheraddresses", "aliases", "proxyaddresses"),
    "subject": ("subject",),
    "priority": ("priority",),
}
"""Headings by which a column is recognized, letter case, blanks and hyphens aside. The first one of a field is its own."""
_TITLES = {name: field.title for model in (Technician, TicketTemplate) for name, field in model.model_fields.items()}
_PRIORITIES = {each.casefold(): each for each in PRIORITY_LABELS}


class CsvRefused(Problem):
    """The file cannot be imported as a whole. Base of the reasons."""

    context = CONTEXT


class CsvColumnMissing(CsvRefused):
    """A column without which no line can be understood is missing, or stands there twice."""

    code = "csv_column_missing"
    sentence = QT_TRANSLATE_NOOP("settings", "The file needs exactly one column with the heading {column}.")
    remedy = QT_TRANSLATE_NOOP("settings", "Give the columns headings in the first line. Found there: {found}")


class LineState(StrEnum):
    """What importing a line does."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class CsvLine(Generic[Value]):
    """A line of the file: what it says, or what is wrong with it. `written` are its cells by field, for people."""

    number: int
    written: Mapping[str, str]
    value: Value | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class CsvFile(Generic[Value]):
    """The lines of a file; `ignored` are the headings of columns that mean nothing here."""

    lines: Sequence[CsvLine[Value]]
    ignored: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class PlannedLine(Generic[Value]):
    """A line, what importing it does, and the id and version of what it changes."""

    line: CsvLine[Value]
    state: LineState
    value: Value | None = None
    replaces: tuple[int, int] | None = None
    findings: tuple[Finding, ...] = ()


def read_people_csv(content: bytes, model: type[Value]) -> CsvFile[Value]:
    """The lines of a file with objects of `model`; raises `CsvRefused`."""
    rows = read_rows(decoded(content), lambda heading: len(_columns(heading, model)))
    heading = next(rows, CsvRow(1, None)).cells or ()
    columns = _columns(heading, model)
    for name, field in model.model_fields.items():
        if list(columns.values()).count(name) != 1 and (field.is_required() or name in columns.values()):
            found = ", ".join(each.strip()[:40] for each in heading[:20]) or "–"
            raise CsvColumnMissing(column=field.title, found=found)
    ignored = [each.strip() for at, each in enumerate(heading) if at not in columns and each.strip()]
    return CsvFile([_line(row, columns, len(heading), model) for row in rows], ignored)


def _columns(heading: Sequence[str], model: type[BaseModel]) -> dict[int, str]:
    """The field of each column that is recognized, by its position."""
    known = {each: name for name in model.model_fields for each in _NAMES[name]}
    plain = ["".join(letter for letter in each.casefold() if letter.isalnum()) for each in heading]
    return {at: known[each] for at, each in enumerate(plain) if each in known}


def _line(row: CsvRow, columns: Mapping[int, str], width: int, model: type[Value]) -> CsvLine[Value]:
    if row.cells is None:
        return CsvLine(row.line, {}, findings=(finding("", "csv_quotation"),))
    written = {name: unguarded(row.cells[at].strip()) for at, name in columns.items() if at < len(row.cells)}
    if any(each.strip() for each in row.cells[width:]):
        return CsvLine(row.line, written, findings=(finding("", "csv_too_many_cells"),))
    values = dict(_given(written))
    try:
        return CsvLine(row.line, written, model.model_validate(values))
    except ValidationError as error:
        return CsvLine(row.line, written, findings=tuple(at_fields(findings(error), values)))


def _given(written: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for name, text in written.items():
        if name == "mapped_addresses":
            addresses = text.replace(",", ";").split(";")
            yield name, [each.strip() for each in addresses if each.strip()]
        elif name != "priority":
            yield name, text
        elif text:  # an empty priority is that of a new template
            yield name, _PRIORITIES.get(text.casefold(), text)


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


def write_people_csv(model: type[Value], values: Sequence[Value]) -> str:
    """The objects as a CSV file that can be imported again."""
    names = list(model.model_fields)
    heading = [model.model_fields[name].title or name for name in names]
    return write_rows([heading, *([_cell(getattr(each, name)) for name in names] for each in values)])


def _cell(value: object) -> str:
    return "; ".join(value) if isinstance(value, list) else str(value)


def finding_words(found: Finding, say: Callable[[Phrase], str]) -> str:
    """A finding with the name of its column, for a list of wrong lines."""
    title = _TITLES.get(found.field)
    return f"{say(Phrase(CONTEXT, title))}: {say(found.message)}" if title else say(found.message)
