"""The highest number that was ever given to a record, and how a copy of the database goes on after it.

People quote the numbers of records in mail: that of a deleted record must not be given again, not in a copy either.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import BigInteger, Connection, cast, column, delete, func, insert, select, table

from trackit_console.domain.records import Module, Priority, Status, TicketSource
from trackit_console.store.tables import RecordRow

_NAME = RecordRow.__tablename__


def highest_record_number(connection: Connection) -> int:
    """The highest number that a record has or may have had; 0 when there was none.

    SQL Server says 1 both before and after its first record. Then it counts as given.
    """
    if connection.dialect.name == "mssql":
        asked = select(cast(func.ident_current(_NAME), BigInteger))
    else:
        counters = table("sqlite_sequence", column("name"), column("seq"))
        asked = select(counters.c.seq).where(counters.c.name == _NAME)
    return connection.execute(asked).scalar() or 0


def skip_record_numbers(connection: Connection, highest: int) -> None:
    """Lets the next record have a number above `highest`, and above those of all records."""
    if highest <= (connection.execute(select(func.max(RecordRow.id))).scalar() or 0):
        return
    # A record with this number comes and goes: both databases then go on after it, each by its own means.
    at = datetime(1970, 1, 1, tzinfo=UTC)
    codes = {"module": Module.TICKET, "status": Status.CLOSED, "priority": Priority.MEDIUM, "source": TicketSource.EMAIL}
    values = {name: code.value for name, code in codes.items()}
    connection.execute(insert(RecordRow).values(id=highest, subject="", created_at=at, updated_at=at, **values))
    connection.execute(delete(RecordRow).where(RecordRow.id == highest))
