"""On SQL Server the tables are in dbo, whatever the default schema of the account that looks for them (DB-03)."""

from __future__ import annotations

import pytest

from tests.servers.tds import Behaviour, tds_server
from tests.servers.tds_tokens import Rows
from trackit_console.store.database_setup import schema_state, upgrade_database
from trackit_console.store.schema import HEAD, SchemaState
from trackit_console.store.schema_errors import OtherDefaultSchema

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


@pytest.mark.parametrize("default", ["helpdesk", None], ids=["its-own", "none"])
@pytest.mark.parametrize("revision", [None, "0007"], ids=["empty", "older"])
def test_no_table_is_made_in_another_schema(revision: str | None, default: str | None) -> None:
    """A member of a Windows group may have no default schema: the server makes one for the first table."""
    answers: dict[str, Rows] = {
        "SELECT SCHEMA_NAME()": [[default, "dbo"]],
        "OBJECT_ID(N'alembic_version')": [[5 if revision else None]],
        "version_num": [[revision]],
    }
    with tds_server(Behaviour(answers=answers)) as server, pytest.raises(OtherDefaultSchema) as caught:
        upgrade_database(url(server.port))
    assert "belong in the schema dbo" in str(caught.value)
    assert "commit" not in server.heard


def test_a_current_database_is_upgraded_by_anybody() -> None:
    """Nothing is left to do, so nothing is refused."""
    with tds_server(Behaviour(answers={"OBJECT_ID(N'alembic_version')": [[5]], "version_num": [[HEAD]]})) as server:
        upgrade_database(url(server.port))
    assert not any("GRANT" in each for each in server.heard)
