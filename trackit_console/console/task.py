"""One unit of work off the UI thread as the UI thread sees it (T-06)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal

from trackit_console.cancel import Cancel
from trackit_console.console.background_work import Told

BUSY_MS = 300
SLOW_MS = 2000


class Task(QObject):
    """One unit of work. `busy` is emitted after 300 ms, `slow` after 2 s, `finished` always.

    It belongs to the UI thread alone: a worker thread that held the last reference would delete it there.
    """

    busy = Signal()
    slow = Signal()
    finished = Signal()

    def __init__(
        self,
        owner: QObject,
        then: Callable[[Any], None] | None,
        failed: Callable[[Exception], None],
        step: Callable[[Any], None] | None,
    ) -> None:
        super().__init__()
        self.cancel_request = Cancel()
        self._owner = owner
        self._then = then
        self._failed = failed
        self._step = step
        self._dropped = False
        self._busy_timer = self._timer(BUSY_MS, self.busy)
        self._slow_timer = self._timer(SLOW_MS, self.slow)

    def _timer(self, milliseconds: int, signal: Any) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=milliseconds)
        # Created in the UI thread: a timer runs only where there is an event loop, which a worker thread has not.
        timer.timeout.connect(signal)
        timer.start()
        return timer

    def cancel(self) -> None:
        """Requests cancellation; the result is still reported, because the work may have been done by then."""
        self.cancel_request.set()

    def drop(self) -> None:
        """Requests cancellation and drops the result; remaining steps are still shown."""
        self._dropped = True
        self.cancel_request.set()

    def hear(self, told: Told, payload: Any) -> None:
        """Passes on what the worker thread told; called in the UI thread."""
        if told is Told.STEP:
            if self._step and shiboken6.isValid(self._owner):
                self._step(payload)
            return
        self._busy_timer.stop()
        self._slow_timer.stop()
        self.finished.emit()
        receiver = self._then if told is Told.ANSWER else self._failed
        if receiver and shiboken6.isValid(self._owner) and not self._dropped:
            receiver(payload)
