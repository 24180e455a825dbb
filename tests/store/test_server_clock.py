"""The time of SQL Server is asked for seldom, and never trusted longer than this computer's clocks agree (DB-01, RUN-07)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.dialects import mssql

from tests.clock import BEGINNING, ManualClock
from trackit_console.clock import SystemClock
from trackit_console.store.mailbox_leases import due_mailboxes
from trackit_console.store.server_clock import RECKONED_SECONDS, DatabaseClock, after, clock_instead

pytestmark = pytest.mark.covers("DB-01", "RUN-07")

AHEAD = timedelta(hours=3)
"""How far the server's clock is ahead of this computer's."""


class Server:
    """A server that tells the time, and counts how often."""

    def __init__(self, clock: ManualClock) -> None:
        self.asked = 0
        self._clock = clock

    def __call__(self) -> datetime:
        self.asked += 1
        return BEGINNING + AHEAD + timedelta(seconds=self._clock.monotonic())


class AdjustableClock(ManualClock):
    """One that can be set, or stand still, while seconds are counted on."""

    def __init__(self) -> None:
        super().__init__()
        self.set_by = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.set_by


@pytest.fixture
def clock() -> AdjustableClock:
    return AdjustableClock()


def test_the_server_is_asked_once_a_minute(clock: AdjustableClock) -> None:
    server, shared = Server(clock), DatabaseClock(None, clock)
    for seconds in range(int(RECKONED_SECONDS)):
        assert shared.now(server) == BEGINNING + AHEAD + timedelta(seconds=seconds)
        clock.advance(1)
    assert server.asked == 1
    clock.advance(1)
    shared.now(server)
    assert server.asked == 2


@pytest.mark.parametrize("set_by", [timedelta(hours=1), timedelta(hours=-1), timedelta(seconds=2)])
def test_it_is_asked_anew_when_the_computer_slept_or_its_clock_was_set(clock: AdjustableClock, set_by: timedelta) -> None:
    server, shared = Server(clock), DatabaseClock(None, clock)
    shared.now(server)
    clock.set_by = set_by
    shared.now(server)
    assert server.asked == 2


def test_what_it_tells_with_another_answer_saves_the_question(clock: AdjustableClock) -> None:
    server, shared = Server(clock), DatabaseClock(None, clock)
    shared.tell(BEGINNING + AHEAD)
    clock.advance(RECKONED_SECONDS)
    assert shared.now(server) == BEGINNING + AHEAD + timedelta(seconds=RECKONED_SECONDS)
    assert server.asked == 0


def test_the_server_itself_compares_what_hosts_wrote_unless_a_clock_stands_in(clock: AdjustableClock) -> None:
    assert DatabaseClock(None, clock).moment is None
    stand_in = DatabaseClock(clock, clock)
    server = Server(clock)
    assert (stand_in.moment, stand_in.now(server), server.asked) == (BEGINNING, BEGINNING, 0)


@pytest.mark.covers("RUN-02")
def test_no_host_compares_by_a_clock_of_its_own_on_sql_server() -> None:
    """One whose clock is wrong by a minute would take mailboxes from others, or keep them for ever."""
    own, set_by_a_test = SystemClock(), ManualClock()
    assert clock_instead("mssql", own) is None
    assert clock_instead("sqlite", own) is own, "all processes on an embedded file share that of its computer"
    assert clock_instead("mssql", set_by_a_test) is set_by_a_test
    due = str(due_mailboxes("host", None).compile(dialect=mssql.dialect())).lower()
    assert "mailbox_leases.expires_at < sysutcdatetime()" in due.replace("[", "").replace("]", "")
    assert str(after(30, None).compile(dialect=mssql.dialect())).lower() == "dateadd(second, 30, sysutcdatetime())"
