"""The database that the store's tests run on: SQLite in a file, or the one at `TRACKIT_TEST_DATABASE_URL`, which is emptied."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, Table, Unicode, insert, select

from tests.clock import ManualClock
from tests.settings.samples import imap
from trackit_console.domain.polling import Lease
from trackit_console.paths import DataDir
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.database import Database, open_database
from trackit_console.store.database_setup import upgrade_database
from trackit_console.store.engine import make_engine
from trackit_console.store.row_mapping import Stored
from trackit_console.store.secrets import KEY_BYTES
from trackit_console.store.tables import Base

ELSEWHERE = os.environ.get("TRACKIT_TEST_DATABASE_URL")


@pytest.fixture
def clock() -> ManualClock:
    """Time that stands still until a test lets it pass."""
    return ManualClock()


@pytest.fixture
def url(data_dir: DataDir) -> str:
    """The address of a database without tables."""
    if ELSEWHERE:
        empty(ELSEWHERE)
    return ELSEWHERE or data_dir.database_url


@pytest.fixture(scope="session")
def new_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a new embedded database, under the key of `data_dir`: migrated once for all tests."""
    made = DataDir(tmp_path_factory.mktemp("new")).make()
    made.key_file.write_bytes(base64.b64encode(b"k" * KEY_BYTES))
    open_database(made.database_url, made).close()
    return made.database.read_bytes()


@pytest.fixture
def database(url: str, data_dir: DataDir, new_file: bytes, clock: ManualClock) -> Iterator[Database]:
    """A new database, at the hour of `clock`."""
    if ELSEWHERE:
        renew(ELSEWHERE, data_dir)
    else:
        data_dir.database.write_bytes(new_file)
    opened = open_database(url, data_dir, clock)
    yield opened
    opened.close()


@pytest.fixture
def file(url: str, data_dir: DataDir) -> DataDir:
    """The data directory, for tests of the embedded database's file."""
    if ELSEWHERE:
        pytest.skip("about the embedded database alone")
    return data_dir


@pytest.fixture
def mailbox(database: Database) -> Stored[Mailbox]:
    """A mailbox that is kept."""
    with database.begin() as transaction:
        return transaction.mailboxes.add(imap(), "ada")


@pytest.fixture
def lease(database: Database, mailbox: Stored[Mailbox]) -> Lease:
    """The right to poll `mailbox`."""
    with database.begin() as transaction:
        claimed = transaction.mailbox_leases.begin_visit(mailbox.id, "here", regardless=True)
    assert claimed is not None
    return claimed


@dataclass(frozen=True, slots=True)
class Places:
    """The addresses of a new database and of one without tables, to which it is copied."""

    source: str
    target: str

    @property
    def target_file(self) -> Path:
        """The file of the target; skips the test where it is on a server."""
        if not self.target.startswith("sqlite"):
            pytest.skip("about the embedded database alone")
        return Path(self.target.removeprefix("sqlite:///"))


@pytest.fixture(params=["to a file", "to a server"] if ELSEWHERE else ["to a file"])
def places(request: pytest.FixtureRequest, data_dir: DataDir, new_file: bytes) -> Places:
    """From file to file; where there is a server, from it to a file and the other way."""
    file = DataDir(data_dir.root / "other")
    if ELSEWHERE and request.param == "to a file":
        renew(ELSEWHERE, data_dir)
        return Places(ELSEWHERE, file.database_url)
    data_dir.database.write_bytes(new_file)
    if not ELSEWHERE:
        return Places(data_dir.database_url, file.database_url)
    empty(ELSEWHERE)
    return Places(data_dir.database_url, ELSEWHERE)


@pytest.fixture
def source(places: Places, data_dir: DataDir, clock: ManualClock) -> Iterator[Database]:
    """The database that is copied, at the hour of `clock`."""
    opened = open_database(places.source, data_dir, clock)
    yield opened
    opened.close()


VERSION = Table("alembic_version", MetaData(), Column("version_num", Unicode(32), primary_key=True))
_first_rows: dict[str, list[dict[str, Any]]] = {}
"""The rows of a new database, by table, once one was made."""


def empty(url: str) -> None:
    """Drops every table."""
    engine = make_engine(url)
    with engine.begin() as connection:
        Base.metadata.drop_all(connection)
        VERSION.drop(connection, checkfirst=True)
    engine.dispose()


def renew(url: str, data_dir: DataDir) -> None:
    """Makes the tables anew, with the rows of a new database: the migrations would take longer for each test."""
    engine = make_engine(url)
    tables = [*Base.metadata.sorted_tables, VERSION]
    if not _first_rows:
        empty(url)
        upgrade_database(url)
        open_database(url, data_dir).close()
        with engine.begin() as connection:
            for table in tables:
                _first_rows[table.name] = [dict(row) for row in connection.execute(select(table)).mappings()]
    # Not their rows alone: tests number records from 1.
    empty(url)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        VERSION.create(connection)
        for table in tables:
            if rows := _first_rows[table.name]:
                connection.execute(insert(table), rows)
    engine.dispose()
