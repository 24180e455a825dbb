"""What the tests of the monitor share: a mailbox on Dovecot that is in the database, and letters in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from tests.monitor.monitor_processes import FORKS, MonitorProcesses, Spawner
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Account, Dovecot
from trackit_console.clock import SystemClock
from trackit_console.helpdesk.policy import Policy
from trackit_console.monitor.visit import OpenSource, Visit
from trackit_console.monitor.visit_settings import VisitContext, VisitSettings
from trackit_console.paths import DataDir
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.post_action import PostAction
from trackit_console.settings.server_mailbox import Imap, Pop3
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored
from trackit_console.store.snapshot_reader import read_snapshot


@pytest.fixture(scope="session")
def spawner() -> Iterator[Spawner | None]:
    """What forks the monitors; None where the system cannot."""
    made = Spawner() if FORKS else None
    yield made
    if made:
        made.close()


@pytest.fixture
def monitors(data_dir: DataDir, spawner: Spawner | None) -> Iterator[MonitorProcesses]:
    """Headless monitors on the test's database, as processes."""
    made = MonitorProcesses(data_dir, spawner)
    yield made
    made.close()


@pytest.fixture
def add_mailbox(dovecot: Dovecot, certificates: Certificates, database: Database) -> Callable[..., Stored[Mailbox]]:
    """Puts a mailbox on Dovecot into the database, by IMAP unless `type` is pop3."""

    def add(account: Account, **fields: Any) -> Stored[Mailbox]:
        usual: dict[str, Any] = {
            "server": dovecot.host,
            "port": dovecot.imaps,
            "user_account_name": account.name,
            "password": SecretStr(account.password),
            "ca_file": str(certificates.ca_file),
        }
        model, fields = (Pop3, {"port": dovecot.pop3s, **fields}) if fields.pop("type", "imap") == "pop3" else (Imap, fields)
        with database.begin() as transaction:
            return transaction.mailboxes.add(model(**{**usual, **fields}), "test")

    return add


@pytest.fixture
def set_monitor(database: Database) -> Callable[..., None]:
    """Changes Email Monitor Settings."""

    def change(**fields: Any) -> None:
        with database.begin() as transaction:
            stored = transaction.settings.monitor()
            value = stored.value.model_copy(update=fields)
            transaction.settings.save_monitor(Stored(stored.id, stored.version, value), "test")

    return change


POST_ACTIONS = [pytest.param(action, id=action.name.lower()) for action in PostAction]


def expected_counts(action: PostAction, number: int, mailbox_type: str = "imap") -> dict[str, int]:
    """How the folders look once `number` messages are processed."""
    if mailbox_type == "pop3":  # without folders, moving means deleting what the database keeps
        return {"INBOX": number if action is PostAction.MARK_READ else 0}
    return {
        PostAction.MARK_READ: {"INBOX": number},
        PostAction.DELETE: {"INBOX": 0},
        PostAction.MOVE: {"INBOX": 0, "TrackItProcessedEmails": number},
    }[action]


def visit_of(database: Database, mailbox: Stored[Mailbox], source_factory: OpenSource, host_id: str = "a host") -> Visit:
    """A visit as an engine makes it, for a test to run on a thread of its own choice."""
    with database.reading() as transaction:
        snapshot = read_snapshot(transaction, SystemClock().now())
    monitor = snapshot.monitor.value
    visit_settings = VisitSettings(
        Policy.of(snapshot.settings), monitor.emails_to_process, monitor.post_action, monitor.message_size_limit
    )
    return Visit(
        database,
        mailbox,
        host_id,
        VisitContext(visit_settings, monitor, {}),
        SystemClock(),
        on_recorded=lambda *_: None,
        source_factory=source_factory,
        regardless=True,
    )
