"""The pages of the main window: created when first shown, one visible at a time (T-01)."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from trackit_console.console.context import Context
from trackit_console.console.pages.page import Page
from trackit_console.console.pages.registry import PAGES


class PageStack(QStackedWidget):
    """`pages` has those that were shown so far. At first an empty page is visible."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, Page] = {}
        self._areas: dict[str, QScrollArea] = {}
        self._empty = QWidget()
        self.addWidget(self._empty)

    def load(self, name: str, context: Context) -> None:
        """Creates the page `name` unless that was done before."""
        if name in self.pages:
            return
        page = PAGES[name].load()(context)
        page.begin()
        self.pages[name] = page
        self._areas[name] = _scrolling(page)
        self.addWidget(self._areas[name])

    def show_page(self, name: str, target: Any) -> None:
        """Shows the page `name` with `target` selected on it."""
        self.setCurrentWidget(self._areas[name])
        # After the page is visible: selecting a row scrolls to it, which needs the size that the list has on the screen.
        self.pages[name].entered(target)

    def show_empty(self) -> None:
        """Shows no page."""
        self.setCurrentWidget(self._empty)

    @property
    def is_empty(self) -> bool:
        """Whether no page is shown."""
        return self.currentWidget() is self._empty


def _scrolling(page: Page) -> QScrollArea:
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setObjectName("page_scroll")
    area.setWidget(page)
    # Else Tab would stop at the area, where nothing shows that it has the focus.
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
