"""Writes what changes about a requestor (MSG-06). How one is created is in `effect_writer`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, update

from trackit_console.domain.addresses import address_key
from trackit_console.domain.effects import ChangeRequestor
from trackit_console.domain.events import Event, EventKind
from trackit_console.store.column_types import cut
from trackit_console.store.errors import RecordMissing
from trackit_console.store.row_inserts import Row
from trackit_console.store.tables import RequestorRow
from trackit_console.store.written_change import WrittenChange, effects_of


def change_requestors(connection: Connection, written: Sequence[WrittenChange]) -> None:
    """Raises `RecordMissing` when there is no such requestor; an address that another one has is refused by its key."""
    for each, effect in effects_of(written):
        if not isinstance(effect, ChangeRequestor):
            continue
        values: Row = {"name": cut(effect.name, 255)} if effect.name is not None else {}
        if effect.email is not None:
            values |= {"email": cut(effect.email, 255), "address": address_key(effect.email)}
        changed = update(RequestorRow).where(RequestorRow.id == effect.record.id)
        if not connection.execute(changed.values(**values, version=RequestorRow.version + 1)).rowcount:
            raise RecordMissing(record=str(effect.record))
        each.events.append(Event(EventKind.RECORD_UPDATED, effect.record, fields=tuple(set(values) - {"address"})))
