"""What a backup has in it, read without changing anything (DB-01). Works for every schema that was ever in use."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from trackit_console.settings.backups import Backups
from trackit_console.store.database_key import DATABASE_ID
from trackit_console.store.definition_json import read_definition
from trackit_console.store.key_hand_overs import KEY_CHECK
from trackit_console.store.restore_errors import BackupUnreadable
from trackit_console.store.schema import SchemaState, state_of_revision
from trackit_console.store.sqlite_files import opened, opened_whole


@dataclass(frozen=True, slots=True)
class Contents:
    """How much is in a database. The `last_` numbers grow with every record, message taken and change of a setting.

    `key_check` is a known text under the key of the secrets: another one means that the key was changed.
    """

    revision: str
    database_id: str | None
    records: int
    mailboxes: int
    last_record: int
    last_message: int
    last_change: int
    key_check: str | None = field(default=None, repr=False)

    @property
    def state(self) -> SchemaState:
        """How its schema compares with this version of the program."""
        return state_of_revision(self.revision)

    @property
    def is_new(self) -> bool:
        """Whether nothing was set up in it and nothing was taken: nothing is lost with it."""
        return not self.mailboxes and not self.last_record and not self.last_message


def contents_of(backup: Path) -> Contents:
    """What is in a finished backup; raises `BackupUnreadable`."""
    try:
        with opened_whole(backup) as connection:
            return read_contents(connection)
    except (sqlite3.Error, OSError, ValueError) as error:
        raise BackupUnreadable(str(error), file=backup.name) from error


def stored_backups(database: Path) -> Backups:
    """The schedule of backups in a database that need not be opened for it; the defaults where there is none. Never raises."""
    try:
        with opened(database, "ro") as connection:
            row = connection.execute("SELECT definition FROM backup_settings").fetchone()
    except (sqlite3.Error, OSError):
        return Backups()
    value, found = read_definition(Backups, str(row[0]) if row else "{}")
    return Backups() if found else value


def database_id_of(backup: Path) -> str | None:
    """The id of the database that `backup` was made of; raises `BackupUnreadable`."""
    try:
        with opened_whole(backup) as connection:
            return _property(connection, DATABASE_ID)
    except (sqlite3.Error, OSError) as error:
        raise BackupUnreadable(str(error), file=backup.name) from error


def database_id_of_live(database: Path) -> str | None:
    """The id of a database that is in use; None if it cannot be read."""
    try:
        with opened(database, "ro") as connection:
            return _property(connection, DATABASE_ID)
    except (sqlite3.Error, OSError):
        return None


def read_contents(connection: sqlite3.Connection) -> Contents:
    """What is in an open database. Raises `sqlite3.Error`, and ValueError if it is not one of this program."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not {"alembic_version", "NAMSYSProperties"} <= tables:
        raise ValueError("tables of another program")

    def number(table: str, asked: str) -> int:
        # A table that an older schema does not have is as good as an empty one.
        return int(connection.execute(asked).fetchone()[0] or 0) if table in tables else 0

    revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return Contents(
        revision=str(revision[0]) if revision else "",
        database_id=_property(connection, DATABASE_ID),
        records=number("records", "SELECT count(*) FROM records"),
        mailboxes=number("mailboxes", "SELECT count(*) FROM mailboxes WHERE deleted_at IS NULL"),
        last_record=number("records", "SELECT max(id) FROM records"),
        last_message=number("deliveries", "SELECT max(id) FROM deliveries"),
        last_change=number("audit", "SELECT max(id) FROM audit"),
        key_check=_property(connection, KEY_CHECK),
    )


def _property(connection: sqlite3.Connection, name: str) -> str | None:
    row = connection.execute("SELECT VALUE FROM NAMSYSProperties WHERE NAME = ?", (name,)).fetchone()
    return str(row[0]) if row else None
