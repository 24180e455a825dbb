"""The header of the main window: menu, product, progress, state of the monitor and name of the database (T-01, T-03)."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton

from trackit_console.console.icons import icon
from trackit_console.console.menu import MainMenu
from trackit_console.console.theme import Theme
from trackit_console.console.widgets.busy_bar import BusyBar
from trackit_console.console.widgets.pill import Pill, Tone

HEIGHT = 48


class Header(QFrame):
    """Shows `menu`, and the words and the button of `busy_bar`, which itself lies below the header.

    `quarantine_wanted`: the number of messages that were set aside was clicked; `database_wanted`: the database's name was.
    """

    quarantine_wanted = Signal()
    database_wanted = Signal()

    def __init__(self, menu: MainMenu, busy_bar: BusyBar, theme: Theme) -> None:
        super().__init__()
        self._menu = menu
        self._theme = theme
        self.setObjectName("header")
        self.setFixedHeight(HEIGHT)
        self.menu_button = QToolButton(popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button.setIconSize(QSize(20, 20))
        self.menu_button.setMenu(menu)
        self._product = QLabel()
        self._product.setStyleSheet("font-weight: 600;")
        self.quarantine_button = QPushButton()
        self.quarantine_button.clicked.connect(self.quarantine_wanted)
        self.quarantine_button.hide()
        self._set_aside = 0
        self._database_name = ""
        self._monitor_pill = Pill()
        self.database_button = QPushButton()
        self.database_button.setProperty("quiet", "true")
        self.database_button.clicked.connect(self.database_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 16, 0)
        row.setSpacing(12)
        row.addWidget(self.menu_button)
        row.addWidget(self._product)
        row.addStretch(1)
        row.addWidget(busy_bar.words)
        row.addWidget(busy_bar.cancel_button)
        row.addWidget(self.quarantine_button)
        row.addWidget(self._monitor_pill)
        row.addWidget(self.database_button)
        theme.changed.connect(self._colour)
        self._colour()
        self.show_texts()

    def show_texts(self) -> None:
        """Sets the texts in the current language; the state comes with the next snapshot."""
        self._product.setText(self.tr("Track-It! Email Configuration"))
        self.menu_button.setAccessibleName(self.tr("Menu"))
        self.menu_button.setToolTip(self.tr("Menu (Alt+M)"))
        self.database_button.setToolTip(self.tr("Database Connection"))
        self.show_database(self._database_name)
        self.quarantine_button.setToolTip(self.tr("Messages that were set aside"))
        self.show_quarantine(self._set_aside)
        self._menu.show_texts()

    def show_quarantine(self, number: int) -> None:
        """Shows how many messages wait in quarantine; nothing for none."""
        self._set_aside = number
        self.quarantine_button.setText(QCoreApplication.translate("Header", "%Ln set aside", "", number))
        self.quarantine_button.setVisible(number > 0)

    def show_monitor(self, tone: Tone, words: str) -> None:
        """Shows the state of the monitor."""
        self._monitor_pill.show_state(tone, words)

    def show_database(self, name: str) -> None:
        """Shows the name of the database; of a file, without its folder."""
        self._database_name = name.replace("\\", "/").rpartition("/")[2]
        self.database_button.setText(self._database_name or self.tr("Database"))

    def _colour(self) -> None:
        # Icons are drawn pixels: unlike texts they do not follow the style sheet.
        self.menu_button.setIcon(icon("menu", self._theme.tokens.on_header))
