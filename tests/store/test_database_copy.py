"""A copy of a database has all that the database has; its numbers go on, its secrets open, and nobody owns anything in it (DB-01)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.clock import BEGINNING, ManualClock
from tests.outbox_factory import add_record, mail, put
from tests.settings.samples import SECRET, imap, microsoft365
from tests.store.conftest import Places
from tests.store.copy_factory import fill_every_table, owned_by_nobody, rows_of
from trackit_console.domain.effects import DeleteRecord
from trackit_console.paths import DataDir
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.store.copy_result import DatabaseCopy
from trackit_console.store.database import Database, open_database
from trackit_console.store.database_copy import copy_database
from trackit_console.store.database_setup import upgrade_database
from trackit_console.store.monitoring_views import Host
from trackit_console.store.outbox_views import OutboxQuery
from trackit_console.store.table_rows import OWNERS, PART_BYTES, PART_ROWS

Copy = Callable[..., DatabaseCopy]
Opened = Callable[[], AbstractContextManager[Database]]


@pytest.fixture
def copy(places: Places, data_dir: DataDir, clock: ManualClock) -> Copy:
    """Copies the source to the target."""
    return lambda **more: copy_database(places.source, places.target, **{"data_dir": data_dir, "clock": clock, **more})


@pytest.fixture
def opened(places: Places, data_dir: DataDir, clock: ManualClock) -> Opened:
    """Opens the target for a block."""

    @contextmanager
    def open_it() -> Iterator[Database]:
        database = open_database(places.target, data_dir, clock)
        yield database
        database.close()

    return open_it


@pytest.mark.covers("DB-01")
def test_every_row_of_every_table_comes_out_equal(source: Database, places: Places, copy: Copy) -> None:
    fill_every_table(places.source)
    before = rows_of(places.source)
    assert all(before.values()), "a table without rows shows nothing"
    made = copy()
    assert rows_of(places.target) == owned_by_nobody(before, OWNERS)
    assert rows_of(places.source) == before
    assert made.verified
    rows = {name: len(found) for name, found in before.items()}
    assert {each.name: each.target.rows for each in made.tables} == {**rows, "monitor_hosts": 0}


@pytest.mark.covers("DB-01")
def test_a_new_database_that_was_opened_already_is_filled_too(
    source: Database, places: Places, copy: Copy, opened: Opened
) -> None:
    upgrade_database(places.target)
    with opened() as target, target.begin() as transaction:
        transaction.monitoring.want_at_first("somebody")
    fill_every_table(places.source)
    copy()
    assert rows_of(places.target) == owned_by_nobody(rows_of(places.source), OWNERS)


@pytest.mark.covers("DB-01")
def test_many_rows_and_a_message_above_the_size_of_a_part_are_copied(source: Database, places: Places, copy: Copy) -> None:
    put(source, *(mail(number) for number in range(PART_ROWS + 1)), mail(PART_ROWS + 1, text="x" * PART_BYTES))
    assert copy().verified
    assert rows_of(places.target)["outbox"] == rows_of(places.source)["outbox"]


@pytest.mark.covers("DB-01")
def test_progress_tells_each_table_and_counts_the_rows_of_three_readings(source: Database, copy: Copy) -> None:
    told: list[tuple[str, int, int]] = []
    made = copy(progress=lambda *each: told.append(each))
    rows = sum(each.target.rows for each in made.tables)
    assert {table for table, _, _ in told} == {each.name for each in made.tables}
    assert {total for _, _, total in told} == {3 * rows}
    done = [done for _, done, _ in told]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, 3 * rows)


# ---------------------------------------------------------------- numbers


@pytest.mark.covers("DB-01")
def test_the_number_of_a_deleted_record_is_not_given_again(source: Database, copy: Copy, opened: Opened) -> None:
    records = [add_record(source) for _ in range(3)]
    put(source, DeleteRecord(records[1], "ada"), DeleteRecord(records[2], "ada"))
    copy()
    with opened() as target, target.reading() as transaction:
        assert [each.ref.id for each in transaction.records.page()] == [1]
    with opened() as target:
        assert add_record(target).id == 4


@pytest.mark.covers("DB-01")
def test_what_is_new_in_the_copy_gets_ids_above_those_that_are_there(source: Database, copy: Copy, opened: Opened) -> None:
    put(source, *(mail(number, record=add_record(source)) for number in range(3)))
    copy()
    with opened() as target:
        assert add_record(target).id == 4
        put(target, mail(7))
        with target.reading() as transaction:
            assert sorted(each.id for each in transaction.outbox_list.page(OutboxQuery(), 9)) == [1, 2, 3, 4]


# ---------------------------------------------------------------- secrets


@pytest.mark.covers("DB-01", "SEC-02")
def test_secrets_open_in_the_copy_with_the_key_of_this_computer(source: Database, copy: Copy, opened: Opened) -> None:
    outgoing = BasicOutgoing(
        smtp_server_name="smtp.x.example", port=587, user_account_name="a", password=SECRET, from_address="a@x.example"
    )
    samples: list[Any] = [imap(name="Support", password=SECRET), microsoft365(name="Sales", client_secret=SECRET)]
    with source.begin() as transaction:
        ids = [transaction.mailboxes.add(each, "ada").id for each in samples]
        transaction.settings.save_outgoing(outgoing, None, "ada")
    assert copy().key_kept
    with opened() as target, target.reading() as transaction:
        found = [transaction.mailboxes.get(each, secrets=True) for each in ids]
        assert [each.value if each else None for each in found] == samples
        kept = transaction.settings.outgoing(secrets=True)
        assert kept and kept.value == outgoing
        assert target.recovery_key == source.recovery_key


@pytest.mark.covers("DB-01", "SEC-02")
def test_a_computer_without_the_key_is_told(source: Database, copy: Copy, data_dir: DataDir, tmp_path: Path) -> None:
    other = DataDir(tmp_path / "elsewhere").make()
    other.key_file.write_bytes(b"this is no key")
    assert not copy(data_dir=other).key_kept


# ---------------------------------------------------------------- owners


@pytest.mark.covers("DB-01", "RUN-02", "OUT-06")
def test_what_a_process_owned_is_free_in_the_copy(source: Database, copy: Copy, opened: Opened) -> None:
    with source.begin() as transaction:
        mailbox = transaction.mailboxes.add(imap(), "ada")
        dead = transaction.mailbox_leases.begin_visit(mailbox.id, "dead", regardless=True)
        stopped = Host("stopped", "pc 7", "console", "stopped", 1, BEGINNING, BEGINNING)
        transaction.monitoring.report(stopped)
        assert transaction.monitoring.host_in_console("stopped")
    put(source, mail())
    with source.begin() as transaction:
        assert transaction.outbox.claim("dead", 1)
    copy()
    with opened() as target, target.begin() as transaction:
        assert transaction.monitoring.hosts() == []
        assert transaction.monitoring.host_in_console("new")
        taken = transaction.mailbox_leases.begin_visit(mailbox.id, "new")
        assert dead and taken and (taken.token, taken.cut_off) == (dead.token + 1, False)
        assert len(transaction.outbox.claim("new", 1)) == 1
    with source.reading() as transaction:
        assert len(transaction.outbox.claimed("dead")) == 1
