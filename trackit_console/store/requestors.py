"""The repository of requestors (MSG-03). Mail adds some too: `effect_writer`; what decisions know of them: `people_lookups`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from trackit_console.domain.addresses import address_key
from trackit_console.domain.audit import Audited
from trackit_console.settings.people import Requestor
from trackit_console.settings.people_checks import check_requestor
from trackit_console.settings.validation import Finding
from trackit_console.store.audit import Audit
from trackit_console.store.kept_objects import Uses
from trackit_console.store.record_deletion import delete_requestor
from trackit_console.store.row_inserts import Row, insert_rows
from trackit_console.store.row_mapping import Stored
from trackit_console.store.saving_errors import Conflict
from trackit_console.store.search_conditions import part_of
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import NoteRow, RecordRow, RequestorRow


class Requestors:
    """A `Repository` of requestors; the monitor follows every change at once."""

    def __init__(self, session: Session, audit: Audit, now: Callable[[], datetime]) -> None:
        self._session = session
        self._audit = audit
        self._now = now

    def page(self, search: str = "", limit: int = 200, offset: int = 0) -> list[Stored[Requestor]]:
        """The requestors with `search` in their name or email, by name."""
        rows = self._session.execute(page_statement(search).limit(limit).offset(offset))
        return [_requestor(row) for row in rows]

    def count(self, search: str = "") -> int:
        """How many requestors match `search`."""
        return self._session.scalar(_matching(select(func.count(RequestorRow.id)), search)) or 0

    def all(self) -> list[Stored[Requestor]]:
        """Every requestor, by name."""
        return [_requestor(row) for row in self._session.execute(page_statement())]

    def addresses(self) -> frozenset[str]:
        """The keys of all addresses of requestors."""
        return frozenset(self._session.scalars(select(RequestorRow.address)))

    def with_address(self, address: str) -> Stored[Requestor] | None:
        """The requestor with this address."""
        row = self._session.execute(_columns().where(RequestorRow.address == address_key(address))).one_or_none()
        return None if row is None else _requestor(row)

    def findings(self, requestor: Requestor, own_id: int | None) -> list[Finding]:
        """A finding when another requestor has the address."""
        other = self.with_address(requestor.email)
        owners = {address_key(requestor.email): other.value.name} if other and other.id != own_id else {}
        return check_requestor(requestor, owners)

    def add(self, requestor: Requestor, by: str) -> Stored[Requestor]:
        """Keeps a new requestor."""
        row = RequestorRow(**self._new(requestor))
        self._session.add(row)
        self._session.flush()
        self._audit.changed(Audited.REQUESTOR, requestor.email, by, None, requestor, restart=False)
        return Stored(row.id, 1, requestor)

    def save(self, changed: Stored[Requestor], by: str) -> Stored[Requestor]:
        """Keeps a changed requestor; raises `Conflict`."""
        self.save_all([changed], by)
        return Stored(changed.id, changed.version + 1, changed.value)

    def delete(self, stored: Stored[Requestor], by: str) -> None:
        """Deletes a requestor and the notes about them; their records stay without a requestor. Raises `Conflict`."""
        # First: whoever has moved this version may delete what hangs on the requestor.
        self._swap(stored, {})
        delete_requestor(self._session.connection(), stored.id)
        self._audit.changed(Audited.REQUESTOR, stored.value.email, by, stored.value, None, restart=False)

    def uses(self, requestor_id: int) -> Uses:
        """The records that the requestor reported, and the notes about the requestor."""
        records = select(func.count(RecordRow.id)).where(RecordRow.requestor_id == requestor_id)
        notes = select(func.count(NoteRow.id)).where(NoteRow.requestor_id == requestor_id)
        return Uses(records=self._session.scalar(records) or 0, notes=self._session.scalar(notes) or 0)

    def add_all(self, requestors: Sequence[Requestor], by: str) -> None:
        """As `add`, by one statement for all."""
        insert_rows(self._session.connection(), RequestorRow, [self._new(each) for each in requestors])
        self._audit.changed_all(Audited.REQUESTOR, [(each.email, None, each) for each in requestors], by, restart=False)

    def save_all(self, changed: Sequence[Stored[Requestor]], by: str) -> None:
        """As `save`; the first that was changed by somebody else is told by the `Conflict`."""
        found = self._found([each.id for each in changed])
        for each in changed:
            self._swap(each, _values(each.value))
        changes = [(each.value.email, found[each.id].value, each.value) for each in changed]
        self._audit.changed_all(Audited.REQUESTOR, changes, by, restart=False)

    def _swap(self, stored: Stored[Requestor], values: Row) -> None:
        same = (RequestorRow.id == stored.id, RequestorRow.version == stored.version)
        swapped = update(RequestorRow).where(*same).values(**values, version=stored.version + 1)
        if self._session.connection().execute(swapped).rowcount == 0:
            raise Conflict(self._found([stored.id]).get(stored.id))

    def _found(self, ids: Collection[int]) -> dict[int, Stored[Requestor]]:
        rows = (row for part in in_parts(ids) for row in self._session.execute(_columns().where(RequestorRow.id.in_(part))))
        return {row.id: _requestor(row) for row in rows}

    def _new(self, requestor: Requestor) -> Row:
        return {**_values(requestor), "version": 1, "created_at": self._now()}


def page_statement(search: str = "") -> Any:
    """What reads a page. Its order is that of an index, so that the rows behind the page are not read."""
    return _matching(_columns(), search).order_by(RequestorRow.name, RequestorRow.email)


def _columns() -> Any:
    return select(RequestorRow.id, RequestorRow.version, RequestorRow.name, RequestorRow.email)


def _matching(asked: Any, search: str) -> Any:
    if not (words := search.strip()):
        return asked
    return asked.where(or_(part_of(RequestorRow.name, words), part_of(RequestorRow.email, words)))


def _values(requestor: Requestor) -> Row:
    return {"name": requestor.name, "email": requestor.email, "address": address_key(requestor.email)}


def _requestor(row: Any) -> Stored[Requestor]:
    """Not validated: mail brings senders whom no admin could type, `postmaster`."""
    return Stored(row.id, row.version, Requestor.model_construct(name=row.name, email=row.email))
