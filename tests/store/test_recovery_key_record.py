"""Whether the recovery key was stored is asked once per database, when there is something to lose (SEC-02)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.clock import ManualClock
from tests.settings.samples import OUTGOINGS, SECRET, imap
from trackit_console.domain.audit import Audited
from trackit_console.paths import DataDir
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.outgoing import Outgoing
from trackit_console.store.database import Database, open_database
from trackit_console.store.database_copy import is_as_new
from trackit_console.store.key_errors import RecoveryKeyChanged
from trackit_console.store.row_mapping import Stored
from trackit_console.store.snapshot_reader import read_snapshot

BEGINNING = datetime(2026, 3, 2, tzinfo=UTC)
pytestmark = pytest.mark.covers("SEC-02")


def wanted(database: Database) -> bool:
    with database.reading() as transaction:
        return read_snapshot(transaction, BEGINNING).recovery_key_wanted


@pytest.fixture
def mailbox(database: Database) -> Stored[Mailbox]:
    """A mailbox with a password."""
    with database.begin() as transaction:
        return transaction.mailboxes.add(imap(password=SECRET), "ada")


def confirm(database: Database, key: str, by: str = "ada") -> None:
    with database.begin() as transaction:
        transaction.recovery_key.confirm(key, by)


def test_nothing_is_asked_while_there_is_no_secret(database: Database) -> None:
    assert not wanted(database)


def test_it_is_asked_from_the_first_secret_to_the_last(database: Database, mailbox: Stored[Mailbox]) -> None:
    assert wanted(database)
    with database.begin() as transaction:
        transaction.mailboxes.delete(mailbox, "ada")
    assert not wanted(database)


@pytest.mark.parametrize("outgoing", OUTGOINGS.values(), ids=OUTGOINGS)
def test_the_secret_of_the_outgoing_account_counts(database: Database, outgoing: Outgoing) -> None:
    with database.begin() as transaction:
        transaction.settings.save_outgoing(outgoing, None, "ada")
    assert wanted(database)


def test_who_has_stored_it_is_kept_for_all_consoles_and_in_the_audit(
    url: str, data_dir: DataDir, database: Database, mailbox: Stored[Mailbox], clock: ManualClock
) -> None:
    confirm(database, database.recovery_key)
    other = open_database(url, data_dir, clock)
    confirm(other, other.recovery_key, "bo")  # too late: it was asked in both consoles
    with other.reading() as transaction:
        stored = transaction.recovery_key.stored()
        noted = [(each.action, each.kind, each.actor) for each in transaction.audit.latest()]
    assert stored is not None and stored.by == "ada"
    assert not wanted(other)
    assert noted.count(("recovery_key_stored", "database", "ada")) == 1
    assert ("recovery_key_stored", "database", "bo") not in noted
    other.close()


def test_another_key_is_asked_for_anew(database: Database, mailbox: Stored[Mailbox]) -> None:
    confirm(database, database.recovery_key)
    before = database.recovery_key
    after = database.rotate_key("ada")
    assert wanted(database)
    with pytest.raises(RecoveryKeyChanged):
        confirm(database, before)
    assert wanted(database)
    confirm(database, after)
    assert not wanted(database)


def test_the_key_that_is_shown_is_the_one_that_the_database_has_now(url: str, data_dir: DataDir, database: Database) -> None:
    other = open_database(url, data_dir)
    after = database.rotate_key("ada")
    assert other.recovery_key == after
    other.close()


def test_a_database_whose_key_was_stored_at_its_set_up_is_still_new(url: str, database: Database) -> None:
    confirm(database, database.recovery_key)
    assert is_as_new(url)
    with database.begin() as transaction:
        transaction.audit.noted("started", Audited.MONITOR, "ada")
    assert not is_as_new(url)
