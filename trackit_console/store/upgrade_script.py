"""Makes the SQL of an upgrade safe to run by hand on SQL Server (`db sql`, DB-03).

Management Studio and `sqlcmd` without `-b` go on with the next batch after an error: the rest would be run without the
transaction, which is gone by then. So an error ends the transaction (SET XACT_ABORT), and without it nothing is executed any
more (SET NOEXEC; learn.microsoft.com/sql/t-sql/statements/set-noexec-transact-sql).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

GO = "\nGO\n"
_BATCH_END = re.compile(r"^GO[ \t]*$", re.MULTILINE)
_STOPPED = "IF @@TRANCOUNT = 0 SET NOEXEC ON;"


def guarded(sql: str, revision: str, more: Sequence[str] = ()) -> str:
    """`sql` as Alembic writes it, one transaction in batches, with guards, and `more` batches in the same transaction.

    `revision` is the schema that it makes.
    """
    begin, *batches, commit = [each.strip() for each in _BATCH_END.split(sql) if each.strip()]
    first, _, begun = begin.partition("BEGIN TRANSACTION;")
    assert not first.strip() and commit == "COMMIT;", "one transaction, and nothing outside"
    checked = [f"{each}{GO}{_STOPPED}" for each in (f"BEGIN TRANSACTION;{GO}{begun.strip()}", *batches, *more)]
    return GO.join([_head(revision), *checked, commit, "SET NOEXEC OFF;", ""])


def _head(revision: str) -> str:
    return GO.join(
        [
            f"""\
-- The tables of Track-It! Email Configuration, schema {revision}, for an empty database on SQL Server.
-- Run it in that database: sqlcmd -S server -d database -b -I -f 65001 -i thisfile.sql
-- Then add the accounts of people to the role trackit_console, and that of a service to trackit_monitor.
-- When a statement fails, nothing of it stays. Recommended beforehand, while nobody is connected:
--   ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON;
SET XACT_ABORT ON;""",
            _refusal("DB_NAME() IN (N'master', N'model', N'msdb', N'tempdb')", "This is a system database: choose yours first."),
            _refusal("OBJECT_ID(N'alembic_version') IS NOT NULL", "The tables are there already: nothing was changed."),
        ]
    )


def _refusal(condition: str, words: str) -> str:
    return f"IF {condition}\nBEGIN\n    RAISERROR(N'{words}', 16, 1);\n    SET NOEXEC ON;\nEND;"
