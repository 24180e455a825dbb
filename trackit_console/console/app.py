"""Starts the console: application, theme and main window; reports unexpected exceptions (T-06)."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QSettings, QTimer, Signal
from PySide6.QtWidgets import QApplication

from trackit_console.console.gc_scheduler import GcScheduler
from trackit_console.console.message_boxes import show_problem
from trackit_console.console.services import Services
from trackit_console.console.theme import Theme
from trackit_console.console.window import MainWindow
from trackit_console.logs import LogFiles, component
from trackit_console.paths import DataDir

NAME = "TrackItConsole"
SWITCH_SECONDS = 0.0005
"""Python's thread switch interval. With the default of 5 ms the window stutters while the monitor's thread computes."""


class CrashReporter(QObject):
    """Logs uncaught exceptions of any Python thread and shows them in a message box, without a traceback."""

    came = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._showing = False
        self.came.connect(self._show)
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
        self.came.emit(problem)

    def _caught_in_thread(self, caught: threading.ExceptHookArgs) -> None:
        # Python's own convention: sys.exit in a thread ends that thread.
        if caught.exc_value is None or issubclass(caught.exc_type, SystemExit):
            return
        name = caught.thread.name if caught.thread else "?"
        trace = (caught.exc_type, caught.exc_value, caught.exc_traceback)
        component("Console").error("unexpected error in thread %s", name, exc_info=trace)
        self.came.emit(caught.exc_value)

    def _show(self, problem: Exception) -> None:
        """Shows one box at a time: an error that a timer repeats every second is in the log."""
        if self._showing:
            return
        self._showing = True
        try:
            show_problem(QApplication.activeWindow(), problem)
        finally:
            self._showing = False


def application() -> QApplication:
    """Returns the QApplication, created at the first call."""
    sys.setswitchinterval(SWITCH_SECONDS)
    made = QApplication.instance()
    found = made if isinstance(made, QApplication) else QApplication(sys.argv[:1])
    found.setApplicationName(NAME)
    found.setApplicationDisplayName("Track-It! Email Configuration")
    return found


def make_window(data_dir: DataDir, url: str, application: QApplication) -> MainWindow:
    """Creates the main window for the database at `url`, without reading it yet."""
    window_settings = QSettings(str(data_dir.window_settings), QSettings.Format.IniFormat)
    choice = str(window_settings.value("theme", "system"))
    theme = Theme(application, choice if choice in ("light", "dark") else "system")  # type: ignore[arg-type]
    return MainWindow(Services(data_dir, url), theme, window_settings)


def run_console(data_dir: DataDir, url: str) -> int:
    """Opens the window and returns the exit code once it is closed."""
    data_dir.make()
    threading.current_thread().name = "window"
    qt = application()
    with LogFiles(Path(data_dir.logs)):
        reporter = CrashReporter(qt)
        GcScheduler(qt)
        window = make_window(data_dir, url, qt)
        window.show()
        QTimer.singleShot(0, window.begin)
        try:
            return qt.exec()
        finally:
            reporter.uninstall()
