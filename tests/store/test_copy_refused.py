"""A copy that would lose something is not made: of a database in use, onto one with content, or onto itself (DB-01)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text

from tests.clock import BEGINNING, ManualClock
from tests.outbox_factory import add_record
from tests.settings.samples import CANARY, imap
from tests.store.conftest import Places
from tests.store.copy_factory import rows_of
from trackit_console.paths import DatabaseUrlRefused, DataDir
from trackit_console.store import schema
from trackit_console.store.copy_errors import MonitorStillRuns, SameDatabase, TargetNotEmpty
from trackit_console.store.database import Database, open_database
from trackit_console.store.database_copy import copy_database, is_as_new
from trackit_console.store.database_setup import schema_state, upgrade_database
from trackit_console.store.engine import make_engine
from trackit_console.store.errors import StoreError
from trackit_console.store.monitoring import HOST_SECONDS
from trackit_console.store.monitoring_views import Host
from trackit_console.store.opening_errors import DatabaseMissing
from trackit_console.store.schema import SchemaState
from trackit_console.store.schema_errors import SchemaOlder

Copy = Callable[..., object]
HOST = Host("h", "PC 7", "headless", "running", 1, BEGINNING, BEGINNING)


@pytest.fixture
def copy(places: Places, data_dir: DataDir, clock: ManualClock) -> Copy:
    return lambda source=places.source, target=places.target: copy_database(source, target, data_dir, clock=clock)


def execute(url: str, *statements: str) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        for each in statements:
            connection.execute(text(each))
    engine.dispose()


# ---------------------------------------------------------------- the target


@pytest.mark.covers("DB-01")
@pytest.mark.parametrize("content", ["a mailbox", "a record", "a changed setting"])
def test_a_database_with_content_is_refused_and_stays(
    source: Database, places: Places, copy: Copy, data_dir: DataDir, clock: ManualClock, content: str
) -> None:
    upgrade_database(places.target)
    target = open_database(places.target, data_dir, clock)
    with target.begin() as transaction:
        if content == "a mailbox":
            transaction.mailboxes.add(imap(), "ada")
    if content == "a record":
        add_record(target)
    target.close()
    if content == "a changed setting":
        execute(places.target, "UPDATE monitor_settings SET poll_interval = 77")
    before = rows_of(places.target)
    with pytest.raises(TargetNotEmpty) as refused:
        copy()
    tables = {"a mailbox": "mailboxes", "a record": "records", "a changed setting": "monitor_settings"}
    assert tables[content] in str(refused.value.message)
    assert rows_of(places.target) == before


@pytest.mark.covers("DB-02", "T-06")
def test_to_see_that_a_database_is_not_empty_little_of_it_is_read(source: Database, places: Places) -> None:
    """It may have millions of rows, and messages of 25 MB."""
    add_record(source)
    asked: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if " raw_messages" in statement and statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        assert not is_as_new(places.source)
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
    assert asked and all("LIMIT" in each or "TOP" in each for each in asked[1:]), "the first is that of a new database"


@pytest.mark.covers("DB-01", "DB-03")
def test_an_older_schema_is_refused_and_stays(source: Database, places: Places, copy: Copy) -> None:
    engine = make_engine(places.target)
    Path(engine.url.database or "x").parent.mkdir(exist_ok=True) if engine.dialect.name == "sqlite" else None
    schema.upgrade(engine, schema.REVISIONS[-2])
    engine.dispose()
    with pytest.raises(TargetNotEmpty, match=schema.REVISIONS[-2]):
        copy()
    assert schema_state(places.target) == (SchemaState.OLDER, schema.REVISIONS[-2])


@pytest.mark.covers("DB-01")
def test_tables_of_another_program_are_refused_and_stay(source: Database, places: Places, copy: Copy) -> None:
    if places.target.startswith("sqlite"):
        places.target_file.parent.mkdir()
    execute(places.target, "CREATE TABLE Records (what INTEGER)", "INSERT INTO Records (what) VALUES (7)")
    try:
        with pytest.raises(TargetNotEmpty, match=r"[Rr]ecords"):
            copy()
        engine = make_engine(places.target)
        with engine.connect() as connection:
            assert connection.execute(text("SELECT what FROM Records")).scalars().all() == [7]
            assert schema.state_of(connection) in (SchemaState.FOREIGN, SchemaState.EMPTY)
        engine.dispose()
    finally:
        execute(places.target, "DROP TABLE Records")


@pytest.mark.covers("DB-01")
def test_a_database_is_not_copied_onto_itself(source: Database, places: Places, copy: Copy, data_dir: DataDir) -> None:
    other_name = places.source
    if other_name.startswith("sqlite"):
        other_name = f"sqlite:///{data_dir.root.as_posix()}/logs/../{data_dir.database.name}"
    before = rows_of(places.source)
    with pytest.raises(SameDatabase):
        copy(target=other_name)
    assert rows_of(places.source) == before


@pytest.mark.covers("DB-01")
def test_a_database_with_the_identity_of_the_source_is_taken_for_it(
    source: Database, places: Places, copy: Copy, new_file: bytes
) -> None:
    if not places.source.startswith("sqlite"):
        pytest.skip("a server's database has one name in the tests")
    copy()
    with pytest.raises(SameDatabase):
        copy()


@pytest.mark.covers("DB-01")
def test_memory_is_no_place_for_a_copy(source: Database, copy: Copy) -> None:
    with pytest.raises(DatabaseUrlRefused):
        copy(target="sqlite://")


@pytest.mark.covers("DB-01", "SEC-02")
def test_a_server_that_does_not_answer_is_told_without_its_password(source: Database, copy: Copy) -> None:
    with pytest.raises(StoreError) as refused:
        copy(target=f"mssql+pyodbc://sa:{CANARY.replace('@', '')}@127.0.0.1:9/x?driver=none&timeout=1")
    assert CANARY not in f"{refused.value!r} {refused.value.detail} {refused.value}"


# ---------------------------------------------------------------- the source


@pytest.mark.covers("DB-01", "DB-03")
def test_an_older_source_is_upgraded_first_by_an_admin(places: Places, copy: Copy, data_dir: DataDir) -> None:
    file = DataDir(data_dir.root / "older").make()
    engine = make_engine(file.database_url)
    schema.upgrade(engine, schema.REVISIONS[-2])
    engine.dispose()
    with pytest.raises(SchemaOlder):
        copy(source=file.database_url)
    assert schema_state(file.database_url)[0] is SchemaState.OLDER


@pytest.mark.covers("DB-01")
def test_a_source_that_does_not_exist_is_not_made(places: Places, copy: Copy, tmp_path: Path) -> None:
    with pytest.raises(DatabaseMissing):
        copy(source=f"sqlite:///{tmp_path.as_posix()}/none.sqlite3")
    assert not (tmp_path / "none.sqlite3").exists()
    if places.target.startswith("sqlite"):
        assert not places.target_file.exists()


# ---------------------------------------------------------------- who works with them


@pytest.mark.covers("DB-01", "RUN-02")
def test_while_a_monitor_runs_nothing_is_copied(source: Database, places: Places, copy: Copy, clock: ManualClock) -> None:
    with source.begin() as transaction:
        transaction.monitoring.report(HOST)
    with pytest.raises(MonitorStillRuns, match="PC 7"):
        copy()
    if places.target.startswith("sqlite"):
        assert not places.target_file.exists()
    clock.advance(HOST_SECONDS + 1)  # it died
    copy()


@pytest.mark.covers("DB-01", "RUN-02")
def test_a_monitor_that_is_stopped_may_stay(source: Database, copy: Copy) -> None:
    with source.begin() as transaction:
        transaction.monitoring.report(replace(HOST, state="stopped"))
    copy()


@pytest.mark.covers("DB-01", "RUN-02")
@pytest.mark.parametrize("state", ["running", "stopped"])
def test_a_target_that_a_console_has_open_is_refused(
    source: Database, places: Places, copy: Copy, data_dir: DataDir, clock: ManualClock, state: str
) -> None:
    upgrade_database(places.target)
    target = open_database(places.target, data_dir, clock)
    with target.begin() as transaction:
        transaction.monitoring.report(replace(HOST, state=state))
    target.close()
    with pytest.raises(MonitorStillRuns, match="PC 7"):
        copy()
