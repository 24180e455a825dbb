"""Parts of sentences about business rules that are put together from phrases, each of them translated by itself (NOT-03)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

SHOWN_CHARACTERS = 60
"""Characters of a text that a sentence repeats."""
_QUOTED = QT_TRANSLATE_NOOP("helpdesk", "“{text}”")
MISSING = Phrase("helpdesk", QT_TRANSLATE_NOOP("helpdesk", "…"))
"""Stands for a value that was not entered yet."""
OR = QT_TRANSLATE_NOOP("helpdesk", "{first} or {rest}")
AND = QT_TRANSLATE_NOOP("helpdesk", "{first} and {rest}")
_COMMA = QT_TRANSLATE_NOOP("helpdesk", "{first}, {rest}")


def phrase(sentence: str, /, **facts: object) -> Phrase:
    """A phrase of this package."""
    return Phrase("helpdesk", sentence, facts)


def quoted(text: str) -> Phrase:
    """`text` in quotation marks, on one line and shortened."""
    line = " ".join(text.split())
    if not line:
        return MISSING
    return phrase(_QUOTED, text=line if len(line) <= SHOWN_CHARACTERS else line[: SHOWN_CHARACTERS - 1].rstrip() + "…")


def chained(words: Sequence[Phrase], joint: str) -> Phrase | None:
    """The phrases joined by `joint`, which has `{first}` and `{rest}`; None without any."""
    if not words:
        return None
    found = words[-1]
    for each in reversed(words[:-1]):
        found = phrase(joint, first=each, rest=found)
    return found


def listed(words: Iterable[Phrase], last: str) -> Phrase | None:
    """“a, b or c”, where `last` joins the last two."""
    every = list(words)
    return (
        chained([*every[:-2], phrase(last, first=every[-2], rest=every[-1])], _COMMA) if len(every) > 1 else chained(every, last)
    )
