"""The moment of a statement, by the clock that all hosts on a database share.

SQL Server tells its own within the statement, so that nobody has to ask for it before. The embedded database has that of its
computer, which all processes on it share.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, literal, literal_column

from trackit_console.clock import Clock, SystemClock
from trackit_console.store.column_types import Moment

Instant = datetime | ColumnElement[datetime]
RECKONED_SECONDS = 60.0
"""For how long the time of SQL Server is reckoned on before it is asked for again."""
SET_BACK_SECONDS = 30
"""What lies further ahead than anybody writes it, by more than this, was written before the clock was set back.

Less is met by waiting: hosts that are alive write anew within that time, and must not be taken for dead.
"""
JUMP_SECONDS = 1.0
"""A clock of this computer that differs from its other one by more was set, or stood still while the computer slept."""


class DatabaseClock:
    """The clock that all hosts on a database share.

    `instead` counts in place of that of SQL Server (see `clock_instead`). Without it the server is asked, and its answer is reckoned
    on for a minute: to ask in each transaction would be a round trip each time. What hosts compare to the second, such as a
    lease, is compared by the server itself (`moment`).
    """

    def __init__(self, instead: Clock | None, clock: Clock) -> None:
        self._instead = instead
        self._clock = clock
        self._told: tuple[datetime, float, datetime] | None = None

    @property
    def moment(self) -> datetime | None:
        """The moment for a statement (see `present`); None for that of SQL Server."""
        return self._instead.now() if self._instead else None

    def now(self, ask: Callable[[], datetime]) -> datetime:
        """The present moment; `ask` asks the server, if that is necessary."""
        known = self.moment or self._reckoned()
        if known is not None:
            return known
        at = ask()
        self.tell(at)
        return at

    def tell(self, at: datetime) -> None:
        """The server has just said that it is `at`."""
        # One assignment: other threads see three values that belong together.
        self._told = at, self._clock.monotonic(), self._clock.now()

    def _reckoned(self) -> datetime | None:
        if self._told is None:
            return None
        at, counted_from, set_to = self._told
        passed = self._clock.monotonic() - counted_from
        if passed > RECKONED_SECONDS or abs((self._clock.now() - set_to).total_seconds() - passed) > JUMP_SECONDS:
            return None
        return at + timedelta(seconds=passed)


def clock_instead(dialect: str, clock: Clock) -> Clock | None:
    """The clock that counts in place of the database's own; None for SQL Server, unless `clock` was given: tests set the time."""
    return None if dialect == "mssql" and isinstance(clock, SystemClock) else clock


def present(now: datetime | None) -> ColumnElement[datetime]:
    """`now`, or for None the moment of the statement by the clock of SQL Server."""
    return func.sysutcdatetime(type_=Moment()) if now is None else literal(now, Moment())


def ago(seconds: int, now: datetime | None) -> ColumnElement[datetime]:
    """`seconds` before that."""
    if now is not None:
        return literal(now - timedelta(seconds=seconds), Moment())
    return func.dateadd(literal_column("second"), literal_column(str(-seconds)), func.sysutcdatetime(), type_=Moment())


def after(seconds: int, now: datetime | None) -> ColumnElement[datetime]:
    """`seconds` after that."""
    return ago(-seconds, now)


def too_far(seconds: int, now: datetime | None) -> ColumnElement[datetime]:
    """What lies behind this was not meant for `seconds` from now on, but written before the clock was set back."""
    return after(seconds + SET_BACK_SECONDS, now)
