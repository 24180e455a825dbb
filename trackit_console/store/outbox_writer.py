"""Puts outgoing mail into the outbox for a batch of changes (OUT-06)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from trackit_console.domain.addresses import address_key
from trackit_console.domain.effects import SendMail
from trackit_console.domain.outgoing_mail import MailState
from trackit_console.domain.records import Module
from trackit_console.store.column_types import cut, key_of
from trackit_console.store.row_inserts import insert_rows
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import OutboxRow
from trackit_console.store.written_change import WrittenChange, effects_of


def fill_outbox(connection: Connection, written: Sequence[WrittenChange], at: datetime) -> None:
    """A mail whose key is there already was put in before, by this transaction or another: it is not sent twice."""
    # Backwards, so that of two with one key the first stays; `rows` turns the order round again.
    wanted = {
        key_of(effect.unique_key): (each, effect)
        for each, effect in reversed(list(effects_of(written)))
        if isinstance(effect, SendMail)
    }
    present = {
        key
        for part in in_parts(wanted)
        for key in connection.scalars(select(OutboxRow.unique_key).where(OutboxRow.unique_key.in_(part)))
    }
    rows = [_outgoing(each, effect, key, at) for key, (each, effect) in reversed(wanted.items()) if key not in present]
    insert_rows(connection, OutboxRow, rows)


def _outgoing(each: WrittenChange, effect: SendMail, key: str, at: datetime) -> dict[str, Any]:
    record = each.resolve(effect.record) if effect.record else None
    return {
        "version": 1,
        "state": MailState.WAITING.value,
        "kind": effect.kind.value,
        "recipients": json.dumps(effect.recipients, ensure_ascii=False),
        "subject": cut(effect.subject, 800),
        "record_id": record.id if record and record.module is not Module.REQUESTOR else None,
        "requestor_id": record.id if record and record.module is Module.REQUESTOR else None,
        "message_id": cut(effect.message_id, 1000),
        "message_key": key_of(effect.message_id),
        "unique_key": key,
        "content": effect.content,
        "tries": 0,
        "created_at": at,
        "begins_at": effect.not_before,
        "next_try_at": effect.not_before or at,
        "recipient_key": cut(address_key(effect.recipients[0]), 255) if effect.recipients else "",
        "digest": key_of(effect.digest) if effect.digest else None,
        "sender_name": cut(effect.by, 255),
    }
