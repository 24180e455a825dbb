"""Work off the UI thread: the only module that touches a thread pool (T-06).

Results and exceptions reach the UI thread through a QObject that lives there: a signal connected to a plain function would
run it on the worker thread. Results whose owner was deleted are dropped.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, QTimer, Signal, Slot

from trackit_console.cancel import Cancel, cancellable

BUSY_MS = 300
SLOW_MS = 2000
Work = Callable[..., Any]


class Task(QObject):
    """One unit of work. `busy` is emitted after 300 ms, `slow` after 2 s, `finished` always."""

    busy = Signal()
    slow = Signal()
    finished = Signal()
    _came = Signal(object)
    _stepped = Signal(object)
    _broke = Signal(object)

    def __init__(
        self,
        owner: QObject,
        then: Callable[[Any], None] | None,
        failed: Callable[[Exception], None],
        step: Callable[[Any], None] | None,
    ) -> None:
        super().__init__()
        self.cancel_wish = Cancel()
        self._owner = owner
        self._then = then
        self._failed = failed
        self._step = step
        self._dropped = False
        queued = Qt.ConnectionType.QueuedConnection
        self._came.connect(self._arrived, queued)
        self._stepped.connect(self._show_step, queued)
        self._broke.connect(self._fail, queued)
        self._busy_timer = self._timer(BUSY_MS, self.busy)
        self._slow_timer = self._timer(SLOW_MS, self.slow)

    def _timer(self, milliseconds: int, signal: Any) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=milliseconds)
        timer.timeout.connect(signal)
        timer.start()
        return timer

    def cancel(self) -> None:
        """Requests cancellation; the result is still reported, because the work may have been done by then."""
        self.cancel_wish.set()

    def drop(self) -> None:
        """Requests cancellation and drops the result; remaining steps are still shown."""
        self._dropped = True
        self.cancel_wish.set()

    def work(self, func: Work) -> None:
        """Runs on the worker thread."""
        try:
            with cancellable(self.cancel_wish):
                answer = func(self.cancel_wish) if _takes_cancel(func) else func()
                if isinstance(answer, Generator):
                    answer = self._steps(answer)
            signal, payload = self._came, answer
        except Exception as problem:  # reported to whoever started the task
            signal, payload = self._broke, problem
        if shiboken6.isValid(self):
            signal.emit(payload)

    def _steps(self, steps: Generator[Any, None, Any]) -> Any:
        while True:
            try:
                step = next(steps)
                if shiboken6.isValid(self):
                    self._stepped.emit(step)
            except StopIteration as end:
                return end.value

    @property
    def _wanted(self) -> bool:
        return shiboken6.isValid(self._owner) and not self._dropped

    @Slot(object)
    def _show_step(self, step: Any) -> None:
        if self._step and shiboken6.isValid(self._owner):
            self._step(step)

    @Slot(object)
    def _arrived(self, answer: Any) -> None:
        self._end()
        if self._then and self._wanted:
            self._then(answer)

    @Slot(object)
    def _fail(self, problem: Exception) -> None:
        self._end()
        if self._wanted:
            self._failed(problem)

    def _end(self) -> None:
        self._busy_timer.stop()
        self._slow_timer.stop()
        self.finished.emit()


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

        `then` gets its answer and `failed` its exception in the UI thread, unless `owner` is gone by then; of a
        generator, `step` gets what it yields and `then` what it returns. A `quiet` task is not reported by `started`: nobody
        waits for it, or its dialog shows the progress.
        """
        task = Task(owner, then, failed or self.unhandled.emit, step)
        self._running.add(task)
        task.finished.connect(self._forget)
        if not quiet:
            self.started.emit(task)
        self._pool.start(_Runnable(task, func))
        return task

    @property
    def running(self) -> int:
        """How many tasks have not told their end yet."""
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
        return self._pool.waitForDone(milliseconds)


class _Runnable(QRunnable):
    def __init__(self, task: Task, func: Work) -> None:
        super().__init__()
        self._task = task
        self._func = func

    def run(self) -> None:
        self._task.work(self._func)


def _takes_cancel(func: Work) -> bool:
    """Whether `func` accepts a `Cancel`: it has a required positional parameter."""
    try:
        parameters = inspect.signature(func).parameters.values()
    except ValueError:  # built-in functions may have no signature
        return False
    needed = [each for each in parameters if each.default is inspect.Parameter.empty]
    return any(each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD) for each in needed)
