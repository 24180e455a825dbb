"""Which file and which lines of it the **Logs** page shows: component, day, level and text (LOG-02)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from trackit_console.console.compiled.ui_logs_page import Ui_LogsPage
from trackit_console.console.display_text import day_text
from trackit_console.log_lines import Level, LogFilter
from trackit_console.log_reader import LogFile

TYPING_MS = 250
FIRST_SHOWN = "EmailMonitor"


class LogChoice(QObject):
    """The fields above the list; `changed` is emitted when somebody chooses something else."""

    changed = Signal()

    def __init__(self, ui: Ui_LogsPage, today: Callable[[], date], page: QWidget) -> None:
        super().__init__(page)
        self.files: Sequence[LogFile] = ()
        self._ui = ui
        self._today = today
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self.changed)
        ui.component.currentIndexChanged.connect(self._component_chosen)
        ui.day.currentIndexChanged.connect(lambda _at: self.changed.emit())
        ui.level.currentIndexChanged.connect(lambda _at: self.changed.emit())
        ui.search.textChanged.connect(lambda _words: self._typing.start())

    def show_texts(self) -> None:
        """Sets the texts in the current language."""
        levels = {
            Level.DEBUG: self.tr("All levels"),
            Level.WARNING: self.tr("Warnings and errors"),
            Level.ERROR: self.tr("Errors"),
        }
        _fill(self._ui.level, [(text, level) for level, text in levels.items()])
        self._show_days()

    def show_files(self, files: Sequence[LogFile]) -> None:
        """Offers these files. What was chosen stays chosen, but whoever had the newest day gets the newest one now."""
        had_the_newest = self._ui.day.currentIndex() <= 0
        self.files = files
        names = sorted({each.component for each in files}, key=lambda name: (name != FIRST_SHOWN, name))
        _fill(self._ui.component, [(name, name) for name in names])
        if had_the_newest:
            self._forget_day()
        self._show_days()
        for each in (self._ui.component, self._ui.day, self._ui.level, self._ui.search):
            each.setEnabled(bool(files))

    def _show_days(self) -> None:
        today = self._today()
        days = [each.day for each in self.files if each.component == self._ui.component.currentData()]
        _fill(self._ui.day, [(self.tr("Today") if day == today else day_text(day), day.isoformat()) for day in days])

    def _forget_day(self) -> None:
        with QSignalBlocker(self._ui.day):
            self._ui.day.clear()

    def _component_chosen(self) -> None:
        self._forget_day()  # another component begins with its newest day
        self._show_days()
        self.changed.emit()

    @property
    def file(self) -> LogFile | None:
        """The file that is chosen."""
        component, day = self._ui.component.currentData(), self._ui.day.currentData()
        return next((each for each in self.files if (each.component, each.day.isoformat()) == (component, day)), None)

    @property
    def filter(self) -> LogFilter:
        """The lines that are wanted."""
        return LogFilter(Level(self._ui.level.currentData()), self._ui.search.text().strip())

    def want_all(self) -> None:
        """Clears the filter."""
        with QSignalBlocker(self._ui.level), QSignalBlocker(self._ui.search):
            self._ui.level.setCurrentIndex(0)
            self._ui.search.clear()
        self._typing.stop()
        self.changed.emit()


def _fill(combo: QComboBox, items: Sequence[tuple[str, Any]]) -> None:
    """Replaces the items of `combo` without a signal; the chosen one stays if it is still there, or else it is the first."""
    chosen = combo.currentData()
    with QSignalBlocker(combo):
        combo.clear()
        for text, data in items:
            combo.addItem(text, data)
        combo.setCurrentIndex(next((at for at, (_, data) in enumerate(items) if data == chosen), 0 if items else -1))
