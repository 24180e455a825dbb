"""The repository of technicians (MSG-05). What decisions know of them is read by `people_lookups`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Unicode, cast, delete, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from trackit_console.domain.addresses import address_key
from trackit_console.domain.audit import Audited
from trackit_console.settings.definition_names import definition_key
from trackit_console.settings.people import Technician
from trackit_console.settings.people_checks import check_technician
from trackit_console.settings.validation import Finding
from trackit_console.store.audit import Audit, AuditedChange
from trackit_console.store.kept_objects import Uses
from trackit_console.store.names_in_rules import rename_in_conditions
from trackit_console.store.row_mapping import Stored
from trackit_console.store.rules_of_technicians import rename_in_rules, rules_naming
from trackit_console.store.saving_errors import Conflict, DefinitionInUse
from trackit_console.store.search_conditions import part_of
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import RecordRow, TechnicianAddressRow, TechnicianRow

_KNOWN = TechnicianRow.deleted_at.is_(None)


class Technicians:
    """A `Repository` of technicians with the addresses mapped to them; the monitor follows every change at once."""

    def __init__(self, session: Session, audit: Audit, now: Callable[[], datetime]) -> None:
        self._session = session
        self._audit = audit
        self._now = now

    def page(self, search: str = "", limit: int = 200, offset: int = 0) -> list[Stored[Technician]]:
        """The technicians with `search` in their name or one of their addresses, by name."""
        return self._read(_matching(_rows(), search).limit(limit).offset(offset))

    def count(self, search: str = "") -> int:
        """How many technicians match `search`."""
        return self._session.scalar(_matching(select(func.count(TechnicianRow.id)).where(_KNOWN), search)) or 0

    def all(self) -> list[Stored[Technician]]:
        """Every technician, by name."""
        return self._read(_rows())

    def addresses(self) -> frozenset[str]:
        """The keys of all addresses of technicians."""
        return frozenset(self._session.scalars(select(TechnicianAddressRow.address)))

    def with_address(self, address: str) -> Stored[Technician] | None:
        """The technician whose mail comes from `address`, their own or a mapped one."""
        of_address = TechnicianAddressRow.address == address_key(address)
        return next(iter(self._read(_rows().join(TechnicianAddressRow).where(of_address))), None)

    def findings(self, technician: Technician, own_id: int | None) -> list[Finding]:
        """The addresses that are mapped to another technician."""
        owners: dict[str, str] = {}
        for part in in_parts(technician.addresses):
            asked = select(TechnicianAddressRow.address, TechnicianAddressRow.technician_id, TechnicianRow.name).join(
                TechnicianRow
            )
            rows = self._session.execute(asked.where(TechnicianAddressRow.address.in_(part)))
            owners |= {row.address: row.name for row in rows if row.technician_id != own_id}
        return check_technician(technician, owners)

    def add(self, technician: Technician, by: str) -> Stored[Technician]:
        """Keeps a new technician."""
        row = TechnicianRow(name=technician.name, email=technician.email, version=1)
        self._session.add(row)
        self._session.flush()
        self._write_addresses(row.id, technician)
        self._audit.changed(Audited.TECHNICIAN, technician.email, by, None, technician, restart=False)
        return Stored(row.id, 1, technician)

    def save(self, changed: Stored[Technician], by: str) -> Stored[Technician]:
        """Keeps a changed technician; rules that name them by what is given up follow. Raises `Conflict`."""
        before, technician = self._find(changed.id), changed.value
        self._swap(changed, {"name": technician.name, "email": technician.email})
        # Deleted and added again: the position of each changes with the list.
        self._delete_addresses(changed.id)
        self._write_addresses(changed.id, technician)
        in_rules = self._rename_in_rules(changed.id, before.value, technician) if before else []
        self._audit.changed_all(Audited.BUSINESS_RULE, in_rules, by, restart=False)
        # Only the counter of the rules makes a running monitor read them again.
        audit = self._audit.changed_immediately if in_rules else partial(self._audit.changed, restart=False)
        audit(Audited.TECHNICIAN, technician.email, by, before.value if before else None, technician)
        return Stored(changed.id, changed.version + 1, technician)

    def _rename_in_rules(self, technician_id: int, before: Technician, after: Technician) -> list[AuditedChange]:
        """Answers the changes of rules that named the technician by something that is given up."""
        given_up = set(before.addresses) - set(after.addresses)
        renamed = [
            *rename_in_rules(self._session, given_up, after.email),
            *rename_in_conditions(self._session, "technician", before.email, after.email),
        ]
        if before.name != after.name and not self._has_namesake(technician_id, before.name):
            renamed += rename_in_conditions(self._session, "technician", before.name, after.name)
        return renamed

    def _has_namesake(self, technician_id: int, name: str) -> bool:
        others = self._session.scalars(select(TechnicianRow.name).where(_KNOWN, TechnicianRow.id != technician_id))
        return definition_key(name) in map(definition_key, others)

    def delete(self, stored: Stored[Technician], by: str) -> None:
        """Takes a technician away: their records are assigned to nobody, notes go on naming them.

        Raises `Conflict`, and `DefinitionInUse` while business rules name the technician.
        """
        if users := self.uses(stored.id).definitions:
            raise DefinitionInUse(name=stored.value.name, users=", ".join(users))
        self._swap(stored, {"deleted_at": self._now()})
        self._delete_addresses(stored.id)
        self._session.execute(update(RecordRow).where(RecordRow.technician_id == stored.id).values(technician_id=None))
        self._audit.changed(Audited.TECHNICIAN, stored.value.email, by, stored.value, None, restart=False)

    def uses(self, technician_id: int) -> Uses:
        """The records that are assigned to the technician, and the business rules that name one of their addresses."""
        asked = select(func.count(RecordRow.id)).where(RecordRow.technician_id == technician_id)
        known = self._find(technician_id)
        rules = rules_naming(self._session, known.value.addresses) if known else ()
        return Uses(records=self._session.scalar(asked) or 0, definitions=rules)

    def add_all(self, technicians: Sequence[Technician], by: str) -> None:
        for each in technicians:
            self.add(each, by)

    def save_all(self, changed: Sequence[Stored[Technician]], by: str) -> None:
        for each in changed:
            self.save(each, by)

    def free_addresses(self, ids: Collection[int]) -> None:
        """Until they are saved, these technicians stand in the way of no other: an import may swap their addresses.

        They are read as before meanwhile, so that the audit and the rules learn what each gives up.
        """
        row = TechnicianAddressRow
        # Another one for each row, and none that an address has.
        key = cast(row.technician_id, Unicode(20)) + literal("#") + cast(row.position, Unicode(20))
        for part in in_parts(ids):
            parked = update(row).where(row.technician_id.in_(part)).values(address=key)
            self._session.connection().execute(parked)

    def _swap(self, stored: Stored[Technician], values: dict[str, Any]) -> None:
        same = (TechnicianRow.id == stored.id, TechnicianRow.version == stored.version, _KNOWN)
        changed = update(TechnicianRow).where(*same).values(**values, version=stored.version + 1)
        if self._session.connection().execute(changed).rowcount == 0:
            raise Conflict(self._find(stored.id))

    def _find(self, technician_id: int) -> Stored[Technician] | None:
        return next(iter(self._read(_rows().where(TechnicianRow.id == technician_id))), None)

    def _read(self, asked: Any) -> list[Stored[Technician]]:
        rows = self._session.execute(asked).all()
        mapped = self._mapped([row.id for row in rows])
        # Not validated: a row that was changed by hand is shown as it is.
        return [
            Stored(
                row.id,
                row.version,
                Technician.model_construct(name=row.name, email=row.email, mapped_addresses=mapped.get(row.id, [])),
            )
            for row in rows
        ]

    def _mapped(self, ids: Collection[int]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for part in in_parts(ids):
            of_these = (TechnicianAddressRow.technician_id.in_(part), TechnicianAddressRow.position > 0)
            asked = select(TechnicianAddressRow.technician_id, TechnicianAddressRow.written).where(*of_these)
            for row in self._session.execute(asked.order_by(TechnicianAddressRow.position)):
                found.setdefault(row.technician_id, []).append(row.written)
        return found

    def _delete_addresses(self, technician_id: int) -> None:
        self._session.execute(delete(TechnicianAddressRow).where(TechnicianAddressRow.technician_id == technician_id))

    def _write_addresses(self, technician_id: int, technician: Technician) -> None:
        # By key: two spellings of one address are one row; the technician's own comes first.
        written = {address_key(each): each for each in (*reversed(technician.mapped_addresses), technician.email)}
        rows = [
            {"address": key, "technician_id": technician_id, "position": position, "written": written[key]}
            for position, key in enumerate(technician.addresses)
        ]
        self._session.connection().execute(insert(TechnicianAddressRow), rows)


def _rows() -> Any:
    columns = (TechnicianRow.id, TechnicianRow.version, TechnicianRow.name, TechnicianRow.email)
    return select(*columns).where(_KNOWN).order_by(TechnicianRow.name, TechnicianRow.id)


def _matching(asked: Any, search: str) -> Any:
    if not (words := search.strip()):
        return asked
    addressed = select(TechnicianAddressRow.technician_id).where(part_of(TechnicianAddressRow.written, words))
    return asked.where(or_(part_of(TechnicianRow.name, words), TechnicianRow.id.in_(addressed)))
