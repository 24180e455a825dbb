"""The lines of a CSV file with technicians, requestors or ticket templates, as they were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

from trackit_console.settings.validation import Finding

Value = TypeVar("Value", bound=BaseModel)


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
