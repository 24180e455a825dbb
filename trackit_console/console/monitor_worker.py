"""The worker object around the Qt-free engine: runs the email monitor on the thread that it lives in (RUN-01)."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Signal, Slot

from trackit_console.console.services import Services


class MonitorWorker(QObject):
    """Runs the engine on its thread and repeats what it says as signals."""

    failed = Signal(object)
    finished = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._stop = threading.Event()

    @Slot()
    def run(self) -> None:
        """Works until `stop`."""
        from trackit_console.monitor.engine import Engine  # brings the mail and database libraries

        try:
            Engine(self._services.database, "console", on_error=self.failed.emit).run(self._stop)
        except Exception as problem:  # the worker: reported, the console goes on
            self.failed.emit(problem)
        finally:
            self.finished.emit()

    def stop(self) -> None:
        """Called from the UI thread; `run` has no event loop that would hear a signal."""
        self._stop.set()
