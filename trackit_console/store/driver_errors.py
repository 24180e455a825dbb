"""Maps the exceptions of SQLAlchemy and the database drivers to `store.errors`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError as SqlDatabaseError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from trackit_console.store.errors import DatabaseBusy, DatabaseLocked, DatabaseUnavailable, DiskFull, NotStorable, UniqueTaken
from trackit_console.store.odbc_errors import odbc_error
from trackit_console.store.opening_errors import DatabaseDamaged
from trackit_console.store.sql_server_errors import sql_server_error
from trackit_console.traceback_locals import forget_locals


@contextmanager
def mapped(database: str) -> Iterator[None]:
    """Raises a `StoreError` in place of an exception of SQLAlchemy; `database` is the name for people, without credentials.

    Bugs of this program, such as a missing table in SQLite, pass unchanged.
    """
    try:
        yield
    except DBAPIError as error:
        # A connection string with the password was in local variables.
        forget_locals(error)
        raise _ours(error, database) from error
    except StatementError as error:
        raise NotStorable(str(error.orig)) from error
    except PoolTimeoutError as error:  # every connection of the pool is in use
        raise DatabaseBusy(str(error)) from error
    except (UnicodeEncodeError, OverflowError) as error:  # half a surrogate pair, a number beyond every column
        raise NotStorable(str(error)) from error


def _ours(error: DBAPIError, database: str) -> Exception:
    reported = odbc_error(error.orig) if error.orig else None
    return _sqlite_error(error, database) if reported is None else sql_server_error(reported, database)


def _sqlite_error(error: DBAPIError, database: str) -> Exception:
    # sqlite3 has one class for most faults; its texts are fixed in the C library and never translated.
    words = str(error.orig)
    lowered = words.lower()
    if "database or disk is full" in lowered:
        return DiskFull(words)
    if "database is locked" in lowered or "database table is locked" in lowered:
        return DatabaseLocked(words)
    if "malformed" in lowered or "not a database" in lowered or "disk i/o error" in lowered:
        return DatabaseDamaged(words, database=database)
    if "unable to open database" in lowered or "readonly database" in lowered:
        return DatabaseUnavailable(words)
    if "unique constraint failed" in lowered:
        return UniqueTaken(words)
    if isinstance(error, SqlDatabaseError | InterfaceError) and not isinstance(error, OperationalError):
        return NotStorable(words)
    return error
