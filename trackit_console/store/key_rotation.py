"""Gives a database another key while consoles and monitors work with it (SEC-02).

Everything that is sealed is sealed anew in one transaction. The new key is left sealed under the one before it, so that
whoever has the old key goes on with the new one by itself. That hand-over is left out where the old key may be in wrong
hands: then other computers need the new recovery key.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

from pydantic import BaseModel
from sqlalchemy import delete, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from trackit_console.settings.field_types import is_secret
from trackit_console.settings.mailbox import MAILBOX_MODELS
from trackit_console.settings.outgoing import BasicOutgoing, Microsoft365Outgoing
from trackit_console.store.key_hand_overs import KEY_CHECK, KEY_HAND_OVERS, key_properties, read_hand_overs
from trackit_console.store.secrets import SecretBox
from trackit_console.store.tables import Base, MailboxRow, OutgoingRow, PropertyRow

RECOVERY_KEY_STORED = "trackitConsoleRecoveryKeyStored"
"""The property that says who has stored the recovery key (`store.recovery_key_record`)."""
# The column of 4,000 characters has room for 38: each is 99 long, and 4 more stand around it in the list.
_KEPT_HAND_OVERS = 20
_MODELS: tuple[type[BaseModel], ...] = (*MAILBOX_MODELS.values(), BasicOutgoing, Microsoft365Outgoing)
_SECRETS = frozenset(name for model in _MODELS for name, field in model.model_fields.items() if is_secret(field))
SEALED_COLUMNS: tuple[tuple[type[Base], tuple[InstrumentedAttribute[str | None], ...]], ...] = tuple(
    (table, tuple(getattr(table, name) for name in table.__mapper__.columns.keys() if name in _SECRETS))  # noqa: SIM118 - not a dict
    for table in (MailboxRow, OutgoingRow)
)
"""The columns that hold secrets, by table."""


def rotate(session: Session, old: SecretBox, new_key: bytes, *, hand_over: bool) -> None:
    """Seals everything under `new_key`. A secret that `old` cannot open stays as it is: it could not be read before either."""
    # First: whoever is about to seal something waits for these rows, and then finds the new key.
    properties = key_properties(session, lock=True)
    new = SecretBox(new_key)
    for table, columns in SEALED_COLUMNS:
        _reseal(session, table, columns, old, new)
    handed = list(read_hand_overs(properties.get(KEY_HAND_OVERS))) if hand_over else []
    if hand_over:
        handed.append(old.seal(base64.b64encode(new_key).decode(), KEY_HAND_OVERS))
    # Whoever has stored the recovery key has that of the old one.
    session.execute(delete(PropertyRow).where(PropertyRow.name == RECOVERY_KEY_STORED))
    _set_property(session, KEY_CHECK, new.seal(KEY_CHECK, KEY_CHECK), exists=KEY_CHECK in properties)
    _set_property(session, KEY_HAND_OVERS, json.dumps(handed[-_KEPT_HAND_OVERS:]), exists=KEY_HAND_OVERS in properties)


def _reseal(
    session: Session,
    table: type[Base],
    columns: Sequence[InstrumentedAttribute[str | None]],
    old: SecretBox,
    new: SecretBox,
) -> None:
    names = [column.key for column in columns]
    key = table.__mapper__.primary_key[0]
    # All rows before the first UPDATE: SQL Server's driver takes no statement beside a result that is not read.
    for row in session.execute(select(key, *columns)).all():
        sealed = {
            name: _resealed(value, f"{table.__tablename__}.{name}", old, new) for name, value in zip(names, row[1:], strict=True)
        }
        changed = {name: value for name, value in sealed.items() if value is not None}
        if changed:
            session.execute(update(table).where(key == row[0]).values(changed))


def _resealed(sealed: str | None, place: str, old: SecretBox, new: SecretBox) -> str | None:
    if sealed is None or not old.opens(sealed, place):
        return None
    return new.seal(old.open(sealed, place), place)


def _set_property(session: Session, name: str, value: str, *, exists: bool) -> None:
    if exists:
        session.execute(update(PropertyRow).where(PropertyRow.name == name).values(value=value))
    else:
        session.add(PropertyRow(name=name, value=value))
