"""Reads the database once a second, so that changes by any program soon show in this window (T-02, DB-05)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from trackit_console.console.services import Services
from trackit_console.console.tasks import Tasks

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot

EVERY_MS = 1000


class Watch(QObject):
    """`snapshot_read` is emitted after every reading, `lost` when the database cannot be used, `recovered` when it can again."""

    snapshot_read = Signal(object)
    lost = Signal(object)
    recovered = Signal()

    def __init__(self, services: Services, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._tasks = tasks
        self._reading = False
        self._read_again = False
        self._lost = False
        self.snapshot: Snapshot | None = None
        self.begun = 0
        """How many readings have begun."""
        self.shown = 0
        """Which of them read `snapshot`, the first being 1: it may have begun before a change that this window made since."""
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Reads now, and from now on once a second."""
        self._timer.start()
        self.refresh()

    def stop(self) -> None:
        """Stops reading."""
        self._timer.stop()

    def refresh(self) -> None:
        """Reads now; after a change this shows it without delay."""
        # One reading at a time. The running one may have begun before the change that the caller made, so it is repeated.
        if self._reading:
            self._read_again = True
            return
        self._begin(self._services.snapshot)

    def _look(self) -> None:
        if not self._reading:
            self._begin(self._services.look)

    def _begin(self, work: Callable[[], Snapshot | None]) -> None:
        self._reading = True
        self.begun += 1
        # Quiet: the busy bar is for what a user has started. Apart: it is what tells that the others wait in vain.
        self._tasks.run(work, owner=self, then=self._succeeded, failed=self._failed, quiet=True, apart=True)

    def _succeeded(self, snapshot: Snapshot | None) -> None:
        self._reading = False
        if snapshot is not None:
            self.snapshot, self.shown = snapshot, self.begun
        if self._lost:
            self._lost = False
            self.recovered.emit()
        if snapshot is not None:
            self.snapshot_read.emit(snapshot)
        self._repeat_if_asked()

    def _failed(self, problem: Exception) -> None:
        self._reading = False
        self._lost = True  # the timer goes on: it is how the console notices that the database is back
        self.lost.emit(problem)

    def _repeat_if_asked(self) -> None:
        if self._read_again:
            self._read_again = False
            self.refresh()
