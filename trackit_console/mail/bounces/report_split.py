"""Divides the text of a bounce into what the system says and what it quotes of the message."""

from __future__ import annotations

import re

_HEADER_LINE = re.compile(r"[>|* \t]{0,40}([A-Za-z][A-Za-z0-9-]{1,50}):")
# Reports repeat From, To, Subject and Date of a message; nobody but a message itself has these.
_ONLY_IN_HEADERS = frozenset({"received", "return-path", "message-id", "mime-version", "dkim-signature", "x-mailer"})
_BEGINS = re.compile(
    r"below this line|original message|copy of (?:the|your) (?:original )?(?:message|mail)|unsent message|message (?:headers? )?follows"
    r"|headers? of (?:the|your) (?:original |source )?(?:message|mail)|what you sent follows|message (?:is )?returned below|message body suppressed"
    r"|ursprüngliche nachricht|message d'origine|mensaje original|mensagem original|messaggio originale",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"[ \t]*(?:[-=_*.~#>]{2,}|original message)", re.IGNORECASE)


def split_report(text: str) -> tuple[str, str]:
    """What the system says, and the headers of the returned message with what follows, if they are quoted in the text."""
    lines = text.split("\n")
    names = [found[1].lower() if (found := _HEADER_LINE.match(line)) else "" for line in lines]
    for number, name in enumerate(names):
        if name in _ONLY_IN_HEADERS and _in_a_block(names, number):
            first = _first_of_block(names, lines, number)
            return _report_around(lines, first, number), "\n".join(lines[first:])
    return _at_separator(text)


def _in_a_block(names: list[str], number: int) -> bool:
    return names[number] == "message-id" or any(names[max(0, number - 6) : number] + names[number + 1 : number + 7])


def _first_of_block(names: list[str], lines: list[str], number: int) -> int:
    while number > 0 and lines[number - 1].strip(" \t>|*") and (names[number - 1] or lines[number - 1][0] in " \t"):
        number -= 1
    return number


def _report_around(lines: list[str], first: int, number: int) -> str:
    """What is above the quoted headers. A report that names nobody there begins with them, and goes on below."""
    above = _at_separator("\n".join(lines[:first]))[0]
    if "@" in above:
        return above
    end = next((at for at in range(number, len(lines)) if not lines[at].strip()), len(lines))
    return "\n".join((above, *lines[end:]))


def _at_separator(text: str) -> tuple[str, str]:
    """What is above and below a line such as `--- Below this line is a copy of the message`."""
    for found in _BEGINS.finditer(text):
        start = text.rfind("\n", 0, found.start()) + 1
        if _SEPARATOR.match(text, start) and text[:start].strip():
            return text[:start], text[found.end() :].partition("\n")[2].strip("\n")
    return text, ""
