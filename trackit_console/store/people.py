"""Technicians and requestors as the configuration file has them: without ids, found again by their addresses (DB-06)."""

from __future__ import annotations

from trackit_console.domain.past_mail import KnownPeople
from trackit_console.settings.people import Requestor, Technician
from trackit_console.store.requestors import Requestors
from trackit_console.store.row_mapping import Stored
from trackit_console.store.technicians import Technicians


class People:
    """Over the repositories of both. It never commits."""

    def __init__(self, technicians: Technicians, requestors: Requestors) -> None:
        self._technicians = technicians
        self._requestors = requestors

    def technicians(self) -> list[Technician]:
        """All technicians with the addresses mapped to them, by name."""
        return [each.value for each in self._technicians.all()]

    def requestors(self) -> list[Requestor]:
        """All requestors, by name."""
        return [each.value for each in self._requestors.all()]

    def known(self) -> KnownPeople:
        """The addresses of everybody, for a question about much mail at once; a few are looked up by `people_lookups`."""
        return KnownPeople(self._technicians.addresses(), self._requestors.addresses())

    def save_technician(self, technician: Technician, by: str) -> int:
        """Adds the technician, or replaces the one with this email; answers the id."""
        stored = self._technicians.with_address(technician.email)
        if stored is None:
            return self._technicians.add(technician, by).id
        if not stored.holds(technician):
            self._technicians.save(Stored(stored.id, stored.version, technician), by)
        return stored.id

    def save_requestor(self, requestor: Requestor, by: str) -> int:
        """Adds the requestor, or replaces the one with this email; answers the id."""
        stored = self._requestors.with_address(requestor.email)
        if stored is None:
            return self._requestors.add(requestor, by).id
        if not stored.holds(requestor):
            self._requestors.save(Stored(stored.id, stored.version, requestor), by)
        return stored.id
