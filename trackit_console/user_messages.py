"""Sentences for people: marked for translation where they are declared, filled with facts where they are shown.

No Qt here. `QT_TRANSLATE_NOOP` only marks a text so that `lupdate` finds it; the console looks its translation up
under the same context when it shows a `Phrase`. Every text for an admin is a `Phrase` or a `Problem`.

The database stores a code with its facts. `phrase_by_code` and `problem_class` find the sentence for it, which is then
translated for the reader. A code that no imported module has declared makes them import `stored_messages`, which
names all that declare any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import ClassVar


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Marks `text` for translation under `context` and returns it unchanged."""
    return text


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence and its facts, kept apart so that each console shows it in its own language.

    `text` is the English sentence with `{names}` in it; `facts` are the values for those names: text, numbers, or
    phrases again. `code` identifies a phrase declared with `coded_phrase`; otherwise it is empty.
    """

    context: str
    text: str
    facts: Mapping[str, object] = field(default_factory=dict)
    code: str = ""

    def __str__(self) -> str:
        return fill(self.text, self.facts)


@dataclass(frozen=True, slots=True)
class CodedPhrase:
    """A sentence with a stable `code`; called with its facts, it returns the `Phrase`."""

    code: str
    context: str
    text: str

    def __call__(self, **facts: object) -> Phrase:
        return Phrase(self.context, self.text, facts, self.code)


_coded_phrases: dict[str, CodedPhrase] = {}


def coded_phrase(code: str, context: str, text: str) -> CodedPhrase:
    """Declares a sentence that may be stored as `code` and facts; raises ValueError if the code has another text already."""
    phrase = CodedPhrase(code, context, text)
    if _coded_phrases.setdefault(code, phrase) != phrase:
        raise ValueError(f"the code {code} stands for another phrase")
    return phrase


def phrase_by_code(code: str) -> CodedPhrase | None:
    """The phrase declared with `code`; None for a code that this version does not know."""
    if code not in _coded_phrases:
        _import_declarations()
    return _coded_phrases.get(code)


def fill(text: str, facts: Mapping[str, object]) -> str:
    """`text` with its `{names}` replaced. A name without a fact is left as it is instead of raising."""
    return text.format_map(_Facts(facts))


class _Facts(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


class Problem(Exception):
    """An error that is shown to a user: what happened, why, and what to do.

    There is a class per *what the caller does next*. `code` is a stable identifier for scripts, `sentence` says what
    happened, `remedy` what to do; both may name facts passed to the constructor. `detail` is the technical text that is
    shown on request; it must never contain a secret.
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
        # By name, not by identity: a module that is loaded again makes another class of the same.
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
    """The class of a stored problem; None for a code that this version does not know."""
    if (context, code) not in _problem_classes:
        _import_declarations()
    return _problem_classes.get((context, code))


def problem_phrases(context: str, code: str, facts: Mapping[str, object]) -> tuple[Phrase, Phrase]:
    """The sentence and the remedy of a stored problem. An unknown code is shown unchanged."""
    kind = problem_class(context, code)
    if kind is None:
        return Phrase(context, code), Phrase(context, "")
    return Phrase(context, kind.sentence, facts), Phrase(context, kind.remedy, facts)


def _import_declarations() -> None:
    # By name: this module is below those that it brings, and must load none of them before it is asked for.
    import_module("trackit_console.stored_messages")
