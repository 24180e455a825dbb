"""Whether somebody has stored the recovery key of a database (SEC-02).

One row of `NAMSYSProperties`, so that all consoles on the database ask once. Another key deletes it: it is asked anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from trackit_console.domain.audit import Audited
from trackit_console.store.audit import Audit
from trackit_console.store.column_types import cut
from trackit_console.store.definition_json import json_object
from trackit_console.store.key_errors import RecoveryKeyChanged
from trackit_console.store.key_hand_overs import KEY_CHECK, FollowedKey
from trackit_console.store.key_rotation import RECOVERY_KEY_STORED
from trackit_console.store.reading_session import ReadingSession
from trackit_console.store.secrets import SecretBox, read_recovery_key
from trackit_console.store.tables import PropertyRow

KEY_STORED_ACTION = "recovery_key_stored"
"""The action in the audit."""
_ACTOR = 255


@dataclass(frozen=True, slots=True)
class KeyStored:
    """Who has said that they stored the recovery key, and when."""

    by: str
    at: datetime


KEY_STORED = select(PropertyRow.value).where(PropertyRow.name == RECOVERY_KEY_STORED)


class RecoveryKeyRecord:
    """Reads and writes it. It never commits."""

    def __init__(self, session: ReadingSession, box: FollowedKey, audit: Audit, now: Callable[[], datetime]) -> None:
        self._session = session
        self._box = box
        self._audit = audit
        self._now = now

    def key(self) -> str:
        """The recovery key of the database as it is now. Raises `WrongKey` if this computer lacks the key."""
        return self._box.recovery_key()

    def keep_in_file(self) -> Path:
        """Keeps the key of the database in a file, and answers which one (`store.service_key`). Raises `WrongKey`, `KeyNotKept`."""
        return self._box.keep_in_file()

    def stored(self) -> KeyStored | None:
        """Who has stored the recovery key; None until somebody has said so, and after the key was changed."""
        rows = self._session.rows(KEY_STORED)
        plain = json_object(rows[0][0] if rows else "")
        try:
            return KeyStored(str(plain["by"]), datetime.fromisoformat(plain["at"]))
        except (KeyError, TypeError, ValueError):  # not there, or changed by hand
            return None

    def confirm(self, recovery_key: str, by: str) -> None:
        """Keeps that `by` has stored `recovery_key`. Raises `RecoveryKeyChanged` if it is not that of the database any more."""
        key_check = self._property(KEY_CHECK)
        if key_check is None or not SecretBox(read_recovery_key(recovery_key)).opens(key_check, KEY_CHECK):
            raise RecoveryKeyChanged
        if self.stored() is not None:  # in another console: the first one counts
            return
        text = json.dumps({"by": cut(by, _ACTOR), "at": self._now().isoformat()}, ensure_ascii=False)
        self._session.merge(PropertyRow(name=RECOVERY_KEY_STORED, value=text))
        self._audit.noted(KEY_STORED_ACTION, Audited.DATABASE, by)

    def _property(self, name: str) -> str | None:
        return self._session.scalar(select(PropertyRow.value).where(PropertyRow.name == name))
