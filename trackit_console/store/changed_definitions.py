"""Definitions of any kind that change because something that they name has another name now (NOT-01, NOT-03)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from trackit_console.store.audit import AuditedChange
from trackit_console.store.definition_json import json_object, read_definition
from trackit_console.store.tables import DefinitionRow


def change_definitions(
    session: Session, table: type[DefinitionRow], model: type[BaseModel], change: Callable[[dict[str, Any]], bool]
) -> list[AuditedChange]:
    """Keeps the definitions that `change` has changed, as it answers for each, valid or not; answers them for the audit."""
    changes: list[AuditedChange] = []
    # All rows before the first UPDATE: SQL Server's driver takes no statement beside a result that is not read.
    for number, name, before in session.execute(select(table.id, table.name, table.definition)).all():
        plain = json_object(before)
        if change(plain):
            after = json.dumps(plain, ensure_ascii=False)
            # The version counts: a form that was filled before would bring the old name back.
            changed = update(table).where(table.id == number).values(definition=after, version=table.version + 1)
            session.execute(changed)
            changes.append((name, read_definition(model, before, name)[0], read_definition(model, after, name)[0]))
    return changes
