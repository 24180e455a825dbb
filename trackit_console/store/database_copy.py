"""Copies a whole database to another one, of either kind: `db copy`, and the way from the embedded file to SQL Server (DB-01)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, func, select
from sqlalchemy.engine import URL

from trackit_console.cancel import cancelled, committed
from trackit_console.clock import Clock, SystemClock
from trackit_console.paths import DatabaseUrlRefused, DataDir
from trackit_console.store.copy_errors import CopyDiffers, SameDatabase, SourceChanged
from trackit_console.store.copy_hosts import refuse_running_monitor
from trackit_console.store.copy_progress import Progress, ProgressCounter, unwatched
from trackit_console.store.copy_result import CopiedTable, DatabaseCopy
from trackit_console.store.copy_target import make_ready, with_content, writing_to
from trackit_console.store.database_key import identity_of, is_key_here
from trackit_console.store.database_setup import require_current
from trackit_console.store.database_url import shown_name
from trackit_console.store.driver_errors import mapped
from trackit_console.store.engine import make_engine
from trackit_console.store.errors import Cancelled
from trackit_console.store.record_numbers import highest_record_number, skip_record_numbers
from trackit_console.store.row_hashes import RowHasher, TableHash
from trackit_console.store.row_inserts import insert_rows
from trackit_console.store.table_rows import TABLES, copied_rows, hash_of, in_parts_of
from trackit_console.store.tables import RecordRow


def copy_database(
    source_url: str | URL,
    target_url: str | URL,
    data_dir: DataDir,
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> DatabaseCopy:
    """Copies every row of every table, with its id, from the database at `source_url` to the empty one at `target_url`.

    The target has no schema, and gets it, or it is as new. All is written in one transaction, which is committed only after
    three readings agree, table by table, on the number of rows and their hash: the source as it is copied, the target, and
    the source once more. The third is what makes the copy consistent on both databases: what did not change between the end of
    the first reading and the beginning of the third is the state of one moment. A snapshot would do so for the first reading,
    but SQL Server has it only where its administrator allowed it, and what is written after a snapshot would be lost to whoever
    moves to the copy. Whatever fails, and `cancel.cancelled()`, leaves the target as it was; the source is only read.

    Neither is the monitor of the source in the copy nor what it owned at the moment (`table_rows.OWNERS`). The copy has the id of
    the source, so its secrets open with the same key. On SQL Server, the account needs db_ddladmin besides reading and writing:
    only with it may rows be inserted with their ids.

    Raises `CopyRefused` (see `store.copy_errors`), `Cancelled` and any other `StoreError`, `DatabaseUrlRefused`.
    """
    clock = clock or SystemClock()
    with _engine(source_url) as source, _engine(target_url) as target:
        _refuse_address(source.url, target.url)
        with mapped(shown_name(source.url)):
            require_current(source)
        with _reading(source) as reader:
            refuse_running_monitor(reader, clock)
            identity = identity_of(reader)
        with writing_to(target) as writer:
            make_ready(writer, identity, clock)
            tables = _copy(source, writer, clock, progress or unwatched)
            if cancelled():
                raise Cancelled
        committed()
        return DatabaseCopy(shown_name(target.url), tables, is_key_here(identity, data_dir))


def is_as_new(url: str | URL) -> bool:
    """Whether a database with the schema of this version holds nothing that anybody entered. Raises `StoreError`."""
    with _engine(url) as engine, _reading(engine) as reader:
        return not with_content(reader)


@contextmanager
def _engine(url: str | URL) -> Iterator[Engine]:
    engine = make_engine(url, query_seconds=0)  # reading a large table may take long
    try:
        yield engine
    finally:
        engine.dispose()


def _refuse_address(source: URL, target: URL) -> None:
    if target.get_backend_name() == "sqlite" and target.database in (None, "", ":memory:"):
        raise DatabaseUrlRefused(url=str(target))
    if _place(source) == _place(target):
        raise SameDatabase(database=shown_name(target))


def _place(url: URL) -> object:
    if url.get_backend_name() == "sqlite":
        return Path(url.database or "").resolve()
    return shown_name(url).casefold(), url.port, url.query.get("odbc_connect")


@contextmanager
def _reading(engine: Engine) -> Iterator[Connection]:
    """One transaction; in SQLite it sees the database as it was at its first statement."""
    with mapped(shown_name(engine.url)), engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def _readings_of_all(reader: Connection) -> int:
    """The rows that the three readings of a copy have together."""
    counted = [reader.scalar(select(func.count()).select_from(copied_rows(table).order_by(None).subquery())) for table in TABLES]
    return 3 * sum(each or 0 for each in counted)


def _copy(source: Engine, writer: Connection, clock: Clock, progress: Progress) -> list[CopiedTable]:
    with _reading(source) as reader:
        counter = ProgressCounter(_readings_of_all(reader), progress)
        highest = highest_record_number(reader)
        copied = {table: _copy_table(table, reader, writer, counter.of(table)) for table in TABLES}
    # Before the rows are read back: it makes a record and takes it away again.
    skip_record_numbers(writer, highest)
    given = {table: hash_of(writer, select(table), counter.of(table)) for table in TABLES}
    tables = [CopiedTable(table.name, copied[table], given[table]) for table in TABLES]
    if differing := [each.name for each in tables if not each.verified]:
        raise CopyDiffers(database=shown_name(writer.engine.url), tables=", ".join(differing))
    # In a transaction of its own: SQLite would show the first one the same state once more.
    with _reading(source) as reader:
        refuse_running_monitor(reader, clock)
        again = {table: hash_of(reader, copied_rows(table), counter.of(table)) for table in TABLES}
        # A record that came and went leaves nothing but its number.
        moved = {RecordRow.__tablename__} if highest_record_number(reader) != highest else set()
    if changed := moved | {table.name for table in TABLES if again[table] != copied[table]}:
        raise SourceChanged(tables=", ".join(sorted(changed)))
    return tables


def _copy_table(table: Table, reader: Connection, writer: Connection, passed: Callable[[int], None]) -> TableHash:
    hasher = RowHasher()
    for part in in_parts_of(reader, copied_rows(table)):
        hasher.add(part)
        # Within the reading of the source, whose name an error of the target must not have.
        with mapped(shown_name(writer.engine.url)):
            insert_rows(writer, table, part)
        passed(len(part))
    return hasher.result()
