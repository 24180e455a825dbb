"""Addresses from which mail of ours came back (MSG-09)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.orm import Session

from trackit_console.domain.addresses import address_key
from trackit_console.domain.audit import Audited
from trackit_console.domain.effects import MarkDeliverable, MarkUndeliverable
from trackit_console.domain.records import Module, RecordRef
from trackit_console.store.audit import Audit
from trackit_console.store.column_types import cut
from trackit_console.store.row_inserts import insert_rows
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import RecordRow, UndeliverableAddressRow
from trackit_console.store.written_change import WrittenChange, effects_of


@dataclass(frozen=True, slots=True)
class UndeliverableMark:
    """Mail to `address`, an address key, came back at `at`; `reason` are the status and the words of the server.

    `record` is what the mail was about, None if that was a requestor or is not known any more.
    """

    address: str
    at: datetime
    reason: str
    record: RecordRef | None = None


class UndeliverableAddresses:
    """The marks, for people to see and to take away. It never commits."""

    def __init__(self, session: Session, audit: Audit) -> None:
        self._session = session
        self._audit = audit

    def of(self, addresses: Collection[str]) -> dict[str, UndeliverableMark]:
        """The marks of those `addresses` that have one, by their keys."""
        row = UndeliverableAddressRow
        asked = select(row.address, row.at, row.reason, RecordRow.module, RecordRow.id)
        asked = asked.outerjoin(RecordRow, RecordRow.id == row.record_id)
        found: dict[str, UndeliverableMark] = {}
        for part in in_parts(sorted({_key(each) for each in addresses})):
            for address, at, reason, module, number in self._session.execute(asked.where(row.address.in_(part))):
                record = None if number is None else RecordRef(Module(module), number)
                found[address] = UndeliverableMark(address, at, reason, record)
        return found

    def clear(self, address: str, kind: Audited, by: str) -> None:
        """Takes the mark of an address of a `kind` of person away, if there is one."""
        marked = delete(UndeliverableAddressRow).where(UndeliverableAddressRow.address == _key(address))
        if self._session.connection().execute(marked).rowcount:
            self._audit.noted("mark_cleared", kind, by, address)


def _key(address: str) -> str:
    return cut(address_key(address), 255)


def mark_addresses(connection: Connection, written: Sequence[WrittenChange], at: datetime) -> None:
    """Sets and takes away the marks of a batch, in the order of its effects."""
    for each, effect in effects_of(written):
        if isinstance(effect, MarkUndeliverable):
            record = each.resolve(effect.record) if effect.record else None
            values = {
                "at": at,
                "reason": cut(effect.reason, 1000),
                "record_id": record.id if record and record.module is not Module.REQUESTOR else None,
            }
            address = _key(effect.address)
            marked = update(UndeliverableAddressRow).where(UndeliverableAddressRow.address == address)
            if connection.execute(marked.values(**values)).rowcount == 0:
                insert_rows(connection, UndeliverableAddressRow, [{"address": address, **values}])
        elif isinstance(effect, MarkDeliverable):
            address = _key(effect.address)
            connection.execute(delete(UndeliverableAddressRow).where(UndeliverableAddressRow.address == address))
