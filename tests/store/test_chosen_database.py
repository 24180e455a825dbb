"""Which database is used is kept for the next start, and its password apart from it (DB-02, SEC-02)."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from sqlalchemy.engine import make_url

from tests.settings.samples import CANARY, SAMPLES
from tests.store.memory_keyring import MemoryKeyring
from trackit_console.paths import DataDir
from trackit_console.settings.database import SqliteTarget, SqlServerTarget
from trackit_console.store.chosen_database import chosen_url, keep_choice, read_choice
from trackit_console.store.chosen_database_errors import ChoiceUnreadable


def _server() -> SqlServerTarget:
    sample = SAMPLES["database-sqlserver"]
    assert isinstance(sample, SqlServerTarget)
    return sample


SERVER = _server()


@pytest.fixture(autouse=True)
def no_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    return DataDir(tmp_path_factory.mktemp("data"))


def files_of(data_dir: DataDir) -> bytes:
    return b"".join(each.read_bytes() for each in data_dir.root.rglob("*") if each.is_file())


@pytest.mark.covers("DB-01", "DB-02")
def test_nothing_chosen_is_the_embedded_database(data_dir: DataDir) -> None:
    assert read_choice(data_dir) == SqliteTarget()
    assert chosen_url(data_dir) == data_dir.database_url


@pytest.mark.covers("DB-02", "SEC-02")
def test_a_server_is_found_again_with_its_password_from_the_keyring(data_dir: DataDir) -> None:
    memory = MemoryKeyring()
    keyring.set_keyring(memory)
    keep_choice(SERVER, data_dir)
    assert read_choice(data_dir) == SERVER
    assert make_url(chosen_url(data_dir)).password == CANARY
    assert CANARY.encode() not in files_of(data_dir)
    assert list(memory.kept.values()) == [CANARY]
    keep_choice(SqliteTarget(), data_dir)
    assert memory.kept == {}


@pytest.mark.covers("DB-02", "SEC-02")
def test_without_a_keyring_only_the_owner_can_read_the_password(data_dir: DataDir) -> None:
    keep_choice(SERVER, data_dir)
    assert read_choice(data_dir) == SERVER
    assert CANARY.encode() not in data_dir.chosen_database.read_bytes()
    assert data_dir.database_password.stat().st_mode & 0o077 == 0


@pytest.mark.covers("DB-02", "SEC-02")
def test_the_password_goes_with_the_choice(data_dir: DataDir) -> None:
    keep_choice(SERVER, data_dir)
    keep_choice(SqliteTarget(), data_dir)
    assert chosen_url(data_dir) == data_dir.database_url
    assert not data_dir.database_password.exists()


@pytest.mark.covers("DB-02")
@pytest.mark.parametrize("text", ["", "{", '{"kind": "oracle"}', '{"kind": "sqlserver", "server": ""}', "[]", "\0"])
def test_a_damaged_choice_is_told_and_no_other_database_is_used(data_dir: DataDir, text: str) -> None:
    data_dir.chosen_database.write_text(text)
    with pytest.raises(ChoiceUnreadable) as raised:
        chosen_url(data_dir)
    assert str(data_dir.chosen_database) in str(raised.value.message)


@pytest.mark.covers("SEC-02")
def test_a_keyring_that_refuses_is_told_in_the_log_without_the_password(
    data_dir: DataDir, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "trackit"):
        keep_choice(SERVER, data_dir)
    assert caplog.text.count("NoKeyringError") == 1
    assert CANARY not in caplog.text


@pytest.mark.covers("SEC-02")
def test_a_keyring_without_an_entry_is_no_trouble(data_dir: DataDir, caplog: pytest.LogCaptureFixture) -> None:
    keyring.set_keyring(MemoryKeyring())
    with caplog.at_level(logging.INFO, "trackit"):
        keep_choice(SqliteTarget(), data_dir)
    assert caplog.text == ""
