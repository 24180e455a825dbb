"""Reports exceptions that nothing caught: to the log, and to the user without a traceback (T-06)."""

from __future__ import annotations

import sys
import threading
from types import TracebackType

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from trackit_console.console.message_boxes import RepeatedProblem
from trackit_console.logs import component


class CrashReporter(QObject):
    """Logs uncaught exceptions of any Python thread and shows them in a message box, without a traceback."""

    caught = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._boxes = RepeatedProblem()
        # To a method of this object of the UI thread: an exception of another thread is shown there, not where it was raised.
        self.caught.connect(self._show)
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._caught
        threading.excepthook = self._caught_in_thread

    def uninstall(self) -> None:
        """Restores the previous exception hooks."""
        sys.excepthook, threading.excepthook = self._before

    def _caught(self, kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):  # Ctrl+C in the terminal that started the console
            QApplication.quit()
            return
        component("Console").error("unexpected error", exc_info=(kind, problem, trace))
        self.caught.emit(problem)

    def _caught_in_thread(self, caught: threading.ExceptHookArgs) -> None:
        # Python's own convention: sys.exit in a thread ends that thread.
        if caught.exc_value is None or issubclass(caught.exc_type, SystemExit):
            return
        name = caught.thread.name if caught.thread else "?"
        trace = (caught.exc_type, caught.exc_value, caught.exc_traceback)
        component("Console").error("unexpected error in thread %s", name, exc_info=trace)
        self.caught.emit(caught.exc_value)

    def _show(self, problem: Exception) -> None:
        self._boxes.show(QApplication.activeWindow(), problem)
