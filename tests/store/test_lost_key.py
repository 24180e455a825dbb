"""A key that nobody has any more costs the stored passwords and nothing else (SEC-02)."""

from __future__ import annotations

import base64

import pytest

from tests.settings.samples import SECRET, imap
from tests.store.delivery_factory import take_in, ticket
from trackit_console.paths import DataDir
from trackit_console.settings.server_mailbox import Imap
from trackit_console.store.audit_list import AuditQuery
from trackit_console.store.database import Database, open_database
from trackit_console.store.database_setup import enroll
from trackit_console.store.key_errors import KeyNotLost, WrongKey
from trackit_console.store.key_storage_errors import KeyUnreadable
from trackit_console.store.lost_key import replace_lost_key
from trackit_console.store.row_mapping import Stored
from trackit_console.store.secrets import KEY_BYTES

pytestmark = pytest.mark.covers("SEC-02")


@pytest.fixture
def elsewhere(database: Database, data_dir: DataDir, tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    """A computer without the key of the database, in which there is a mailbox with its password and a ticket."""
    with database.begin() as transaction:
        mailbox = transaction.mailboxes.add(imap(name="Support", password=SECRET), "ada")
        lease = transaction.mailbox_leases.begin_visit(mailbox.id, "here", regardless=True)
    assert lease is not None
    take_in(database, lease, [ticket("1", "bo@example.com", subject="Printer")])
    return DataDir(tmp_path_factory.mktemp("elsewhere"))


def mailbox_of(database: Database) -> Stored[Imap]:
    with database.reading() as transaction:
        [stored] = transaction.mailboxes.all(secrets=True)
    assert isinstance(stored.value, Imap)
    return stored  # type: ignore[return-value]


def test_everything_but_the_passwords_stays_and_they_can_be_typed_again(url: str, elsewhere: DataDir) -> None:
    with pytest.raises(WrongKey) as told:
        open_database(url, elsewhere)
    assert "rotate-key --lost" in str(told.value.remedy_message)
    key = replace_lost_key(url, elsewhere, "bo")
    opened = open_database(url, elsewhere)
    stored = mailbox_of(opened)
    assert (stored.value.name, stored.value.password) == ("Support", None)
    assert [each.rule for each in stored.findings] == ["secret_unreadable"]
    with opened.begin() as transaction:
        assert [each.subject for each in transaction.records.page()] == ["Printer"]
        assert ("key_replaced", "bo") in [(each.action, each.actor) for each in transaction.audit_list.page(AuditQuery())]
        transaction.mailboxes.save(Stored(stored.id, stored.version, stored.value.model_copy(update={"password": SECRET})), "bo")
    assert mailbox_of(opened).value.password == SECRET
    assert opened.recovery_key == key
    opened.close()


def test_whoever_has_the_old_key_is_let_in_by_the_new_recovery_key(
    url: str, database: Database, data_dir: DataDir, elsewhere: DataDir
) -> None:
    key = replace_lost_key(url, elsewhere, "bo")
    database.close()
    with pytest.raises(WrongKey):
        open_database(url, data_dir)
    enroll(url, data_dir, key)
    open_database(url, data_dir).close()


def test_a_key_that_is_here_is_not_lost(url: str, database: Database, data_dir: DataDir) -> None:
    with pytest.raises(KeyNotLost):
        replace_lost_key(url, data_dir, "bo")
    assert database.recovery_key


def test_a_damaged_file_is_replaced_and_one_that_cannot_be_read_is_not(url: str, database: Database, data_dir: DataDir) -> None:
    database.close()
    data_dir.key_file.write_bytes(base64.b64encode(b"o" * KEY_BYTES))
    [file] = data_dir.keys.glob("*.key")
    whole = file.read_bytes()
    file.unlink()
    file.mkdir()  # nobody can read it, whoever runs the test
    with pytest.raises(KeyUnreadable):
        replace_lost_key(url, data_dir, "bo")
    file.rmdir()
    file.write_bytes(whole[:10])
    with pytest.raises(KeyUnreadable):
        open_database(url, data_dir)
    key = replace_lost_key(url, data_dir, "bo")
    opened = open_database(url, data_dir)
    assert opened.recovery_key == key
    opened.close()
