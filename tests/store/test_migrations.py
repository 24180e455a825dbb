"""The schema that migrations make is the schema that the program uses; flags of the reference product stay (DB-03, MON-06)."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from trackit_console.paths import DataDir
from trackit_console.settings.filters import DEFAULT_RESTRICTED_FILE_TYPES, Filters
from trackit_console.settings.monitor import POST_ACTION_PROPERTY, MonitorSettings, PostAction
from trackit_console.store import schema
from trackit_console.store.database import Database, open_database, schema_state
from trackit_console.store.engine import make_engine
from trackit_console.store.errors import SchemaOlder
from trackit_console.store.tables import Base


@pytest.mark.covers("DB-03")
def test_migrated_is_the_same_as_declared(database: Database, url: str) -> None:
    engine = make_engine(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


@pytest.mark.covers("DB-03")
def test_the_program_knows_every_revision() -> None:
    files = sorted(file.name[:4] for file in (schema.MIGRATIONS / "versions").glob("*.py"))
    assert files == list(schema.REVISIONS)


@pytest.mark.covers("FIL-01", "MSG-04", "MON-06", "MON-01")
def test_a_fresh_database_holds_the_documented_defaults(database: Database) -> None:
    with database.reading() as transaction:
        assert transaction.settings.filters().value == Filters()
        assert transaction.settings.monitor().value == MonitorSettings(post_action=PostAction.MOVE)
        assert transaction.settings.restricted_file_types() == sorted(DEFAULT_RESTRICTED_FILE_TYPES)
        assert len(transaction.settings.filters().value.sender) == 4
        assert len(transaction.settings.filters().value.subject) == 15


@pytest.mark.covers("MON-06")
@pytest.mark.parametrize(("flag", "expected"), [(None, PostAction.MARK_READ), ("1", PostAction.DELETE)])
def test_a_database_of_the_reference_product_keeps_its_flags(
    url: str, data_dir: DataDir, flag: str | None, expected: PostAction
) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE NAMSYSProperties (NAME NVARCHAR(255) NOT NULL PRIMARY KEY, VALUE NVARCHAR(4000) NOT NULL)")
        )
        insert = text("INSERT INTO NAMSYSProperties (NAME, VALUE) VALUES (:name, :value)")
        connection.execute(insert, {"name": "other", "value": "kept"})
        if flag:
            connection.execute(insert, {"name": POST_ACTION_PROPERTY, "value": flag})
    schema.upgrade(engine)
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT VALUE FROM NAMSYSProperties WHERE NAME = 'other'")).scalar_one()
    assert kept == "kept"
    engine.dispose()
    opened = open_database(url, data_dir)
    with opened.reading() as transaction:
        assert transaction.settings.monitor().value.post_action is expected
    opened.close()


@pytest.mark.covers("DB-03")
def test_an_older_schema_is_upgraded_only_when_asked(
    database: Database, url: str, data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "REVISIONS", ("0001", "0002"))
    monkeypatch.setattr(schema, "HEAD", "0002")
    with pytest.raises(SchemaOlder):
        open_database(url, data_dir)
    assert schema_state(url) == (schema.SchemaState.OLDER, "0001")


@pytest.mark.covers("DB-03", "MON-06")
def test_sql_to_be_run_later_leaves_a_table_of_flags_that_is_there() -> None:
    batches = schema.upgrade_sql("mssql+pyodbc://server/db?driver=x").split("GO")
    [kept, made, set_now] = [" ".join(each.split()) for each in batches if "[NAMSYSProperties]" in each]
    assert kept.removeprefix("-- Running upgrade -> 0001 ").startswith(
        "IF OBJECT_ID(N'NAMSYSProperties') IS NOT NULL INSERT INTO [NAMSYSProperties] ([NAME], [VALUE]) SELECT"
    )
    assert "N'0'" in kept
    assert made.startswith("IF OBJECT_ID(N'NAMSYSProperties') IS NULL CREATE TABLE [NAMSYSProperties]")
    assert "N'2'" in set_now
    assert "WHERE NOT (EXISTS" in set_now
