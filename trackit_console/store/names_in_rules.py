"""Where business rules name objects that get another name (NOT-03).

Their conditions are here: they compare with the names of mailboxes, ticket templates and technicians. Their actions are in
`rules_of_technicians`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from trackit_console.settings.definition_names import definition_key
from trackit_console.store.definition_json import json_object
from trackit_console.store.tables import BusinessRuleRow

WHOLE_NAME = ("is", "is_not")
"""The comparisons with a whole name. A part of a name may be meant for others as well, so it stays."""


def rename_in_conditions(session: Session, field: str, before: str, after: str) -> bool:
    """Names `after` where a condition about `field` compares with the name `before`; answers whether one does."""
    return before != after and change_rules(session, lambda plain: _rename(plain, field, definition_key(before), after))


def change_rules(session: Session, change: Callable[[dict[str, Any]], bool]) -> bool:
    """Keeps the rules that `change` has changed, as it answers for each, valid or not; answers whether there is one."""
    some = False
    # All rows before the first UPDATE: SQL Server's driver takes no statement beside a result that is not read.
    for number, text in session.execute(select(BusinessRuleRow.id, BusinessRuleRow.definition)).all():
        plain = json_object(text)
        if change(plain):
            # The version counts: a form that was filled before would bring the old name back.
            changed = {"definition": json.dumps(plain, ensure_ascii=False), "version": BusinessRuleRow.version + 1}
            session.execute(update(BusinessRuleRow).where(BusinessRuleRow.id == number).values(**changed))
            some = True
    return some


def _rename(plain: dict[str, Any], field: str, before: str, after: str) -> bool:
    conditions = plain.get("conditions")
    naming = [
        each
        for each in (conditions if isinstance(conditions, list) else ())
        if isinstance(each, dict)
        and (each.get("field"), each.get("operator") in WHOLE_NAME) == (field, True)
        and definition_key(str(each.get("value") or "")) == before
    ]
    for each in naming:
        each["value"] = after
    return bool(naming)
