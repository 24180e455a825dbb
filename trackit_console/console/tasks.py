"""Runs work off the UI thread: the only module that touches a thread pool (T-06).

Results and exceptions reach the UI thread through `Tasks`, a QObject that lives there. Results whose owner was deleted are
dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QElapsedTimer, QObject, QRunnable, Qt, QThreadPool, Signal, Slot

from trackit_console.cancel import Cancel
from trackit_console.console.background_work import Told, Work, carry_out
from trackit_console.console.task import Task


class Tasks(QObject):
    """Runs tasks on a thread pool. `started` reports tasks that a user waits for, `unhandled` exceptions without a handler."""

    started = Signal(object)
    unhandled = Signal(object)
    _told = Signal(int, object, object)

    def __init__(self, parent: QObject | None = None, threads: int = 6) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._apart = QThreadPool(self)
        self._apart.setMaxThreadCount(1)
        self._numbers = count(1)
        self._running: dict[int, Task] = {}
        self._ended = False
        self._left_behind = False
        # Queued, and to a method of this QObject of the UI thread: connected to a plain function it would run on the worker thread.
        self._told.connect(self._hear, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        func: Work,
        *,
        owner: QObject,
        then: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        step: Callable[[Any], None] | None = None,
        quiet: bool = False,
        apart: bool = False,
    ) -> Task:
        """Runs `func` on a worker thread, with a `Cancel` if it takes an argument.

        `then` gets its answer and `failed` its exception in the UI thread, unless `owner` was deleted by then; of a
        generator, `step` gets what it yields and `then` what it returns. A `quiet` task is not reported by `started`: nobody
        waits for it, or its dialog shows the progress. One that is `apart` has a thread that those who wait for a silent
        database cannot hold. After `end` nothing is run any more.
        """
        number, task = next(self._numbers), Task(owner, then, failed or self.unhandled.emit, step)
        # What is still queued when a window closes may ask for data: that would open its database again.
        if self._ended:
            task.drop()
            return task
        self._running[number] = task
        if not quiet:
            self.started.emit(task)
        # Not the task itself: only the UI thread may hold it.
        pool = self._apart if apart else self._pool
        pool.start(_Runnable(self, number, func, task.cancel_request))
        return task

    @property
    def running(self) -> int:
        """Number of tasks that have not finished yet."""
        return len(self._running)

    def tell(self, number: int, told: Told, payload: Any) -> None:
        """Called on a worker thread."""
        # On closing, Qt may have deleted this object while the work went on.
        if shiboken6.isValid(self):
            self._told.emit(number, told, payload)

    @Slot(int, object, object)
    def _hear(self, number: int, told: Told, payload: Any) -> None:
        task = self._running[number] if told is Told.STEP else self._running.pop(number)
        task.hear(told, payload)
        if self._left_behind and not self._running:
            self.deleteLater()

    def end(self, milliseconds: int) -> bool:
        """Cancels all tasks and waits; returns whether all have ended. What then still runs ends without the window."""
        self._ended = True
        for task in tuple(self._running.values()):
            task.drop()
        # Bounded: a server that does not answer must not keep the window from closing.
        waited = QElapsedTimer()
        waited.start()
        ended = self._pool.waitForDone(milliseconds)
        ended = self._apart.waitForDone(max(0, milliseconds - waited.elapsed())) and ended
        if not ended and self._running:
            self._leave_behind()
        return ended

    def _leave_behind(self) -> None:
        # Deleted with the window, the pools would wait for their threads in the UI thread, without limit.
        self._left_behind = True
        # Not without a parent: the last reference may be that of a worker thread, which would delete its own pool.
        self.setParent(QCoreApplication.instance())


class _Runnable(QRunnable):
    def __init__(self, tasks: Tasks, number: int, work: Work, cancel_request: Cancel) -> None:
        super().__init__()
        self._tasks = tasks
        self._number = number
        self._work = work
        self._cancel_request = cancel_request

    def run(self) -> None:
        carry_out(self._work, self._cancel_request, lambda told, payload: self._tasks.tell(self._number, told, payload))
