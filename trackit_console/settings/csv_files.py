"""CSV files as spreadsheets and directories write them: bytes to rows of text with line numbers, and back (RFC 4180).

Excel writes the Windows code page, UTF-8 with a byte order mark or UTF-16 with tabs, and separates by what the country
uses. What the columns mean is in `people_csv`.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

SEPARATORS = (",", ";", "\t")
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""With these Excel and LibreOffice begin a formula (OWASP, CSV Injection)."""
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 2000
"""Bytes that tell whether a file without a byte order mark is UTF-16."""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """The cells of a row and the line on which it begins. None: a quotation mark that is never closed, or a huge cell."""

    line: int
    cells: Sequence[str] | None


def decoded(content: bytes) -> str:
    """The text of a file: by its byte order mark, else UTF-16 by its zero bytes, else UTF-8, else Windows-1252.

    Never fails: what is no character becomes U+FFFD.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    sample = content[:_SAMPLE]
    for half, encoding in ((sample[1::2], "utf-16-le"), (sample[::2], "utf-16-be")):
        # Of a Latin text in UTF-16 every other byte is zero, of any other text none.
        if half and half.count(0) > len(half) * 0.7:
            return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def read_rows(text: str, rate: Callable[[Sequence[str]], int]) -> Iterator[CsvRow]:
    """The rows that are not empty; the first one is the heading.

    The separator is the one by which `rate` finds most in the heading.
    """
    separator = max(SEPARATORS, key=lambda each: rate(_heading(text, each)))
    return _rows(text, separator)


def _heading(text: str, separator: str) -> Sequence[str]:
    first = next(_rows(text, separator), None)
    return (first.cells or ()) if first else ()


def _rows(text: str, separator: str) -> Iterator[CsvRow]:
    # With newline="" every usual end of a line counts, and one within quotation marks stays.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # The module gives a cell up at 131,072 characters, and goes on with the next line.
            yield CsvRow(line, None)
            continue
        if any(each.strip() for each in cells):
            yield CsvRow(line, cells)


def write_rows(rows: Iterable[Sequence[str]]) -> str:
    """The rows as CSV; values that a spreadsheet would take for formulas begin with an apostrophe (SEC-03)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    writer.writerows([guarded(each) for each in row] for row in rows)
    return text.getvalue()


def guarded(value: str) -> str:
    """`value` so that a spreadsheet takes it for text."""
    # Also before an apostrophe that stands there already: reading the file takes one away.
    return f"'{value}" if value.lstrip("'").startswith(FORMULA_SIGNS) else value


def unguarded(value: str) -> str:
    """What `guarded` was called with."""
    return value[1:] if value.startswith("'") and value.lstrip("'").startswith(FORMULA_SIGNS) else value
