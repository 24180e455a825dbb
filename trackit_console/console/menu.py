"""The menu of the main window: pages, theme, help, exit (T-01)."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from trackit_console.console.display_text import label
from trackit_console.console.pages.registry import GROUPS, MENU_TITLES, PAGES, PageInfo

HOME_PAGE = "tiles"
"""The page that opens at the first start; in the menu it is listed beside the pages that it leads to."""


class MainMenu(QMenu):
    """Emits what was chosen. Its shortcuts work in the whole `window`. `demo` offers what only the demo has."""

    page_chosen = Signal(str)
    theme_chosen = Signal(str)
    export_wanted = Signal()
    import_wanted = Signal()
    demo_mailbox_wanted = Signal()
    database_wanted = Signal()
    recovery_key_wanted = Signal()
    help_wanted = Signal()
    about_wanted = Signal()
    exit_wanted = Signal()

    def __init__(self, window: QWidget, theme: str, *, demo: bool = False) -> None:
        super().__init__(window)
        self._configuration = self.addMenu("")
        self._application_settings = self._configuration.addMenu("")
        self._groups: dict[str, QMenu] = {}
        self._pages = {name: self._page_action(name, number, window) for number, name in enumerate(PAGES, 1)}
        self._arrange_pages()
        self._configuration.addSeparator()
        self._export, self._import = (self._configuration.addAction("") for _ in range(2))
        self._export.triggered.connect(self.export_wanted)
        self._import.triggered.connect(self.import_wanted)
        self.addSeparator()
        self._database = self.addAction("")
        self._database.triggered.connect(self.database_wanted)
        self._recovery_key = self.addAction("")
        self._recovery_key.triggered.connect(self.recovery_key_wanted)
        self._demo_mailbox = self.addAction("")
        self._demo_mailbox.setVisible(demo)
        self._demo_mailbox.triggered.connect(self.demo_mailbox_wanted)
        self._theme = self._theme_menu(theme)
        self.addMenu(self._theme)
        self._help, self._about, self._exit = (self.addAction("") for _ in range(3))
        self._help.triggered.connect(self.help_wanted)
        self._about.triggered.connect(self.about_wanted)
        # StandardKey.Quit has no key on Windows.
        self._exit.setShortcut(QKeySequence("Ctrl+Q"))
        self._exit.triggered.connect(self.exit_wanted)

    def _page_action(self, name: str, number: int, window: QWidget) -> QAction:
        action = QAction(self)
        if number in range(10):  # there is no tenth digit
            action.setShortcut(QKeySequence(f"Ctrl+{number}"))
        action.triggered.connect(partial(self._choose_page, name))
        # The menu belongs to a button, not to a menu bar: shortcuts need the actions in the window as well.
        window.addAction(action)
        return action

    def _arrange_pages(self) -> None:
        settings = self._application_settings
        settings.addAction(self._pages[HOME_PAGE])
        settings.addSeparator()
        self._groups = {group: settings.addMenu("") for group in GROUPS}
        for name, page in PAGES.items():
            if name != HOME_PAGE:
                self._owner(page).addAction(self._pages[name])

    def _owner(self, page: PageInfo) -> QMenu:
        if page.group:
            return self._groups[page.group]
        return self._application_settings if page.parent else self

    def _theme_menu(self, chosen: str) -> QMenu:
        menu = QMenu(self)
        group = QActionGroup(menu)
        self._themes: dict[str, QAction] = {}
        for choice in ("system", "light", "dark"):
            action = group.addAction("")
            action.setCheckable(True)
            action.setChecked(choice == chosen)
            action.triggered.connect(partial(self._choose_theme, choice))
            menu.addAction(action)
            self._themes[choice] = action
        return menu

    def _choose_page(self, name: str, *_checked: object) -> None:
        self.page_chosen.emit(name)

    def _choose_theme(self, choice: str, *_checked: object) -> None:
        self.theme_chosen.emit(choice)

    def show_texts(self) -> None:
        """Sets all texts in the current language."""
        self._configuration.setTitle(self.tr("&Configuration"))
        self._application_settings.setTitle(self.tr("&Application Settings"))
        for group, menu in self._groups.items():
            menu.setTitle(label(GROUPS[group], "pages"))
        for name, action in self._pages.items():
            action.setText(label(MENU_TITLES.get(name, PAGES[name].title), "pages"))
        self._database.setText(self.tr("&Database Connection…"))
        self._recovery_key.setText(self.tr("Recovery &Key…"))
        self._export.setText(self.tr("&Export Configuration…"))
        self._import.setText(self.tr("&Import Configuration…"))
        self._demo_mailbox.setText(self.tr("Mail that the demo's server &received"))
        self._theme.setTitle(self.tr("&Theme"))
        self._themes["system"].setText(self.tr("As the &system"))
        self._themes["light"].setText(self.tr("&Light"))
        self._themes["dark"].setText(self.tr("&Dark"))
        self._help.setText(self.tr("&Help"))
        self._about.setText(self.tr("A&bout"))
        self._exit.setText(self.tr("E&xit"))
