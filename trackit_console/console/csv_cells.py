"""Cells of CSV files that a spreadsheet does not take for formulas (SEC-03)."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With these Excel and LibreOffice begin a formula (OWASP, CSV Injection)."""


def escaped(value: str) -> str:
    """`value` with an apostrophe before what would be a formula, or would look escaped when it is read again."""
    return f"'{value}" if value.startswith((*_FORMULA, *(f"'{each}" for each in _FORMULA))) else value


def unescaped(value: str) -> str:
    """The value that `escaped` was given."""
    return value[1:] if value.startswith("'") and escaped(value[1:]) == value else value
