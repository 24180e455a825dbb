"""The ledger of deliveries: what was taken already, and whose post action is still to be done (RUN-03, MON-06).

`recorder` writes what becomes of a message, `pending_messages` keeps those that could not be taken yet, `visit_backlog` reads what a
visit begins with.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import Connection, select, update

from trackit_console.domain.deliveries import MessageRef, Outcome, Recorded
from trackit_console.domain.records import Module, RecordRef
from trackit_console.store.column_types import cut, key_of
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import ActivityRow, DeliveryRow, RawMessageRow

Connect = Callable[[], AbstractContextManager[Connection]]


class Deliveries:
    """Asks the ledger, and keeps how post actions went. Each method is a transaction."""

    def __init__(self, reading: Connect, writing: Connect, writing_lazily: Connect, now: Callable[[], datetime]) -> None:
        self._reading = reading
        self._writing = writing
        self._writing_lazily = writing_lazily
        self._now = now

    # ------------------------------------------------------------------ what was taken

    def known(self, mailbox_id: int, refs: Collection[MessageRef]) -> set[MessageRef]:
        """Those of the messages that the ledger has decided about."""
        # Compared by key: text columns of SQL Server would take the UIDLs AbC and abc for one (RFC 1939: case matters).
        keys = {ref_key(ref): ref for ref in refs}
        mine = (DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.outcome.is_not(None))
        with self._reading() as connection:
            return {
                keys[key]
                for part in in_parts(keys)
                for key in connection.scalars(select(DeliveryRow.ref_key).where(*mine, DeliveryRow.ref_key.in_(part)))
            }

    def known_content(self, mailbox_id: int, content_keys: Collection[str]) -> set[str]:
        """Those of the content keys that this mailbox has taken already, under whatever identity."""
        asked = select(DeliveryRow.content_key).where(DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.outcome.is_not(None))
        with self._reading() as connection:
            return {
                key
                for part in in_parts(content_keys)
                for key in connection.scalars(asked.where(DeliveryRow.content_key.in_(part)))
                if key
            }

    def recorded(self, mailbox_id: int, ref: MessageRef) -> Recorded | None:
        """What became of this message, None if nothing was decided about it yet."""
        asked = (
            select(DeliveryRow.id, DeliveryRow.outcome, ActivityRow.module, ActivityRow.record_id)
            # Outer: what became of it may have been too old to keep; that it was taken is known for ever.
            .outerjoin(ActivityRow, ActivityRow.delivery_id == DeliveryRow.id)
            .where(DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.ref_key == ref_key(ref), DeliveryRow.outcome.is_not(None))
        )
        with self._reading() as connection:
            row = connection.execute(asked).one_or_none()
        if row is None:
            return None
        return Recorded(row.id, ref, Outcome(row.outcome), RecordRef(Module(row.module), row.record_id) if row.module else None)

    def raw(self, delivery_id: int) -> bytes | None:
        """The message as it came, None where it is not kept."""
        with self._reading() as connection:
            return connection.scalar(select(RawMessageRow.content).where(RawMessageRow.delivery_id == delivery_id))

    def raw_of(self, mailbox_id: int, ref: MessageRef) -> bytes | None:
        """As `raw`, by the server's identity; None also where only the headers were downloaded."""
        asked = (
            select(RawMessageRow.content)
            .join(DeliveryRow, DeliveryRow.id == RawMessageRow.delivery_id)
            .where(DeliveryRow.mailbox_id == mailbox_id, DeliveryRow.ref_key == ref_key(ref), ~RawMessageRow.headers_only)
        )
        with self._reading() as connection:
            return connection.scalar(asked)

    # ------------------------------------------------------------------ post actions

    def mark_settled(self, delivery_ids: Collection[int], post_action: int | None) -> None:
        """Keeps that the post action of these is done; None where nothing is to be done on the server."""
        # Not durable at once: after a power cut the post action of the last ones is done again, which changes nothing.
        with self._writing_lazily() as connection:
            for part in in_parts(sorted(delivery_ids)):
                done: dict[str, object] = {"settled_at": self._now(), "post_action": post_action, "settle_error": None}
                connection.execute(update(DeliveryRow).where(DeliveryRow.id.in_(part)).values(**done))

    def mark_not_settled(self, errors: dict[int, str], copied: Collection[int] = ()) -> None:
        """Keeps why the server refused the post action of these, and which of them are copied already (MON-06)."""
        with self._writing() as connection:
            # In one transaction with the errors: a copy that is not noted would be made again at the next poll.
            for part in in_parts(sorted(copied)):
                connection.execute(update(DeliveryRow).where(DeliveryRow.id.in_(part)).values(copied_at=self._now()))
            by_words: dict[str, list[int]] = {}  # most often the server says the same of all of them
            for delivery_id, words in sorted(errors.items()):
                by_words.setdefault(cut(words, 1000), []).append(delivery_id)
            for words, numbers in by_words.items():
                for part in in_parts(numbers):
                    connection.execute(update(DeliveryRow).where(DeliveryRow.id.in_(part)).values(settle_error=words))


def ref_key(ref: MessageRef) -> str:
    """The key of a message on its server: a hash, as SQL Server's default collation does not tell letter case apart."""
    return key_of(ref.scope, ref.uid)
