"""Optimistic locking as a person sees it: who saved first, what they changed, and what goes into the form (DB-04).

Pages and dialogs behave alike: nothing that was typed is lost, fields that were not edited here show the saved value,
and the next **Save** replaces the version that is in the database now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from PySide6.QtCore import QCoreApplication, QDate, QLocale

from trackit_console.console.display_text import label
from trackit_console.settings.field_types import is_secret
from trackit_console.settings.presentation import presentation_of
from trackit_console.settings.stored_secret import StoredSecret
from trackit_console.store.errors import Conflict
from trackit_console.store.row_mapping import Stored
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem


class SavedByAnother(Problem):
    """`saved` is what the database holds now, None if it was deleted; `who` is the name of the other user, if known."""

    context = "conflicts"
    code = "saved_by_another"
    sentence = QT_TRANSLATE_NOOP("conflicts", "{who} saved these settings while you were editing them.")
    remedy = QT_TRANSLATE_NOOP(
        "conflicts",
        "What you entered is still here; fields that you did not change show what was saved. "
        "Press Save again to replace it with yours.",
    )

    def __init__(self, saved: Stored[Any] | None, who: str) -> None:
        self.saved = saved
        self.who = who or QCoreApplication.translate("conflicts", "Somebody else")
        super().__init__(who=self.who)


def with_conflict_author(save: Callable[[], Any], who: Callable[[Stored[Any] | None], str]) -> Any:
    """Calls `save` (on a worker thread) and turns a `Conflict` into `SavedByAnother`; `who` looks up the other user."""
    try:
        return save()
    except Conflict as conflict:
        # Asked here, on the worker thread: `who` reads the database.
        saved = conflict.saved if isinstance(conflict.saved, Stored) else None
        raise SavedByAnother(saved, who(saved)) from conflict


def untouched(before: Mapping[str, Any], mine: Mapping[str, Any], saved: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `saved` that another user changed and that were not edited here."""
    return {
        name: value
        for name, value in saved.items()
        if name in before and before[name] != value and mine.get(name) == before[name]
    }


def differences(before: BaseModel | None, mine: Mapping[str, Any], saved: BaseModel) -> Iterator[str]:
    """One line for each field that another user changed since `before`, or, without `before`, that differs from `mine`."""
    # An account whose type was changed has other fields: then only the form can be compared.
    comparable = before if type(before) is type(saved) else None
    for name, field in type(saved).model_fields.items():
        theirs = getattr(saved, name)
        base = getattr(comparable, name) if comparable is not None else mine.get(name)
        if theirs != base or _replaced(theirs, base):
            entered = mine.get(name, base)
            yield _line(field, theirs, entered if entered not in (base, theirs) or comparable is None else None)


def _replaced(theirs: Any, base: Any) -> bool:
    """Whether a secret was replaced by another one, which shows by its seal alone."""
    return isinstance(theirs, StoredSecret) and isinstance(base, StoredSecret) and theirs.seal != base.seal


def _line(field: FieldInfo, theirs: Any, entered: Any) -> str:
    title = label(field.title or "")
    if isinstance(theirs, list | BaseModel) or is_secret(field):
        return QCoreApplication.translate("conflicts", "{field}: changed").format(field=title)
    if entered is None:
        return QCoreApplication.translate("conflicts", "{field}: {value}").format(field=title, value=value_text(field, theirs))
    words = QCoreApplication.translate("conflicts", "{field}: {value} (you entered {entered})")
    return words.format(field=title, value=value_text(field, theirs), entered=value_text(field, entered))


def value_text(field: FieldInfo, value: Any) -> str:
    """A value formatted as the form shows it."""
    shown = presentation_of(field)
    if value is None or value == "":
        return label(shown.empty) if shown.empty else QCoreApplication.translate("conflicts", "empty")
    # Before the choices: True equals 1, which may be one of them.
    if isinstance(value, bool):
        return QCoreApplication.translate("conflicts", "yes") if value else QCoreApplication.translate("conflicts", "no")
    if value in shown.choices:
        return label(shown.choices[value])
    if isinstance(value, date):
        return QLocale().toString(QDate(value.year, value.month, value.day), QLocale.FormatType.ShortFormat)
    return f"{value} {label(shown.unit)}" if shown.unit else str(value)
