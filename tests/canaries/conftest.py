"""A database and a data directory in which every secret is a canary."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import keyring
import pytest

from tests.canaries.planting import Planted, plant
from tests.new_database import open_new_database
from tests.servers.faults import ScriptedServer, scripted
from tests.store.memory_keyring import MemoryKeyring
from tests.transports.test_secrets import echoing_imap
from trackit_console.paths import DataDir
from trackit_console.store.chosen_database import keep_choice
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored

_started: list[str] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    """Keeps the arguments of each process that is started, which other users of the computer can see."""
    if event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.spawn", "os.startfile"):
        _started.append(repr(arguments))


@pytest.fixture(scope="session")
def hearing() -> None:
    """Once: a hook stays until the process ends."""
    sys.addaudithook(_hear)


@pytest.fixture
def started(hearing: None) -> list[str]:
    """The calls of programs that the test has started so far."""
    _started.clear()
    return _started


@pytest.fixture(scope="session")
def planted() -> Planted:
    """A canary in every secret field."""
    return plant()


@pytest.fixture
def data_dir(data_dir: DataDir) -> Iterator[DataDir]:
    """A data directory whose keys and password lie in a keyring: nothing in it may hold a secret."""
    data_dir.key_file.unlink()
    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeyring())
    yield data_dir
    keyring.set_keyring(before)


@pytest.fixture
def echo() -> Iterator[ScriptedServer]:
    """A mail server that refuses to sign in, and repeats what it was sent."""
    with scripted(echoing_imap(b" NO ")) as server:
        yield server


@pytest.fixture
def database(data_dir: DataDir, planted: Planted, echo: ScriptedServer) -> Iterator[Database]:
    """A database that holds every mailbox and, one after the other, every outgoing account; a server was chosen once."""
    keep_choice(planted.models["database-sqlserver"], data_dir)  # type: ignore[arg-type]
    opened = open_new_database(data_dir)
    with opened.begin() as transaction:
        for mailbox in planted.mailboxes(echo.port):
            transaction.mailboxes.add(mailbox, "ada")  # type: ignore[arg-type]
    for version, outgoing in enumerate(planted.outgoing):
        with opened.begin() as transaction:
            transaction.settings.save_outgoing(outgoing, version or None, "ada")  # type: ignore[arg-type]
    with opened.begin() as transaction:
        for each in transaction.mailboxes.all():
            # Saved once more without the secret, as a form does.
            transaction.mailboxes.save(Stored(each.id, each.version, each.value), "bo")
    yield opened
    opened.close()
