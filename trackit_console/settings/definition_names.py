"""When two names of templates, notifications, rules, service levels, reports or schedules are the same."""

from __future__ import annotations


def definition_key(name: str) -> str:
    """The form in which two spellings of a name are equal, letter case and blanks aside."""
    return " ".join(name.split()).casefold()
