"""Plans the import of a configuration file: what would be added, changed field by field, left as it is (DB-06).

A pure function over what is set and what the file says. It finds again what `store.config_import` finds again: by name or by
address. A secret is never part of a plan, only that there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from trackit_console.domain.addresses import address_key
from trackit_console.settings.configuration import DEFINITION_PARTS, Configuration
from trackit_console.settings.configuration_parts import PART_TITLES
from trackit_console.settings.definition_names import definition_key
from trackit_console.settings.import_plan import ImportPlan, ItemState, PlannedChange, PlannedItem, SecretState
from trackit_console.settings.people_checks import found_again, template_key
from trackit_console.settings.stored_secret import StoredSecret


def plan_import(current: Configuration, wanted: Configuration) -> ImportPlan:
    """What importing `wanted` would do to `current`."""
    items: list[PlannedItem] = []
    reordered = []
    for part in PART_TITLES:
        new, old = getattr(wanted, part), getattr(current, part)
        if new is None:
            continue
        if part not in _FIND and part != "technicians":
            items.append(_planned(part, "", old, new))
            continue
        before = _found_again(part, old or (), new)
        items += [_planned(part, _name(each), known, each) for each, known in zip(new, before, strict=True)]
        if part in DEFINITION_PARTS and _reorders(part, old or (), new):
            reordered.append(part)
    return ImportPlan(tuple(items), tuple(reordered))


_FIND: dict[str, Callable[[Any], str]] = {
    "mailboxes": lambda mailbox: str(mailbox.title.casefold()),
    "requestors": lambda requestor: address_key(requestor.email),
    "ticket_templates": lambda template: template_key(template.name),
    **dict.fromkeys(DEFINITION_PARTS, lambda definition: definition_key(definition.name)),
}
"""By what a thing of the file is found again among what is set. Technicians have several addresses: `found_again`."""


def _found_again(part: str, old: Sequence[Any], new: Sequence[Any]) -> list[Any]:
    """What each of `new` changes; None where it is added."""
    if part == "technicians":
        return [None if place is None else old[place] for place in found_again(old, new)]
    known = {_FIND[part](each): each for each in old}
    return [known.get(_FIND[part](each)) for each in new]


def _name(value: Any) -> str:
    return str(getattr(value, "title", None) or value.name)


def _reorders(part: str, old: Sequence[Any], new: Sequence[Any]) -> bool:
    before = [_FIND[part](each) for each in old]
    wanted = dict.fromkeys(_FIND[part](each) for each in new)
    after = [each for each in (*wanted, *before) if each in before]
    return list(dict.fromkeys(after)) != before


def _planned(part: str, name: str, old: Any, new: Any) -> PlannedItem:
    declared = Configuration.model_fields[part]
    if isinstance(new, BaseModel):
        changes = tuple(_changes(old, new))
    else:
        changes = () if old == new else (PlannedChange(part, old, new, (declared,)),)
    if old is None:
        return PlannedItem(part, name, ItemState.ADDED, changes)
    return PlannedItem(part, name, ItemState.CHANGED if changes else ItemState.SAME, changes)


def _changes(
    old: BaseModel | None, new: BaseModel, prefix: str = "", outer: tuple[FieldInfo, ...] = ()
) -> Iterator[PlannedChange]:
    """The fields that differ; of something new, those that are not as they would be anyway."""
    declared = {**(type(old).model_fields if old is not None else {}), **type(new).model_fields}
    for name, info in declared.items():
        before = getattr(old, name, None) if old is not None else info.get_default(call_default_factory=True, validated_data={})
        after, path, fields = getattr(new, name, None), f"{prefix}{name}", (*outer, info)
        if isinstance(before, SecretStr) or isinstance(after, SecretStr):
            yield from _secret_change(path, before, after, _is_kept(name, new), fields)
        elif isinstance(after, BaseModel) and isinstance(before, BaseModel | None):
            yield from _changes(before, after, f"{path}.", fields)
        elif before != after and not (old is None and after is None):
            yield PlannedChange(path, before if old is not None else None, after, fields)


def _is_kept(name: str, new: BaseModel) -> bool:
    """Whether a stored secret stays that the file does not have: unless the file chose a certificate instead, or another type."""
    return name in type(new).model_fields and not (name == "client_secret" and getattr(new, "certificate_file", None))


def _secret_change(path: str, before: Any, after: Any, kept: bool, fields: tuple[FieldInfo, ...]) -> Iterator[PlannedChange]:
    had = SecretState.STORED if isinstance(before, SecretStr) else None
    if isinstance(after, SecretStr) and not isinstance(after, StoredSecret):
        yield PlannedChange(path, had, SecretState.FROM_FILE, fields)
    elif after is None and had and not kept:
        yield PlannedChange(path, had, None, fields)
