"""Upgrades a database for this version of the program, with a way back where there is one (DB-03)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from trackit_console.store.database_setup import schema_state, upgrade_database
from trackit_console.store.opening_errors import DatabaseMissing
from trackit_console.store.schema import SchemaState
from trackit_console.store.sqlite_backup import back_up_before_upgrade


def upgrade_with_backup(url: str, at: datetime) -> Path | None:
    """Creates the tables of the database at `url`, or upgrades them; answers the backup that was made before.

    That is one of an embedded database with an older schema; None otherwise. Raises what `back_up_before_upgrade` and
    `upgrade_database` raise; nothing is upgraded where the backup fails.
    """
    try:
        state, _ = schema_state(url)
    except DatabaseMissing:  # a file that will be made
        state = SchemaState.EMPTY
    made = back_up_before_upgrade(url, at) if state is SchemaState.OLDER else None
    upgrade_database(url)
    return made
