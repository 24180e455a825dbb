"""The JSON in which definitions are kept: read with whatever is wrong in it, never raising. `definitions` has the rows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.validation import Finding

Definition = TypeVar("Definition", bound=BaseModel)


def read_definition(
    model: type[Definition], text: str, name: str | None = None, discriminators: Iterable[str] = ()
) -> tuple[Definition, tuple[Finding, ...]]:
    """What a JSON definition says, and what today's rules refuse in it: that is shown, corrected and not used.

    `name` is that of the row, which is unique; it counts where the JSON has another. Without one, the model has no name.
    `discriminators` are those of the unions in the model, as in `findings`.
    """
    try:
        value = model.model_validate_json(text)
    except ValidationError as error:
        plain = json_object(text)
        if name is None or not plain or plain.get("name") == name:
            return _as_it_stands(model, {**plain, **_named(name)}), tuple(findings(error, discriminators))
        # The row has the name that is missing or wrong in the JSON: is anything else wrong?
        return read_definition(model, json.dumps({**plain, **_named(name)}), name, discriminators)
    if name is not None and getattr(value, "name", None) != name:
        value = value.model_copy(update={"name": name})
    return value, ()


def _named(name: str | None) -> dict[str, str]:
    return {} if name is None else {"name": name}


def write_definition(value: BaseModel) -> str:
    """The JSON of a definition."""
    return json.dumps(value.model_dump(mode="json"), ensure_ascii=False)


def json_object(text: str) -> dict[str, Any]:
    """The fields in a definition; none if it is not JSON at all, or not an object."""
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError):  # RecursionError: nested too deep
        return {}
    return plain if isinstance(plain, dict) else {}


def _as_it_stands(model: type[Definition], plain: dict[str, Any]) -> Definition:
    """Each field that is right by itself as its type, each wrong one as it is written, None for one that is missing."""
    missing = {name: None for name, field in model.model_fields.items() if field.is_required()}
    given = {name: _typed(model, name, plain[name]) for name in model.model_fields if name in plain}
    return model.model_construct(**{**missing, **given})


def _typed(model: type[BaseModel], name: str, value: Any) -> Any:
    declared: Any = Annotated[model.model_fields[name].annotation, model.model_fields[name]]
    adapter: TypeAdapter[Any] = TypeAdapter(declared)
    try:
        return adapter.validate_json(json.dumps(value), strict=True)
    except ValidationError:
        return value
