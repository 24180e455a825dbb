"""Breadcrumb, title and subtitle above a page (T-01)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from trackit_console.console.display_text import label
from trackit_console.console.menu import HOME_PAGE
from trackit_console.console.pages.registry import MENU_TITLES, PAGES
from trackit_console.console.theme import Theme


class PageHeading(QWidget):
    """Emits the name of the page whose link in the breadcrumb was followed."""

    page_chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._page = HOME_PAGE
        self._crumbs = QLabel(textFormat=Qt.TextFormat.RichText)
        self._crumbs.setProperty("role", "caption")
        self._crumbs.linkActivated.connect(self.page_chosen)
        self._title = QLabel()
        self._title.setProperty("role", "title")
        self._subtitle = QLabel(wordWrap=True)
        self._subtitle.setProperty("role", "dim")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self._crumbs, self._title, self._subtitle):
            column.addWidget(widget)
        theme.changed.connect(self._show_crumbs)

    def show_page(self, name: str) -> None:
        """Shows the heading of the page `name` in the current language."""
        self._page = name
        page = PAGES[name]
        self._title.setText(label(page.title, "pages"))
        self._subtitle.setText(label(page.subtitle, "pages") if page.subtitle else "")
        self._subtitle.setVisible(bool(page.subtitle))
        self._crumbs.setAccessibleName(self.tr("Where you are"))
        self._show_crumbs()

    def _show_crumbs(self) -> None:
        accent, name = self._theme.tokens.accent, self._page
        crumbs = [label(MENU_TITLES.get(name, PAGES[name].title), "pages")]
        while (parent := PAGES[name].parent) is not None:
            words = label(PAGES[parent].title, "pages")
            crumbs.insert(0, f'<a href="{parent}" style="color:{accent};text-decoration:none">{words}</a>')
            name = parent
        if name == HOME_PAGE:
            crumbs[:0] = [self.tr("Configuration"), self.tr("Application Settings")]
        self._crumbs.setText(" › ".join(crumbs))
        self._crumbs.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
