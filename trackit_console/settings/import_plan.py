"""What importing a configuration file would do, as plain values: for each thing in it and each of its fields (DB-06)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from pydantic.fields import FieldInfo


class ItemState(Enum):
    """What the import would do with one thing of the file."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"


class SecretState(Enum):
    """What stands in a plan for a secret."""

    STORED = "stored"
    FROM_FILE = "from_file"


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A field that would change. `path` is that of the file; `fields` declare it and what encloses it, the outermost first."""

    path: str
    before: Any
    after: Any
    fields: tuple[FieldInfo, ...] = field(compare=False, default=())


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """One mailbox, person, rule … of the file, or a part that is one thing, which has no `name`."""

    part: str
    name: str
    state: ItemState
    changes: tuple[PlannedChange, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Everything in the file, in its order, and the parts whose order would become another one."""

    items: tuple[PlannedItem, ...]
    reordered: tuple[str, ...] = ()

    def count(self, state: ItemState) -> int:
        """How many things are in this state."""
        return sum(each.state is state for each in self.items)

    @property
    def changes_something(self) -> bool:
        """Whether the import would do anything."""
        return bool(self.reordered) or any(each.state is not ItemState.SAME for each in self.items)
