"""A new embedded database for a test: its schema is made once for all of them, because to make it takes a tenth of a second."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from trackit_console.paths import DataDir
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
