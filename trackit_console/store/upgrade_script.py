"""Makes the SQL of an upgrade safe to run by hand on SQL Server (`db sql`, DB-03).

Management Studio and `sqlcmd` without `-b` go on with the next batch after an error: the rest would be run without the
transaction, which is gone by then. So an error ends the transaction (SET XACT_ABORT), and without it nothing is executed any
more (SET NOEXEC; learn.microsoft.com/sql/t-sql/statements/set-noexec-transact-sql).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

GO = "\nGO\n"
_BATCH_END = re.compile(r"^GO[ \t]*$", re.MULTILINE)
_STOPPED = "IF @@TRANCOUNT = 0 SET NOEXEC ON;"


@dataclass(frozen=True, slots=True)
class UpgradeScript:
    """The SQL for the administrator of a server. Unless it `upgrades`, the tables are current, and it only makes the roles."""

    sql: str
    upgrades: bool


def guarded(sql: str, start: str | None, end: str, more: Sequence[str] = ()) -> str:
    """`sql` as Alembic writes it, one transaction in batches, with guards, and `more` batches in the same transaction.

    It leads from the schema `start`, None for an empty database, to the schema `end`, and changes no other.
    """
    before, begin, rest = sql.partition("BEGIN TRANSACTION;")
    work, commit, after = rest.rpartition("COMMIT;")
    assert begin and commit and not before.strip() and after.strip() == "GO", "one transaction, and nothing outside"
    batches = [each.strip() for each in _BATCH_END.split(work) if each.strip()]
    checked = [f"{each}{GO}{_STOPPED}" for each in (*batches, *more)]
    return GO.join([_head(start, end), begin, *checked, commit, "SET NOEXEC OFF;", ""])


def _head(start: str | None, end: str) -> str:
    return GO.join(
        [
            f"""\
{_purpose(start, end)}
-- Run it in that database, as a user whose default schema is dbo: sqlcmd -S server -d database -b -I -f 65001 -i thisfile.sql
-- Then add the accounts of people to the role trackit_console, and that of a service to trackit_monitor.
-- When a statement fails, nothing of it stays. Recommended beforehand, while nobody is connected:
--   ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON;
SET XACT_ABORT ON;""",
            _refusal("DB_NAME() IN (N'master', N'model', N'msdb', N'tempdb')", "This is a system database: choose yours first."),
            _refusal(
                "ISNULL(SCHEMA_NAME(), N'') <> ISNULL(OBJECT_SCHEMA_NAME(OBJECT_ID(N'alembic_version')), N'dbo')",
                "Your default schema here is not that of the tables, which is dbo for new ones: nothing was changed.",
            ),
            *_refusals_of_other_schemas(start),
        ]
    )


def _purpose(start: str | None, end: str) -> str:
    if start is None:
        return f"-- The tables of Track-It! Email Configuration, schema {end}, for an empty database on SQL Server."
    if start == end:
        return f"""\
-- There is nothing to upgrade: the tables of Track-It! Email Configuration are at schema {end}.
-- This makes the roles on SQL Server, where they are missing, and gives them their rights."""
    return f"""\
-- Upgrades the tables of Track-It! Email Configuration on SQL Server from schema {start} to schema {end}.
-- Make a backup first: older versions of the program cannot use them afterwards."""


def _refusals_of_other_schemas(start: str | None) -> list[str]:
    if start is None:
        return [_refusal("OBJECT_ID(N'alembic_version') IS NOT NULL", "The tables are there already: nothing was changed.")]
    return [
        _refusal("OBJECT_ID(N'alembic_version') IS NULL", "The tables are not there: nothing was changed."),
        # A batch of its own: where the table is missing, this one is not executed.
        _refusal(
            f"NOT EXISTS (SELECT 1 FROM alembic_version WHERE version_num = N'{start}')",  # noqa: S608  # a revision of ours
            f"The tables are not at schema {start}: nothing was changed.",
        ),
    ]


def _refusal(condition: str, words: str) -> str:
    return f"IF {condition}\nBEGIN\n    RAISERROR(N'{words}', 16, 1);\n    SET NOEXEC ON;\nEND;"
