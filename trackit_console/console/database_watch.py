"""Looks at the database once a second, so that what changes anywhere is soon seen here (T-02, DB-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from trackit_console.console.services import Services
from trackit_console.console.tasks import Tasks

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot

EVERY_MS = 1000


class Watch(QObject):
    """`seen` is told after every look, `lost` when the database cannot be used, `found` when it can again."""

    seen = Signal(object)
    lost = Signal(object)
    found = Signal()

    def __init__(self, services: Services, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._tasks = tasks
        self._looking = False
        self._again = False
        self._lost = False
        self.snapshot: Snapshot | None = None
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Looks now, and from now on."""
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """Looks no more."""
        self._timer.stop()

    def look(self) -> None:
        """Looks now; after a change this shows it without delay."""
        if self._looking:
            self._again = True
            return
        self._looking = True
        self._tasks.run(self._services.snapshot, owner=self, then=self._saw, failed=self._failed, quiet=True)

    def _saw(self, snapshot: Snapshot) -> None:
        self._looking = False
        self.snapshot = snapshot
        if self._lost:
            self._lost = False
            self.found.emit()
        self.seen.emit(snapshot)
        self._once_more()

    def _failed(self, problem: Exception) -> None:
        self._looking = False
        self._lost = True
        self.lost.emit(problem)

    def _once_more(self) -> None:
        """A change came while the last look was under way."""
        if self._again:
            self._again = False
            self.look()
