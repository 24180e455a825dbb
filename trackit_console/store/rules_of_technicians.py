"""The business rules whose actions name a technician by an address (NOT-03)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trackit_console.domain.addresses import address_key
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.store.audit import AuditedChange
from trackit_console.store.changed_definitions import change_definitions
from trackit_console.store.definition_json import json_object
from trackit_console.store.tables import BusinessRuleRow


def rules_naming(session: Session, addresses: Collection[str]) -> tuple[str, ...]:
    """The names of the rules that name one of these keys of addresses, in the order of the rules."""
    asked = select(BusinessRuleRow.name, BusinessRuleRow.definition).order_by(BusinessRuleRow.position)
    return tuple(name for name, text in session.execute(asked) if any(_places_naming(json_object(text), addresses)))


def rename_in_rules(session: Session, addresses: Collection[str], after: str) -> list[AuditedChange]:
    """Names `after` where a rule names one of these keys of addresses; answers the rules that it changed."""

    def rename(plain: dict[str, Any]) -> bool:
        places = list(_places_naming(plain, addresses))
        for each in places:
            each["technician"] = after
        return bool(places)

    return change_definitions(session, BusinessRuleRow, BusinessRule, rename) if addresses else []


def _places_naming(plain: dict[str, Any], addresses: Collection[str]) -> Iterator[dict[str, Any]]:
    """The actions of a rule, valid or not, that name one of the technicians."""
    actions = plain.get("actions")
    for each in actions if isinstance(actions, list) else ():
        named = each.get("technician") if isinstance(each, dict) else None
        if isinstance(named, str) and named and address_key(named) in addresses:
            yield each
