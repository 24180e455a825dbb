"""Settings as JSON for the audit, their secrets masked (DB-04, SEC-02)."""

from __future__ import annotations

import json

from pydantic import BaseModel, SecretStr

from trackit_console.settings.field_changes import MASK, NEW_MASK
from trackit_console.settings.stored_secret import StoredSecret


def masked(value: BaseModel, *, tell_typed: bool = False) -> str:
    """`value` as JSON for the audit: that a secret is set is told, the secret is not.

    `tell_typed` marks a secret that was typed: it replaced another, which the mask alone would not show.
    """
    plain = value.model_dump(mode="json", warnings=False)  # a row that was changed by hand may hold anything
    for name in type(value).model_fields:
        secret = getattr(value, name)
        if isinstance(secret, SecretStr):
            plain[name] = NEW_MASK if tell_typed and not isinstance(secret, StoredSecret) else MASK
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)
