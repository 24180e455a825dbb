"""The repository of technicians and requestors (MSG-03, MSG-05). What decisions know of them is read by `lookups`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trackit_console.domain.addresses import address_key
from trackit_console.domain.audit import Audited
from trackit_console.domain.past_mail import KnownPeople
from trackit_console.settings.people import Requestor, Technician
from trackit_console.store.audit import Audit
from trackit_console.store.tables import RequestorRow, TechnicianAddressRow, TechnicianRow


class People:
    """Technicians and requestors. It never commits."""

    def __init__(self, session: Session, audit: Audit, now: Callable[[], datetime]) -> None:
        self._session = session
        self._audit = audit
        self._now = now

    def technicians(self) -> list[Technician]:
        """All technicians with the addresses mapped to them, by name."""
        mapped: dict[int, list[str]] = {}
        for row in self._session.scalars(select(TechnicianAddressRow).order_by(TechnicianAddressRow.position)):
            mapped.setdefault(row.technician_id, []).append(row.written)
        rows = self._session.scalars(select(TechnicianRow).order_by(TechnicianRow.name))
        return [Technician(name=row.name, email=row.email, mapped_addresses=mapped.get(row.id, [])[1:]) for row in rows]

    def requestors(self) -> list[Requestor]:
        """All requestors, by name."""
        rows = self._session.scalars(select(RequestorRow).order_by(RequestorRow.name, RequestorRow.id))
        return [_requestor(row) for row in rows]

    def known(self) -> KnownPeople:
        """The addresses of everybody, for a question about much mail at once; a few are looked up by `lookups`."""
        technicians = self._session.scalars(select(TechnicianAddressRow.address))
        requestors = self._session.scalars(select(RequestorRow.address))
        return KnownPeople(frozenset(technicians), frozenset(requestors))

    def save_technician(self, technician: Technician, by: str) -> int:
        """Adds the technician, or replaces the one with this email; answers the id."""
        row = self._session.scalar(
            select(TechnicianRow).join(TechnicianAddressRow).where(TechnicianAddressRow.address == address_key(technician.email))
        )
        before = None if row is None else self._technician(row)
        if row is None:
            row = TechnicianRow(name=technician.name, email=technician.email)
            self._session.add(row)
            self._session.flush()
        row.name, row.email = technician.name, technician.email
        # Deleted and added again: the position of each changes with the list.
        self._session.execute(delete(TechnicianAddressRow).where(TechnicianAddressRow.technician_id == row.id))
        # By key: two spellings of one address are one row; the technician's own comes first.
        written = {address_key(each): each for each in (technician.email, *technician.mapped_addresses)}
        for position, (address, as_written) in enumerate(written.items()):
            self._session.add(TechnicianAddressRow(address=address, technician_id=row.id, position=position, written=as_written))
        self._audit.changed(Audited.TECHNICIAN, technician.email, by, before, technician)
        return row.id

    def _technician(self, row: TechnicianRow) -> Technician:
        mapped = select(TechnicianAddressRow.written).where(TechnicianAddressRow.technician_id == row.id)
        addresses = self._session.scalars(mapped.order_by(TechnicianAddressRow.position))
        return Technician(name=row.name, email=row.email, mapped_addresses=list(addresses)[1:])

    def save_requestor(self, requestor: Requestor, by: str) -> int:
        """Adds the requestor, or replaces the one with this email; answers the id."""
        row = self._session.scalar(select(RequestorRow).where(RequestorRow.address == address_key(requestor.email)))
        before = None if row is None else _requestor(row)
        if row is None:
            row = RequestorRow(address=address_key(requestor.email), created_at=self._now())
            self._session.add(row)
        row.name, row.email = requestor.name, requestor.email
        self._session.flush()
        self._audit.changed(Audited.REQUESTOR, requestor.email, by, before, requestor)
        return row.id


def _requestor(row: RequestorRow) -> Requestor:
    """Not validated: mail brings senders whom no admin could type, `postmaster`."""
    return Requestor.model_construct(name=row.name, email=row.email)
