"""One unit of work off the UI thread, and how its answer comes back to it (T-06)."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from trackit_console.cancel import Cancel, cancellable

BUSY_MS = 300
SLOW_MS = 2000
Work = Callable[..., Any]


class Task(QObject):
    """One unit of work. `busy` is emitted after 300 ms, `slow` after 2 s, `finished` always."""

    busy = Signal()
    slow = Signal()
    finished = Signal()
    _succeeded = Signal(object)
    _progressed = Signal(object)
    _raised = Signal(object)

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
        # Queued, and to methods of this QObject of the UI thread: connected to a plain function they would run on the worker thread.
        queued = Qt.ConnectionType.QueuedConnection
        self._succeeded.connect(self._deliver, queued)
        self._progressed.connect(self._show_step, queued)
        self._raised.connect(self._report_failure, queued)
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

    def work(self, func: Work) -> None:
        """Runs on the worker thread."""
        try:
            with cancellable(self.cancel_request):
                answer = func(self.cancel_request) if _takes_cancel(func) else func()
                if isinstance(answer, Generator):
                    answer = self._steps(answer)
            signal, payload = self._succeeded, answer
        except Exception as problem:  # reported to whoever started the task
            signal, payload = self._raised, problem
        # On closing, Qt may have deleted this object while the work went on.
        if shiboken6.isValid(self):
            signal.emit(payload)

    def _steps(self, steps: Generator[Any, None, Any]) -> Any:
        while True:
            try:
                # Not a for loop, which would lose the value that the generator returns.
                step = next(steps)
                if shiboken6.isValid(self):
                    self._progressed.emit(step)
            except StopIteration as end:
                return end.value

    @property
    def _deliverable(self) -> bool:
        return shiboken6.isValid(self._owner) and not self._dropped

    @Slot(object)
    def _show_step(self, step: Any) -> None:
        if self._step and shiboken6.isValid(self._owner):
            self._step(step)

    @Slot(object)
    def _deliver(self, answer: Any) -> None:
        self._end()
        if self._then and self._deliverable:
            self._then(answer)

    @Slot(object)
    def _report_failure(self, problem: Exception) -> None:
        self._end()
        if self._deliverable:
            self._failed(problem)

    def _end(self) -> None:
        self._busy_timer.stop()
        self._slow_timer.stop()
        self.finished.emit()


def _takes_cancel(func: Work) -> bool:
    """Whether `func` accepts a `Cancel`: it has a required positional parameter."""
    try:
        parameters = inspect.signature(func).parameters.values()
    except ValueError:  # built-in functions may have no signature
        return False
    needed = [each for each in parameters if each.default is inspect.Parameter.empty]
    return any(each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD) for each in needed)
