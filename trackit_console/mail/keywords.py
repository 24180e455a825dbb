"""Finds keywords, which name the record a message is about, in its subject and text (MSG-02).

`[Ticket - 123]` is the form we write. It is read in any letter case and spacing, and so is the older `ref#Ticket-123`.
Which of several keywords counts is decided in `helpdesk`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from trackit_console.mail.limits import KEYWORDS_LIMIT

ID_LIMIT = 2**31 - 1
"""The largest record id: the column has 32 bits."""
MODULES = ("Ticket", "Assignment", "Requestor", "Announcement")

# Blanks of every width, and what word processors and mail programs insert without showing it.
_BLANKS = r"[\s\u00a0\u00ad\u2000-\u200f\u202f\u2060\u3000\ufeff]*"
_MODULE = "(" + "|".join(MODULES) + ")"
# Word processors turn a hyphen between blanks into a dash.
_PATTERN = re.compile(
    rf"\[{_BLANKS}{_MODULE}{_BLANKS}[-\u2010-\u2015\u2212]{_BLANKS}([0-9]+){_BLANKS}\]|(?<![\w])ref#{_MODULE}-([0-9]+)",
    re.IGNORECASE | re.ASCII,
)
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Keyword:
    """One keyword: a module from `MODULES`, a positive 32-bit id, and where it was found."""

    module: str
    id: int
    place: Literal["subject", "body"]


def find_keywords(subject: str, new_text: str) -> tuple[Keyword, ...]:
    """All keywords, those in the subject first. Each record is listed once; there are at most `KEYWORDS_LIMIT`.

    Quoted lines within `new_text` are ignored.
    """
    found: dict[tuple[str, int], Keyword] = {}
    own_text = _QUOTED_LINE.sub("", new_text) if ">" in new_text else new_text
    for keyword in (*_keywords(subject, "subject"), *_keywords(own_text, "body")):
        found.setdefault((keyword.module, keyword.id), keyword)
        if len(found) == KEYWORDS_LIMIT:
            break
    return tuple(found.values())


def without_keywords(text: str) -> str:
    """`text` without its keywords."""
    return _PATTERN.sub("", text)


def write_keyword(module: str, id: int) -> str:
    """The keyword in the form we write, for the subject of mail whose replies belong to the record."""
    return f"[{module} - {id}]"


def _keywords(text: str, place: Literal["subject", "body"]) -> Iterator[Keyword]:
    for match in _PATTERN.finditer(text):
        digits = (match[2] or match[4]).lstrip("0")
        # The length first: `int` raises ValueError for more than 4,300 digits.
        if digits and len(digits) <= len(str(ID_LIMIT)) and int(digits) <= ID_LIMIT:
            yield Keyword((match[1] or match[3]).capitalize(), int(digits), place)
