"""Several questions by one round trip, and how little is asked of a new connection to SQL Server (DB-05, RUN-07)."""

from __future__ import annotations

from collections.abc import Iterator

import pyodbc
import pytest
from sqlalchemy import Boolean, Engine, Integer, Unicode, column, create_engine, insert, select, table
from sqlalchemy.dialects.mssql.pyodbc import MSDialect_pyodbc

from tests.servers.tds import Behaviour, TdsServer, tds_server
from tests.servers.tds_tokens import Rows
from trackit_console.store.access_errors import DatabaseRightMissing
from trackit_console.store.driver_errors import mapped
from trackit_console.store.engine import make_engine
from trackit_console.store.errors import DatabaseBusy, DatabaseOffline, StoreError
from trackit_console.store.reading_session import ReadingSession
from trackit_console.store.sql_server_dialect import PREPARE

pytestmark = pytest.mark.covers("DB-05", "RUN-07")

PEOPLE = select(column("id", Integer), column("name", Unicode(64)), column("enabled", Boolean)).select_from(table("people"))
TOWNS = select(column("town", Unicode(64))).select_from(table("towns"))
ANSWERS: dict[str, Rows] = {
    "FROM people": [[1, "Ada", 1], [2, None, 0]],
    "FROM towns": [[f"Town {number}"] for number in range(200)],
}
FACTS: dict[str, Rows] = {
    "SERVERPROPERTY('ProductVersion') AS VARCHAR)": [["16.0.4135.4"]],
    "SELECT schema_name()": [["dbo"]],
    "test max support": [["test max support"]],
    "sys.system_views": [["dm_exec_sessions"]],
    "transaction_isolation_level": [["READ COMMITTED"]],
}
"""What SQLAlchemy's own dialect asks of a new server."""


@pytest.fixture
def server() -> Iterator[TdsServer]:
    with tds_server(Behaviour(answers=ANSWERS | FACTS)) as started:
        yield started


@pytest.fixture
def engine(server: TdsServer) -> Iterator[Engine]:
    made = make_engine(f"mssql://trackit:secret@127.0.0.1:{server.port}/TRACKIT?driver=FreeTDS&Encrypt=no")
    yield made
    made.dispose()


def test_a_new_connection_is_prepared_by_one_statement(server: TdsServer, engine: Engine) -> None:
    with engine.connect():
        pass
    assert [each for each in server.heard if each not in ("begin", "commit", "rollback")] == []
    assert server.prepared == [PREPARE]


def test_sqlalchemy_knows_of_a_server_what_it_would_have_asked(engine: Engine) -> None:
    own = MSDialect_pyodbc(dbapi=pyodbc)
    with engine.connect() as connection:
        own.initialize(connection)
    for name in (
        *("server_version_info", "default_schema_name", "default_isolation_level", "max_identifier_length"),
        *("deprecate_large_types", "supports_multivalues_insert", "_supports_nvarchar_max", "_supports_offset_fetch"),
    ):
        assert getattr(engine.dialect, name) == getattr(own, name), name


def test_what_is_read_ahead_is_one_question_and_serves_each_question_once(server: TdsServer, engine: Engine) -> None:
    with engine.connect() as connection, ReadingSession(connection) as session:
        session.read_ahead(TOWNS, PEOPLE, TOWNS)
        first, people, again = session.rows(TOWNS), session.rows(PEOPLE), session.rows(TOWNS)
        assert first == again == [(f"Town {number}",) for number in range(200)]
        assert [(each.id, each.name, each.enabled) for each in people] == [(1, "Ada", True), (2, None, False)]
        assert len([each for each in server.heard if "FROM" in each]) == 1
        session.rows(PEOPLE)
        assert len([each for each in server.heard if "FROM people" in each]) == 2


def test_what_was_read_ahead_with_more_is_not_read_ahead_again(server: TdsServer, engine: Engine) -> None:
    """Whoever reads settings reads them ahead; one who reads more with them has done so already."""
    with engine.connect() as connection, ReadingSession(connection) as session:
        session.read_ahead(PEOPLE, TOWNS)
        session.read_ahead(TOWNS)
        session.rows(TOWNS), session.rows(PEOPLE)
        assert len([each for each in server.heard if "FROM" in each]) == 1


def test_a_question_that_the_server_refuses_is_an_error_as_ever(server: TdsServer, engine: Engine) -> None:
    with engine.connect() as connection, ReadingSession(connection) as session:
        server.behaviour.statement_errors = (229,)
        with pytest.raises(Exception, match="229"):
            session.read_ahead(PEOPLE, TOWNS)


@pytest.mark.parametrize(("number", "kind"), [(1205, DatabaseBusy), (976, DatabaseOffline), (229, DatabaseRightMissing)])
def test_what_the_server_refuses_after_the_first_answer_is_sorted_as_ever(
    server: TdsServer, engine: Engine, number: int, kind: type[StoreError]
) -> None:
    server.behaviour.later_errors = (number,)
    with pytest.raises(kind), mapped("x"), engine.connect() as connection, ReadingSession(connection) as session:
        session.read_ahead(PEOPLE, TOWNS)
    server.behaviour.later_errors = ()
    signed_in = server.sign_ins
    with engine.connect() as connection, ReadingSession(connection) as session:
        session.read_ahead(PEOPLE, TOWNS)
        assert len(session.rows(PEOPLE)) == 2
    assert server.sign_ins - signed_in == (kind is DatabaseOffline), "only a primary that moved costs the connection"


def test_the_embedded_database_is_asked_when_the_answer_is_wanted() -> None:
    engine = create_engine("sqlite://")
    names = table("names", column("name", Unicode(64)))
    with engine.connect() as connection, ReadingSession(connection) as session:
        connection.exec_driver_sql("CREATE TABLE names (name TEXT)")
        asked = select(names.c.name)
        session.read_ahead(asked)
        connection.execute(insert(names).values(name="Ada"))
        assert session.rows(asked) == [("Ada",)]
    engine.dispose()
