"""Addresses from which mail of ours came back (MSG-09)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, update

from trackit_console.domain.addresses import address_key
from trackit_console.domain.effects import MarkDeliverable, MarkUndeliverable
from trackit_console.domain.records import Module
from trackit_console.store.column_types import cut
from trackit_console.store.statements import insert_rows
from trackit_console.store.tables import UndeliverableAddressRow
from trackit_console.store.written_change import WrittenChange, effects_of


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
            address = cut(address_key(effect.address), 255)
            marked = update(UndeliverableAddressRow).where(UndeliverableAddressRow.address == address)
            if connection.execute(marked.values(**values)).rowcount == 0:
                insert_rows(connection, UndeliverableAddressRow, [{"address": address, **values}])
        elif isinstance(effect, MarkDeliverable):
            address = cut(address_key(effect.address), 255)
            connection.execute(delete(UndeliverableAddressRow).where(UndeliverableAddressRow.address == address))
