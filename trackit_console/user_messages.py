"""Sentences for people: marked for translation where they are declared, filled with facts where they are shown.

No Qt here. `QT_TRANSLATE_NOOP` only marks a text so that `lupdate` finds it; the console looks its translation up
under the same context when it shows a `Phrase`. Everything that is said to an admin is a `Phrase` or a `Problem`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Marks `text` for translation under `context` and answers it unchanged."""
    return text


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence and its facts, kept apart so that each console shows it in its own language.

    `text` is the English sentence with `{names}` in it; `facts` are the values for those names.
    """

    context: str
    text: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return fill(self.text, self.facts)


def fill(text: str, facts: Mapping[str, object]) -> str:
    """`text` with its `{names}` replaced; a name without a fact stays readable instead of raising."""
    return text.format_map(_Facts(facts))


class _Facts(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


class Problem(Exception):
    """Something went wrong that a person must hear of: what happened, why, and what to do.

    A class per *what the caller does next*. `code` is a stable word for scripts, `sentence` says what happened,
    `remedy` what to do; both may name facts that were given to the constructor. `detail` is the technical text that
    is one click away; it must never hold a secret.
    """

    context: ClassVar[str]
    code: ClassVar[str]
    sentence: ClassVar[str]
    remedy: ClassVar[str]

    def __init__(self, detail: str = "", **facts: object) -> None:
        self.detail = detail
        self.facts = facts
        super().__init__(detail)

    @property
    def message(self) -> Phrase:
        """What happened."""
        return Phrase(self.context, self.sentence, self.facts)

    @property
    def remedy_message(self) -> Phrase:
        """What to do about it."""
        return Phrase(self.context, self.remedy, self.facts)

    def __str__(self) -> str:
        return f"{self.message} {self.remedy_message}".strip()
