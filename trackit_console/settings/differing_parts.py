"""Where two long texts differ, cut so that both fit into a line and still do not read the same (DB-06)."""

from __future__ import annotations

LEAD = 40
"""Characters of what is the same before the difference, more or less a word; they tell where in the text it is."""
ELLIPSIS = "…"


def differing_parts(before: str, after: str, most: int) -> tuple[str, str]:
    """Two texts in at most `most` characters each, both from the same place on, shortly before they begin to differ.

    An ellipsis stands for what is left out. `most` is several times `LEAD`.
    """
    if max(len(before), len(after)) <= most:
        return before, after
    same = _same_beginning(before, after)
    begin = _word_before(before, same - LEAD) if same > most // 2 else 0
    return _part(before, begin, most), _part(after, begin, most)


def _same_beginning(one: str, other: str) -> int:
    differing = (place for place, (left, right) in enumerate(zip(one, other, strict=False)) if left != right)
    return next(differing, min(len(one), len(other)))


def _word_before(text: str, place: int) -> int:
    """Where the word at `place` begins; `place` itself in a word that is too long to be shown."""
    blank = text.rfind(" ", place - LEAD, place)
    return blank + 1 if blank >= 0 else place


def _part(text: str, begin: int, most: int) -> str:
    head = ELLIPSIS if begin else ""
    room = most - len(head)
    part = text[begin:]
    if len(part) <= room:
        return head + part
    blank = part.rfind(" ", room - LEAD, room)
    return head + part[: blank if blank >= 0 else room - 1] + ELLIPSIS
