"""Reads the command lines of a message: which lines they are, and by which word each begins (MSG-06).

    #priority: High
    #assign Ada Byrne

    The rest is the note.

A line with `#` and a letter at the top of the new text is a command line if one of those lines begins with a word that is
known. Otherwise all of it is text: people write `#hashtags`, headings and `#1234 is broken`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LINES_LIMIT = 100
"""Lines that are read, blank ones included; there are fewer words, and each may stand once."""
LINE_LENGTH_LIMIT = 1_000
"""Characters of a line that are read: more than any field takes, so that a longer line is refused."""
SHOWN_LIMIT = 120
"""Characters of a line that an answer repeats."""
VERBS: Final = ("create", "update", "delete", "close", "reopen", "assign", "private")
FIELDS: Final = {
    "priority": "priority",
    "status": "status",
    "assigned technician": "technician",
    "category": "category",
    "due": "due",
    "expires": "expires",
    "email": "email",
    "name": "name",
    "subject": "subject",
    "summary": "subject",
}
"""The name of the field by each label that may be written; a colon follows the label."""

_BEGINNING = re.compile(r"[\s\ufeff\u200b]*#[^\W\d_]")
_COMMAND_LIKE = re.compile(r"#[^\W\d_]")
_INVISIBLE = " \t\r\f\v\xa0\ufeff\u200b"
# Mail programs write the address of a link behind it.
_LINK = re.compile(r" ?<(?:mailto|https?):[^>]*>")


@dataclass(frozen=True, slots=True)
class CommandLine:
    """One line. `word` is one of `VERBS` or a name of `FIELDS`, empty when it is not known; `value` is what follows."""

    text: str
    word: str
    value: str = ""

    @property
    def shown(self) -> str:
        """The line as an answer repeats it."""
        return self.text if len(self.text) <= SHOWN_LIMIT else f"{self.text[:SHOWN_LIMIT]}…"


@dataclass(frozen=True, slots=True)
class CommandText:
    """The command lines of a message, at least one of which is known, and the text that follows them."""

    lines: tuple[CommandLine, ...]
    rest: str

    @property
    def shown(self) -> str:
        """The lines as an answer repeats them."""
        return ", ".join(each.shown for each in self.lines)


def read_command_text(new_text: str) -> CommandText | None:
    """The command lines at the top of `new_text`; None when it is plain text. Blank lines between them do not count."""
    if not _BEGINNING.match(new_text):
        return None
    lines: list[CommandLine] = []
    position = 0
    for _ in range(LINES_LIMIT):
        end = new_text.find("\n", position)
        end = end if end >= 0 else len(new_text)
        line = new_text[position:end].strip(_INVISIBLE)
        if line and not _COMMAND_LIKE.match(line):
            break
        if line:
            lines.append(_read(line[:LINE_LENGTH_LIMIT]))
        position = end + 1
    if not any(each.word for each in lines):
        return None
    return CommandText(tuple(lines), new_text[position:].strip("\r\n"))


def _read(text: str) -> CommandLine:
    label, colon, value = text[1:].partition(":")
    label = " ".join(label.split()).casefold()
    if colon and label in FIELDS:
        return CommandLine(text, FIELDS[label], _plain(value))
    if colon and label in VERBS:
        return CommandLine(text, label, _plain(value))
    word, *others = text[1:].split(maxsplit=1)
    if word.casefold() in VERBS:
        return CommandLine(text, word.casefold(), _plain(others[0]) if others else "")
    return CommandLine(text, "")


def _plain(value: str) -> str:
    return _LINK.sub("", " ".join(value.split())).strip()
