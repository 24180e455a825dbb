"""Links to pages under a heading, each with a line about the page (T-01)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from trackit_console.console.display_text import label
from trackit_console.console.pages.registry import MENU_TITLES, PAGES


class PageLinks(QWidget):
    """Emits the name of the page whose link was pressed; `links` are the buttons by page."""

    chosen = Signal(str)

    def __init__(self, title: str, pages: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._heading = self._label("heading")
        self.links: dict[str, QPushButton] = {}
        self._lines: dict[str, QLabel] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._heading)
        for page in pages:
            link = QPushButton(self)
            link.setProperty("link", "true")
            link.clicked.connect(partial(self._choose, page))
            self.links[page], self._lines[page] = link, self._label("caption")
            column.addSpacing(6)
            column.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
            column.addWidget(self._lines[page])
        self.retranslate()

    def _label(self, role: str) -> QLabel:
        made = QLabel(self, wordWrap=True)
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.setProperty("role", role)
        return made

    def _choose(self, page: str, *_checked: object) -> None:
        self.chosen.emit(page)

    def retranslate(self) -> None:
        """Sets all texts in the current language."""
        self._heading.setText(label(self._title, "pages"))
        for page, link in self.links.items():
            info = PAGES[page]
            line = label(info.summary or info.subtitle, "pages")
            link.setText(label(MENU_TITLES.get(page, info.title), "pages"))
            link.setAccessibleDescription(line)
            self._lines[page].setText(line)
