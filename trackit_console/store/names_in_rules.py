"""Where business rules name objects that get another name (NOT-03).

Their conditions are here: they compare with the names of mailboxes, ticket templates and technicians. Their actions are in
`rules_of_technicians`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.definition_names import definition_key
from trackit_console.store.audit import AuditedChange
from trackit_console.store.changed_definitions import change_definitions
from trackit_console.store.tables import BusinessRuleRow

WHOLE_NAME = ("is", "is_not")
"""The comparisons with a whole name. A part of a name may be meant for others as well, so it stays."""


def rename_in_conditions(session: Session, field: str, before: str, after: str) -> list[AuditedChange]:
    """Names `after` where a condition about `field` compares with the name `before`; answers the rules that it changed."""
    if before == after:
        return []
    return change_definitions(
        session, BusinessRuleRow, BusinessRule, lambda plain: _rename(plain, field, definition_key(before), after)
    )


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
