"""How addresses and records stand in the columns of the outbox."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from trackit_console.domain.records import Module, RecordRef


def addresses_of(text: str | None) -> tuple[str, ...]:
    """The addresses in a column that is a JSON list."""
    return tuple(json.loads(text)) if text else ()


def addresses_to_json(addresses: Sequence[str]) -> str | None:
    """The text that `addresses_of` reads again; None for no address."""
    return json.dumps(list(addresses), ensure_ascii=False) if addresses else None


def record_of(row: Any) -> RecordRef | None:
    """What a mail is about: `row` has `record_id`, the `module` of that record, and `requestor_id`."""
    if row.requestor_id is not None:
        return RecordRef(Module.REQUESTOR, row.requestor_id)
    return RecordRef(Module(row.module), row.record_id) if row.module else None
