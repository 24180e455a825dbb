"""Recognizes lines that are marked as quoted with ">" (RFC 3676 section 4.5), and what only looks like them (MSG-07)."""

from __future__ import annotations

from trackit_console.mail.limits import HISTORY_LINE_LIMIT

_WRAPPED_LENGTH = 60
"""Programs wrap at 65 to 80 characters: a shorter quoted line was not wrapped."""
_SENTENCE_ENDS = (".", "?", "!", ":", ">")
_LOOKED_AHEAD = 4
_PROMPT = ">>> "
"""Of Python. A quotation three levels deep begins with a lower level."""


def is_quoted(line: str) -> bool:
    """Whether the line has the mark, which some programs indent."""
    return line.startswith(">") or (line[:1] in (" ", "\u00a0") and line[:8].lstrip(" \u00a0")[:1] == ">")


def next_line(lines: list[str], i: int) -> str:
    """The first line from line `i` on that has text, of the next few."""
    return next((line for line in lines[i : i + _LOOKED_AHEAD] if line.strip()), "")


def is_rest_of_quoted(lines: list[str], i: int) -> bool:
    """Whether line `i` goes on with the sentence of the quoted line above, which was wrapped on its way. An answer begins anew."""
    above = lines[i - 1].rstrip() if i else ""
    if not is_quoted(above) or not _WRAPPED_LENGTH <= len(above) <= HISTORY_LINE_LIMIT or above.endswith(_SENTENCE_ENDS):
        return False
    return len(lines[i]) <= len(above) and lines[i][:1].islower()


def quotes_above(lines: list[str], end: int) -> int:
    """The first of the quoted lines directly above `end`, or `end` if there are none.

    What a sentence of the sender introduces is not history: output of a program, or words of somebody else. Nor are prompts.
    """
    at = first = end
    while at and (is_quoted(lines[at - 1]) or not lines[at - 1].strip()):
        at -= 1
        first = at if is_quoted(lines[at]) else first
    introduced = at > 0 and lines[at - 1].rstrip().endswith((":", "\uff1a"))
    return end if introduced or (first < end and lines[first].startswith(_PROMPT)) else first
