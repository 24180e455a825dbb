"""The rights that the monitor's role has on SQL Server are those that it needs, and no more (DB-01)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TypeGuard

import pytest
from sqlalchemy import Delete, Insert, Table, Update, event
from sqlalchemy.engine import Engine as SqlEngine

from trackit_console.demo.demo_setup import set_up_demo
from trackit_console.monitor.engine import Engine
from trackit_console.monitor.help_desk import open_help_desk
from trackit_console.monitor.outbox_once import send_once
from trackit_console.monitor.poll_once import poll_once
from trackit_console.store.backup_status import BACKUP_STATUS
from trackit_console.store.database import Database
from trackit_console.store.monitoring_views import HEADLESS
from trackit_console.store.roles import COUNTED_BY_MONITOR, READ_BY_MONITOR, monitor_may, roles_sql
from trackit_console.store.tables import Base

pytestmark = pytest.mark.covers("DB-01")


@pytest.fixture
def writes() -> Iterator[set[tuple[str, str]]]:
    """What is written, as operation and table."""
    seen: set[tuple[str, str]] = set()

    def keep(_connection: object, statement: object, *_more: object) -> None:
        # Backups are of the embedded database alone, which knows no rights.
        if _writes_to_a_table(statement) and BACKUP_STATUS not in statement.compile().params.values():
            seen.add((statement.__visit_name__.upper(), str(statement.table)))

    event.listen(SqlEngine, "before_execute", keep)
    yield seen
    event.remove(SqlEngine, "before_execute", keep)


def _writes_to_a_table(statement: object) -> TypeGuard[Insert | Update | Delete]:
    return isinstance(statement, Insert | Update | Delete) and isinstance(statement.table, Table)


def reported(database: Database) -> bool:
    with database.reading() as transaction:
        return bool(transaction.monitoring.hosts())


def test_the_monitor_writes_nothing_to_which_its_role_has_no_right(
    writes: set[tuple[str, str]], expect_log: Callable[[str], None]
) -> None:
    expect_log("quarantined The subject has 401 characters")
    with set_up_demo(None) as demo:
        database = open_help_desk(demo.data_dir.database_url, demo.data_dir)
        writes.clear()
        poll_once(database, threading.Event())
        send_once(database, threading.Event())
        stop = threading.Event()
        with database.begin() as transaction:
            transaction.monitoring.want(True, "ada")
        hosted = threading.Thread(target=Engine(database, HEADLESS).run, args=(stop,))
        hosted.start()
        while not reported(database):
            assert hosted.is_alive()
        stop.set()
        hosted.join()
        database.close()
    assert {("INSERT", "records"), ("INSERT", "outbox"), ("UPDATE", "filter_rules"), ("INSERT", "monitor_hosts")} <= writes
    assert [each for each in sorted(writes) if not monitor_may(*each)] == []


def test_every_table_is_named_once_for_each_role() -> None:
    tables = {table.name for table in Base.metadata.sorted_tables}
    assert tables >= READ_BY_MONITOR | COUNTED_BY_MONITOR
    rights = roles_sql()[-1].splitlines()
    for table in tables:
        console, monitor = (line for line in rights if f"[{table}]" in line)
        assert "INSERT, UPDATE, DELETE" in console and "trackit_console" in console
        assert ("UPDATE" in monitor) == monitor_may("UPDATE", table) and "trackit_monitor" in monitor
