"""Starts the console: application, theme and main window."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from trackit_console.console.crash_reporter import CrashReporter
from trackit_console.console.gc_scheduler import GcScheduler
from trackit_console.console.language import console_locale
from trackit_console.console.services import Services
from trackit_console.console.theme import Theme
from trackit_console.console.window import MainWindow
from trackit_console.logs import LogFiles
from trackit_console.paths import DataDir

if TYPE_CHECKING:
    from trackit_console.console.demo_mailbox import DemoMailbox

NAME = "TrackItConsole"
SWITCH_SECONDS = 0.0005
"""Python's thread switch interval. With the default of 5 ms the window stutters while the monitor's thread computes."""


def application() -> QApplication:
    """Returns the QApplication, created at the first call."""
    sys.setswitchinterval(SWITCH_SECONDS)
    # Qt allows one per process, and the tests have theirs already.
    made = QApplication.instance()
    # The name alone: Qt takes options such as -style out of the arguments for itself.
    found = made if isinstance(made, QApplication) else QApplication(sys.argv[:1])
    QLocale.setDefault(console_locale(QLocale.system()))
    found.setApplicationName(NAME)
    found.setApplicationDisplayName("Track-It! Email Configuration")
    return found


def make_window(
    data_dir: DataDir, url: str | None, application: QApplication, demo_mailbox: DemoMailbox | None = None
) -> MainWindow:
    """Creates the main window for the database at `url`, by default the chosen one, without reading it yet."""
    # A file in the data directory: on Windows QSettings would write to the registry by default.
    window_settings = QSettings(str(data_dir.window_settings), QSettings.Format.IniFormat)
    choice = str(window_settings.value("theme", "system"))
    theme = Theme(application, choice if choice in ("light", "dark") else "system")  # type: ignore[arg-type]
    return MainWindow(Services(data_dir, url), theme, window_settings, demo_mailbox)


class Windows:
    """The main window, made anew when another database was chosen: nothing that was read of the one before stays."""

    def __init__(self, data_dir: DataDir, application: QApplication, demo_mailbox: DemoMailbox | None = None) -> None:
        self._data_dir = data_dir
        self._application = application
        self._demo_mailbox = demo_mailbox
        self.window: MainWindow | None = None

    def open(self, url: str | None) -> None:
        """Shows a window for the database at `url`, by default the chosen one."""
        window = make_window(self._data_dir, url, self._application, self._demo_mailbox)
        window.database_chosen.connect(self._reopen)
        self.window = window
        window.show()
        # From within the event loop, after the first paint was requested: opening the database must not delay the window.
        QTimer.singleShot(0, window.begin)

    def _reopen(self) -> None:
        before = self.window
        # Closing the last window would end the program.
        self._application.setQuitOnLastWindowClosed(False)
        try:
            if before is not None and before.close():
                self.open(None)
                before.deleteLater()
            elif before is not None:  # something is not saved, or the monitor shall go on
                before.say_database_later()
        finally:
            self._application.setQuitOnLastWindowClosed(True)


def run_console(data_dir: DataDir, url: str | None, demo_mailbox: DemoMailbox | None = None) -> int:
    """Opens the window and returns the exit code once it is closed. The demo hands in what its mail server received."""
    data_dir.make()
    threading.current_thread().name = "window"
    qt = application()
    with LogFiles(Path(data_dir.logs)):
        # Within the log files, to which it writes.
        reporter = CrashReporter(qt)
        # Before any worker thread starts: a collection there could delete Qt objects outside their own thread.
        GcScheduler(qt)
        windows = Windows(data_dir, qt, demo_mailbox)
        windows.open(url)
        try:
            return qt.exec()
        finally:
            # The hooks must not outlive the QApplication, which shows their boxes.
            reporter.uninstall()
