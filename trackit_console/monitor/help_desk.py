"""Opens the database of a help desk that reacts to events: every program does it here, so that all of them react alike."""

from __future__ import annotations

from trackit_console.clock import Clock
from trackit_console.monitor.reactions import Reactions, listeners
from trackit_console.paths import DataDir
from trackit_console.store.database import Database, open_database


def open_help_desk(url: str, data_dir: DataDir, clock: Clock | None = None) -> Database:
    """As `open_database`, with service levels, business rules and notifications listening."""
    database = open_database(url, data_dir, clock)
    database.listeners.append(Reactions(listeners))
    return database
