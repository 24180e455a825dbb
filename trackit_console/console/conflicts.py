"""Optimistic locking as a person sees it: who saved first, what they changed, and what goes into the form (DB-04).

Pages and dialogs behave alike: nothing that was typed is lost, fields that were not edited here show the saved value, and
for each field that another user changed one chooses; the next **Save** replaces the version that is in the database now.
The choice is shown by `dialogs.conflict`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from PySide6.QtCore import QCoreApplication

from trackit_console.console.display_text import moment
from trackit_console.console.setting_words import SETTING_WORDS
from trackit_console.settings.field_types import is_secret
from trackit_console.settings.stored_secret import StoredSecret
from trackit_console.store.row_mapping import Stored
from trackit_console.store.saving_errors import Conflict
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase, Problem

if TYPE_CHECKING:
    from trackit_console.store.audit import AuditEntry


class SavedByAnother(Problem):
    """`saved` is what the database holds now, None if it was deleted; `who` saved it and `at` when, if known."""

    context = "conflicts"
    code = "saved_by_another"
    sentence = QT_TRANSLATE_NOOP("conflicts", "{who} saved these settings {when}, while you were editing them.")
    remedy = QT_TRANSLATE_NOOP(
        "conflicts",
        "What you entered is still here; fields that you did not change show what was saved. Choose below what each field is "
        "to have, then press Save again.",
    )
    at_moment = QT_TRANSLATE_NOOP("conflicts", "at {moment}")
    some_time = QT_TRANSLATE_NOOP("conflicts", "a moment ago")

    def __init__(self, saved: Stored[Any] | None, who: str = "", at: datetime | None = None) -> None:
        self.saved = saved
        self.who = who or QCoreApplication.translate("conflicts", "Somebody else")
        known = {"moment": moment(at, datetime.now(UTC))}
        self.when = Phrase(self.context, self.at_moment, known) if at else Phrase(self.context, self.some_time)
        super().__init__(who=self.who, when=self.when)


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


def with_conflict_author(save: Callable[[], Any], last_change: Callable[[Stored[Any] | None], AuditEntry | None]) -> Any:
    """Calls `save` (on a worker thread) and turns a `Conflict` into `SavedByAnother`; `last_change` looks up the other user."""
    try:
        return save()
    except Conflict as conflict:
        # Asked here, on the worker thread: `last_change` reads the database.
        saved = conflict.saved if isinstance(conflict.saved, Stored) else None
        change = last_change(saved)
        raise SavedByAnother(saved, change.actor if change else "", change.at if change else None) from conflict


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
