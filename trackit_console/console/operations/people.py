"""People as their page lists them: with the marks of addresses from which mail came back (MSG-09, DB-04)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from trackit_console.console.operations.kept_objects import KeptObjects
from trackit_console.console.operations.listing import Listing
from trackit_console.domain.audit import Audited

if TYPE_CHECKING:
    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.console.operations.listed_people import ListedPerson
    from trackit_console.store.kept_objects import Repository
    from trackit_console.store.row_mapping import Stored
    from trackit_console.store.transaction import Transaction
    from trackit_console.store.undeliverable_addresses import UndeliverableMark

Value = TypeVar("Value")


class KeptPeople(KeptObjects[Value]):
    """The operations on requestors, or on technicians; the audit calls them `audited`."""

    def __init__(
        self,
        connection: DatabaseConnection,
        model_name: str,
        repository: Callable[[Transaction], Repository[Value]],
        audited: Audited,
    ) -> None:
        super().__init__(connection, model_name, repository)
        self._audited = audited

    def page(self, search: str, limit: int) -> Listing[Stored[Value]]:
        """As for other objects; the rows are `ListedPerson`s."""
        with self._connection.database.reading() as transaction:
            people = self._repository(transaction)
            found = people.page(search, limit)
            addresses = {each.id: _addresses(each.value) for each in found}
            marks = transaction.undeliverable_addresses.of([each for of_one in addresses.values() for each in of_one])
            rows = [_listed(each, [marks[key] for key in addresses[each.id] if key in marks]) for each in found]
            return Listing(rows, people.count(search))

    def clear_marks(self, person: ListedPerson) -> None:
        """Takes away the marks that are shown of a person."""
        with self._connection.database.begin() as transaction:
            for each in person.marks:
                transaction.undeliverable_addresses.clear(each.address, self._audited, self._connection.actor)


def _addresses(person: Any) -> Sequence[str]:
    """The keys of a person's addresses."""
    from trackit_console.domain.addresses import address_key

    return list(dict.fromkeys(map(address_key, (person.email, *getattr(person, "mapped_addresses", ())))))


def _listed(stored: Stored[Any], marks: Sequence[UndeliverableMark]) -> ListedPerson:
    from trackit_console.console.operations.listed_people import ListedPerson

    latest_first = tuple(sorted(marks, key=lambda each: each.at, reverse=True))
    return ListedPerson(stored.id, stored.version, stored.value, stored.findings, latest_first)
