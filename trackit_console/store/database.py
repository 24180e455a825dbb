"""The database as the rest of the program sees it: opened once, used in transactions.

    with database.begin() as transaction:
        transaction.mailboxes.add(mailbox, by="ada")

Leaving the block commits; an exception rolls everything back. `reading()` is the same without the right to write.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from trackit_console.cancel import cancelled, committed
from trackit_console.clock import Clock, SystemClock
from trackit_console.domain.events import Listener
from trackit_console.paths import DataDir, make_private_folder
from trackit_console.store import schema
from trackit_console.store.activity import Activity
from trackit_console.store.audit import Audit
from trackit_console.store.column_types import Moment
from trackit_console.store.database_key import adopt, unlock
from trackit_console.store.deliveries import Deliveries
from trackit_console.store.driver_errors import mapped
from trackit_console.store.engine import WRITE, make_engine, shown_name, use_write_ahead_log
from trackit_console.store.errors import (
    Cancelled,
    DatabaseDamaged,
    DatabaseMissing,
    DatabaseUnavailable,
    SchemaNewer,
    SchemaOlder,
)
from trackit_console.store.mailbox_states import MailboxStates
from trackit_console.store.mailboxes import Mailboxes
from trackit_console.store.monitoring import Monitoring
from trackit_console.store.people import People
from trackit_console.store.records import Records
from trackit_console.store.retry import retrying
from trackit_console.store.schema import SchemaState
from trackit_console.store.secrets import SecretBox, read_recovery_key
from trackit_console.store.singleton_settings import SingletonSettings
from trackit_console.store.unit_of_work import UnitOfWork

T = TypeVar("T")


class Transaction:
    """The repositories, all within one transaction."""

    def __init__(self, session: Session, box: SecretBox, clock: Clock) -> None:
        self.session = session
        self._box = box
        self._clock = clock

    @cached_property
    def now(self) -> datetime:
        """The moment of this transaction, by the clock of the database: hosts compare nothing by clocks of their own.

        The embedded database has that of its computer, which all processes on it share.
        """
        if self.session.get_bind().dialect.name == "mssql":
            moment: datetime = self.session.execute(select(func.sysutcdatetime(type_=Moment()))).scalar_one()
            return moment
        return self._clock.now()

    def _now(self) -> datetime:
        return self.now

    @cached_property
    def audit(self) -> Audit:
        return Audit(self.session, self._now)

    @cached_property
    def mailboxes(self) -> Mailboxes:
        return Mailboxes(self.session, self._box, self.audit, self._now)

    @cached_property
    def settings(self) -> SingletonSettings:
        return SingletonSettings(self.session, self._box, self.audit)

    @cached_property
    def people(self) -> People:
        return People(self.session, self.audit, self._now)

    @cached_property
    def monitoring(self) -> Monitoring:
        return Monitoring(self.session, self._now)

    @cached_property
    def mailbox_states(self) -> MailboxStates:
        return MailboxStates(self.session, self._now)

    @cached_property
    def records(self) -> Records:
        return Records(self.session)

    @cached_property
    def activity(self) -> Activity:
        return Activity(self.session)


class Database:
    """An open database. Safe for several threads: each transaction has its own connection."""

    def __init__(self, engine: Engine, box: SecretBox, clock: Clock) -> None:
        self._engine = engine
        self._box = box
        self._clock = clock
        self._writing = threading.Lock() if engine.dialect.name == "sqlite" else None
        self.listeners: list[Listener] = []
        self.deliveries = Deliveries(
            self.unit_of_work, partial(self._connect, False), partial(self._connect, True), self.retrying, self._clock.now
        )

    @property
    def name(self) -> str:
        """The database as people know it, without credentials."""
        return shown_name(self._engine.url)

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A transaction that may write. Raises `StoreError` (see `store.errors`)."""
        with self._session(True) as transaction:
            yield transaction

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        """The transaction in which records change; keeps nothing unless `commit()` was called. Raises `StoreError`."""
        with self._connect(True) as connection, Session(connection, expire_on_commit=False) as session:
            transaction = Transaction(session, self._box, self._clock)
            work = UnitOfWork(transaction, self.listeners, transaction.now)
            yield work
            if work.committed:
                session.flush()
            else:
                connection.rollback()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that only reads: nothing that is written in it stays."""
        with self._session(False) as transaction:
            yield transaction

    def retrying(self, work: Callable[[], T]) -> T:
        """Runs `work`, which is a whole transaction, and repeats it while it raises `DatabaseBusy` (see `store.retry`)."""
        return retrying(work, self._clock)

    @contextmanager
    def _session(self, write: bool) -> Iterator[Transaction]:
        with self._connect(write) as connection, Session(connection, expire_on_commit=False) as session:
            yield Transaction(session, self._box, self._clock)
            session.flush()

    @contextmanager
    def _connect(self, write: bool) -> Iterator[Connection]:
        """A transaction. It can be cancelled until something was committed within the same `cancel.cancellable` block."""
        with self._transaction(write) as connection:
            yield connection
            kept = write and connection.in_transaction()
        if kept:
            committed()

    @contextmanager
    def _transaction(self, write: bool) -> Iterator[Connection]:
        with (
            mapped(self.name),
            self._turn(write),
            self._engine.connect().execution_options(**{WRITE: write}) as connection,
            connection.begin() as transaction,
        ):
            _raise_if_cancelled()
            yield connection
            _raise_if_cancelled()
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
        """The text that enrolls another computer on this database (SEC-02)."""
        return self._box.recovery_key()

    def close(self) -> None:
        """Closes every connection."""
        self._engine.dispose()


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
            _require_schema(engine)
            use_write_ahead_log(engine)
        box = unlock(engine, data_dir)
    except BaseException:
        engine.dispose()
        raise
    return Database(engine, box, clock or SystemClock())


def schema_state(url: str) -> tuple[SchemaState, str | None]:
    """Whether the database at `url` fits this version of the program, and its revision (`db status`)."""
    engine = make_engine(url)
    try:
        with mapped(shown_name(engine.url)):
            _require_file(engine)
            with engine.connect() as connection:
                return schema.state_of(connection), schema.revision_of(connection)
    finally:
        engine.dispose()


def upgrade_database(url: str) -> None:
    """Upgrades the database at `url` to the schema of this version (`db upgrade`); raises `SchemaNewer`, `DatabaseDamaged`."""
    engine = make_engine(url, query_seconds=0)  # changing a large table may take long
    try:
        with mapped(shown_name(engine.url)):
            _refuse_foreign(_state(engine), engine)
            schema.upgrade(engine)
    finally:
        engine.dispose()


def enroll(url: str, data_dir: DataDir, recovery_key: str) -> None:
    """Stores the key of the database at `url` on this computer (SEC-02); keys of other databases are not touched.

    Raises `RecoveryKeyRefused`, `WrongKey`, `KeyNotKept`, and leaves everything as it was.
    """
    key = read_recovery_key(recovery_key)
    engine = make_engine(url)
    try:
        with mapped(shown_name(engine.url)):
            _require_schema(engine)
        adopt(engine, data_dir, key)
    finally:
        engine.dispose()


def _require_schema(engine: Engine) -> None:
    state = _state(engine)
    _refuse_foreign(state, engine)
    if state is SchemaState.OLDER:
        raise SchemaOlder
    if state is SchemaState.EMPTY:
        schema.upgrade(engine)


def _state(engine: Engine) -> SchemaState:
    if engine.dialect.name == "sqlite" and (file := make_url(engine.url).database):
        _make_folder(Path(file).parent)
    with engine.connect() as connection:
        return schema.state_of(connection)


def _make_folder(folder: Path) -> None:
    try:
        make_private_folder(folder)
    except OSError as error:
        raise DatabaseUnavailable(str(error)) from error


def _require_file(engine: Engine) -> None:
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file and not Path(file).exists():
        raise DatabaseMissing(file=file)


def _refuse_foreign(state: SchemaState, engine: Engine) -> None:
    if state is SchemaState.NEWER:
        raise SchemaNewer
    if state is SchemaState.FOREIGN:
        raise DatabaseDamaged("tables of another program", database=shown_name(engine.url))
