"""What the benchmarks run against: a private Dovecot over TLS, its mail, and a database with that one mailbox."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from tests.message_factory import raw_message
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Account, Dovecot
from trackit_console.settings.server_mailbox import Imap
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored

MEAN_SIZE = 50_000


def mail(number: int) -> list[bytes]:
    """Help-desk mail: sizes spread around the mean, most of each message an attachment."""
    chance = random.Random(7)
    return [raw_message(each, size=int(chance.expovariate(1 / (MEAN_SIZE * 0.74)))) for each in range(number)]


@contextmanager
def running() -> Iterator[tuple[Dovecot, Certificates]]:
    """A server that is up, and the certificates it shows."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "certificates").mkdir()
        certificates = Certificates(Path(folder) / "certificates")
        server = Dovecot(Path(folder) / "dovecot", certificates.good)
        server.start()
        try:
            yield server, certificates
        finally:
            server.stop()


def filled(server: Dovecot, letters: list[bytes]) -> Account:
    """A new account with `letters` in its Inbox."""
    account = server.new_account()
    server.append_all(account.name, letters)
    return account


def add_mailbox(database: Database, server: Dovecot, account: Account, certificates: Certificates) -> None:
    """Sets `database` up to take everything in `account` in by one visit."""
    with database.begin() as transaction:
        stored = transaction.settings.monitor()
        settings = stored.value.model_copy(update={"emails_to_process": 9999})
        transaction.settings.save_monitor(Stored(stored.id, stored.version, settings), "benchmark")
        mailbox = Imap(
            server=server.host,
            port=server.imaps,
            user_account_name=account.name,
            password=SecretStr(account.password),
            ca_file=str(certificates.ca_file),
        )
        transaction.mailboxes.add(mailbox, "benchmark")
