"""Follows a database to the key that it has now, which is left sealed under the one before it (SEC-02)."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from trackit_console.store.key_errors import WrongKey
from trackit_console.store.secrets import SecretBox
from trackit_console.store.tables import PropertyRow

KEY_CHECK = "trackitConsoleKeyCheck"
"""The property with a known text under the key, so that a wrong one is noticed before a secret is opened."""
KEY_HAND_OVERS = "trackitConsoleKeyHandOvers"
"""The property with later keys, each sealed under the one before: a JSON list, the oldest first."""


def read_hand_overs(value: str | None) -> tuple[str, ...]:
    """The sealed keys in the property; none where it is missing or damaged."""
    try:
        found = json.loads(value or "[]")
    except ValueError:
        return ()
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()


def present_key(key: bytes, key_check: str, hand_overs: Sequence[str]) -> bytes | None:
    """The key of the database now, for whoever has `key`, which it had at some time; None if it never had."""
    # What lies before `key` in the list stays closed to it and is passed over; the empty one has the last key tried.
    for sealed in (*hand_overs, ""):
        box = SecretBox(key)
        if box.opens(key_check, KEY_CHECK):
            return key
        if sealed and box.opens(sealed, KEY_HAND_OVERS):
            key = base64.b64decode(box.open(sealed, KEY_HAND_OVERS))
    return None


class FollowedKey:
    """The `SecretBox` within one transaction: it goes on with the new key once another program has changed it.

    Before it seals, it locks the key's row: what is sealed is never written after the key has changed.
    """

    def __init__(self, session: Session, box: SecretBox) -> None:
        self._session = session
        self._box = box
        self._locked = False

    def seal(self, secret: str, place: str) -> str:
        """Seals with the key that the database has now. Raises `WrongKey` if this computer does not have it."""
        self.hold()
        return self._box.seal(secret, place)

    def hold(self) -> None:
        """Goes on with the key that the database has now, which does not change before the end of the transaction.

        Raises `WrongKey` if this computer does not have it.
        """
        if not self._locked:
            self._follow(lock=True)
            self._locked = True

    def open(self, sealed: str, place: str) -> str:
        """Opens a secret; raises `WrongKey`."""
        try:
            return self._box.open(sealed, place)
        except WrongKey:
            self._follow(lock=False)
        return self._box.open(sealed, place)

    def keep_in_file(self) -> Path:
        """Keeps the key that the database has now in a file. Raises `WrongKey`, `KeyNotKept`."""
        self._follow(lock=False)
        return self._box.keep_in_file()

    def recovery_key(self) -> str:
        """The recovery key of the key that the database has now; raises `WrongKey` if this computer does not have it."""
        self._follow(lock=False)
        return self._box.recovery_key()

    def _follow(self, *, lock: bool) -> None:
        properties = key_properties(self._session, lock=lock)
        key_check, hand_overs = properties.get(KEY_CHECK), read_hand_overs(properties.get(KEY_HAND_OVERS))
        if key_check is None or self._box.opens(key_check, KEY_CHECK):
            return
        key = self._box.successor(partial(present_key, key_check=key_check, hand_overs=hand_overs))
        if key is None:
            raise WrongKey
        self._box.adopt(key)


def key_properties(session: Session, *, lock: bool) -> dict[str, str]:
    """The two properties that tell the key of the database, by name; with `lock`, locked until the transaction ends."""
    if lock:
        # Written, not read with a lock: all who are about to seal queue here, whatever the database makes of a hint. SQLite's writers
        # queue already.
        session.execute(update(PropertyRow).where(PropertyRow.name == KEY_CHECK).values(value=PropertyRow.value))
    asked = select(PropertyRow.name, PropertyRow.value).where(PropertyRow.name.in_((KEY_CHECK, KEY_HAND_OVERS)))
    return {each.name: each.value for each in session.execute(asked)}
