"""What a copy says to SQL Server: ids are inserted for one table at a time, and every statement compiles (DB-01)."""

from __future__ import annotations

import re
import types
from typing import Any

import pytest
from sqlalchemy import Table, create_engine
from sqlalchemy.dialects import mssql

from tests.store.copy_factory import row
from trackit_console.store.record_numbers import highest_record_number, skip_record_numbers
from trackit_console.store.row_inserts import insert_rows
from trackit_console.store.table_rows import OWNERS, TABLES, copied_rows

IDENTITY_INSERT = re.compile(r"SET IDENTITY_INSERT \[?(\w+)\]? (ON|OFF)")


class Driver(types.ModuleType):
    """An ODBC driver without a server: it keeps what it is told, and answers a question with one number."""

    paramstyle, version, threadsafety, apilevel = "qmark", "5.3.0", 1, "2.0"
    Error = DatabaseError = type("Error", (Exception,), {})
    # Asked by SQLAlchemy for what its cursors can do.
    Cursor, Binary = object, bytes

    def __init__(self, answer: int = 0) -> None:
        super().__init__("driver")
        self.told: list[str] = []
        self.answer = answer

    def connect(self, *_arguments: Any, **_options: Any) -> Driver:
        return self

    cursor = connect

    def execute(self, statement: str, *_parameters: Any) -> None:
        self.told.append(" ".join(statement.split()))
        self.description = [("n", int, None, None, None, None, None)] if statement.startswith("SELECT") else None

    executemany = execute
    rowcount, arraysize = 1, 1

    def fetchone(self) -> tuple[int]:
        return (self.answer,)

    def fetchall(self) -> list[tuple[int]]:
        return [(self.answer,)]

    def setinputsizes(self, *_sizes: Any) -> None:
        pass

    def close(self) -> None:
        pass

    commit = rollback = close


def connected(driver: Driver) -> Any:
    # Not initialized: there is no server to be asked for its version.
    engine = create_engine("mssql+pyodbc://server/database?driver=x", module=driver, _initialize=False, use_setinputsizes=False)
    return engine.connect()


@pytest.mark.covers("DB-01")
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_ids_are_inserted_for_one_table_at_a_time(table: Table) -> None:
    driver = Driver()
    with connected(driver) as connection:
        insert_rows(connection, table, [row(table, 1), row(table, 2)])
    on_and_off = [(found[1], found[2]) for each in driver.told if (found := IDENTITY_INSERT.fullmatch(each))]
    inserts = [each for each in driver.told if each.startswith("INSERT")]
    numbered = [column for column in table.primary_key if column is table.autoincrement_column]
    assert on_and_off == ([(table.name, "ON"), (table.name, "OFF")] * len(inserts) if numbered else [])
    assert inserts and all(each.name in inserts[0] for each in table.columns)


@pytest.mark.covers("DB-01")
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_rows_of_a_copy_are_asked_for_in_the_order_of_the_key(table: Table) -> None:
    asked = str(copied_rows(table).compile(dialect=mssql.dialect()))
    assert all(f"NULL AS {name}" in asked for name in OWNERS.get(table.name, ()))
    assert "ORDER BY" in asked


@pytest.mark.covers("DB-01")
def test_the_number_of_a_record_that_came_and_went_is_skipped() -> None:
    driver = Driver(answer=7)
    with connected(driver) as connection:
        assert highest_record_number(connection) == 7
        skip_record_numbers(connection, 7)
        assert not [each for each in driver.told if each.startswith("INSERT")]
        skip_record_numbers(connection, 9)
    assert "CAST(ident_current(?) AS BIGINT)" in driver.told[0]
    inserted = [each.split()[0] for each in driver.told[-4:]]
    assert inserted == ["SET", "INSERT", "SET", "DELETE"]
