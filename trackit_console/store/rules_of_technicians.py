"""The business rules whose actions name a technician by an address (NOT-03)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from trackit_console.domain.addresses import address_key
from trackit_console.store.definition_json import json_object
from trackit_console.store.tables import BusinessRuleRow


def rules_naming(session: Session, addresses: Collection[str]) -> tuple[str, ...]:
    """The names of the rules that name one of these keys of addresses, in the order of the rules."""
    asked = select(BusinessRuleRow.name, BusinessRuleRow.definition).order_by(BusinessRuleRow.position)
    return tuple(name for name, text in session.execute(asked) if any(_places_naming(json_object(text), addresses)))


def rename_in_rules(session: Session, addresses: Collection[str], after: str) -> bool:
    """Names `after` where a rule names one of these keys of addresses; answers whether one does."""
    renamed = False
    for number, text in session.execute(select(BusinessRuleRow.id, BusinessRuleRow.definition)).all() if addresses else ():
        plain = json_object(text)
        places = list(_places_naming(plain, addresses))
        for each in places:
            each["technician"] = after
        if places:
            # The version counts: a form that was filled before would bring the old address back.
            changed = {"definition": json.dumps(plain, ensure_ascii=False), "version": BusinessRuleRow.version + 1}
            session.execute(update(BusinessRuleRow).where(BusinessRuleRow.id == number).values(**changed))
            renamed = True
    return renamed


def _places_naming(plain: dict[str, Any], addresses: Collection[str]) -> Iterator[dict[str, Any]]:
    """The actions of a rule, valid or not, that name one of the technicians."""
    actions = plain.get("actions")
    for each in actions if isinstance(actions, list) else ():
        named = each.get("technician") if isinstance(each, dict) else None
        if isinstance(named, str) and named and address_key(named) in addresses:
            yield each
