"""Recognizes the attribution above a quotation, such as `On Mon, 2 Nov 2026 at 17:02, Ada <ada@example.com> wrote:` (MSG-07).

What counts is evidence that every language has: a date, a time, an address, a colon at the end, quoted lines below. The verb
is one of many languages and decides only where a sentence of the sender could look the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from trackit_console.mail.attribution_verbs import OWN_WORDS, VERB
from trackit_console.mail.limits import ATTRIBUTION_LINES_LIMIT, ATTRIBUTION_WORDS_LIMIT, HISTORY_LINE_LIMIT
from trackit_console.mail.quotations import is_quoted, next_line

_DATE = re.compile(
    r"(?<!\d)(?:(?:19|20|25)\d\d|[\u0660-\u0669\u06f0-\u06f9]{4})(?!\d)|(?<![\d.])\d{1,2}([./-]) ?\d{1,2}\1 ?\d\d(?![\d.])"
)
_DAY = re.compile(r"(?<![\d:.])\d{1,2}(?:st|nd|rd|th)?\.? [^\W\d_]{3}|[^\W\d_]{3}\.? \d{1,2}(?![\d:])")
"""A day and a month without a year. It could be "room 12" as well."""
_TIME = re.compile(r"(?<![\d.])\d{1,2}[:.h]\d\d(?!\d|\.\d)|\d ?[ap]\.?m\b|\d[時时시]", re.IGNORECASE)
_REST_OF_DATE = re.compile(r"\d{1,2}, \d{4}|\d{4},? [^\W\d_]")
_ADDRESS = re.compile(r"\S@\S|<[^<>]{1,200}>")
_COLONS_WITHIN = re.compile(r"\d:\d\d(?::\d\d)?|mailto:")
_DIRECTIONS = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Marks that Gmail writes around names in Hebrew and Arabic."""
_INVISIBLE = dict.fromkeys(map(ord, _DIRECTIONS))
_BARE = " \t\u00a0*_" + _DIRECTIONS
_COLONS = (":", "\uff1a")
_ENDINGS = (*_COLONS, "--", ">", "wrote", "écrit", "schrieb", "escribió", "escreveu", "scritto")
_OPENING_WORDS = 6
_WORDS_BEHIND_ADDRESS = 3
_NAME_WORDS = 4
_VERBLESS_WORDS = 22


def may_end_attribution(lines: list[str], i: int) -> bool:
    """Whether line `i` is worth a call of `attribution_start`: it ends as attributions do."""
    last = lines[i].rstrip(_BARE)
    if not last.endswith(_ENDINGS):
        return False
    return not last.endswith(">") or (i + 1 < len(lines) and not lines[i + 1].strip() and is_quoted(next_line(lines, i + 1)))


def attribution_start(lines: list[str], i: int) -> int | None:
    """The first line of the attribution that ends in line `i`; None if none ends there. Programs wrap it into several lines."""
    quoted = is_quoted(next_line(lines, i + 1)) and not is_quoted(lines[i])
    nearest = None
    for first in _possible_starts(lines, i):
        sentence = _sentence(lines, first, i)
        if len(sentence) > HISTORY_LINE_LIMIT:
            break
        opening = _sentence(lines, first, first)
        # Above line 0 the slice is -1:0, which is empty.
        if _opens(opening) and _is_attribution(sentence, quoted, [*lines[first - 1 : first], *lines[i + 1 : i + 2]]):
            nearest = first
            if not _goes_on_from_above(lines, first, opening):
                break
    if nearest is not None:
        return nearest - 1 if _date_begins_above(lines, nearest) else nearest
    alone = quoted or i == 0 or not lines[i - 1].strip()
    return i if alone and _names_the_author(_sentence(lines, i, i), quoted) else None


def _possible_starts(lines: list[str], i: int) -> Iterator[int]:
    """Line `i` and those above it, up to a blank line. A blank line before a lone "<" is part of the attribution."""
    for first in range(i, max(i - ATTRIBUTION_LINES_LIMIT, -1), -1):
        if len(lines[first]) > HISTORY_LINE_LIMIT:
            return
        if lines[first].strip():
            yield first
        elif not lines[first + 1].strip().startswith("<"):
            return


def _sentence(lines: list[str], first: int, last: int) -> str:
    marks = "> \t\u00a0*_" if is_quoted(lines[first]) else _BARE
    words = " ".join(line.strip(_BARE).lstrip(marks) for line in lines[first : last + 1]).translate(_INVISIBLE)
    return words.replace("\u00a0", " ").replace("\u202f", " ").replace("&lt;", "<").replace("&gt;", ">")


def _opens(line: str) -> bool:
    """Whether an attribution can begin with this line: it soon comes to a date, or to the address of the author."""
    words = line.strip("- ").split(maxsplit=_OPENING_WORDS)[:_OPENING_WORDS]
    when_or_who = next((word for word in words if word[-1:] not in _COLONS and _is_when_or_who(word)), None)
    if when_or_who is None:
        return False
    return _ADDRESS.search(when_or_who) is not None or _has_date(line)


def _goes_on_from_above(lines: list[str], first: int, opening: str) -> bool:
    """Whether the program has wrapped its sentence before the name or the address that this line begins with."""
    if opening.startswith("<") or opening.count(">") > opening.count("<") or "@" in opening.split(maxsplit=1)[0]:
        return True
    above = lines[first - 1].rstrip(_BARE)[:HISTORY_LINE_LIMIT] if first else ""
    return not _has_date(opening) and (above.endswith(",") or _TIME.search(above) is not None)


def _is_when_or_who(word: str) -> bool:
    return "@" in word or any(letter.isdigit() for letter in word)


def _has_date(line: str) -> bool:
    return _DATE.search(line) is not None or _DAY.search(line) is not None


def _is_attribution(sentence: str, quoted: bool, neighbours: list[str]) -> bool:
    bare = sentence.strip("- ")
    if len(bare.split()) > ATTRIBUTION_WORDS_LIMIT:
        return False
    date, time, who = _DATE.search(bare), _TIME.search(bare), _ADDRESS.search(bare)
    when = date or (time and _DAY.search(bare))
    verb = VERB.search(bare)
    if quoted and (when or time or who) and (verb or (when and who)):
        return True
    if verb and not OWN_WORDS.search(bare):
        return bool(when and (who or time))
    return bool(date and time and who) and _is_only_when_and_who(bare, neighbours)


def _is_only_when_and_who(bare: str, neighbours: list[str]) -> bool:
    """Whether a sentence without a verb is not a line of a log, or an announcement."""
    if not bare.endswith(_COLONS) or any(colon in _COLONS_WITHIN.sub("", bare[:-1]) for colon in _COLONS):
        return False
    behind = max(bare.rfind("@"), bare.rfind(">"))
    short = len(bare.split()) <= _VERBLESS_WORDS and len(bare[behind:].split()) <= _WORDS_BEHIND_ADDRESS + 1
    return short and not any(len(line) <= HISTORY_LINE_LIMIT and _opens(line) and _TIME.search(line) for line in neighbours)


def _names_the_author(sentence: str, quoted: bool) -> bool:
    """Whether the sentence is `Ada Byrne wrote:` above quoted lines, `---- Ada wrote ----` or `Ada Byrne <ada@example.com> wrote:`."""
    bare = sentence.strip("- ")
    dashed = sentence.startswith("--") and sentence.endswith("--")
    if len(bare.split()) > _OPENING_WORDS + 2 or not (dashed or bare.endswith(_COLONS)):
        return False
    name, bracket, _ = bare.partition("<")
    is_name = bool(bracket) and 0 < len(name.split()) <= _NAME_WORDS and not any(word[0].islower() for word in name.split())
    return (quoted or dashed or is_name) if VERB.search(bare) else quoted and is_name and bare[:-1].endswith(">")


def _date_begins_above(lines: list[str], first: int) -> bool:
    """Whether the program has wrapped its sentence within the date."""
    above = lines[first - 1].strip(_BARE + ">") if first else ""
    return (
        _REST_OF_DATE.match(lines[first].lstrip(_BARE + ">")) is not None
        and 0 < len(above.split()) <= _OPENING_WORDS
        and above[-1:] not in ".!?:"
    )
