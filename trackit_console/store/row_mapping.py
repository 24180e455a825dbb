"""Between settings objects and rows: columns are fields by name, secrets are sealed on the way in (SEC-02)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError

from trackit_console.settings.field_types import is_secret
from trackit_console.settings.validation import Finding, finding, findings
from trackit_console.store.errors import WrongKey
from trackit_console.store.secrets import SecretBox
from trackit_console.store.tables import Base

T = TypeVar("T")
MASK = "********"


@dataclass(frozen=True, slots=True)
class Stored(Generic[T]):
    """A settings object with its id and the version it was read at (optimistic locking, DB-04).

    `findings` tells what today's rules refuse in a row that was changed by hand or by an older version. `value` holds the
    row all the same, so that it can be shown and corrected, but nothing may work with it.
    """

    id: int
    version: int
    value: T
    findings: tuple[Finding, ...] = ()


def columns_of(value: BaseModel, table: type[Base], box: SecretBox) -> dict[str, Any]:
    """The columns of `table` that `value` fills; columns of other types become NULL."""
    names = {name for name in table.__mapper__.columns.keys() if name not in ("id", "version", "deleted_at")}  # noqa: SIM118 - not a dict
    held = {name: _plain(name, getattr(value, name), table, box) for name in type(value).model_fields if name in names}
    return dict.fromkeys(names) | held


def _plain(name: str, value: Any, table: type[Base], box: SecretBox) -> Any:
    if isinstance(value, SecretStr):
        return box.seal(value.get_secret_value(), _place(table, name))
    return int(value) if isinstance(value, IntEnum) else value


def fields_of(row: Base, model: type[BaseModel], box: SecretBox) -> dict[str, Any]:
    """The fields of `model` that `row` holds, secrets opened; raises `WrongKey`."""
    return {
        name: _opened(name, getattr(row, name), type(row), box) if is_secret(field) else getattr(row, name)
        for name, field in model.model_fields.items()
        if hasattr(row, name)
    }


def readable_fields(row: Base, model: type[BaseModel], box: SecretBox) -> tuple[dict[str, Any], list[Finding]]:
    """As `fields_of`; a secret that cannot be opened is left out and told, so that it harms this row alone."""
    found: list[Finding] = []
    fields: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if hasattr(row, name):
            try:
                fields[name] = _opened(name, getattr(row, name), type(row), box) if is_secret(field) else getattr(row, name)
            except WrongKey:
                fields[name] = None
                found.append(finding(name, "secret_unreadable"))
    return fields, found


def validated_row(row: Base, model: type[BaseModel], box: SecretBox, **more: Any) -> tuple[Any, tuple[Finding, ...]]:
    """The settings object of a row, and what is wrong with it; `more` are fields that are kept elsewhere."""
    fields, found = readable_fields(row, model, box)
    fields |= more
    try:
        value = model.model_validate(fields)
    except ValidationError as error:
        found += findings(error)
        # Every field as it stands in the row: the defaults of the model would hide what is wrong.
        value = model.model_construct(**fields)
    return value, tuple(found)


def _opened(name: str, sealed: str | None, table: type[Base], box: SecretBox) -> SecretStr | None:
    return None if sealed is None else SecretStr(box.open(sealed, _place(table, name)))


def _place(table: type[Base], name: str) -> str:
    return f"{table.__tablename__}.{name}"


def masked(value: BaseModel) -> str:
    """`value` as JSON for the audit: that a secret is set is told, the secret is not."""
    plain = value.model_dump(mode="json")
    for name in type(value).model_fields:
        if isinstance(getattr(value, name), SecretStr):
            plain[name] = MASK
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)
