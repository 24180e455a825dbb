"""Keywords: which record a message is about, as its subject or text says (MSG-02). Which of them counts is decided later.

We write `[Ticket - 123]`; read are that form, letter case and blanks aside, and the older `ref#Ticket-123`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

KEYWORDS_LIMIT = 50
ID_LIMIT = 2**31 - 1
"""The largest id that a record can have: a 32-bit column."""
MODULES = ("Ticket", "Assignment", "Requestor", "Announcement")

_BLANKS = r"[\s\u00a0\u2007\u202f]*"
_MODULE = "(" + "|".join(MODULES) + ")"
# Word processors turn a lonely hyphen into a dash.
_PATTERN = re.compile(
    rf"\[{_BLANKS}{_MODULE}{_BLANKS}[-\u2010-\u2015]{_BLANKS}([0-9]+){_BLANKS}\]|(?<![\w])ref#{_MODULE}-([0-9]+)",
    re.IGNORECASE | re.ASCII,
)
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Keyword:
    """One keyword: a module of `MODULES`, a positive 32-bit id, and where it stood."""

    module: str
    id: int
    place: Literal["subject", "body"]


def find_keywords(subject: str, new_text: str) -> tuple[Keyword, ...]:
    """All keywords, those of the subject first; each record once, at most `KEYWORDS_LIMIT`.

    Quoted lines between the sender's own are not new, and are left out.
    """
    found: dict[tuple[str, int], Keyword] = {}
    own_text = _QUOTED_LINE.sub("", new_text) if ">" in new_text else new_text
    for keyword in (*_keywords(subject, "subject"), *_keywords(own_text, "body")):
        found.setdefault((keyword.module, keyword.id), keyword)
        if len(found) == KEYWORDS_LIMIT:
            break
    return tuple(found.values())


def write_keyword(module: str, id: int) -> str:
    """The keyword as we write it, for subjects of mail that should come back to its record."""
    return f"[{module} - {id}]"


def _keywords(text: str, place: Literal["subject", "body"]) -> Iterator[Keyword]:
    for match in _PATTERN.finditer(text):
        digits = (match[2] or match[4]).lstrip("0")
        if digits and len(digits) <= len(str(ID_LIMIT)) and int(digits) <= ID_LIMIT:
            yield Keyword((match[1] or match[3]).capitalize(), int(digits), place)
