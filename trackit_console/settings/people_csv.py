"""Technicians, requestors and ticket templates in CSV files: reads what the lines say, and writes them.

Pure: the console reads and writes the file. What importing it would do is in `people_csv_plan`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from trackit_console.settings.csv_files import CsvRow, decoded, read_rows, unguarded, write_rows
from trackit_console.settings.people import PRIORITY_LABELS
from trackit_console.settings.people_checks import at_fields
from trackit_console.settings.people_csv_errors import CsvColumnMissing
from trackit_console.settings.people_csv_lines import CsvFile, CsvLine, Value
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.validation import finding

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
_PRIORITIES = {each.casefold(): each for each in PRIORITY_LABELS}


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


def write_people_csv(model: type[Value], values: Sequence[Value]) -> str:
    """The objects as a CSV file that can be imported again."""
    names = list(model.model_fields)
    heading = [model.model_fields[name].title or name for name in names]
    return write_rows([heading, *([_cell(getattr(each, name)) for name in names] for each in values)])


def _cell(value: object) -> str:
    return "; ".join(value) if isinstance(value, list) else str(value)
