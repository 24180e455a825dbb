"""What pages do with definitions: as with other kept objects, and their order (DB-04)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from trackit_console.console.operations.kept_objects import KeptObjects

if TYPE_CHECKING:
    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.store.definitions import Definitions
    from trackit_console.store.row_mapping import Stored
    from trackit_console.store.transaction import Transaction

Definition = TypeVar("Definition")


class KeptDefinitions(KeptObjects[Definition]):
    """The operations on one kind of definition; each is one transaction."""

    def __init__(
        self,
        connection: DatabaseConnection,
        model_name: str,
        repository: Callable[[Transaction], Definitions[Any]],
        module: str,
    ) -> None:
        super().__init__(connection, model_name, repository, module)
        self._definitions = repository

    def all(self) -> list[Stored[Definition]]:
        """Every object, in its order."""
        with self._connection.database.reading() as transaction:
            return self._definitions(transaction).all()

    def reorder(self, ids: Sequence[int], seen: Sequence[int]) -> None:
        """Puts the objects into this order; raises `Conflict` when it is not the order of `seen` any more."""
        with self._connection.database.begin() as transaction:
            self._definitions(transaction).reorder(ids, seen, self._connection.actor)

    def add_all(self, values: Sequence[Definition]) -> int:
        """Adds those whose name is free, as **Add the defaults** does; answers how many."""
        with self._connection.database.begin() as transaction:
            definitions = self._definitions(transaction)
            new = [each for each in values if definitions.named(each.name) is None]  # type: ignore[attr-defined] # all have a name
            definitions.add_all(new, self._connection.actor)
            return len(new)
