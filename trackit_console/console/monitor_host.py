"""The email monitor inside this console, on a thread of its own (RUN-01). `monitor_worker` is what runs there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal, Slot

from trackit_console.console.monitor_worker import MonitorWorker
from trackit_console.console.services import Services

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot


class MonitorHost(QObject):
    """Runs the monitor in this console while it is wanted and no other program hosts it."""

    failed = Signal(object)
    paused = Signal()

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._thread: QThread | None = None
        self._worker: MonitorWorker | None = None
        self._pausing = False

    @property
    def is_hosting(self) -> bool:
        """Whether the engine runs in this console."""
        return self._worker is not None

    def follow(self, snapshot: Snapshot) -> None:
        """Starts the monitor when it is wanted and no other program hosts it."""
        if snapshot.wanted.running and not snapshot.hosts and not self.is_hosting and not self._pausing:
            self.start()

    def pause(self) -> None:
        """Ends the engine in this console and starts none until `resume`; `paused` is emitted once it has ended."""
        self._pausing = True
        if self._worker is not None:
            self._worker.stop()
        else:
            self.paused.emit()

    def resume(self) -> None:
        """Lets the next snapshot decide again whether the engine runs here."""
        self._pausing = False

    def start(self) -> None:
        """Starts the worker; what it does then is decided by what the database says is wanted."""
        if self.is_hosting:
            return
        self._thread = QThread(self)
        self._worker = MonitorWorker(self._services)
        # The worker has no parent: Qt does not move a child to another thread than its parent.
        self._worker.moveToThread(self._thread)
        self._worker.failed.connect(self.failed)
        # Slots of this object, so they run in the UI thread, where it lives.
        self._worker.finished.connect(self._ended)
        self._thread.started.connect(self._worker.run)
        # Last: the worker may emit as soon as the thread runs.
        self._thread.start()

    @Slot()
    def _ended(self) -> None:
        """The engine ended by itself: another console hosts the monitor, or a program of its own does."""
        if self._thread is not None:
            self._thread.quit()
            self._thread.wait(1000)
        self._worker = self._thread = None
        if self._pausing:
            self.paused.emit()

    def end(self) -> None:
        """Ends the worker and waits for it: within 2 s (RUN-06)."""
        if self._worker is None or self._thread is None:
            return
        self._worker.stop()
        # Asked for now, it takes effect when `run` has returned; the queued `finished` cannot do it while this thread waits.
        self._thread.quit()
        self._thread.wait(5000)
        self._worker = self._thread = None
