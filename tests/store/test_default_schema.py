"""On SQL Server the tables are in dbo, whatever the default schema of the account that looks for them (DB-03)."""

from __future__ import annotations

import pytest

from tests.servers.tds import Behaviour, tds_server
from trackit_console.store.database_setup import schema_state
from trackit_console.store.schema import HEAD, SchemaState

pytestmark = pytest.mark.covers("DB-03", "DB-01")


def url(port: int) -> str:
    return f"mssql://trackit:secret@127.0.0.1:{port}/TRACKIT?driver=FreeTDS&Encrypt=no"


def test_tables_that_the_server_finds_by_their_name_are_found() -> None:
    """An account with another default schema sees those in dbo; to take the database for empty would make them twice."""
    with tds_server(Behaviour(answers={"OBJECT_ID(N'alembic_version')": [[5]], "version_num": [[HEAD]]})) as server:
        assert schema_state(url(server.port)) == (SchemaState.CURRENT, HEAD)


def test_a_database_where_the_server_finds_none_is_empty() -> None:
    with tds_server(Behaviour(answers={"OBJECT_ID(N'alembic_version')": [[None]]})) as server:
        assert schema_state(url(server.port)) == (SchemaState.EMPTY, None)
