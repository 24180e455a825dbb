"""Backs up the embedded database when its schedule says so, on a thread of its own: the monitor never waits for it (DB-01).

A round without a host (`monitor --once`) waits for it at its end.

Several hosts of one computer may run: the one that first marks a backup as begun makes it.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from trackit_console.cancel import Cancel, cancellable
from trackit_console.clock import Clock
from trackit_console.logs import component
from trackit_console.monitor.backup_schedule import is_due, may_be_due
from trackit_console.settings.backups import Backups
from trackit_console.store.backup_errors import BackupFailed
from trackit_console.store.backup_files import backup_folder
from trackit_console.store.backup_status import BackupStatus
from trackit_console.store.database import Database
from trackit_console.store.errors import Cancelled, StoreError
from trackit_console.store.old_backups import delete_old
from trackit_console.store.sqlite_backup import back_up

CHECK_SECONDS = 60.0
"""Seconds between two looks at the schedule, which names minutes."""
WAIT_SECONDS = 0.25
"""Seconds to wait for the end of a backup before it is asked again whether the round was interrupted."""
END_SECONDS = 1.5
"""How long a stop waits for a backup that is being cancelled."""


def make_backup(database: Database, file: Path, settings: Backups, now: datetime) -> Path:
    """Backs up the database in `file`, then deletes what is older than the settings want; keeps that it was made.

    Raises `StoreError`. That older ones could not be deleted is only logged.
    """
    made = back_up(file, backup_folder(file, settings.folder), now)
    with database.begin() as transaction:
        status = transaction.backup_status
        # Read here, not before the copy, which took its time: others may have written the row since.
        status.save(status.read().made(now))
    try:
        delete_old(file, made, settings.kept_days, now)
    except (StoreError, OSError) as problem:  # the folder may be lost by now: the next one tries again
        told = "the backup was made, but older ones could not be deleted: %s %s"
        component("EmailMonitor").warning(told, problem, getattr(problem, "detail", ""))
    return made


class BackupRunner:
    """Begins backups for one host. Not for several threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._checked_at: float | None = None
        self._thread: threading.Thread | None = None
        self._cancel = Cancel()
        self._log = component("EmailMonitor")

    def begin_due(self) -> None:
        """Begins a backup if one is due, and the last look is long enough ago. Raises `StoreError`."""
        file = self._database.file
        if file is None or (self._thread and self._thread.is_alive()):
            return
        if self._checked_at is not None and self._clock.monotonic() - self._checked_at < CHECK_SECONDS:
            return
        self._checked_at = self._clock.monotonic()
        with self._database.reading() as transaction:
            settings, status, now = transaction.settings.backups(), transaction.backup_status.read(), transaction.now
        # Asked without writing first: a transaction that writes, once a minute, would make everybody else wait for nothing.
        if not may_be_due(settings, status, now):
            return
        if before := self._claim(settings.value):
            self._cancel = Cancel()
            self._thread = threading.Thread(
                target=self._run, args=(file, settings.value, before, self._cancel), name="backup", daemon=True
            )
            self._thread.start()

    def make_due(self, stop: threading.Event) -> None:
        """Makes a backup if one is due, and waits for its end (`monitor --once`); `stop` cancels it. Raises `StoreError`."""
        if stop.is_set():
            return
        self.begin_due()
        while self._thread and self._thread.is_alive() and not stop.is_set():
            self._thread.join(WAIT_SECONDS)
        self.stop()
        self.wait()

    def _claim(self, settings: Backups) -> BackupStatus | None:
        """Marks the backup as begun, and returns the status from before; None if another host was faster, or it is not due yet."""
        with self._database.begin() as transaction:
            status, now = transaction.backup_status.read(), transaction.now
            if status.since is None:
                # A new database: the first backup is made at its time, or as soon afterwards as a monitor runs.
                transaction.backup_status.save(replace(status, since=now))
                return None
            if not is_due(settings, status, now):
                return None
            transaction.backup_status.save(replace(status, tried_at=now))
            return status

    def _run(self, file: Path, settings: Backups, before: BackupStatus, cancel: Cancel) -> None:
        try:
            with cancellable(cancel):
                made = make_backup(self._database, file, settings, self._clock.now())
            self._log.info("backup %s was made", made)
        except Cancelled:
            # The monitor stops: it is made when one runs again, without waiting for the time between two tries.
            self._keep(before)
        except StoreError as problem:
            self._log.error("the backup failed: %s %s", problem, problem.detail)
            self._keep(replace(before, tried_at=self._clock.now()).failed(problem))
        except Exception:  # the backup: mail goes on, and the next try comes
            self._log.exception("the backup failed")
            self._keep(replace(before, tried_at=self._clock.now()).failed(BackupFailed()))

    def _keep(self, status: BackupStatus) -> None:
        try:
            with self._database.begin() as transaction:
                transaction.backup_status.save(status)
        except StoreError as problem:  # the database itself: the engine tells it
            self._log.error("%s %s", problem, problem.detail)

    def stop(self) -> None:
        """Cancels a backup that is being made; nothing of it stays."""
        self._cancel.set()

    def wait(self) -> None:
        """Waits until the cancelled backup has ended, for a short while."""
        if self._thread:
            self._thread.join(END_SECONDS)
            self._thread = None
