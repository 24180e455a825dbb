"""Which mail a run of sending may still take for its own (OUT-06)."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.clock import ManualClock
from tests.outbox_factory import account, mail, put, save_account
from trackit_console.monitor.outbox_claims import RENEW_AFTER, OutboxClaims
from trackit_console.paths import DataDir
from trackit_console.store import engine as store_engine
from trackit_console.store.database import Database
from trackit_console.store.errors import StoreError


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the database is opened, whose connections keep what they began with."""
    monkeypatch.setattr(store_engine, "BUSY_SECONDS", 0.05)


@pytest.mark.covers("OUT-06", "DB-05")
@pytest.mark.usefixtures("impatient")
def test_after_a_renewal_that_failed_nothing_is_sent_that_may_be_anothers(database: Database, data_dir: DataDir) -> None:
    """The computer slept, and the database did not answer at once: another host has sent the mail meanwhile."""
    save_account(database, account())
    put(database, mail(0))
    clock = ManualClock()
    claims = OutboxClaims(database, 1, clock)
    [claimed], _ = claims.take()
    assert claims.holds(claimed)
    clock.advance(RENEW_AFTER.total_seconds())
    with closing(sqlite3.connect(data_dir.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError):
            claims.renew_in_time()
        with pytest.raises(StoreError):
            claims.holds(claimed)
        other.execute("ROLLBACK")
    assert claims.holds(claimed), "nobody has taken it"
