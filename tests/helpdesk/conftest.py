"""A new database at a time of day that tests set."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.clock import ManualClock
from trackit_console.paths import DataDir
from trackit_console.store.database import Database, open_database


@pytest.fixture
def clock() -> ManualClock:
    """Time that stands still until a test lets it pass."""
    return ManualClock()


@pytest.fixture
def database(data_dir: DataDir, clock: ManualClock) -> Iterator[Database]:
    """A new database, at the hour of `clock`."""
    opened = open_database(data_dir.database_url, data_dir, clock)
    yield opened
    opened.close()
