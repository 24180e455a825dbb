"""Rules that both account dialogs share: which stored fields are kept when they are hidden or left empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from trackit_console.settings.field_types import is_secret

OTHER_CLOUD = {"sign_in_url", "graph_url"}


def shown_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` without the addresses of a custom cloud when a known cloud is chosen, since these fields are hidden then."""
    hidden = OTHER_CLOUD & values.keys() if values.get("cloud") != "other" else set()
    return {**values, **dict.fromkeys(hidden)}


def kept(model: type[BaseModel], stored: BaseModel | None, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `stored` that a form keeps: secrets that were not typed again (IN-12) and fields without an editor.

    If `stored` is of another type than `model`, only the fields that both have.
    """
    if stored is None:
        return {}
    common = {name: field for name, field in model.model_fields.items() if name in type(stored).model_fields}
    untouched = [name for name, field in common.items() if (typed.get(name) is None if is_secret(field) else name not in typed)]
    return {name: getattr(stored, name) for name in untouched}


def kept_account(model: type[BaseModel], stored: BaseModel | None, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Like `kept`, but keeps only one credential: client secret or certificate (IN-17).

    A stored secret cannot be cleared in the form. It is dropped when a certificate file is entered, and the password of
    a certificate is dropped with its file.
    """
    dropped = "client_secret" if typed.get("certificate_file") else "certificate_password"
    return {name: value for name, value in kept(model, stored, typed).items() if name != dropped}
