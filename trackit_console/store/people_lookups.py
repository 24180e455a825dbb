"""Finds people for a decision: by the keys of their addresses, and by name (MSG-03, MSG-05)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, literal_column, null, select

from trackit_console.domain.directory import name_key
from trackit_console.domain.records import Person
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import RequestorRow, TechnicianAddressRow, TechnicianRow, UndeliverableAddressRow

# The row of a deleted technician stays for the notes that name it.
ASSIGNABLE_TECHNICIANS = select(TechnicianRow.id, TechnicianRow.name, TechnicianRow.email).where(
    TechnicianRow.deleted_at.is_(None)
)


def people_by_address(connection: Connection, addresses: Collection[str]) -> tuple[dict[str, Person], dict[str, Person]]:
    """The technicians and the requestors with these keys of addresses."""
    return technicians_at(connection, addresses), requestors_at(connection, addresses)


def technicians_at(connection: Connection, addresses: Collection[str]) -> dict[str, Person]:
    """The technicians with these keys of addresses."""
    asked = select(TechnicianAddressRow.address, TechnicianRow.id, TechnicianRow.name, TechnicianRow.email).join(
        TechnicianRow, TechnicianRow.id == TechnicianAddressRow.technician_id
    )
    rows = (
        row for part in in_parts(addresses) for row in connection.execute(asked.where(TechnicianAddressRow.address.in_(part)))
    )
    return _people(rows)


def technicians_by_name(connection: Connection, names: Collection[str]) -> dict[str, tuple[Person, ...]]:
    """The technicians with these keys of names. Compared here and not by the database: what SQLite and SQL Server take for the same letter differs."""
    found: dict[str, tuple[Person, ...]] = {}
    asked = ASSIGNABLE_TECHNICIANS.order_by(TechnicianRow.id)
    for row in connection.execute(asked) if names else ():
        if (key := name_key(row.name)) in names:
            found[key] = (*found.get(key, ()), Person(row.id, row.name, row.email))
    return found


def requestors_at(connection: Connection, addresses: Collection[str]) -> dict[str, Person]:
    """The requestors with these keys of addresses."""
    asked = select(RequestorRow.address, RequestorRow.id, RequestorRow.name, RequestorRow.email)
    return _people(row for part in in_parts(addresses) for row in connection.execute(asked.where(RequestorRow.address.in_(part))))


def requestors_and_marks(connection: Connection, addresses: Collection[str]) -> tuple[dict[str, Person], frozenset[str]]:
    """Requestors, and the addresses from which mail of ours came back: one statement, since every batch asks for both."""
    requestors, marked = [], set()
    people = select(RequestorRow.address, RequestorRow.id, RequestorRow.name, RequestorRow.email)
    marks: Any = select(UndeliverableAddressRow.address, null(), literal_column("''"), literal_column("''"))
    for part in in_parts(addresses):
        both = people.where(RequestorRow.address.in_(part)).union_all(marks.where(UndeliverableAddressRow.address.in_(part)))
        for row in connection.execute(both):
            if row.id is None:
                marked.add(row.address)
            else:
                requestors.append(row)
    return _people(requestors), frozenset(marked)


def _people(rows: Iterable[Any]) -> dict[str, Person]:
    return {row.address: Person(row.id, row.name, row.email) for row in rows}
