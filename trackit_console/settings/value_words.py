"""Names and values of settings in words, as the forms show them, without Qt (DB-04, DB-06).

Values are those of settings objects or the JSON of the audit. A secret is never said: callers tell that there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from trackit_console.settings.field_changes import IDENTITIES
from trackit_console.settings.field_types import is_secret
from trackit_console.settings.presentation import presentation_of
from trackit_console.user_messages import QT_TRANSLATE_NOOP

MANY = 12
"""Groups of a list that are written out where nobody asks for more."""
EMPTY = QT_TRANSLATE_NOOP("settings", "empty")
NONE = QT_TRANSLATE_NOOP("settings", "none")
YES = QT_TRANSLATE_NOOP("settings", "yes")
NO = QT_TRANSLATE_NOOP("settings", "no")


@dataclass(frozen=True, slots=True)
class ValueWords:
    """Says settings in one language; without arguments in English, as the command line does.

    `say` translates a text of the context "settings", `listed` joins the items of a list, `day` writes a date, and `more`
    tells how many groups of a list are left out, of which `many` are written out.
    """

    say: Callable[[str], str] = str
    listed: Callable[[Sequence[str]], str] = ", ".join
    day: Callable[[date], str] = date.isoformat
    more: Callable[[int], str] = "and {} more".format
    many: int = MANY

    def title(self, name: str, field: FieldInfo | None) -> str:
        """What forms call a field; its name where no form shows it."""
        return self.say(field.title) if field is not None and field.title else name.replace("_", " ").capitalize()

    def path(self, model: type[BaseModel] | None, path: Sequence[str]) -> tuple[str, FieldInfo | None]:
        """The titles along the path of a field within groups, and the field itself, as far as `model` knows it."""
        titles, models = [], [model] if model else []
        field: FieldInfo | None = None
        for name in path:
            field = next((each.model_fields[name] for each in models if name in each.model_fields), None)
            titles.append(self.title(name, field))
            models = list(_models_in(field.annotation)) if field is not None else []
        return " › ".join(titles), field

    def line(self, field: FieldInfo | None, value: Any) -> str:
        """`value` in one line."""
        return " ".join(self.value(field, value, "; ").split())

    def value(self, field: FieldInfo | None, value: Any, between: str = "\n") -> str:
        """`value` as forms show it. A list of groups has `between` its items, a group has its fields in one line."""
        if isinstance(value, list | tuple) and value:
            return self._items(field, value, between)
        if isinstance(value, BaseModel):
            return self._group(type(value), to_jsonable_python(value))
        if isinstance(value, dict):
            return self._group(_model_for(field, value), value)
        return self._plain(field, value)

    def _items(self, field: FieldInfo | None, values: Sequence[Any], between: str) -> str:
        if not any(isinstance(each, dict | BaseModel) for each in values):
            return self.listed([self.line(field, each) for each in values])
        lines = [self.line(field, each) for each in values[: self.many]]
        left_out = len(values) - len(lines)
        return between.join([*lines, self.more(left_out)] if left_out else lines)

    def _group(self, model: type[BaseModel] | None, plain: Mapping[str, Any]) -> str:
        """The fields that have another value than by default; what names an item stands without a title."""
        fields: Mapping[str, FieldInfo] = model.model_fields if model else {}
        parts = []
        for name in [*(each for each in fields if each in plain), *(each for each in plain if each not in fields)]:
            value, field = plain[name], fields.get(name)
            if value == _default(field) or (field is not None and is_secret(field)):
                continue
            words = self.line(field, value)
            parts.append(words if name in IDENTITIES else f"{self.title(name, field)}: {words}")
        return ", ".join(parts) or self.say(NONE)

    def _plain(self, field: FieldInfo | None, value: Any) -> str:
        shown = presentation_of(field) if field is not None else None
        if value is None or value in ("", [], ()):
            return self.say((shown and shown.empty) or (EMPTY if value is None or value == "" else NONE))
        # Before the choices: True equals 1, which may be one of them.
        if isinstance(value, bool):
            return self.say(YES if value else NO)
        if shown and value in shown.choices:
            return self.say(shown.choices[value])
        if shown and shown.zero and value == 0:
            return self.say(shown.zero)
        if day := _day(field, value):
            return self.day(day)
        plain = value.value if isinstance(value, Enum) else value
        return f"{plain} {self.say(shown.unit)}" if shown and shown.unit else str(plain)


def _default(field: FieldInfo | None) -> Any:
    """The default of a field as JSON has it; None for a field that is required."""
    if field is None or field.is_required():
        return None
    return to_jsonable_python(field.get_default(call_default_factory=True, validated_data={}))


def _day(field: FieldInfo | None, value: Any) -> date | None:
    """A day, also where JSON has it as text."""
    if isinstance(value, date):
        return value
    if isinstance(value, str) and field is not None and date in (field.annotation, *get_args(field.annotation)):
        try:
            return date.fromisoformat(value)
        except ValueError:  # changed by hand
            return None
    return None


def _model_for(field: FieldInfo | None, plain: Mapping[str, Any]) -> type[BaseModel] | None:
    """The model in the declaration of a field that has just these fields."""
    models = list(_models_in(field.annotation)) if field is not None else []
    return next((each for each in models if each.model_fields.keys() == plain.keys()), models[0] if len(models) == 1 else None)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
