"""Each database has its own key on each computer, in the keyring or in a private file, and none is ever lost (SEC-02)."""

from __future__ import annotations

import base64
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.backends.null import Keyring as ForgetfulKeyring
from sqlalchemy import text

from tests.settings.samples import SECRET, imap
from tests.store.concurrency import at_once
from tests.store.memory_keyring import MemoryKeyring
from tests.store.test_trouble import add_to, with_words
from trackit_console.paths import DataDir
from trackit_console.settings.server_mailbox import Imap
from trackit_console.store.database import Database, open_database
from trackit_console.store.database_setup import enroll
from trackit_console.store.key_errors import WrongKey
from trackit_console.store.key_storage_errors import KeyNotKept, KeyUnreadable
from trackit_console.store.opening_errors import DatabaseDamaged
from trackit_console.store.secrets import KEY_BYTES, SecretBox
from trackit_console.store.system_keyring import SERVICE


def written(key: bytes) -> bytes:
    return base64.b64encode(key)


@pytest.fixture
def no_keyring(file: DataDir) -> Iterator[DataDir]:
    """A data directory without a key, on a computer without a keyring."""
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())
    file.key_file.unlink()
    yield file
    keyring.set_keyring(before)


class ForeignError(Exception):
    """As `pywintypes.error`: raised by a back end, and no `KeyringError`."""


class KeyringOfAService(MemoryKeyring):
    """Windows Credential Manager without a logon session: (1312, 'CredRead', 'A specified logon session does not exist.')."""

    def __init__(self, *, reads: bool) -> None:
        super().__init__()
        self._reads = reads

    def get_password(self, service: str, username: str) -> str | None:
        if self._reads:
            return super().get_password(service, username)
        raise ForeignError(1312, "CredRead", "A specified logon session does not exist.")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise ForeignError(1312, "CredWrite", f"A specified logon session does not exist. {password}")


def other_url(data_dir: DataDir) -> str:
    """The address of a second database that the same data directory serves."""
    return f"sqlite:///{(data_dir.root / 'other.sqlite3').as_posix()}"


def recovery_key(url: str, data_dir: DataDir) -> str:
    """Opens the database and answers its recovery key."""
    with closing(open_database(url, data_dir)) as opened:
        return opened.recovery_key


def key_files(data_dir: DataDir) -> list[Path]:
    return sorted(data_dir.keys.glob("*")) if data_dir.keys.exists() else []


@pytest.mark.covers("SEC-02")
def test_the_key_lies_in_the_keyring_where_there_is_one(no_keyring: DataDir) -> None:
    memory = MemoryKeyring()
    keyring.set_keyring(memory)
    key = recovery_key(no_keyring.database_url, no_keyring)
    assert recovery_key(no_keyring.database_url, no_keyring) == key
    assert not no_keyring.key_file.exists()
    assert key_files(no_keyring) == []
    [(service, user)] = memory.kept
    assert service == SERVICE
    assert user.startswith(f"{no_keyring.root.resolve()} ")
    assert recovery_key(other_url(no_keyring), no_keyring) != key
    assert len(memory.kept) == 2


@pytest.mark.covers("SEC-02")
@pytest.mark.parametrize(
    "backend",
    [NoKeyring(), ForgetfulKeyring(), KeyringOfAService(reads=False), KeyringOfAService(reads=True)],
    ids=["none", "forgets", "service", "service-cannot-write"],
)
def test_without_a_keyring_the_key_lies_in_a_file_of_its_owner_alone(
    no_keyring: DataDir, backend: KeyringBackend, caplog: pytest.LogCaptureFixture
) -> None:
    keyring.set_keyring(backend)
    with caplog.at_level(logging.INFO, "trackit"):
        key = recovery_key(no_keyring.database_url, no_keyring)
    [file] = key_files(no_keyring)
    assert SecretBox(base64.b64decode(file.read_bytes())).recovery_key() == key
    assert recovery_key(no_keyring.database_url, no_keyring) == key
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600
        assert no_keyring.keys.stat().st_mode & 0o777 == 0o700
    assert file.read_text() not in caplog.text
    if isinstance(backend, KeyringOfAService):
        assert caplog.text.count("ForeignError") == 1


@pytest.mark.covers("SEC-02")
def test_a_keyring_that_cannot_be_read_any_more_loses_no_key(no_keyring: DataDir) -> None:
    memory = MemoryKeyring()
    keyring.set_keyring(memory)
    key = recovery_key(no_keyring.database_url, no_keyring)
    keyring.set_keyring(KeyringOfAService(reads=False))
    with pytest.raises(WrongKey) as caught:
        open_database(no_keyring.database_url, no_keyring)
    assert "ForeignError" in caught.value.detail
    assert key_files(no_keyring) == []
    keyring.set_keyring(memory)
    assert recovery_key(no_keyring.database_url, no_keyring) == key


@pytest.mark.covers("SEC-02")
def test_two_databases_of_one_data_directory_have_a_key_each(no_keyring: DataDir) -> None:
    first = recovery_key(no_keyring.database_url, no_keyring)
    second = recovery_key(other_url(no_keyring), no_keyring)
    assert first != second
    assert len(key_files(no_keyring)) == 2
    assert recovery_key(no_keyring.database_url, no_keyring) == first
    assert recovery_key(other_url(no_keyring), no_keyring) == second


@pytest.mark.covers("SEC-02")
@pytest.mark.parametrize("backend", [NoKeyring, MemoryKeyring])
def test_enrolling_in_one_database_leaves_the_secrets_of_another_readable(
    no_keyring: DataDir, tmp_path: Path, backend: type[KeyringBackend]
) -> None:
    keyring.set_keyring(backend())
    elsewhere = DataDir(tmp_path / "elsewhere")
    shared = recovery_key(elsewhere.database_url, elsewhere)
    embedded = open_database(no_keyring.database_url, no_keyring)
    with embedded.begin() as transaction:
        transaction.mailboxes.add(imap(password=SECRET), "ada")
    embedded.close()
    with pytest.raises(WrongKey):
        open_database(elsewhere.database_url, no_keyring)
    enroll(elsewhere.database_url, no_keyring, shared)
    assert recovery_key(elsewhere.database_url, no_keyring) == shared
    embedded = open_database(no_keyring.database_url, no_keyring)
    with embedded.reading() as transaction:
        [stored] = transaction.mailboxes.all(secrets=True)
    assert isinstance(stored.value, Imap)
    assert stored.value.password == SECRET
    embedded.close()


@pytest.mark.covers("SEC-02", "DB-01")
@pytest.mark.parametrize("backend", [NoKeyring, MemoryKeyring])
def test_a_copy_that_gets_another_key_locks_out_neither_the_original_nor_older_backups(
    no_keyring: DataDir, backend: type[KeyringBackend]
) -> None:
    keyring.set_keyring(backend())
    before = recovery_key(no_keyring.database_url, no_keyring)
    copied = no_keyring.root / "other.sqlite3"
    copied.write_bytes(no_keyring.database.read_bytes())  # as a copy and a backup are: with the id of the original
    with closing(open_database(other_url(no_keyring), no_keyring)) as copy:
        after = [copy.rotate_key("ada", hand_over=False) for _ in range(3)][-1]
    for _ in range(2):
        assert recovery_key(no_keyring.database_url, no_keyring) == before
        assert recovery_key(other_url(no_keyring), no_keyring) == after


def old_key_file(data_dir: DataDir, key: bytes) -> None:
    data_dir.key_file.write_bytes(written(key))


def old_keyring_entry(data_dir: DataDir, key: bytes) -> None:
    keyring.get_keyring().set_password(SERVICE, str(data_dir.root.resolve()), written(key).decode())


@pytest.mark.covers("SEC-02")
@pytest.mark.parametrize("keep", [old_key_file, old_keyring_entry])
def test_the_one_key_of_an_older_version_is_found_and_kept_for_its_database(
    no_keyring: DataDir, keep: Callable[[DataDir, bytes], None]
) -> None:
    keyring.set_keyring(MemoryKeyring())
    no_keyring.key_file.write_bytes(written(b"o" * KEY_BYTES))
    database = open_database(no_keyring.database_url, no_keyring)
    with database.begin() as transaction:  # as an older version left it
        transaction.session.execute(text("DELETE FROM NAMSYSProperties WHERE NAME = 'trackitConsoleDatabaseId'"))
        transaction.mailboxes.add(imap(password=SECRET), "ada")
    database.close()
    for each in key_files(no_keyring):
        each.unlink()
    no_keyring.key_file.unlink()

    keep(no_keyring, b"o" * KEY_BYTES)
    key = SecretBox(b"o" * KEY_BYTES).recovery_key()
    assert recovery_key(no_keyring.database_url, no_keyring) == key
    keep(no_keyring, b"x" * KEY_BYTES)  # whatever becomes of the old place now
    assert recovery_key(no_keyring.database_url, no_keyring) == key
    if keep is old_keyring_entry:
        assert recovery_key(other_url(no_keyring), no_keyring) != key


@pytest.mark.covers("SEC-02")
def test_a_key_file_that_was_put_there_serves_a_new_database(file: DataDir) -> None:
    assert recovery_key(file.database_url, file) == SecretBox(b"k" * KEY_BYTES).recovery_key()
    [kept] = key_files(file)
    assert kept.read_bytes() == file.key_file.read_bytes()


@pytest.mark.covers("SEC-02")
def test_programs_that_begin_together_agree_on_one_key(no_keyring: DataDir) -> None:
    recovery_key(other_url(no_keyring), no_keyring)  # the schema is made one after the other
    (no_keyring.root / "other.sqlite3").rename(no_keyring.database)
    connection = open_database(no_keyring.database_url, no_keyring)
    with connection.begin() as transaction:
        transaction.session.execute(text("DELETE FROM NAMSYSProperties WHERE NAME LIKE 'trackitConsole%'"))
    connection.close()
    for each in key_files(no_keyring):
        each.unlink()
    keys = at_once(*[lambda: recovery_key(no_keyring.database_url, no_keyring)] * 6)
    assert set(keys) == {recovery_key(no_keyring.database_url, no_keyring)}
    assert len(key_files(no_keyring)) == 1


DAMAGED = pytest.mark.parametrize(
    "content",
    [b"", b"half a k", b"\xff" * 44, written(b"k" * 31), written(b"k" * 33)],
    ids=["empty", "half", "binary", "short", "long"],
)


@DAMAGED
@pytest.mark.covers("SEC-02")
def test_a_damaged_key_file_is_told_and_nothing_is_replaced(file: DataDir, content: bytes) -> None:
    file.key_file.write_bytes(content)
    for _ in range(2):
        with pytest.raises(KeyUnreadable) as caught:
            open_database(file.database_url, file)
    assert "secret.key" in str(caught.value)
    assert file.key_file.read_bytes() == content


@DAMAGED
@pytest.mark.covers("SEC-02")
def test_a_damaged_key_is_mended_by_enrolling(file: DataDir, database: Database, content: bytes) -> None:
    [kept] = key_files(file)
    kept.write_bytes(content)
    with pytest.raises(KeyUnreadable):
        open_database(file.database_url, file)
    enroll(file.database_url, file, database.recovery_key)
    assert recovery_key(file.database_url, file) == database.recovery_key


@pytest.mark.covers("SEC-02")
@pytest.mark.parametrize("content", ["no base64", written(b"k" * 31).decode(), ""])
def test_rubbish_in_the_keyring_is_no_key(no_keyring: DataDir, content: str) -> None:
    memory = MemoryKeyring()
    keyring.set_keyring(memory)
    recovery_key(no_keyring.database_url, no_keyring)
    memory.kept = dict.fromkeys(memory.kept, content)
    with pytest.raises(WrongKey):
        open_database(no_keyring.database_url, no_keyring)


@pytest.mark.covers("SEC-02")
def test_another_key_opens_nothing_and_changes_nothing(file: DataDir, database: Database) -> None:
    add_to(database)
    other = DataDir(file.root / "other").make()
    other.key_file.write_bytes(written(b"o" * KEY_BYTES))
    with pytest.raises(WrongKey) as caught:
        open_database(file.database_url, other)
    with_words(caught.value)
    with pytest.raises(WrongKey):
        enroll(file.database_url, other, SecretBox(b"x" * KEY_BYTES).recovery_key())
    assert key_files(other) == []
    assert other.key_file.read_bytes() == written(b"o" * KEY_BYTES)
    enroll(file.database_url, other, database.recovery_key)
    assert other.key_file.read_bytes() == written(b"o" * KEY_BYTES)
    open_database(file.database_url, other).close()


@pytest.mark.covers("SEC-02")
def test_a_key_that_can_be_kept_nowhere_seals_nothing(no_keyring: DataDir) -> None:
    no_keyring.keys.write_text("a file where the folder should be")
    for _ in range(2):
        with pytest.raises(KeyNotKept) as caught:
            open_database(no_keyring.database_url, no_keyring)
        with_words(caught.value)  # type: ignore[arg-type]
    no_keyring.keys.unlink()
    open_database(no_keyring.database_url, no_keyring).close()


@pytest.mark.covers("SEC-02", "SEC-03")
def test_the_id_of_a_database_names_no_file_elsewhere(file: DataDir, database: Database) -> None:
    with database.begin() as transaction:
        transaction.session.execute(text("UPDATE NAMSYSProperties SET VALUE = '../../x' WHERE NAME = 'trackitConsoleDatabaseId'"))
    database.close()
    with pytest.raises(DatabaseDamaged):
        open_database(file.database_url, file)


@pytest.mark.covers("SEC-02")
def test_the_null_keyring_of_the_environment_is_not_trusted(tmp_path: Path) -> None:
    code = "import sys, pathlib; from trackit_console.store.database import open_database; from trackit_console.paths import DataDir;\n"
    code += "d = DataDir(pathlib.Path(sys.argv[1])); open_database(d.database_url, d).close(); open_database(d.database_url, d).close()"
    environment = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring", "PATH": "", "SYSTEMROOT": ""}
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "data")], check=True, env=environment, cwd=Path(__file__).parents[2]
    )
    [file] = key_files(DataDir(tmp_path / "data"))
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o077 == 0
