"""Optimistic locking as a person sees it: what another user changed, and what goes into the form (DB-04).

Pages and dialogs behave alike: nothing that was typed is lost, fields that were not edited here show the saved value, and
for each field that another user changed one chooses; the next **Save** replaces the version that is in the database now.
The choice is shown by `dialogs.conflict`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from PySide6.QtCore import QCoreApplication

from trackit_console.console.setting_words import SETTING_WORDS
from trackit_console.settings.field_types import is_secret
from trackit_console.settings.stored_secret import StoredSecret


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field that has two values, both in words. `mine` None: there is nothing to choose, the other value counts.

    `prefers_mine` is what counts unless somebody chooses: what was typed here.
    """

    name: str
    title: str
    mine: str | None
    theirs: str
    prefers_mine: bool


def untouched(before: Mapping[str, Any], mine: Mapping[str, Any], saved: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `saved` that another user changed and that were not edited here."""
    return {
        name: value
        for name, value in saved.items()
        if name in before and before[name] != value and mine.get(name) == before[name]
    }


def field_choices(before: BaseModel | None, mine: Mapping[str, Any], saved: BaseModel) -> Iterator[FieldChoice]:
    """The fields that another user changed since `before`, or, without `before`, that differ from `mine`."""
    # An account whose type was changed has other fields: then only the form can be compared.
    comparable = before if type(before) is type(saved) else None
    for name, field in type(saved).model_fields.items():
        theirs = getattr(saved, name)
        base = getattr(comparable, name) if comparable is not None else mine.get(name)
        own = mine.get(name, base)
        if is_secret(field):
            if theirs != base or _replaced(theirs, base):
                yield _secret_choice(name, field, theirs, own)
        elif (theirs != base or comparable is None) and own != theirs:
            edited = comparable is None or own != base
            own_words, saved_words = SETTING_WORDS.value(field, own), SETTING_WORDS.value(field, theirs)
            yield FieldChoice(name, SETTING_WORDS.title(name, field), own_words, saved_words, edited)


def _replaced(theirs: Any, base: Any) -> bool:
    """Whether a secret was replaced by another one, which shows by its seal alone."""
    return isinstance(theirs, StoredSecret) and isinstance(base, StoredSecret) and theirs.seal != base.seal


def _secret_choice(name: str, field: FieldInfo, theirs: Any, own: Any) -> FieldChoice:
    """The one that was here before is gone: only one that was typed can be chosen instead."""
    typed = isinstance(own, SecretStr) and not isinstance(own, StoredSecret)
    mine = QCoreApplication.translate("conflicts", "the one that you typed") if typed else None
    saved = QCoreApplication.translate("conflicts", "a new one, which is not shown")
    none = QCoreApplication.translate("conflicts", "none")
    return FieldChoice(name, SETTING_WORDS.title(name, field), mine, none if theirs is None else saved, typed)
