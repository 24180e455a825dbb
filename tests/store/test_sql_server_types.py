"""No column of SQL Server loses what is written to it: characters, microseconds, letter case of keys (DB-01, DB-03)."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Table, make_url
from sqlalchemy.dialects import mssql
from sqlalchemy.schema import CreateTable

from trackit_console.store.schema import upgrade_sql
from trackit_console.store.tables import Base

COLUMN = re.compile(r"^\s*\[?(\w+)\]? ([A-Z][A-Z0-9]*)(\([^)]*\))?(?: COLLATE (\w+))?", re.MULTILINE)
KEEPING = {"INTEGER", "BIGINT", "BIT", "DATE", "DATETIME2", "NVARCHAR", "VARBINARY"}
"""VARCHAR loses characters, DATETIME milliseconds; TEXT, NTEXT and IMAGE are going away."""


def columns(statement: str) -> dict[str, tuple[str, str, str]]:
    """Type, length and collation by name of the column, in the SQL of one table."""
    body = statement.partition("(")[2]
    return {
        name: (kind, size, order)
        for name, kind, size, order in COLUMN.findall(body)
        if name.upper() != name or name in ("NAME", "VALUE")
    }


def check(found: dict[str, tuple[str, str, str]]) -> None:
    for name, (kind, size, collation) in found.items():
        assert kind in KEEPING, name
        assert size == {"DATETIME2": "(6)", "VARBINARY": "(max)"}.get(kind, size), name
        assert size or kind != "NVARCHAR", name
        if name.endswith("_key") or name == "sha256":
            assert collation == "Latin1_General_100_BIN2", name


@pytest.mark.covers("DB-01")
@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_a_declared_table_keeps_what_is_written(table: Table) -> None:
    found = columns(str(CreateTable(table).compile(dialect=mssql.dialect(deprecate_large_types=True))))
    assert set(found) == {column.name for column in table.columns}
    check(found)


def _alter(table: dict[str, tuple[str, str, str]], change: str) -> None:
    """Applies one change of a later migration to the columns of a table."""
    if dropped := re.fullmatch(r"DROP COLUMN (\w+)", change):
        del table[dropped[1]]
    elif not re.match(r"(ADD|DROP) CONSTRAINT", change):
        table.update(columns(f"(\n{re.sub(r'^(ADD|ALTER COLUMN) ', '', change)}"))


@pytest.mark.covers("DB-03")
def test_a_migrated_table_is_the_declared_one() -> None:
    sql = upgrade_sql("mssql+pyodbc://sql01/TRACKIT?driver=x")
    made = {
        name: columns(f"({body}") for name, body in re.findall(r"CREATE TABLE \[?(\w+)\]? \((.*?)\n\);?\s*\n", sql, re.DOTALL)
    }
    for table, change in re.findall(r"ALTER TABLE (\w+) (.*?);\s*\n", sql):
        _alter(made[table], change)
    del made["alembic_version"]
    dialect = mssql.dialect(deprecate_large_types=True)
    declared = {table.name: columns(str(CreateTable(table).compile(dialect=dialect))) for table in Base.metadata.sorted_tables}
    assert made == declared
    for found in made.values():
        check(found)


@pytest.mark.covers("DB-03", "FIL-01", "MON-06")
def test_the_sql_for_an_administrator_fills_the_first_rows() -> None:
    sql = upgrade_sql(str(make_url("mssql+pyodbc://sql01/TRACKIT?driver=x")))
    assert sql.count("INSERT INTO filter_rules") == 19
    assert "N'featEmailProcessingPostAction'" in sql
    assert "N'Mail Delivery Subsystem'" in sql
    assert "IDENTITY_INSERT" not in sql
    assert not re.search(r"[ (]'[A-Za-z]", sql.replace("VALUES ('0001')", "")), "text without N loses characters"
    statements = re.sub(r"^--.*$", "", sql, flags=re.MULTILINE)
    assert ":" not in re.sub(r"N?'[^']*'", "", statements), "a value that was not written out"
