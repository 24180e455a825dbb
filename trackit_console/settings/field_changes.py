"""What differs between two states of a settings object, field by field, as the audit keeps them: JSON with secrets masked (DB-04).

Pure functions over plain JSON values. Whether a change can be taken back is in `rollback`.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MASK = "********"
"""Stands for a secret that is set."""
NEW_MASK = "******** (new)"
"""Stands for a secret that was typed anew: by the mask alone it would look unchanged."""
IDENTITIES = ("text", "name")
"""The fields by which an item of a list is recognized although another of its fields was changed."""


@dataclass(frozen=True, slots=True)
class ItemChanges:
    """How a list changed. `changed` are pairs of before and after; `reordered`: the items that stayed have another order."""

    added: tuple[Any, ...] = ()
    removed: tuple[Any, ...] = ()
    changed: tuple[tuple[Any, Any], ...] = ()
    reordered: bool = False


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that changed. `path` is its name, for a field within a group after the name of the group.

    `before` and `after` are JSON values, None for an empty field. `items` tells what happened to a list.
    """

    path: tuple[str, ...]
    before: Any
    after: Any
    items: ItemChanges | None = None

    @property
    def field(self) -> str:
        """The path as one name, such as `schedule.time`."""
        return ".".join(self.path)

    @property
    def secret(self) -> bool:
        """Whether the field holds a secret: then it is told that it changed, and never to what."""
        return is_mask(self.before) or is_mask(self.after)

    @property
    def changed_items(self) -> ItemChanges | None:
        """The changes of a list that has other items now; None where only their order is another one, and for other fields."""
        some = self.items is not None and (self.items.added or self.items.removed or self.items.changed)
        return self.items if some else None

    @property
    def brief(self) -> tuple[Any, Any]:
        """Before and after; of a list only the items that changed."""
        if (items := self.changed_items) is None:
            return self.before, self.after
        old, new = zip(*items.changed, strict=True) if items.changed else ((), ())
        return [*items.removed, *old], [*items.added, *new]


def is_mask(value: Any) -> bool:
    """Whether `value` stands for a secret."""
    return isinstance(value, str) and value in (MASK, NEW_MASK)


def state_of(text: str | None) -> Mapping[str, Any] | None:
    """A kept state as the mapping that it is; None for none, and for what a newer version may keep there."""
    try:
        plain = json.loads(text) if text else None
    except ValueError:
        return None
    return plain if isinstance(plain, dict) else None


def field_changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[FieldChange]:
    """What changed from `before` to `after`, in the order of the fields; None where there was or is no object.

    Empty fields of an object that was added or deleted are left out.
    """
    return list(_changes((), before or {}, after or {}))


def _changes(path: tuple[str, ...], before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _changes((*path, name), old, new)
        elif isinstance(old, list) and isinstance(new, list):
            yield FieldChange((*path, name), old, new, item_changes(old, new))
        else:
            yield FieldChange((*path, name), old, new)


def item_changes(before: Sequence[Any], after: Sequence[Any]) -> ItemChanges:
    """What happened to a list: items that are the same, however often, did not change."""
    removed, added = _without(before, after), _without(after, before)
    reordered = _without(before, removed) != _without(after, added)
    pairs = _pairs(removed, added)
    changed = tuple((removed[old], added[new]) for old, new in pairs.items())
    taken = set(pairs.values())
    return ItemChanges(
        added=tuple(each for place, each in enumerate(added) if place not in taken),
        removed=tuple(each for place, each in enumerate(removed) if place not in pairs),
        changed=changed,
        reordered=reordered,
    )


def _without(items: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """The items that are not among `others`, each as often as it is there more often."""
    # Counted, not searched for: a list may have thousands of items.
    left = Counter(map(_as_text, others))
    missing = []
    for each in items:
        if left[text := _as_text(each)]:
            left[text] -= 1
        else:
            missing.append(each)
    return missing


def _pairs(removed: Sequence[Any], added: Sequence[Any]) -> dict[int, int]:
    """The places of items that stayed and have other fields now: the one in `removed`, and the one in `added`."""
    places: dict[str, deque[int]] = defaultdict(deque)
    for place, each in enumerate(added):
        if identity := _identity(each):
            places[identity].append(place)
    named = ((place, _identity(each)) for place, each in enumerate(removed))
    return {place: places[identity].popleft() for place, identity in named if places.get(identity)}


def _identity(item: Any) -> str:
    """What tells an item from the others of its list; empty where nothing does."""
    if not isinstance(item, dict):
        return ""
    return next((_as_text((name, item[name])) for name in IDENTITIES if item.get(name)), "")


def _as_text(item: Any) -> str:
    return json.dumps(item, sort_keys=True)
