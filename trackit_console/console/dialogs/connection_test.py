"""A connection test while its dialog is open: runs it, shows its steps, stops it (IN-10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog

from trackit_console.cancel import Cancel
from trackit_console.console.message_boxes import show_problem
from trackit_console.console.task import Task
from trackit_console.console.tasks import Tasks
from trackit_console.transports.step_names import StepName
from trackit_console.transports.steps import Step, StepState, passed

Check = Callable[[Cancel], Iterator[Step]]


class ConnectionTest(QObject):
    """The test of the form `ui`, one at a time. `ended` is emitted however it ended, before its result is used."""

    ended = Signal()

    def __init__(self, ui: Any, tasks: Tasks, dialog: QDialog) -> None:
        super().__init__(dialog)
        self._ui = ui
        self._tasks = tasks
        self._dialog = dialog
        self._task: Task | None = None
        ui.stop_test_button.clicked.connect(self.cancel)
        ui.stop_test_button.hide()

    @property
    def running(self) -> bool:
        """Whether a test is under way."""
        return self._task is not None

    @property
    def passed(self) -> bool:
        """Whether all steps of the last test passed."""
        return passed(self._ui.steps.report)

    def start(self, check: Check, names: Sequence[StepName], then: Callable[[], None] = lambda: None) -> None:
        """Runs `check`, whose steps are `names`, on a worker thread; calls `then` when it has ended without an exception."""
        self._ui.steps.begin(names)
        self._ui.stop_test_button.show()
        self._task = self._tasks.run(
            check,
            owner=self._dialog,
            then=lambda _answer: then(),
            failed=self._failed,
            step=self._ui.steps.show_step,
            quiet=True,
        )
        # Connected after the start, which is in time: a task tells its end through the event loop.
        self._task.finished.connect(self._finished)

    def cancel(self) -> None:
        """Stops the test; the running step is shown as skipped at once, although its connection may take longer to end."""
        if self._task is not None:
            self._task.drop()
            for step in self._ui.steps.report:
                if step.state is StepState.RUNNING:
                    self._ui.steps.show_step(Step(step.name, StepState.SKIPPED, detail=None))

    def _finished(self) -> None:
        self._task = None
        self._ui.stop_test_button.hide()
        self.ended.emit()

    def _failed(self, problem: Exception) -> None:
        show_problem(self._dialog, problem)
