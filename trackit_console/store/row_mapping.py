"""Between settings objects and rows: columns are fields by name, secrets are sealed on the way in (SEC-02).

On the way out a secret stays sealed and is represented by a `StoredSecret`, unless it is asked for with `secrets=True`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError

from trackit_console.settings.field_types import is_secret
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.stored_secret import StoredSecret
from trackit_console.settings.validation import Finding, finding
from trackit_console.store.key_errors import WrongKey
from trackit_console.store.secrets import Secrets
from trackit_console.store.tables import Base

T = TypeVar("T")
Model = TypeVar("Model", bound=BaseModel)


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

    def holds(self, value: object) -> bool:
        """Whether `value` is stored already, with nothing to correct in it: then there is nothing to save."""
        return self.value == value and not self.findings


def columns_of(value: BaseModel, table: type[Base], box: Secrets) -> dict[str, Any]:
    """The columns of `table` that `value` fills; columns of other types become NULL, that of a `StoredSecret` is left out."""
    names = {name for name in table.__mapper__.columns.keys() if name not in ("id", "version", "deleted_at")}  # noqa: SIM118 - not a dict
    held = {name: getattr(value, name) for name in type(value).model_fields if name in names}
    sealed = set(stored_secrets(value))
    plain = {name: _plain(name, each, table, box) for name, each in held.items() if name not in sealed}
    # NULL, not left out: after a change of type the columns of the old type must not stay behind.
    return dict.fromkeys(names - sealed) | plain


def _plain(name: str, value: Any, table: type[Base], box: Secrets) -> Any:
    if isinstance(value, SecretStr):
        return box.seal(value.get_secret_value(), _place(table, name))
    return int(value) if isinstance(value, IntEnum) else value


def fields_of(row: Base, model: type[BaseModel]) -> dict[str, Any]:
    """The fields of `model` that `row` holds, a `StoredSecret` in the place of each secret."""
    return {
        name: _closed(getattr(row, name)) if is_secret(field) else getattr(row, name)
        for name, field in model.model_fields.items()
        if hasattr(row, name)
    }


def _closed(sealed: str | None) -> StoredSecret | None:
    return None if sealed is None else StoredSecret(sealed)


def _open_secrets(fields: dict[str, Any], table: type[Base], box: Secrets) -> list[Finding]:
    """Opens the secrets among `fields` in place; one that cannot be opened is left out and told, so it harms this row alone."""
    found: list[Finding] = []
    for name, each in fields.items():
        if isinstance(each, StoredSecret):
            try:
                fields[name] = SecretStr(box.open(each.seal, _place(table, name)))
            except WrongKey:
                # The setting can still be shown and typed again; only signing in is impossible.
                fields[name] = None
                found.append(finding(name, "secret_unreadable"))
    return found


def stored_secrets(value: BaseModel) -> list[str]:
    """The fields of `value` whose secret is stored and was not opened."""
    return [name for name in type(value).model_fields if isinstance(getattr(value, name), StoredSecret)]


def with_secrets_of(value: Model, opened: BaseModel) -> Model:
    """`value` with the secrets of `opened` where it holds a `StoredSecret`; what was typed stays.

    A secret that could not be opened, and so is missing from `opened`, becomes None.
    """
    return value.model_copy(update={name: getattr(opened, name, None) for name in stored_secrets(value)})


def validated_row(
    row: Base, model: type[BaseModel], box: Secrets, *, secrets: bool = False, **more: Any
) -> tuple[Any, tuple[Finding, ...]]:
    """The settings object of a row, and what is wrong with it; `more` are fields that are kept elsewhere.

    `secrets` opens them, for whoever signs in with them.
    """
    fields = fields_of(row, model) | more
    found = _open_secrets(fields, type(row), box) if secrets else []
    try:
        value = model.model_validate(fields)
    except ValidationError as error:
        found += findings(error)
        # Every field as it stands in the row: the defaults of the model would hide what is wrong.
        value = model.model_construct(**fields)
    return value, tuple(found)


def _place(table: type[Base], name: str) -> str:
    return f"{table.__tablename__}.{name}"
