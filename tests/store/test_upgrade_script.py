"""The SQL that a database administrator runs by hand harms nothing, however it is run (DB-03)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

import pytest

from tests.servers.tds import Behaviour, tds_server
from tests.servers.tds_tokens import Rows
from trackit_console.store.access_errors import DatabaseRightMissing
from trackit_console.store.database_setup import upgrade_database, upgrade_script
from trackit_console.store.schema import HEAD, MIGRATIONS, REVISIONS, SCRIPTED_FROM, upgrade_sql
from trackit_console.store.schema_errors import NoScriptFromSchema, SchemaNewer

pytestmark = pytest.mark.covers("DB-03")
URL = "mssql+pyodbc://sql01/TRACKIT?driver=x"
OLDER = REVISIONS[REVISIONS.index(SCRIPTED_FROM) : -1]
"""The revisions from which a script leads to this version."""


def batches(start: str | None = None) -> list[str]:
    """What SQL Server gets one after the other."""
    script = upgrade_sql(URL, start)
    assert script.endswith("\nGO\n")
    return re.split(r"^GO\n", script, flags=re.MULTILINE)[:-1]


class Server:
    """SQL Server, as far as batches go: an error ends the transaction, and without NOEXEC the next batch is run all the same."""

    def __init__(
        self, fails_at: int | None = None, *, revision: str | None = None, database: str = "TRACKIT", default_schema: str = "dbo"
    ) -> None:
        self.fails_at = fails_at
        self.revision = revision
        self.database = database
        self.default_schema = default_schema
        self.aborts_transactions = False
        self.executes = True
        self.in_transaction = False
        self.pending: list[str] = []
        self.kept: list[str] = []
        self.errors: list[str] = []

    def run(self, script: list[str]) -> None:
        for number, batch in enumerate(script):
            statement = "\n".join(line for line in batch.splitlines() if not line.startswith("--")).strip()
            if statement == "SET NOEXEC OFF;":
                self.executes = True
            elif self.executes:
                self._run(statement, fails=number == self.fails_at)

    def _run(self, statement: str, *, fails: bool) -> None:
        if fails:
            self.errors.append(statement)
            if self.aborts_transactions:
                self.in_transaction, self.pending = False, []
        elif statement == "SET XACT_ABORT ON;":
            self.aborts_transactions = True
        elif found := re.match(r"IF ([^\n]*)\nBEGIN\n    RAISERROR", statement):
            if self._holds(found[1]):
                self.errors.append(statement)
                self.executes = False
        elif statement == "IF @@TRANCOUNT = 0 SET NOEXEC ON;":
            self.executes = self.in_transaction
        elif statement == "BEGIN TRANSACTION;":
            self.in_transaction = True
        elif statement == "COMMIT;":
            self.revision = next(reversed(re.findall(r"SET version_num='(\d+)'", " ".join(self.pending))), self.revision)
            self.kept, self.pending, self.in_transaction = self.kept + self.pending, [], False
        else:
            (self.pending if self.in_transaction else self.kept).append(statement)

    def _holds(self, condition: str) -> bool:
        if expected := re.fullmatch(r"NOT EXISTS \(SELECT 1 FROM alembic_version WHERE version_num = N'(\d+)'\)", condition):
            assert self.revision is not None, "error 208: there is no such table"
            return self.revision != expected[1]
        return {
            "DB_NAME() IN (N'master', N'model', N'msdb', N'tempdb')": self.database in ("master", "model", "msdb", "tempdb"),
            "ISNULL(SCHEMA_NAME(), N'') <> ISNULL(OBJECT_SCHEMA_NAME(OBJECT_ID(N'alembic_version')), N'dbo')": (
                self.default_schema != "dbo"
            ),
            "OBJECT_ID(N'alembic_version') IS NOT NULL": self.revision is not None,
            "OBJECT_ID(N'alembic_version') IS NULL": self.revision is None,
        }[condition]


def test_on_an_empty_database_all_of_it_is_kept() -> None:
    server = Server()
    server.run(batches())
    assert (server.errors, server.pending, server.executes) == ([], [], True)
    made = " ".join(server.kept)
    assert made.count("CREATE TABLE") > 25
    assert f"version_num='{HEAD}'" in made
    assert server.kept[-1].startswith("GRANT")


@pytest.mark.parametrize("start", [None, OLDER[0], OLDER[-1]])
def test_wherever_it_fails_nothing_is_kept(start: str | None) -> None:
    script = batches(start)
    work = [
        number
        for number, batch in enumerate(script)
        if re.search(r"^(CREATE|INSERT|ALTER|UPDATE|GRANT|IF OBJECT_ID|IF DATABASE)", batch, re.MULTILINE)
    ]
    for number in work[2 if start is None else 1 :]:
        server = Server(fails_at=number, revision=start)
        server.run(script)
        assert len(server.errors) == 1
        assert (server.kept, server.pending) == ([], []), script[number]


@pytest.mark.parametrize(
    "refused", [Server(revision=HEAD), Server(database="master")], ids=["a second time", "a system database"]
)
def test_where_it_does_not_belong_it_changes_nothing(refused: Server) -> None:
    refused.run(batches())
    assert len(refused.errors) == 1
    assert (refused.kept, refused.pending) == ([], [])


@pytest.mark.parametrize("start", [None, OLDER[-1], HEAD])
def test_by_an_account_that_makes_tables_elsewhere_it_changes_nothing(start: str | None) -> None:
    server = Server(revision=start, default_schema="helpdesk")
    server.run(batches(start))
    assert "default schema" in server.errors[0]
    assert (len(server.errors), server.kept, server.pending) == (1, [], [])


@pytest.mark.parametrize("start", OLDER)
def test_an_older_schema_is_brought_to_this_version_once(start: str) -> None:
    server = Server(revision=start)
    script = batches(start)
    server.run(script)
    assert (server.errors, server.pending, server.executes, server.revision) == ([], [], True, HEAD)
    assert "CREATE TABLE alembic_version" not in " ".join(server.kept)
    kept = list(server.kept)
    server.run(script)
    assert (len(server.errors), server.kept, server.revision) == (1, kept, HEAD)


@pytest.mark.parametrize("there", [None, *(each for each in REVISIONS if each != OLDER[-1])])
def test_the_script_of_one_schema_changes_no_other(there: str | None) -> None:
    server = Server(revision=there)
    server.run(batches(OLDER[-1]))
    assert len(server.errors) == 1
    assert (server.kept, server.pending) == ([], [])


@pytest.mark.covers("DB-01")
@pytest.mark.parametrize("start", [None, *OLDER, HEAD])
def test_each_script_makes_the_roles_and_gives_them_their_rights(start: str | None) -> None:
    server = Server(revision=start)
    server.run(batches(start))
    *_, console, monitor, rights = server.kept
    assert "CREATE ROLE trackit_console" in console and "CREATE ROLE trackit_monitor" in monitor
    assert "ON [activity_words] TO trackit_console" in rights and "ON [activity_words] TO trackit_monitor" in rights


def test_a_schema_whose_upgrade_reads_rows_has_no_script() -> None:
    with pytest.raises(NoScriptFromSchema) as caught:
        upgrade_sql(URL, REVISIONS[0])
    assert "still at schema 0001" in str(caught.value)
    reading = [file.name[:4] for file in sorted((MIGRATIONS / "versions").glob("0*.py")) if "get_bind" in file.read_text("utf-8")]
    assert reading[-1] == SCRIPTED_FROM


# ---------------------------------------------------------------- what a database is asked first


def at(revision: str, answers: Mapping[str, Rows] = MappingProxyType({})) -> Behaviour:
    """A server whose database is at `revision`; `answers` to what it is asked besides."""
    return Behaviour(answers={**answers, "OBJECT_ID(N'alembic_version')": [[5]], "version_num": [[revision]]})


def url(port: int) -> str:
    return f"mssql://trackit:secret@127.0.0.1:{port}/TRACKIT?driver=FreeTDS&Encrypt=no"


def test_the_script_begins_at_the_schema_that_the_database_has() -> None:
    with tds_server(at("0007")) as server:
        script = upgrade_script(url(server.port))
    assert script.upgrades
    assert script.sql == upgrade_sql(url(server.port), "0007")


def test_for_a_current_database_it_says_that_there_is_nothing_to_upgrade() -> None:
    with tds_server(at(HEAD)) as server:
        script = upgrade_script(url(server.port))
    assert not script.upgrades
    assert script.sql.startswith("-- There is nothing to upgrade") and "ALTER TABLE" not in script.sql


def test_where_the_database_cannot_be_reached_the_script_makes_the_tables() -> None:
    with tds_server(Behaviour()) as stopped:
        port = stopped.port
    script = upgrade_script(url(port))
    assert script.upgrades and "for an empty database" in script.sql and "CREATE TABLE mailboxes" in script.sql


def test_there_is_no_way_back_from_a_newer_version() -> None:
    with tds_server(at("9999")) as server, pytest.raises(SchemaNewer):
        upgrade_script(url(server.port))


# ---------------------------------------------------------------- an upgrade by the program


@pytest.fixture
def no_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scripted server does not understand what Alembic asks."""
    monkeypatch.setattr("alembic.command.upgrade", lambda *_arguments: None)


CONSOLE = "database_principal_id(N'trackit_console')"
IN_DBO: dict[str, Rows] = {"SELECT SCHEMA_NAME()": [["dbo", "dbo"]]}
MONITOR = "database_principal_id(N'trackit_monitor')"


@pytest.mark.covers("DB-01")
@pytest.mark.usefixtures("no_migration")
def test_an_upgrade_gives_the_roles_that_are_there_their_rights_and_makes_none() -> None:
    with tds_server(at(OLDER[-1], IN_DBO | {CONSOLE: [[5]], MONITOR: [[None]]})) as server:
        upgrade_database(url(server.port))
    given = [each for each in server.heard if " TO trackit_" in each]
    assert "SELECT, INSERT, UPDATE, DELETE ON [activity_words] TO trackit_console;" in given
    assert not any("TO trackit_monitor" in each or "CREATE ROLE" in each for each in server.heard)
    assert "commit" in server.heard


@pytest.mark.covers("DB-01")
@pytest.mark.usefixtures("no_migration")
def test_an_upgrade_by_an_account_that_may_not_give_rights_is_refused() -> None:
    """Error 15151, as for an object that does not exist: whoever is only in the role could not use the new tables."""
    behaviour = at(OLDER[-1], IN_DBO | {CONSOLE: [[5]], MONITOR: [[6]]})
    behaviour.refused = {" TO trackit_": 15151}
    with tds_server(behaviour) as server, pytest.raises(DatabaseRightMissing):
        upgrade_database(url(server.port))
    assert "rollback" in server.heard and "commit" not in server.heard
