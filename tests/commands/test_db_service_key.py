"""A service without a keyring opens the database by the files of `db service-key` (SEC-02, PKG-02)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from tests.commands.test_commands import Run
from tests.commands.test_commands import run as run  # noqa: PLC0414 - a fixture
from tests.settings.samples import CANARY, SAMPLES, SECRET, imap
from tests.store.memory_keyring import MemoryKeyring
from trackit_console.commands.db_service_key import readable_by
from trackit_console.paths import DataDir
from trackit_console.settings.database import SqliteTarget, SqlServerTarget
from trackit_console.store.chosen_database import chosen_url, keep_choice, keep_choice_in_files
from trackit_console.store.chosen_database_errors import DatabasePasswordMissing
from trackit_console.store.database import open_database

pytestmark = pytest.mark.covers("SEC-02", "PKG-02")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data_dir(tmp_path: Path) -> DataDir:
    """A data directory without a key file."""
    return DataDir(tmp_path / "data").make()


@pytest.fixture(autouse=True)
def user_keyring() -> Iterator[MemoryKeyring]:
    """The keyring of the user who set up the database."""
    before = keyring.get_keyring()
    memory = MemoryKeyring()
    keyring.set_keyring(memory)
    yield memory
    keyring.set_keyring(before)


def as_service(data_dir: DataDir, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a command in a process of its own whose keyring raises what Windows raises for a service."""
    environment = os.environ | {"PYTHON_KEYRING_BACKEND": "tests.store.service_keyring.ServiceKeyring"}
    command = [sys.executable, "-m", "trackit_console", "--data-dir", str(data_dir.root), *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


def test_a_service_opens_the_database_once_the_user_has_written_the_files(run: Run, data_dir: DataDir) -> None:
    database = open_database(data_dir.database_url, data_dir)
    with database.begin() as transaction:
        transaction.mailboxes.add(imap(password=SECRET), "ada")
    key = database.recovery_key
    database.close()
    refused = as_service(data_dir, "db", "key")
    assert refused.returncode == 3
    assert "trackit-console db service-key" in refused.stderr and "same --data-dir" in refused.stderr
    code, out, err = run("db", "service-key")
    assert (code, err) == (0, "")
    [file] = data_dir.keys.glob("*.key")
    assert str(file) in out and "monitor" in out
    opened = as_service(data_dir, "db", "key", "--json")
    assert json.loads(opened.stdout) == {"recovery_key": key}


def test_the_same_command_again_changes_nothing_and_answers_as_json(run: Run, data_dir: DataDir) -> None:
    first = json.loads(run("db", "service-key", "--json")[1])
    before = {each: each.read_bytes() for each in data_dir.keys.iterdir()}
    second = json.loads(run("db", "service-key", "--json")[1])
    assert first == second
    assert {each: each.read_bytes() for each in data_dir.keys.iterdir()} == before
    assert [Path(each).suffix for each in first["files"]] == [".key"]
    assert len(first["readable_by"]) >= 1
    if os.name == "posix":
        assert all(each.stat().st_mode & 0o077 == 0 for each in data_dir.keys.iterdir())


def test_a_key_that_is_changed_later_reaches_the_service(run: Run, data_dir: DataDir) -> None:
    run("db", "service-key")
    changed = run("db", "rotate-key", "--at-once")[1].strip()
    assert as_service(data_dir, "db", "key").stdout.strip() == changed


def server() -> SqlServerTarget:
    """A server with a password, which no test reaches."""
    sample = SAMPLES["database-sqlserver"]
    assert isinstance(sample, SqlServerTarget)
    return sample


def test_the_file_that_names_the_chosen_database_is_readable_too(run: Run, data_dir: DataDir) -> None:
    keep_choice(SqliteTarget(file=str(data_dir.database)), data_dir)
    answered = json.loads(run("db", "service-key", "--json")[1])
    assert [Path(each).name for each in answered["files"]][1:] == ["database.json"]
    # Which database a URL names is not in that file.
    assert "database.json" not in run("db", "service-key", "--database", data_dir.database_url, "--json")[1]


def test_the_password_of_the_chosen_database_is_found_without_the_keyring(data_dir: DataDir, user_keyring: MemoryKeyring) -> None:
    keep_choice(server(), data_dir)
    assert not data_dir.database_password.exists()
    assert keep_choice_in_files(data_dir) == [data_dir.database_password, data_dir.chosen_database]
    user_keyring.kept.clear()
    assert make_url(chosen_url(data_dir)).password == CANARY
    # One that is typed anew goes where the service looks.
    keep_choice(server().model_copy(update={"password": SecretStr("another")}), data_dir)
    user_keyring.kept.clear()
    assert make_url(chosen_url(data_dir)).password == "another"


def test_a_password_that_is_nowhere_is_written_nowhere(data_dir: DataDir, user_keyring: MemoryKeyring) -> None:
    keep_choice(server(), data_dir)
    user_keyring.kept.clear()
    with pytest.raises(DatabasePasswordMissing):
        keep_choice_in_files(data_dir)
    assert not data_dir.database_password.exists()


def test_a_service_without_the_password_is_told_what_to_do(data_dir: DataDir) -> None:
    keep_choice(server(), data_dir)
    refused = as_service(data_dir, "db", "key", "--json")
    assert refused.returncode == 3
    told = json.loads(refused.stdout)["error"]
    assert told["code"] == "database_password_missing" and "db service-key" in told["remedy"]
    assert CANARY not in refused.stdout + refused.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="there, accounts can be named")
def test_elsewhere_an_account_is_refused_and_nothing_is_written(run: Run, data_dir: DataDir) -> None:
    code, out, err = run("db", "service-key", "--account", "svc")
    assert (code, out) == (1, "")
    assert "as the user that the service runs as" in err
    assert not data_dir.keys.exists()


def test_who_can_read_is_told_by_name() -> None:
    assert readable_by("ada", None, on_windows=False) == ["ada"]
    assert readable_by("ada", "CONTOSO\\svc", on_windows=True) == ["ada", "SYSTEM", "Administrators", "CONTOSO\\svc"]
