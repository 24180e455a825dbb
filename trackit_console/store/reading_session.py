"""A session that reads several things by one question to SQL Server, where each statement is a round trip otherwise (DB-05)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Row, Select
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from trackit_console.store.statements import written_out
from trackit_console.store.tables import Base

Table = TypeVar("Table", bound=Base)
Rows = Sequence[Row[*tuple[Any, ...]]]


class ReadingSession(Session):
    """A session whose repositories ask by `rows`, so that a caller who knows what they will ask can `read_ahead`."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, expire_on_commit=False)
        # By identity: what was read ahead answers the very statement that was named, not one that is built alike.
        self._ahead: dict[Select[*tuple[Any, ...]], deque[Rows]] = {}

    def read_ahead(self, *asked: Select[*tuple[Any, ...]]) -> None:
        """Reads all of it in this order, for the next `rows` of each; nothing on SQLite, where a statement costs no trip.

        What begins with something that was read ahead already was read with it. Only for statements whose values are our own (see
        `statements.written_out`).
        """
        connection = self.connection()
        if connection.dialect.name == "mssql" and not self._ahead.get(asked[0]):
            # A queue for each: one batch may ask the same twice, as the revision before and after what belongs to it.
            for each, rows in zip(asked, _batch(connection, asked), strict=True):
                self._ahead.setdefault(each, deque()).append(rows)

    def rows(self, asked: Select[*tuple[Any, ...]]) -> Rows:
        """The rows of a select of columns. What was read ahead serves once; after that it is read anew."""
        if waiting := self._ahead.get(asked):
            return waiting.popleft()
        connection = self.connection()
        return connection.execute(written_out(connection, asked)).all()


def _batch(connection: Connection, asked: Sequence[Select[*tuple[Any, ...]]]) -> Iterator[Rows]:
    text = ";\n".join(str(_compiled(connection, each)) for each in asked)
    with closing(connection.exec_driver_sql(text)) as result:
        # By the driver's cursor: SQLAlchemy's result knows of one set of rows alone.
        cursor = cast(Any, result.cursor)
        for number, each in enumerate(asked):
            try:
                if number:
                    cursor.nextset()
                found = cursor.fetchall()
            except connection.dialect.loaded_dbapi.Error as error:
                # What comes after the first rows is not raised through SQLAlchemy, which knows whether the connection is lost.
                connection._handle_dbapi_exception(error, text, None, cursor, None)
            yield _rows(connection, each, found)


def _compiled(connection: Connection, asked: Select[*tuple[Any, ...]]) -> object:
    return written_out(connection, asked).compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})


def _rows(connection: Connection, asked: Select[*tuple[Any, ...]], found: Sequence[Sequence[Any]]) -> Rows:
    columns = list(asked.selected_columns)
    convert = [_converter(connection, each.type) for each in columns]
    values = ([value if to is None else to(value) for to, value in zip(convert, row, strict=True)] for row in found)
    return IteratorResult(SimpleResultMetaData([each.key or "" for each in columns]), map(tuple, values)).all()


def _converter(connection: Connection, type_: TypeEngine[Any]) -> Any:
    """What makes the driver's value the one that SQLAlchemy would answer; None if it is the same."""
    return type_.dialect_impl(connection.dialect).result_processor(connection.dialect, None)


def object_of(table: type[Table], values: Sequence[Any]) -> Table:
    """An object, of no session, with these values of all columns of `table` in their order."""
    names = [table.__mapper__.get_property_by_column(column).key for column in table.__table__.columns]
    return table(**dict(zip(names, values, strict=True)))
