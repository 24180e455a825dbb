"""What the repositories of people and of ticket templates have in common: lists that admins search, edit and import (DB-04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from trackit_console.settings.validation import Finding
from trackit_console.store.row_mapping import Stored

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Uses:
    """What depends on an object. Admins are told before they delete it.

    `notes` are those that would be deleted with it; `mailboxes` are titles; `alert_ticket` is the ticket about a refused sign-in;
    `definitions` are the names of notifications, rules and service levels.
    """

    records: int = 0
    notes: int = 0
    mailboxes: tuple[str, ...] = ()
    alert_ticket: bool = False
    definitions: tuple[str, ...] = ()

    @property
    def in_settings(self) -> bool:
        """Whether other settings name it."""
        return bool(self.mailboxes or self.definitions) or self.alert_ticket


class Repository(Protocol[Value]):
    """Objects of one kind with ids and versions. It never commits.

    `save` and `delete` raise `Conflict`, holding the object as it is now, None when it is deleted. What `findings` tells must
    be asked before `add` and `save`, in the same transaction: they raise `UniqueTaken` for it.
    """

    def page(self, search: str = "", limit: int = 200, offset: int = 0) -> list[Stored[Value]]:
        """The objects with `search` in their names or addresses, by name."""
        ...

    def count(self, search: str = "") -> int:
        """How many objects match `search`."""
        ...

    def all(self) -> list[Stored[Value]]:
        """Every object, by name."""
        ...

    def findings(self, value: Value, own_id: int | None) -> list[Finding]:
        """What of `value` another object has already; `own_id` is that of the object that it replaces."""
        ...

    def add(self, value: Value, by: str) -> Stored[Value]:
        """Keeps a new object."""
        ...

    def save(self, changed: Stored[Value], by: str) -> Stored[Value]:
        """Keeps a changed object."""
        ...

    def delete(self, stored: Stored[Value], by: str) -> None:
        """Deletes an object."""
        ...

    def uses(self, object_id: int) -> Uses:
        """What depends on the object with this id."""
        ...

    def add_all(self, values: Sequence[Value], by: str) -> None:
        """As `add`, for many."""
        ...

    def save_all(self, changed: Sequence[Stored[Value]], by: str) -> None:
        """As `save`, for many."""
        ...
