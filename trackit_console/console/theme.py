"""The theme of the console: which colours are in use, and switching them.

Based on the Fusion style. The system's light or dark scheme is followed, not its colours.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from trackit_console.console.colours import DARK, HIGH_CONTRAST, LIGHT, Tokens
from trackit_console.console.palette import palette
from trackit_console.console.style_sheet import style_sheet

Choice = Literal["system", "light", "dark"]


class Theme(QObject):
    """The current theme with its colours in `tokens`; `changed` is emitted after every switch."""

    changed = Signal()

    def __init__(self, application: QApplication, choice: Choice = "system") -> None:
        super().__init__(application)
        self._application = application
        self._choice: Choice = choice
        # The Windows styles draw some parts in the system's colours, whatever the palette says; Fusion does not.
        application.setStyle("Fusion")
        application.setFont(_ui_font())
        hints = application.styleHints()
        hints.colorSchemeChanged.connect(self._follow)
        hints.accessibility().contrastPreferenceChanged.connect(self._follow)
        self._apply()

    @property
    def choice(self) -> Choice:
        """The user's choice; `system` follows the system's scheme."""
        return self._choice

    def choose(self, choice: Choice) -> None:
        """Switches the theme immediately."""
        self._choice = choice
        self._apply()

    def _follow(self) -> None:
        if self._choice == "system":
            self._apply()

    def _apply(self) -> None:
        self.tokens = self._tokens()
        # Palette first: setting the style sheet polishes every widget with the palette that it finds.
        self._application.setPalette(palette(self.tokens))
        self._application.setStyleSheet(style_sheet(self.tokens))
        self.changed.emit()

    def _tokens(self) -> Tokens:
        hints = self._application.styleHints()
        if self._choice == "system" and hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
            return HIGH_CONTRAST
        if self._choice == "system":
            return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._choice == "dark" else LIGHT


def _ui_font() -> QFont:
    """The system's UI font, with Inter as a fallback."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    # The first is the font of Windows 11, the second that of Windows 10; other systems have neither.
    font.setFamilies(["Segoe UI Variable Text", "Segoe UI", "Inter", font.family()])
    font.setPixelSize(14)
    return font
