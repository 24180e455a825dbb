"""Chooses a time zone by its IANA name, found by any part of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimeZone
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget

from trackit_console.settings.time_fields import time_zone_names

SHOWN_ENTRIES = 12


def local_time_zone() -> str:
    """The IANA name of the time zone of this computer, UTC if it is not known."""
    # From Qt: Windows has names of its own for time zones, which Qt translates.
    name = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
    return time_zone_names().get(name.casefold(), "UTC")


class _Finder(QCompleter):
    """Finds `new york` in America/New_York."""

    def splitPath(self, path: str) -> list[str]:
        return [path.strip().replace(" ", "_")]


class TimeZoneChoice(QComboBox):
    """An editable list; a name that does not exist can be typed, and is refused by the settings with their own words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(SHOWN_ENTRIES)
        # Without it the list is measured entry by entry whenever the form is laid out.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(20)
        for name in time_zone_names().values():
            self.addItem(name, name)
        finder = _Finder(self.model(), self)
        finder.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        finder.setFilterMode(Qt.MatchFlag.MatchContains)
        finder.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        finder.setMaxVisibleItems(SHOWN_ENTRIES)
        self.setCompleter(finder)
