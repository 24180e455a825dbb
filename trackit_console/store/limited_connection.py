"""A connection of pyodbc whose every call has an end (DB-05). SQLAlchemy takes it for one of the driver.

A connection that did not answer in time is never touched again, not even to close it: the error looks like a query time-out of
the driver, so that the pool throws it away. The cursors are in `limited_cursor`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from types import ModuleType
from typing import Any

from trackit_console.store.limited_calls import CallThread, NotAnswered
from trackit_console.store.limited_cursor import LimitedCursor, Session

CLOSE_SECONDS = 1.0
"""How long closing may take. A server that says nothing is not asked to close the next one."""
TIMED_OUT = "HYT00"
"""The SQLSTATE of a time-out, which SQLAlchemy takes for the loss of the connection."""


@dataclass(slots=True)
class Server:
    """What the connections of an engine share: the exceptions of the driver, and whether its server answers."""

    driver: ModuleType
    silent: bool = False

    def not_answered(self) -> Exception:
        """The driver's own exception for a time-out."""
        made: Exception = self.driver.OperationalError(TIMED_OUT, f"[{TIMED_OUT}] The server did not answer in time.")
        return made


def connect(server: Server, dial: Callable[[], Any], login_seconds: float | None, call_seconds: float | None) -> Any:
    """The connection that `dial` makes, each of whose calls ends within `call_seconds`; the driver's own one for None.

    Raises the driver's exceptions.
    """
    thread = CallThread(Session(), "database")

    def begin(session: Session) -> Any:
        connection = dial()
        if call_seconds is None:
            return connection
        session.connection = connection
        return None

    try:
        thread.start(login_seconds)
        own = thread.call(begin, login_seconds)
    except NotAnswered:
        server.silent = True
        raise server.not_answered() from None
    except BaseException:
        thread.end()
        raise
    server.silent = False
    if call_seconds is None:
        thread.end()
        return own
    return LimitedConnection(server, thread, call_seconds)


class LimitedConnection:
    """The part of a DB-API connection that SQLAlchemy uses."""

    def __init__(self, server: Server, thread: CallThread[Session], seconds: float) -> None:
        self.server = server
        self._thread: CallThread[Session] | None = thread
        self._seconds = seconds
        self._numbers = count(1)

    @property
    def driver(self) -> ModuleType:
        """The driver, which has the exceptions."""
        return self.server.driver

    def ask(self, work: Callable[[Session], Any], seconds: float | None = None) -> Any:
        """What `work` answers within `seconds`, by default those of the connection."""
        if self._thread is None:
            # pyodbc's own words: by them SQLAlchemy recognizes a connection that is lost (`PyODBCConnector.is_disconnect`).
            raise self.server.driver.ProgrammingError("The cursor's connection has been closed.")
        try:
            return self._thread.call(work, seconds or self._seconds)
        except NotAnswered:
            self._thread, self.server.silent = None, True
            raise self.server.not_answered() from None

    def post(self, work: Callable[[Session], Any]) -> None:
        """Has `work` done without waiting for it."""
        if self._thread is not None:
            self._thread.post(work)

    def cursor(self) -> LimitedCursor:
        return LimitedCursor(self, next(self._numbers))

    def commit(self) -> None:
        self.ask(lambda session: session.connection.commit())

    def rollback(self) -> None:
        self.ask(lambda session: session.connection.rollback())

    def ping(self, seconds: float) -> None:
        """Asks the server something; raises the driver's exceptions, also when there is no answer within `seconds`."""
        self.ask(_ping, seconds)

    def close(self) -> None:
        """Closes the connection. Waits only for a server that has answered so far, and for a moment."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        if self.server.silent:
            thread.post(Session.close)
        else:
            try:
                with suppress(self.server.driver.Error):
                    thread.call(Session.close, CLOSE_SECONDS)
            except NotAnswered:
                self.server.silent = True
        thread.end()

    def __del__(self) -> None:
        # As the driver's own one is closed when nobody has it any more.
        if self._thread is not None:
            self._thread.post(Session.close)
            self._thread.end()

    def getinfo(self, kind: int) -> Any:
        return self.ask(lambda session: session.connection.getinfo(kind))

    def add_output_converter(self, kind: int, convert: Callable[[bytes], Any]) -> None:
        self.ask(lambda session: session.connection.add_output_converter(kind, convert))

    @property
    def autocommit(self) -> bool:
        return bool(self.ask(lambda session: session.connection.autocommit))

    @autocommit.setter
    def autocommit(self, value: bool) -> None:
        self.ask(lambda session: setattr(session.connection, "autocommit", value))

    @property
    def timeout(self) -> int:
        return int(self.ask(lambda session: session.connection.timeout))

    @timeout.setter
    def timeout(self, seconds: int) -> None:
        self.ask(lambda session: setattr(session.connection, "timeout", seconds))


def _ping(session: Session) -> None:
    cursor = session.connection.cursor()
    cursor.execute("SELECT 1")
    cursor.fetchall()
    cursor.close()
