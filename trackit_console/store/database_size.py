"""How large the database is, and how it grew: a row a day, which also tells when old data was last removed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import BigInteger, Connection, func, insert, select, text, update

from trackit_console.clock import has_passed
from trackit_console.store.tables import (
    ActivityRow,
    ActivityWordRow,
    AuditRow,
    Base,
    DatabaseSizeRow,
    DeliveryRow,
    NoteRow,
    OutboxRow,
    RecordRow,
)

GROWTH_DAYS = 30
UNKNOWN = 0
"""Kept as the size of a day on which the server did not tell it."""
_COUNTED: tuple[type[Base], ...] = (RecordRow, NoteRow, DeliveryRow, ActivityRow, ActivityWordRow, OutboxRow, AuditRow)
"""Large tables whose rows are counted by an index. Original messages are not: to count them, each would be read."""
_SQL_SERVER_PAGES = text(
    "SELECT SUM(CAST(size AS BIGINT)) AS total, SUM(CAST(FILEPROPERTY(name, 'SpaceUsed') AS BIGINT)) AS used "
    "FROM sys.database_files WHERE type = 0"
).columns(total=BigInteger, used=BigInteger)
"""Pages of the data files. Every user of a database may ask for them (role public)."""
_SQL_SERVER_PAGE = 8192


@dataclass(frozen=True, slots=True)
class DatabaseSize:
    """Bytes of the database's files, bytes that data takes up, and bytes that removed data left free for new data."""

    total: int
    used: int
    free: int


@dataclass(frozen=True, slots=True)
class DaySize:
    """How many bytes the data took up on a day."""

    day: date
    bytes: int


class DatabaseSizes:
    """Measures the database, and keeps the size of each day. It never commits."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def measure(self) -> DatabaseSize | None:
        """The size now; None where the server does not tell it."""
        return _sqlite_size(self._connection) if self._connection.dialect.name == "sqlite" else _server_size(self._connection)

    def rows(self) -> dict[str, int]:
        """How many rows the large tables have, by their names."""
        counts = [select(func.count()).select_from(table).scalar_subquery() for table in _COUNTED]
        found = self._connection.execute(select(*counts)).one()
        return {table.__tablename__: number for table, number in zip(_COUNTED, found, strict=True)}

    def days(self, days: int = GROWTH_DAYS) -> Sequence[DaySize]:
        """The sizes that were kept within so many days, the oldest first."""
        since = (self._now - timedelta(days=days)).date()
        asked = select(DatabaseSizeRow.day, DatabaseSizeRow.bytes).where(
            DatabaseSizeRow.day >= since, DatabaseSizeRow.bytes > UNKNOWN
        )
        return [DaySize(*row) for row in self._connection.execute(asked.order_by(DatabaseSizeRow.day))]

    def last_run(self) -> datetime | None:
        """When old data was last looked for, None if never. Days that lie ahead were written before the clock was set back."""
        asked = (
            select(DatabaseSizeRow.at)
            .where(DatabaseSizeRow.day <= self._now.date())
            .order_by(DatabaseSizeRow.day.desc())
            .limit(1)
        )
        return self._connection.scalar(asked)

    def begin_run(self, interval: timedelta) -> bool:
        """Whether this transaction is the one that may begin to remove, at most one in each `interval`; keeps the size of the day.

        Of two hosts one is told so: the other finds the moment changed, or gets `UniqueTaken` for the first row of a day.
        """
        last = self.last_run()
        if last is not None and not has_passed(interval, last, self._now):
            return False
        size = self.measure()
        today = DaySize(self._now.date(), size.used if size else UNKNOWN)
        if last is None or last.date() != today.day:
            self.keep(today, self._now)
            return True
        same = (DatabaseSizeRow.day == today.day, DatabaseSizeRow.at == last)
        moved = update(DatabaseSizeRow).where(*same).values(bytes=today.bytes, at=self._now)
        return self._connection.execute(moved).rowcount == 1

    def keep(self, size: DaySize, at: datetime) -> None:
        """Keeps the size of a day, measured at `at`. Raises `UniqueTaken` when that day has one."""
        self._connection.execute(insert(DatabaseSizeRow).values(day=size.day, bytes=size.bytes, at=at))


def _sqlite_size(connection: Connection) -> DatabaseSize:
    pages, page, free = (
        connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size", "freelist_count")
    )
    log = 0
    if file := connection.engine.url.database:
        with suppress(OSError):  # there is none after a clean end of all programs
            log = Path(f"{file}-wal").stat().st_size
    return DatabaseSize(pages * page + log, (pages - free) * page, free * page)


def _server_size(connection: Connection) -> DatabaseSize | None:
    pages = connection.execute(_SQL_SERVER_PAGES).one()
    if pages.total is None:
        return None
    used = pages.total if pages.used is None else pages.used
    return DatabaseSize(*(each * _SQL_SERVER_PAGE for each in (pages.total, used, pages.total - used)))
