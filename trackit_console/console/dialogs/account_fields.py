"""What both dialogs for accounts do with the fields that they share: which stay when they are not seen or typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from trackit_console.console.form_binding import kept

OTHER_CLOUD = {"sign_in_url", "graph_url"}


def shown_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` without the addresses of another cloud where a known one is chosen: nobody sees them then."""
    hidden = OTHER_CLOUD & values.keys() if values.get("cloud") != "other" else set()
    return {**values, **dict.fromkeys(hidden)}


def kept_account(model: type[BaseModel], stored: BaseModel | None, typed: Mapping[str, Any]) -> dict[str, Any]:
    """As `form_binding.kept`, but of client secret and certificate only the one that the form shows (IN-17).

    A stored secret cannot be cleared by hand: it goes when a certificate file is entered, and the password of a
    certificate goes with its file.
    """
    gone = "client_secret" if typed.get("certificate_file") else "certificate_password"
    return {name: value for name, value in kept(model, stored, typed).items() if name != gone}
