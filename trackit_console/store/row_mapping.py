"""Between settings objects and rows: columns are fields by name, secrets are sealed on the way in (SEC-02)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, SecretStr

from trackit_console.settings.field_types import is_secret
from trackit_console.store.secrets import SecretBox
from trackit_console.store.tables import Base

T = TypeVar("T")
MASK = "********"


@dataclass(frozen=True, slots=True)
class Stored(Generic[T]):
    """A settings object with its id and the version it was read at (optimistic locking, DB-04)."""

    id: int
    version: int
    value: T


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
