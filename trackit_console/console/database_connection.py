"""The database of this console, opened at the first use."""

from __future__ import annotations

import getpass
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from trackit_console.cancel import cancelled
from trackit_console.clock import Clock, SystemClock
from trackit_console.paths import DatabaseUrl, DataDir

if TYPE_CHECKING:
    from trackit_console.store.database import Database

IDLE_SECONDS = 3.0
"""How long to wait for work with the database that is under way when it is to be closed."""


class DatabaseConnection:
    """For several threads. `actor` is the user whom the audit names. Without a `url` it is the database that was chosen."""

    def __init__(self, data_dir: DataDir, url: str | None, clock: Clock | None = None) -> None:
        self.data_dir = data_dir
        self._url = DatabaseUrl(url) if url else None
        self.clock = clock or SystemClock()
        self.actor = getpass.getuser()
        self._database: Database | None = None
        self._opening = threading.Lock()

    @property
    def url(self) -> DatabaseUrl:
        """The address of the database; raises `ChoiceUnreadable`. May read files and the keyring: not for the UI thread."""
        if self._url is None:
            from trackit_console.store.chosen_database import chosen_url

            self._url = chosen_url(self.data_dir)
        return self._url

    @property
    def database(self) -> Database:
        """The open database; raises `StoreError`."""
        with self._opening:  # several worker threads ask at the start: one opens, the others wait
            if self._database is None:
                from trackit_console.monitor.help_desk import open_help_desk  # slow to import: after the window is shown
                from trackit_console.store.errors import Cancelled

                if cancelled():  # while it waited for another one who tried: the window is being closed
                    raise Cancelled
                self._database = open_help_desk(self.url, self.data_dir, self.clock)
            return self._database

    @property
    def open_name(self) -> str:
        """The name of the database for people, empty while it is not open."""
        database = self._database
        return database.name if database is not None else ""

    def close(self) -> None:
        """Closes the database, if it is open. Does not wait for whoever is just opening it: the window must close."""
        if not self._opening.acquire(blocking=False):
            return
        try:
            if self._database is not None:
                self._database.close()
                self._database = None
        finally:
            self._opening.release()

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Keeps the database closed for a block: whoever needs it waits. Not for the UI thread."""
        # The lock is not reentrant: within the block, nobody may ask for `database` on this thread.
        with self._opening:
            if self._database is not None:
                self._database.close(IDLE_SECONDS)
                self._database = None
            yield

    @property
    def is_embedded(self) -> bool | None:
        """Whether the database is a file, None before anybody has asked for its address. Reads nothing."""
        return None if self._url is None else self._url.startswith("sqlite")

    @property
    def name(self) -> str:
        """The database as people know it, empty before anybody has asked for its address. Reads nothing, and waits for nobody."""
        from trackit_console.store.database_url import parsed_url, shown_name

        return "" if self._url is None else shown_name(parsed_url(self._url))

    def upgrade(self) -> None:
        """Upgrades an older database to the current schema; the admin has agreed (DB-03). An embedded one is backed up first."""
        from trackit_console.store.upgrade import upgrade_with_backup

        upgrade_with_backup(self.url, self.clock.now())
