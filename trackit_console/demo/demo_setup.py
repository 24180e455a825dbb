"""Sets up the demo: a temporary folder with its own database and key, the mail server, and the settings to use them.

Everything is deleted when the demo ends. Neither the keyring nor any folder of the user is touched.
"""

from __future__ import annotations

import base64
import os
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from trackit_console.demo.demo_settings import demo_configuration
from trackit_console.demo.sample_people import SUPPORT
from trackit_console.demo.samples import Sample, arriving, opening, waiting
from trackit_console.demo.server import Account, DemoMailServer
from trackit_console.monitor.help_desk import open_help_desk
from trackit_console.monitor.poll_once import poll_once
from trackit_console.paths import DataDir
from trackit_console.settings.configuration_reading import ConfigurationFile
from trackit_console.store.config_import import import_configuration
from trackit_console.store.database import Database
from trackit_console.store.secrets import KEY_BYTES
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem, problem_phrases

ACTOR = "demo"
ARRIVE_EVERY = 20.0
"""Seconds between two messages that arrive while the console is open."""


class DemoFailed(Problem):
    """The demo could not read its own mailbox, so there would be nothing to show."""

    context = "demo"
    code = "demo_failed"
    sentence = QT_TRANSLATE_NOOP("demo", "The demo could not read its own mailbox: {error}")
    remedy = QT_TRANSLATE_NOOP("demo", "{remedy} A firewall or virus scanner that keeps programs from 127.0.0.1 stops the demo.")


@dataclass(frozen=True, slots=True)
class Demo:
    """The running demo: its data folder, its mail server, the mail in the mailbox by UID, and the mail that will arrive later."""

    data_dir: DataDir
    server: DemoMailServer
    waiting: dict[str, Sample]
    arriving: list[Sample]

    @contextmanager
    def delivering_mail(self, every: float = ARRIVE_EVERY) -> Iterator[None]:
        """Delivers one message every `every` seconds while the block runs, until there are no more."""
        over = threading.Event()
        thread = threading.Thread(target=self._deliver, args=(every, over), name="demo mail", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _deliver(self, every: float, over: threading.Event) -> None:
        for sample in self.arriving:
            if over.wait(every):
                return
            self.server.deliver(sample.raw)


@contextmanager
def set_up_demo(folder: Path | None) -> Iterator[Demo]:
    """Sets up the demo in a temporary folder below `folder`, or below the system's if None. Raises `DemoFailed`."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    # On Windows a virus scanner may still hold a file open. All that remains then is a folder of sample mail.
    with TemporaryDirectory(prefix="trackit-demo-", dir=folder, ignore_cleanup_errors=True) as scratch:
        data_dir = DataDir(Path(scratch)).make()
        # Before the database is opened, which would keep a key of its own in the keyring.
        _keep_own_key(data_dir)
        with DemoMailServer(data_dir.root, Account(SUPPORT)) as server:
            now = datetime.now(UTC)
            with closing(open_help_desk(data_dir.database_url, data_dir)) as database:
                keyword = _set_up(database, server, now)
            present = {str(server.deliver(sample.raw)): sample for sample in waiting(now, keyword)}
            yield Demo(data_dir, server, present, arriving(now, keyword))


def _keep_own_key(data_dir: DataDir) -> None:
    """Writes the key to a file in the temporary folder, readable by its owner only. One in the keyring would stay behind."""
    data_dir.key_file.write_bytes(base64.b64encode(os.urandom(KEY_BYTES)))


def _set_up(database: Database, server: DemoMailServer, now: datetime) -> str:
    """Saves the settings, processes the first message, and returns the keyword of its ticket."""
    file = ConfigurationFile(demo_configuration(server), {"": 1})
    with database.begin() as transaction:
        import_configuration(transaction, file, ACTOR)
        # The key ends with the demo: nobody needs to store it.
        transaction.recovery_key.confirm(transaction.recovery_key.key(), ACTOR)
    server.deliver(opening(now))
    for visited in poll_once(database, threading.Event()):
        if visited.error:
            error, remedy = problem_phrases(visited.error.context, visited.error.code, visited.error.facts)
            raise DemoFailed(visited.error.detail, error=error, remedy=remedy)
    with database.reading() as transaction:
        return str(transaction.records.page()[0].ref)
