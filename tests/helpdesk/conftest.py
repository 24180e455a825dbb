"""A new database at a time of day that tests set."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event

from tests.clock import ManualClock
from tests.monitor.test_database_load import EVENTS, Statements
from tests.new_database import open_new_database
from trackit_console.paths import DataDir
from trackit_console.store.database import Database


@pytest.fixture
def clock() -> ManualClock:
    """Time that stands still until a test lets it pass."""
    return ManualClock()


@pytest.fixture
def database(data_dir: DataDir, clock: ManualClock) -> Iterator[Database]:
    """A new database, at the hour of `clock`."""
    opened = open_new_database(data_dir, clock)
    yield opened
    opened.close()


@pytest.fixture
def statements() -> Iterator[Statements]:
    """Counts what is asked of databases."""
    counted = Statements()
    for name in EVENTS:
        event.listen(Engine, name, counted.count)
    yield counted
    for name in EVENTS:
        event.remove(Engine, name, counted.count)
