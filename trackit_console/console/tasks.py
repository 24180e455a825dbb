"""Runs work off the UI thread: the only module that touches a thread pool (T-06).

Results and exceptions reach the UI thread through a QObject that lives there (`task`). Results whose owner was deleted are
dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from trackit_console.console.task import Task, Work


class Tasks(QObject):
    """Runs tasks on a thread pool. `started` reports tasks that a user waits for, `unhandled` exceptions without a handler."""

    started = Signal(object)
    unhandled = Signal(object)

    def __init__(self, parent: QObject | None = None, threads: int = 6) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._running: set[Task] = set()

    def run(
        self,
        func: Work,
        *,
        owner: QObject,
        then: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        step: Callable[[Any], None] | None = None,
        quiet: bool = False,
    ) -> Task:
        """Runs `func` on a worker thread, with a `Cancel` if it takes an argument.

        `then` gets its answer and `failed` its exception in the UI thread, unless `owner` was deleted by then; of a
        generator, `step` gets what it yields and `then` what it returns. A `quiet` task is not reported by `started`: nobody
        waits for it, or its dialog shows the progress.
        """
        task = Task(owner, then, failed or self.unhandled.emit, step)
        # The only reference: without it Python would delete the task before its queued answer is delivered.
        self._running.add(task)
        task.finished.connect(self._forget)
        if not quiet:
            self.started.emit(task)
        self._pool.start(_Runnable(task, func))
        return task

    @property
    def running(self) -> int:
        """Number of tasks that have not finished yet."""
        return len(self._running)

    @Slot()
    def _forget(self) -> None:
        task = self.sender()
        if isinstance(task, Task):
            self._running.discard(task)

    def end(self, milliseconds: int) -> bool:
        """Cancels all tasks and waits; returns whether all have ended."""
        for task in tuple(self._running):
            task.drop()
        # Bounded: a server that does not answer must not keep the window from closing.
        return self._pool.waitForDone(milliseconds)


class _Runnable(QRunnable):
    def __init__(self, task: Task, func: Work) -> None:
        super().__init__()
        self._task = task
        self._func = func

    def run(self) -> None:
        self._task.work(self._func)
