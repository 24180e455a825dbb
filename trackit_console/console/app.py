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
    found = made if isinstance(made, QApplication) else QApplication(sys.argv[:1])
    QLocale.setDefault(console_locale(QLocale.system()))
    found.setApplicationName(NAME)
    found.setApplicationDisplayName("Track-It! Email Configuration")
    return found


def make_window(data_dir: DataDir, url: str, application: QApplication, demo_mailbox: DemoMailbox | None = None) -> MainWindow:
    """Creates the main window for the database at `url`, without reading it yet."""
    # A file in the data directory: on Windows QSettings would write to the registry by default.
    window_settings = QSettings(str(data_dir.window_settings), QSettings.Format.IniFormat)
    choice = str(window_settings.value("theme", "system"))
    theme = Theme(application, choice if choice in ("light", "dark") else "system")  # type: ignore[arg-type]
    return MainWindow(Services(data_dir, url), theme, window_settings, demo_mailbox)


def run_console(data_dir: DataDir, url: str, demo_mailbox: DemoMailbox | None = None) -> int:
    """Opens the window and returns the exit code once it is closed. The demo hands in what its mail server received."""
    data_dir.make()
    threading.current_thread().name = "window"
    qt = application()
    with LogFiles(Path(data_dir.logs)):
        # Within the log files, to which it writes.
        reporter = CrashReporter(qt)
        # Before any worker thread starts: a collection there could delete Qt objects outside their own thread.
        GcScheduler(qt)
        window = make_window(data_dir, url, qt, demo_mailbox)
        window.show()
        # From within the event loop, after the first paint was requested: opening the database must not delay the window.
        QTimer.singleShot(0, window.begin)
        try:
            return qt.exec()
        finally:
            # The hooks must not outlive the QApplication, which shows their boxes.
            reporter.uninstall()
