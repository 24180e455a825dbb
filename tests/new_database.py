"""A new embedded database for a test: its schema is made once for all of them, because to make it takes a tenth of a second."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from trackit_console.clock import Clock
from trackit_console.paths import DataDir
from trackit_console.store.database import Database, open_database
from trackit_console.store.database_setup import upgrade_database


@functools.cache
def _file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        made = DataDir(Path(folder) / "data").make()
        upgrade_database(made.database_url)
        return made.database.read_bytes()


def place_new_database(data_dir: DataDir) -> None:
    """Puts one there, unless there is one already. Nobody has opened it yet, so it has no key."""
    if not data_dir.database.exists():
        data_dir.database.write_bytes(_file())


def open_new_database(data_dir: DataDir, clock: Clock | None = None) -> Database:
    """The database in the data directory, made new if there is none; at the hour of `clock`."""
    place_new_database(data_dir)
    return open_database(data_dir.database_url, data_dir, clock)
