"""What is done about a whole database: test it, prepare its tables, choose it, change its key (DB-02, DB-03, SEC-02)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from trackit_console.console.operations.database_choice import Choice, Moved, Needed, Question

if TYPE_CHECKING:
    from trackit_console.cancel import Cancel
    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.settings.database import DatabaseTarget, SqlServerTarget
    from trackit_console.store.copy_progress import Progress
    from trackit_console.store.database import Database
    from trackit_console.store.upgrade_script import UpgradeScript
    from trackit_console.transports.steps import Step


class Databases:
    """Each method runs on a worker thread."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection

    def choice(self) -> Choice:
        """What is chosen, and what could be."""
        from trackit_console.settings.database import SqliteTarget
        from trackit_console.store.chosen_database import read_choice
        from trackit_console.store.chosen_database_errors import ChoiceUnreadable
        from trackit_console.store.connection_errors import DatabaseDriverMissing
        from trackit_console.store.odbc_drivers import installed_drivers

        try:
            drivers = installed_drivers()
        except DatabaseDriverMissing:
            drivers = []
        data_dir = self._connection.data_dir
        try:
            return Choice(read_choice(data_dir), drivers, data_dir.database)
        except ChoiceUnreadable as problem:
            return Choice(SqliteTarget(), drivers, data_dir.database, problem)

    def check(self, target: SqlServerTarget, cancel: Cancel) -> Iterator[Step]:
        """**Test Connection** with what is in the form; yields the steps as `monitor.database_check` does."""
        from trackit_console.monitor.database_check import check_database

        yield from check_database(target, cancel)

    def question(self, target: DatabaseTarget) -> Question:
        """What the admin is asked before `target` is used. Raises `StoreError` where it cannot be used at all."""
        url = self._url(target)
        needed = self._needed(url)
        # Without an open database its address may not even be known: the choice can be unreadable.
        movable = self._connection.open_name if needed is not Needed.UPGRADE else ""
        if movable and (url == self._connection.url or not self._is_empty(url, needed)):
            movable = ""
        return Question(needed, movable)

    def _is_empty(self, url: str, needed: Needed) -> bool:
        from trackit_console.store.database_copy import is_as_new

        return needed is Needed.CREATE or is_as_new(url)

    def _needed(self, url: str) -> Needed:
        from trackit_console.store.database_setup import schema_state
        from trackit_console.store.opening_errors import DatabaseDamaged, DatabaseMissing
        from trackit_console.store.schema import SchemaState
        from trackit_console.store.schema_errors import SchemaNewer

        try:
            state, _ = schema_state(url)
        except DatabaseMissing:  # a file that will be made
            return Needed.CREATE
        if state is SchemaState.NEWER:
            raise SchemaNewer
        if state is SchemaState.FOREIGN:
            raise DatabaseDamaged("tables of another program", database=Path(url).name)
        return {SchemaState.EMPTY: Needed.CREATE, SchemaState.OLDER: Needed.UPGRADE}.get(state, Needed.NOTHING)

    def prepare(self, target: DatabaseTarget) -> None:
        """Creates or upgrades the tables; the admin has agreed. An embedded database is backed up before an upgrade."""
        from trackit_console.store.upgrade import upgrade_with_backup

        upgrade_with_backup(self._url(target), self._connection.clock.now())

    def move(self, target: DatabaseTarget, progress: Progress) -> Moved:
        """Copies everything from the open database to `target`, which is empty, and compares it. Raises `CopyRefused`, `StoreError`."""
        from trackit_console.store.database_copy import copy_database

        made = copy_database(self._connection.url, self._url(target), self._connection.data_dir, progress)
        return Moved(made.database, len(made.tables), sum(each.target.rows for each in made.tables))

    def script(self, target: DatabaseTarget) -> UpgradeScript:
        """The SQL that creates or upgrades the tables, for the administrator of a server."""
        from trackit_console.store.database_setup import upgrade_script

        return upgrade_script(self._url(target))

    def choose(self, target: DatabaseTarget) -> None:
        """Keeps `target`: it is used from the next opening on. Raises `ChoiceNotKept`."""
        from trackit_console.store.chosen_database import keep_choice

        keep_choice(target, self._connection.data_dir)

    def recovery_key(self) -> str:
        """The recovery key of the open database (SEC-02); raises `StoreError`."""
        return self._connection.database.recovery_key

    def recovery_key_of(self, target: DatabaseTarget) -> str:
        """The recovery key of `target`, whose tables were just created: it gets its key now. Raises `KeyNotKept`, `StoreError`."""
        with closing(self._opened(target)) as database:
            return database.recovery_key

    def confirm_key(self, recovery_key: str) -> None:
        """Keeps that this user has stored the recovery key of the open database. Raises `RecoveryKeyChanged`, `StoreError`."""
        _confirm(self._connection.database, recovery_key, self._connection.actor)

    def confirm_key_of(self, target: DatabaseTarget, recovery_key: str) -> None:
        """As `confirm_key`, for `target`, which is not open yet."""
        with closing(self._opened(target)) as database:
            _confirm(database, recovery_key, self._connection.actor)

    def _opened(self, target: DatabaseTarget) -> Database:
        from trackit_console.store.database import open_database

        return open_database(self._url(target), self._connection.data_dir, self._connection.clock)

    def change_key(self, *, hand_over: bool) -> str:
        """Gives the open database another key, and returns its recovery key. Raises `KeyNotKept`, `StoreError`."""
        return self._connection.database.rotate_key(self._connection.actor, hand_over=hand_over)

    def replace_lost_key(self) -> str:
        """Gives the database a key in place of a lost one, and returns its recovery key. Raises `KeyNotLost`, `KeyNotKept`, `StoreError`."""
        from trackit_console.store.lost_key import replace_lost_key

        return replace_lost_key(self._connection.url, self._connection.data_dir, self._connection.actor, self._connection.clock)

    def enroll(self, recovery_key: str) -> None:
        """Gives this computer the key of the database. Raises `RecoveryKeyRefused`, `WrongKey`, `KeyNotKept`."""
        from trackit_console.store.database_setup import enroll

        enroll(self._connection.url, self._connection.data_dir, recovery_key)

    def _url(self, target: DatabaseTarget) -> str:
        from trackit_console.store.chosen_database import url_of

        return url_of(target, self._connection.data_dir)


def _confirm(database: Database, recovery_key: str, by: str) -> None:
    with database.begin() as transaction:
        transaction.recovery_key.confirm(recovery_key, by)
