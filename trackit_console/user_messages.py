"""Sentences for people: marked for translation where they are declared, filled with facts where they are shown.

No Qt here. `QT_TRANSLATE_NOOP` only marks a text so that `lupdate` finds it; the console looks its translation up
under the same context when it shows a `Phrase`. Everything that is said to an admin is a `Phrase` or a `Problem`.

What is kept in a database is a code with its facts: `phrase_by_code` and `problem_class` find the sentence again, in
whatever language it is read. Both know what was declared in modules that are imported.
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

    `text` is the English sentence with `{names}` in it; `facts` are the values for those names: text, numbers, or
    phrases again. `code` is the stable word of a phrase that was declared by `coded_phrase`, else empty.
    """

    context: str
    text: str
    facts: Mapping[str, object] = field(default_factory=dict)
    code: str = ""

    def __str__(self) -> str:
        return fill(self.text, self.facts)


@dataclass(frozen=True, slots=True)
class CodedPhrase:
    """A sentence with a stable `code`; called with its facts it gives the `Phrase`."""

    code: str
    context: str
    text: str

    def __call__(self, **facts: object) -> Phrase:
        return Phrase(self.context, self.text, facts, self.code)


_coded_phrases: dict[str, CodedPhrase] = {}


def coded_phrase(code: str, context: str, text: str) -> CodedPhrase:
    """Declares a sentence that a database may keep as `code` and facts; raises ValueError for a code with another text."""
    made = CodedPhrase(code, context, text)
    if _coded_phrases.setdefault(code, made) != made:
        raise ValueError(f"the code {code} stands for another phrase")
    return made


def phrase_by_code(code: str) -> CodedPhrase | None:
    """What makes the phrase of `code` from its facts; None for a code that this version does not know."""
    return _coded_phrases.get(code)


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

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "code" not in vars(cls):
            return
        known = _problem_classes.setdefault((cls.context, cls.code), cls)
        if (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"{known.__name__} has the code {cls.code} of {cls.context} already")

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


_problem_classes: dict[tuple[str, str], type[Problem]] = {}


def problem_class(context: str, code: str) -> type[Problem] | None:
    """The class of a problem of which code and facts were kept; None for a code that this version does not know."""
    return _problem_classes.get((context, code))


def problem_phrases(context: str, code: str, facts: Mapping[str, object]) -> tuple[Phrase, Phrase]:
    """What happened and what to do, of a problem that was kept by its code and facts; an unknown code is shown as it is."""
    kind = problem_class(context, code)
    if kind is None:
        return Phrase(context, code), Phrase(context, "")
    return Phrase(context, kind.sentence, facts), Phrase(context, kind.remedy, facts)
