"""What a connection test asks a database: who we are there, what we may do, and whether it keeps what we write (DB-02, DB-03).

Every call is limited by a clock of our own (`limited_connection`): a driver may wait far longer than it was told.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import Connection, Unicode, bindparam, case, cast, collate, func, literal, literal_column, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from trackit_console.cancel import Cancel, cancellable
from trackit_console.store import schema
from trackit_console.store.access_errors import DatabaseRightMissing, TablesNotSeen
from trackit_console.store.column_types import Moment
from trackit_console.store.database_url import shown_name
from trackit_console.store.driver_errors import mapped
from trackit_console.store.engine import make_engine
from trackit_console.store.errors import Cancelled, DatabaseServerError, DatabaseTimedOut, DatabaseUnavailable, StoreError
from trackit_console.store.opening_errors import DatabaseDamaged, KeepsWrongly
from trackit_console.store.schema import SchemaState
from trackit_console.store.schema_errors import SchemaNewer

T = TypeVar("T")
_CREATE_TABLE = "CREATE TABLE"
_USED = {"mailboxes": "SELECT", "activity": "INSERT", "records": "UPDATE"}
"""A right of each kind that daily work needs, on a table of ours."""
_SAMPLE_MOMENT = datetime(2026, 3, 29, 1, 59, 59, 456789, tzinfo=UTC)
_BINARY = "Latin1_General_100_BIN2"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The account as the server knows it, its database, and the version of the server; each may be empty if it is not told."""

    account: str
    database: str
    version: str


@dataclass(frozen=True, slots=True)
class Rights:
    """`creates_tables`: enough to create and upgrade the schema. `reads_beside_writers`: READ_COMMITTED_SNAPSHOT is on."""

    creates_tables: bool
    reads_beside_writers: bool | None


class DatabaseProbe:
    """Connects to the SQL Server database at `url` once, and asks. Used by one thread, except for `abort` and `expire`.

    Each question raises `StoreError`; `Cancelled` after `abort`, `DatabaseTimedOut` after `expire`, or when the driver has not
    answered for some `seconds`.
    """

    def __init__(self, url: URL, seconds: float) -> None:
        self._seconds = max(1, int(seconds))
        self._url = url.update_query_dict({"timeout": str(self._seconds)})
        self._connection: Connection | None = None
        self._cancel = Cancel()
        self._end: StoreError | None = None

    @property
    def name(self) -> str:
        """The database for people, without credentials."""
        return shown_name(self._url)

    def abort(self) -> None:
        """Ends the question that waits, from any thread."""
        self._stop(Cancelled())

    def expire(self) -> None:
        """Like `abort`, but because a time limit passed."""
        self._stop(DatabaseTimedOut(database=self.name))

    def _stop(self, why: StoreError) -> None:
        # Before the flag: the question that it ends looks here for the reason.
        self._end = self._end or why
        self._cancel.set()

    def close(self) -> None:
        """Closes the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            _close(connection)

    # ------------------------------------------------------------------ questions

    def sign_in(self) -> SignedIn:
        """Signs in through the driver. Raises what the server says of account and database (`store.access_errors`)."""
        return self._ask(self._sign_in)

    def rights(self) -> Rights:
        """Whether the account may do what daily work needs; raises `DatabaseRightMissing`, which names the right, `TablesNotSeen`."""
        return self._ask(self._rights)

    def schema(self) -> SchemaState:
        """Whether the tables fit this version; raises `SchemaNewer`, `DatabaseDamaged` where they cannot be used."""
        return self._ask(self._schema)

    def self_test(self) -> None:
        """Whether microseconds and the case of letters come back as they were sent; raises `KeepsWrongly`.

        A driver that could not ask the server for its types writes whole seconds without a word. Keys of messages that
        differ in case alone must not be taken for equal: a new message would look like one that was taken.
        """
        self._ask(self._self_test)

    # ------------------------------------------------------------------ asking

    def _ask(self, question: Callable[[Connection], T]) -> T:
        if self._end is not None:
            raise self._end
        try:
            # The engine leaves a call behind when this is cancelled (see `limited_calls`).
            with cancellable(self._cancel), mapped(self.name):
                return question(self._connected())
        except DatabaseUnavailable as problem:
            # A question that was ended looks like one that the driver did not answer in time.
            raise self._end or problem from problem
        except SQLAlchemyError as error:  # an answer that no SQL Server gives
            raise DatabaseServerError(str(error), database=self.name) from error
        finally:
            # Until a failed transaction is rolled back, SQLAlchemy refuses the next question (PendingRollbackError).
            if self._connection is not None:
                with suppress(SQLAlchemyError):
                    self._connection.rollback()

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = make_engine(self._url, query_seconds=self._seconds).connect()
        return self._connection

    def _sign_in(self, connection: Connection) -> SignedIn:
        # Without a parameter: of a prepared statement, a driver may tell the refusal but not its number.
        version = cast(func.serverproperty(literal_column("'ProductVersion'")), Unicode(128))
        row = connection.execute(select(func.suser_sname(), func.db_name(), version)).one()
        return SignedIn(*(str(each or "") for each in row))

    def _rights(self, connection: Connection) -> Rights:
        creates = self._may(connection, "DB_NAME()", "DATABASE", _CREATE_TABLE)
        if schema.state_of(connection) is SchemaState.EMPTY:
            if not creates:
                raise TablesNotSeen(database=self.name)
        else:
            for table, right in _USED.items():
                # As statements find it: in the default schema of the account, or in dbo.
                if not any(self._may(connection, f"N'{name}'", "OBJECT", right) for name in (table, f"dbo.{table}")):
                    raise DatabaseRightMissing(right=f"{right} ({table})")
        return Rights(creates, self._reads_beside_writers(connection))

    def _may(self, connection: Connection, name: str, kind: str, right: str) -> bool:
        return connection.exec_driver_sql(f"SELECT HAS_PERMS_BY_NAME({name}, N'{kind}', N'{right}')").scalar() == 1

    def _reads_beside_writers(self, connection: Connection) -> bool | None:
        asked = "SELECT is_read_committed_snapshot_on FROM sys.databases WHERE name = DB_NAME()"
        found = connection.exec_driver_sql(asked).scalar()
        return None if found is None else bool(found)

    def _schema(self, connection: Connection) -> SchemaState:
        state = schema.state_of(connection)
        if state is SchemaState.NEWER:
            raise SchemaNewer
        if state is SchemaState.FOREIGN:
            raise DatabaseDamaged("tables of another program", database=self.name)
        return state

    def _self_test(self, connection: Connection) -> None:
        upper, lower = (collate(cast(literal(each, Unicode(9)), Unicode(9)), _BINARY) for each in ("AbC", "aBc"))
        kept = cast(bindparam("moment", _SAMPLE_MOMENT, Moment()), Moment())
        moment, same = connection.execute(select(kept, case((upper == lower, 1), else_=0))).one()
        if moment != _SAMPLE_MOMENT:
            raise KeepsWrongly(what=KeepsWrongly.MOMENTS, database=self.name)
        if same:
            raise KeepsWrongly(what=KeepsWrongly.LETTERS, database=self.name)


def _close(connection: Connection) -> None:
    # It may have been left behind already; nothing more is asked of it.
    with suppress(Exception):
        connection.close()
    connection.engine.dispose()
