"""The database as the rest of the program sees it: opened once, used in transactions.

    with database.begin() as transaction:
        transaction.mailboxes.add(mailbox, by="ada")

Leaving the block commits; an exception rolls everything back. `reading()` is the same without the right to write.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.pool import QueuePool

from trackit_console.cancel import cancelled, committed
from trackit_console.clock import Clock, SystemClock
from trackit_console.domain.audit import Audited
from trackit_console.paths import DataDir
from trackit_console.store.activity_words import WordIndex
from trackit_console.store.database_key import identity_if_current, unlock
from trackit_console.store.database_setup import require_schema
from trackit_console.store.database_url import shown_name
from trackit_console.store.deliveries import Deliveries
from trackit_console.store.driver_errors import mapped
from trackit_console.store.due_work import DueWork, due_work, due_work_in
from trackit_console.store.engine import DURABLE, WRITE, make_engine, use_write_ahead_log
from trackit_console.store.errors import Cancelled
from trackit_console.store.glance import Glance, glance, glance_in
from trackit_console.store.key_rotation import rotate
from trackit_console.store.lost_connections import leaving_together
from trackit_console.store.monitor_look import Look, look
from trackit_console.store.pending_messages import PendingMessages
from trackit_console.store.reading_session import ReadingSession
from trackit_console.store.recorder import Recorder
from trackit_console.store.retry import retrying
from trackit_console.store.secrets import KEY_BYTES, SecretBox
from trackit_console.store.server_clock import DatabaseClock, clock_instead
from trackit_console.store.snapshot import Snapshot
from trackit_console.store.snapshot_reader import SETTINGS, read_settings
from trackit_console.store.transaction import Transaction
from trackit_console.store.unit_of_work import ListenersOf, UnitOfWork

T = TypeVar("T")
IDLE_LOOK_SECONDS = 0.05
LOOK_SECONDS = 8
"""The time limit for looks on SQL Server: a question that takes milliseconds, and says first that the server is silent."""


class Database:
    """An open database. Safe for several threads: each transaction has its own connection."""

    def __init__(self, engine: Engine, box: SecretBox, clock: Clock, *, key_is_new: bool = False) -> None:
        self._engine = engine
        self._box = box
        self.key_is_new = key_is_new
        """Whether this opening gave the database its key: nobody can have stored the recovery key yet."""
        self._clock = clock
        self._shared_clock = DatabaseClock(clock_instead(engine.dialect.name, clock), clock)
        self._writing = threading.Lock() if engine.dialect.name == "sqlite" else None
        # Connections of its own: to switch one to and fro costs as much as a transaction.
        self._looking_engine = None if self._writing else make_engine(engine.url, query_seconds=LOOK_SECONDS, autocommit=True)
        self.listeners: list[ListenersOf] = []
        reading, writing = partial(self._connect, False), partial(self._connect, True)
        self.deliveries = Deliveries(reading, writing, partial(self._connect, True, durable=False), self._clock.now)
        self.word_index = WordIndex(partial(self._connect, True, durable=False))
        self.pending_messages = PendingMessages(self.unit_of_work)
        self.recorder = Recorder(self.unit_of_work, self.retrying, self.deliveries)

    @property
    def name(self) -> str:
        """The database as people know it, without credentials."""
        return shown_name(self._engine.url)

    @property
    def kind(self) -> str:
        """`sqlite` or `sql_server`."""
        return "sql_server" if self._engine.dialect.name == "mssql" else self._engine.dialect.name

    @property
    def file(self) -> Path | None:
        """The file of the embedded database, None for one on a server."""
        return Path(self._engine.url.database).absolute() if self._writing and self._engine.url.database else None

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A transaction that may write. Raises `StoreError` (see `store.errors`)."""
        with self._session(True) as transaction:
            yield transaction

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        """The transaction in which records change; keeps nothing unless `commit()` was called. Raises `StoreError`."""
        with self._connect(True) as connection, ReadingSession(connection) as session:
            transaction = Transaction(session, self._box, self._shared_clock)
            work = UnitOfWork(transaction, self.listeners, transaction.now)
            yield work
            # Without `commit` nothing stays: a decision that was only half written must not be kept by leaving the block.
            if work.committed:
                session.flush()
            else:
                connection.rollback()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that only reads: nothing that is written in it stays."""
        with self._session(False) as transaction:
            yield transaction

    def glance(self) -> Glance:
        """Whether anything changed that a console shows (see `store.glance`). Raises `StoreError`."""
        with self.looking() as transaction:
            return glance_in(transaction.session.rows(glance(transaction.moment)))

    @contextmanager
    def looking(self) -> Iterator[Transaction]:
        """For one question that reads, in as many statements as can be read ahead. On SQL Server it is no transaction: each statement
        sees what is committed by then. Raises `StoreError`.
        """
        with self._looking() as connection, ReadingSession(connection) as session:
            yield Transaction(session, self._box, self._shared_clock)

    def look(self, host_id: str, account_version: int | None) -> Look:
        """What a host of the monitor asks again and again (see `store.monitor_look`). Raises `StoreError`."""
        with self._looking() as connection:
            seen = look(connection, self._shared_clock.moment, host_id, account_version)
        self._shared_clock.tell(seen.at)
        return seen

    def settings_and_due_work(self, removal_interval: timedelta) -> tuple[Snapshot, DueWork]:
        """The settings with their secrets, and what is due (see `store.due_work`), read together. Raises `StoreError`."""
        with self.reading() as transaction:
            moment = transaction.moment
            asked = due_work(moment, removal_interval)
            transaction.session.read_ahead(asked, *SETTINGS)
            [row] = transaction.session.rows(asked)
            snapshot = read_settings(transaction, secrets=True)
        return snapshot, self._told(due_work_in(row, moment))

    def due_work(self, removal_interval: timedelta) -> DueWork:
        """What is due (see `store.due_work`). Raises `StoreError`."""
        with self.reading() as transaction:
            moment = transaction.moment
            [row] = transaction.session.rows(due_work(moment, removal_interval))
        return self._told(due_work_in(row, moment))

    def _told(self, work: DueWork) -> DueWork:
        self._shared_clock.tell(work.at)
        return work

    @contextmanager
    def _looking(self) -> Iterator[Connection]:
        """For one question. On SQL Server it needs no transaction, whose end would be a round trip."""
        if self._looking_engine is None:
            with self._connect(False) as connection:
                yield connection
            return
        with leaving_together(self._engine), mapped(self.name), self._looking_engine.connect() as connection:
            yield connection

    def retrying(self, work: Callable[[], T]) -> T:
        """Runs `work`, which is a whole transaction, and repeats it while it raises `DatabaseBusy` (see `store.retry`)."""
        return retrying(work, self._clock)

    @contextmanager
    def _session(self, write: bool) -> Iterator[Transaction]:
        with self._connect(write) as connection, ReadingSession(connection) as session:
            yield Transaction(session, self._box, self._shared_clock)
            session.flush()

    @contextmanager
    def _connect(self, write: bool, durable: bool = True) -> Iterator[Connection]:
        """A transaction. It can be cancelled until something was committed within the same `cancel.cancellable` block."""
        with self._transaction(write, durable) as connection:
            yield connection
            kept = write and connection.in_transaction()
        # After the commit: until then a cancelled transaction could still be rolled back.
        if kept:
            committed()

    @contextmanager
    def _transaction(self, write: bool, durable: bool) -> Iterator[Connection]:
        with (
            # From the outside in: `leaving_together` sees the error that `mapped` makes; who waits for a turn has no connection.
            leaving_together(self._looking_engine),
            mapped(self.name),
            self._turn(write),
            self._engine.connect().execution_options(**{WRITE: write, DURABLE: durable}) as connection,
            connection.begin() as transaction,
        ):
            # Checked twice: before any work, and again just before the commit.
            _raise_if_cancelled()
            yield connection
            _raise_if_cancelled()
            # Rolled back, not committed: a reader must not keep what it wrote by mistake.
            if not write:
                transaction.rollback()

    @contextmanager
    def _turn(self, write: bool) -> Iterator[None]:
        """SQLite has one writer: threads of this process queue here, not in its polling busy time-out."""
        if write and self._writing is not None:
            with self._writing:
                yield
        else:
            yield

    @property
    def recovery_key(self) -> str:
        """The text that enrolls another computer on this database (SEC-02), as it is now. Raises `WrongKey`, `StoreError`."""
        with self.reading() as transaction:
            return transaction.recovery_key.key()

    def rotate_key(self, by: str, *, hand_over: bool = True) -> str:
        """Gives the database a new key and returns its recovery key (SEC-02); see `store.key_rotation`.

        Programs that work with the database follow by themselves if the key is handed over. Raises `KeyNotKept`, `StoreError`.
        """
        key = os.urandom(KEY_BYTES)
        if self._box.storage is not None:
            self._box.storage.keep_beside(key)  # before the commit: secrets must never be sealed with a key that was not kept
        # Before the commit: other threads meet secrets under this key as soon as that is done.
        self._box.expect(key)
        with self.begin() as transaction:
            # Another program may have changed the key since this one last used it: what is sealed with theirs must be opened.
            transaction.hold_key()
            rotate(transaction.session, self._box, key, hand_over=hand_over)
            transaction.audit.noted("key_changed", Audited.DATABASE, by)
        # After the commit: it replaces the old key, which is needed as long as the change can still fail.
        self._box.adopt(key)
        return self._box.recovery_key()

    def close(self, idle_seconds: float = 0.0) -> None:
        """Closes every connection; those in use are waited for at most `idle_seconds`, and closed later otherwise."""
        pool, until = self._engine.pool, self._clock.monotonic() + idle_seconds
        while isinstance(pool, QueuePool) and pool.checkedout() and self._clock.monotonic() < until:
            self._clock.wait(threading.Event(), IDLE_LOOK_SECONDS)
        self._engine.dispose()
        if self._looking_engine is not None:
            self._looking_engine.dispose()


def _raise_if_cancelled() -> None:
    if cancelled():
        raise Cancelled


def open_database(url: str, data_dir: DataDir, clock: Clock | None = None) -> Database:
    """Opens the database at `url`. An empty one gets the schema; an older one is not upgraded.

    Raises `SchemaOlder`, `SchemaNewer`, `DatabaseDamaged`, `DatabaseUnavailable`, `WrongKey`, `KeyUnreadable`, `KeyNotKept`.
    """
    engine = make_engine(url)
    try:
        with mapped(shown_name(engine.url)):
            known = identity_if_current(engine)
            if known is None:
                require_schema(engine)
            # Only after the schema was recognized: the mode is written into the file, which may be of another program.
            use_write_ahead_log(engine)
        box, key_is_new = unlock(engine, data_dir, known)
    except BaseException:
        engine.dispose()
        raise
    return Database(engine, box, clock or SystemClock(), key_is_new=key_is_new)
