"""Names and values of settings in words, whether they are objects of the form or JSON of the audit (DB-04)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import Enum
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from PySide6.QtCore import QCoreApplication, QLocale

from trackit_console.console.display_text import day_text, label
from trackit_console.settings.presentation import presentation_of

_MANY = 12
"""Items of a list that are written out."""


def title_of(name: str, field: FieldInfo | None) -> str:
    """What forms call a field; the name itself where no form shows it."""
    return label(field.title) if field is not None and field.title else name.replace("_", " ").capitalize()


def path_words(model: type[BaseModel] | None, path: Sequence[str]) -> tuple[str, FieldInfo | None]:
    """The titles along the path of a field within groups, and the field itself, as far as `model` knows it."""
    titles, models = [], [model] if model else []
    field: FieldInfo | None = None
    for name in path:
        field = next((each.model_fields[name] for each in models if name in each.model_fields), None)
        titles.append(title_of(name, field))
        models = list(_models_in(field.annotation)) if field is not None else []
    return " › ".join(titles), field


def value_words(field: FieldInfo | None, value: Any) -> str:
    """A value as forms show it. A list has a line for each item, a group its fields in one line."""
    if isinstance(value, BaseModel):
        return _group(type(value), json.loads(value.model_dump_json()))
    if isinstance(value, list | tuple):
        return _items(field, value)
    if isinstance(value, dict):
        return _group(_model_for(field, value), value)
    return _plain(field, value)


def _items(field: FieldInfo | None, values: Sequence[Any]) -> str:
    if not values:
        return QCoreApplication.translate("conflicts", "none")
    if not any(isinstance(each, dict | BaseModel) for each in values):
        return QLocale().createSeparatedList([_plain(field, each) for each in values])
    lines = [value_words(field, each) for each in values[:_MANY]]
    if more := len(values) - len(lines):
        lines.append(QCoreApplication.translate("conflicts", "and %Ln more", "", more))
    return "\n".join(lines)


def _group(model: type[BaseModel] | None, plain: Mapping[str, Any]) -> str:
    """The fields that have another value than by default; what names an item stands without a title."""
    fields: Mapping[str, FieldInfo] = model.model_fields if model else {}
    parts = []
    for name in [*(each for each in fields if each in plain), *(each for each in plain if each not in fields)]:
        value, field = plain[name], fields.get(name)
        if value == _default(field):
            continue
        words = value_words(field, value).replace("\n", "; ")
        parts.append(words if name in ("text", "name") else f"{title_of(name, field)}: {words}")
    return ", ".join(parts) or QCoreApplication.translate("conflicts", "none")


def _default(field: FieldInfo | None) -> Any:
    """The default of a field as JSON has it; None for a field that is required."""
    if field is None or field.is_required():
        return None
    value = field.get_default(call_default_factory=True)
    return json.loads(value.model_dump_json()) if isinstance(value, BaseModel) else value


def _plain(field: FieldInfo | None, value: Any) -> str:
    shown = presentation_of(field) if field is not None else None
    if value is None or value == "":
        return label(shown.empty) if shown and shown.empty else QCoreApplication.translate("conflicts", "empty")
    # Before the choices: True equals 1, which may be one of them.
    if isinstance(value, bool):
        return QCoreApplication.translate("conflicts", "yes") if value else QCoreApplication.translate("conflicts", "no")
    if shown and isinstance(value, str | int) and value in shown.choices:
        return label(shown.choices[value])
    if day := _day(field, value):
        return day_text(day)
    plain = value.value if isinstance(value, Enum) else value
    return f"{plain} {label(shown.unit)}" if shown and shown.unit else str(plain)


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
