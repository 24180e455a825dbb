"""The cursors of a connection whose every call has an end (`limited_connection`).

The rows of a small result come with its statement, so a statement is one change of threads.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import ModuleType
from typing import Any, Protocol

from trackit_console.store.statements import size_of

ROWS_AT_ONCE = 64
BYTES_AT_ONCE = 1024 * 1024
"""Rows are fetched ahead up to either: 64 raw messages together may not fit in memory."""


@dataclass
class Session:
    """What the thread of a connection alone touches."""

    connection: Any = None
    cursors: dict[int, Any] = field(default_factory=dict)

    def cursor(self, number: int) -> Any:
        """The cursor of this number, made at its first use."""
        if number not in self.cursors:
            self.cursors[number] = self.connection.cursor()
        return self.cursors[number]

    def close_cursor(self, number: int) -> None:
        """Closes the cursor of this number, if it was used."""
        if (cursor := self.cursors.pop(number, None)) is not None:
            cursor.close()

    def close(self) -> None:
        """Closes the connection."""
        self.cursors.clear()
        if self.connection is not None:
            self.connection.close()


class Asked(Protocol):
    """What a cursor needs of its connection."""

    @property
    def driver(self) -> ModuleType:
        """The driver, which has the exceptions."""

    def ask(self, work: Callable[[Session], Any]) -> Any:
        """What `work` answers in time; raises the driver's exceptions."""

    def post(self, work: Callable[[Session], Any]) -> None:
        """Has `work` done without waiting for it."""


@dataclass(slots=True)
class _Read:
    """What came of a statement: `rows` are the first ones, and `whole` says whether there are no more."""

    description: Any
    rowcount: int
    rows: Sequence[Any]
    whole: bool


class LimitedCursor:
    """The part of a DB-API cursor that SQLAlchemy uses."""

    arraysize = 1
    fast_executemany = False

    def __init__(self, connection: Asked, number: int) -> None:
        self._connection = connection
        self._number = number
        self._sizes: Any = None
        self.description: Any = None
        self.rowcount = -1
        self._rows: deque[Any] = deque()
        self._whole = True

    def setinputsizes(self, sizes: Any) -> None:
        # Kept until the statement: to hand them over by themselves would be one more change of threads.
        self._sizes = sizes

    def execute(self, statement: str, *parameters: Any) -> LimitedCursor:
        return self._have("execute", statement, *parameters)

    def executemany(self, statement: str, parameters: Any) -> LimitedCursor:
        return self._have("executemany", statement, parameters)

    def _have(self, method: str, *arguments: Any) -> LimitedCursor:
        self._take(self._connection.ask(partial(self._done, method, arguments, self._sizes, self.fast_executemany)))
        return self

    def _done(self, method: str, arguments: Sequence[Any], sizes: Any, fast: bool, session: Session) -> _Read:
        cursor = session.cursor(self._number)
        if sizes is not None:
            cursor.setinputsizes(sizes)
        if fast:
            cursor.fast_executemany = True
        getattr(cursor, method)(*arguments)
        return _read(cursor)

    def nextset(self) -> bool:
        def move(session: Session) -> _Read | None:
            cursor = session.cursor(self._number)
            return _read(cursor) if cursor.nextset() else None

        read = self._connection.ask(move)
        self._take(read or _Read(None, -1, (), True))
        return read is not None

    def _take(self, read: _Read) -> None:
        self.description, self.rowcount, self._whole = read.description, read.rowcount, read.whole
        self._rows = deque(read.rows)

    def fetchone(self) -> Any:
        return next(iter(self.fetchmany(1)), None)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        wanted = size or self.arraysize
        if len(self._rows) < wanted:
            self._load(partial(_fetch_ahead, wanted=wanted - len(self._rows)))
        return [self._rows.popleft() for _ in range(min(wanted, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        self._load(lambda cursor: (cursor.fetchall(), True))
        rows, self._rows = list(self._rows), deque()
        return rows

    def _load(self, fetch: Callable[[Any], tuple[Sequence[Any], bool]]) -> None:
        if self.description is None:
            raise self._connection.driver.ProgrammingError("No results. Previous SQL was not a query.")
        if not self._whole:
            more, self._whole = self._connection.ask(lambda session: fetch(session.cursor(self._number)))
            self._rows.extend(more)

    def close(self) -> None:
        """Closes the cursor without waiting: the next call of the connection comes after that."""
        self._connection.post(partial(_close_cursor, self._number))


def _close_cursor(number: int, session: Session) -> None:
    session.close_cursor(number)


def _read(cursor: Any) -> _Read:
    rows, whole = _fetch_ahead(cursor) if cursor.description is not None else ((), True)
    return _Read(cursor.description, cursor.rowcount, rows, whole)


def _fetch_ahead(cursor: Any, wanted: int = 1) -> tuple[Sequence[Any], bool]:
    """The next rows, at least `wanted` of them, and whether there are no more."""
    rows: list[Any] = []
    size = 0
    while len(rows) < wanted or (len(rows) < ROWS_AT_ONCE and size < BYTES_AT_ONCE):
        row = cursor.fetchone()
        if row is None:
            return rows, True
        rows.append(row)
        size += size_of(row)
    return rows, False
