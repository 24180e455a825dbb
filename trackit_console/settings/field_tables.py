"""Tables of fields from the models: for scripts with every value, for admins with what to enter. `reference` says which page has which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from trackit_console.settings.field_types import is_secret
from trackit_console.settings.limits import IntRange, limits_of
from trackit_console.settings.presentation import presentation_of

Models = Sequence[type[BaseModel]]


def field_table(models: Models, *, at_once: bool = False) -> str:
    """The table for scripts: name, label, values, default and meaning of all fields, and the types that have them.

    `at_once`: all of them take effect without a restart, which the page says once.
    """
    with_types = len(models) > 1
    heading = ["Field", "Label", "Values", "Default", *(["Types"] if with_types else []), "Meaning"]
    rows = []
    for name, field, owners in _fields(models):
        types = "" if len(owners) == len(models) else ", ".join(f"`{_type(each)}`" for each in owners)
        shown = [f"`{name}`", field.title or "", _values(field), _default(field)]
        meaning = _words(field) if at_once else _meaning(field)
        rows.append([*shown, *([types] if with_types else []), meaning])
    return _table(heading, rows)


def help_table(
    models: Models, wanted: Callable[[str, FieldInfo], bool] = lambda _name, _field: True, *, at_once: bool = False
) -> str:
    """The table for admins: label and meaning of the `wanted` fields. `at_once`: the page says that none of them needs a restart."""
    words = _words if at_once else _meaning
    rows = [[field.title or "", words(field)] for name, field, _owners in _fields(models) if wanted(name, field)]
    return _table(["Field", "What to enter"], rows)


def _fields(models: Models) -> Iterable[tuple[str, FieldInfo, list[type[BaseModel]]]]:
    """Each field with a title and the models that have it; a field with two meanings or defaults is listed twice."""
    names = dict.fromkeys(name for model in models for name in model.model_fields)
    for name in names:
        owners: dict[tuple[str | None, str], list[type[BaseModel]]] = {}
        for model in models:
            if name in model.model_fields:
                field = model.model_fields[name]
                owners.setdefault((field.description, _default(field)), []).append(model)
        for each in owners.values():
            if (field := each[0].model_fields[name]).title:
                yield name, field, each


def _type(model: type[BaseModel]) -> str:
    discriminator = model.model_fields.get("type") or model.model_fields["authentication"]
    return str(discriminator.default)


def _values(field: FieldInfo) -> str:
    shown, limits = presentation_of(field), limits_of(field)
    kinds = (field.annotation, *get_args(field.annotation))
    if shown.choices:
        allowed = _allowed(field.annotation)
        return ", ".join(f"`{_written(each)}`" for each in shown.choices if not allowed or each in allowed)
    if is_secret(field):
        return "secret"
    if isinstance(limits, IntRange):
        return f"{limits.least}–{limits.most} {shown.unit}".strip()
    for kind, words in ((bool, "`true`, `false`"), (date, "date")):
        if kind in kinds:
            return words
    if str(field.annotation).startswith("list"):
        return "list"
    return "group" if any(isinstance(each, type) and issubclass(each, BaseModel) for each in kinds) else "text"


def _allowed(annotation: Any) -> set[Any]:
    """The values of the `Literal` in a type; none if there is none."""
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    return {value for each in get_args(annotation) for value in _allowed(each)}


def _default(field: FieldInfo) -> str:
    if words := presentation_of(field).default:
        return words
    if field.is_required():
        return "required"
    if field.default_factory is not None:
        return _made(field.get_default(call_default_factory=True))
    return "" if field.default in (None, "") else f"`{_written(field.default)}`"


def _made(value: Any) -> str:
    """What a default that is made anew each time looks like."""
    if isinstance(value, BaseModel):
        given = value.model_dump(exclude_defaults=True)
        return ", ".join(f"`{name}: {_written(each)}`" for name, each in given.items()) or "its own defaults"
    if not value:
        return "empty"
    return ", ".join(f"`{each}`" for each in value) if all(isinstance(each, str) for each in value) else "as delivered"


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(int(value)) if isinstance(value, int) else str(value)


def _meaning(field: FieldInfo) -> str:
    return _words(field) if presentation_of(field).restart else f"{_words(field)} Needs no restart."


def _words(field: FieldInfo) -> str:
    shown = presentation_of(field)
    empty = f" Empty: {shown.empty}." if shown.empty else ""
    zero = f" 0: {shown.zero[0].lower()}{shown.zero[1:]}." if shown.zero else ""
    return f"{field.description or ''}{empty}{zero}".strip()


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "".join("|" + "|".join(f" {_cell(each)} " if each else " " for each in line) + "|\n" for line in lines)


def _cell(words: str) -> str:
    return words.replace("\\", "\\\\").replace("|", "\\|")
