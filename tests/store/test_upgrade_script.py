"""The SQL that a database administrator runs by hand harms nothing, however it is run (DB-03)."""

from __future__ import annotations

import re

import pytest

from trackit_console.store.schema import HEAD, upgrade_sql

pytestmark = pytest.mark.covers("DB-03")


def batches() -> list[str]:
    """What SQL Server gets one after the other."""
    script = upgrade_sql("mssql+pyodbc://sql01/TRACKIT?driver=x")
    assert script.endswith("\nGO\n")
    return re.split(r"^GO\n", script, flags=re.MULTILINE)[:-1]


class Server:
    """SQL Server, as far as batches go: an error ends the transaction, and without NOEXEC the next batch is run all the same."""

    def __init__(self, fails_at: int | None = None, *, has_tables: bool = False, database: str = "TRACKIT") -> None:
        self.fails_at = fails_at
        self.facts = {"alembic_version": has_tables, "DB_NAME": database in ("master", "model", "msdb", "tempdb")}
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
        elif found := re.match(r"IF (?:OBJECT_ID\(N'(alembic_version)'|(DB_NAME)).*RAISERROR", statement, re.DOTALL):
            if self.facts[found[1] or found[2]]:
                self.errors.append(statement)
                self.executes = False
        elif statement == "IF @@TRANCOUNT = 0 SET NOEXEC ON;":
            self.executes = self.in_transaction
        elif statement == "BEGIN TRANSACTION;":
            self.in_transaction = True
        elif statement == "COMMIT;":
            self.kept, self.pending, self.in_transaction = self.kept + self.pending, [], False
        else:
            (self.pending if self.in_transaction else self.kept).append(statement)


def test_on_an_empty_database_all_of_it_is_kept() -> None:
    server = Server()
    server.run(batches())
    assert (server.errors, server.pending, server.executes) == ([], [], True)
    made = " ".join(server.kept)
    assert made.count("CREATE TABLE") > 25
    assert f"version_num='{HEAD}'" in made
    assert server.kept[-1].startswith("GRANT")


def test_wherever_it_fails_nothing_is_kept() -> None:
    script = batches()
    work = [
        number
        for number, batch in enumerate(script)
        if re.search(r"^(CREATE|INSERT|ALTER|UPDATE|GRANT|IF OBJECT_ID|IF DATABASE)", batch, re.MULTILINE)
    ]
    for number in work[2:]:
        server = Server(fails_at=number)
        server.run(script)
        assert len(server.errors) == 1
        assert (server.kept, server.pending) == ([], []), script[number]


@pytest.mark.parametrize(
    "refused", [Server(has_tables=True), Server(database="master")], ids=["a second time", "a system database"]
)
def test_where_it_does_not_belong_it_changes_nothing(refused: Server) -> None:
    refused.run(batches())
    assert len(refused.errors) == 1
    assert (refused.kept, refused.pending) == ([], [])
