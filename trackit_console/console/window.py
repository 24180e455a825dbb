"""The main window: header, menu, breadcrumb and pages, which are created when first shown (T-01, T-05, T-08)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QSettings, QSize, Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from trackit_console import __version__
from trackit_console.console.context import Context
from trackit_console.console.database_watch import Watch
from trackit_console.console.display_text import label, translated
from trackit_console.console.icons import icon
from trackit_console.console.language import is_language_change
from trackit_console.console.menu import FIRST, MainMenu
from trackit_console.console.message_boxes import ask, show_problem
from trackit_console.console.monitor_host import MonitorHost
from trackit_console.console.pages.page import Page
from trackit_console.console.pages.registry import MENU_TITLES, PAGES
from trackit_console.console.services import Services
from trackit_console.console.tasks import Tasks
from trackit_console.console.theme import Theme
from trackit_console.console.widgets.banner import Banner
from trackit_console.console.widgets.busy_bar import BusyBar
from trackit_console.console.widgets.pill import Pill
from trackit_console.user_messages import Problem

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot


class MainWindow(QMainWindow):
    """The only window; it shows one page at a time."""

    def __init__(self, services: Services, theme: Theme, window_settings: QSettings) -> None:
        super().__init__()
        self.theme = theme
        self.tasks = Tasks(self)
        self.services = services
        self.watch = Watch(services, self.tasks, self)
        self.monitor = MonitorHost(services, self)
        self.context = Context(services, self.tasks, self.watch, self.monitor, theme, window_settings, self.open_page)
        self.pages: dict[str, Page] = {}
        self._areas: dict[str, QScrollArea] = {}
        self._target: Any = None
        self._trail: list[str] = []
        self._problem: Exception | None = None
        self._build()
        self.show_texts()
        self._connect()
        self._restore()

    @property
    def current(self) -> str:
        """The name of the current page."""
        return self._trail[-1] if self._trail else FIRST

    # ------------------------------------------------------------------ building

    def _build(self) -> None:
        host = QWidget()
        host.setObjectName("page_host")
        column = QVBoxLayout(host)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.busy_bar = BusyBar()
        column.addWidget(self._header())
        column.addWidget(self.busy_bar)
        self._lost_banner = Banner()
        body = QVBoxLayout()
        body.setContentsMargins(28, 18, 28, 20)
        body.setSpacing(4)
        self._crumbs = QLabel(textFormat=Qt.TextFormat.RichText)
        self._crumbs.setProperty("role", "caption")
        self._title = QLabel()
        self._title.setProperty("role", "title")
        self._subtitle = QLabel(wordWrap=True)
        self._subtitle.setProperty("role", "dim")
        self._stack = QStackedWidget()
        self._nothing_yet = QWidget()
        self._stack.addWidget(self._nothing_yet)
        for widget in (self._crumbs, self._title, self._subtitle):
            body.addWidget(widget)
        body.addSpacing(12)
        body.addWidget(self._lost_banner)
        body.addWidget(self._stack, 1)
        column.addLayout(body, 1)
        self.setCentralWidget(host)
        host.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        host.setFocus()  # otherwise the menu button shows a focus frame at the start

    def _header(self) -> QFrame:
        header = QFrame()
        header.setObjectName("header")
        header.setFixedHeight(48)
        row = QHBoxLayout(header)
        row.setContentsMargins(12, 0, 16, 0)
        row.setSpacing(12)
        self.menu_button = QToolButton(popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button.setIconSize(QSize(20, 20))
        self.menu = MainMenu(self, self.theme.choice)
        self.menu_button.setMenu(self.menu)
        self._product = QLabel()
        self._product.setStyleSheet("font-weight: 600;")
        self.monitor_pill = Pill()
        self._database = QLabel()
        for widget in (self.menu_button, self._product):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.busy_bar.words)
        row.addWidget(self.busy_bar.cancel_button)
        row.addWidget(self.monitor_pill)
        row.addWidget(self._database)
        return header

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Sets the texts around the pages in the current language."""
        self.show_texts()
        self._show_heading()
        if self.watch.snapshot is not None:
            self._show_header(self.watch.snapshot)
        if self._problem is not None:
            self._lost(self._problem)

    def show_texts(self) -> None:
        """Sets the texts of title, menu and header; called by the constructor and when the language changes."""
        self.setWindowTitle(self.tr("Track-It! Email Configuration"))
        self._product.setText(self.tr("Track-It! Email Configuration"))
        self._crumbs.setAccessibleName(self.tr("Where you are"))
        self.menu_button.setAccessibleName(self.tr("Menu"))
        self.menu_button.setToolTip(self.tr("Menu (Alt+M)"))
        self.menu.show_texts()

    def _connect(self) -> None:
        self.menu.page_chosen.connect(self.open_page)
        self.menu.theme_chosen.connect(self._choose_theme)
        self.menu.help_wanted.connect(self._help)
        self.menu.about_wanted.connect(self._about)
        self.menu.exit_wanted.connect(self.close)
        self.watch.seen.connect(self._seen)
        self.watch.lost.connect(self._lost)
        self.watch.found.connect(self._found)
        self.tasks.unhandled.connect(partial(show_problem, self))
        self.tasks.started.connect(self.busy_bar.follow)
        self.monitor.failed.connect(self._monitor_failed)
        self.theme.changed.connect(self._colour)
        self._crumbs.linkActivated.connect(self.open_page)
        self._lost_banner.pressed.connect(self._mend)
        for keys, slot in (
            ("Alt+Left", self.back),
            ("Alt+M", self.menu_button.showMenu),
            ("Ctrl+F", self._search),
            ("F5", self.watch.look),
            ("F1", self._help),
        ):
            QShortcut(QKeySequence(keys), self, slot)
        self._colour_menu()

    def _colour(self) -> None:
        self._colour_menu()
        self._show_crumbs()

    def _colour_menu(self) -> None:
        self.menu_button.setIcon(icon("menu", self.theme.tokens.on_header))

    # ------------------------------------------------------------------ going somewhere

    def open_page(self, name: str, target: Any = None) -> None:
        """Shows the page `name` with `target` selected; asks first if the current page has unsaved edits."""
        if name not in PAGES or (name != self.current and not self._may_leave()):
            return
        if name not in self.pages:
            page = PAGES[name].load()(self.context)
            page.begin()
            self.pages[name] = page
            self._areas[name] = self._scrolling(page)
            self._stack.addWidget(self._areas[name])
        if not self._trail or self._trail[-1] != name:
            self._trail = [*self._trail[-20:], name]
        self._show_heading()
        self._target = target
        self._enter()

    def _show_heading(self) -> None:
        page = PAGES[self.current]
        self._title.setText(label(page.title, "pages"))
        self._subtitle.setText(label(page.subtitle, "pages") if page.subtitle else "")
        self._subtitle.setVisible(bool(page.subtitle))
        self._show_crumbs()

    def _enter(self) -> None:
        """Shows the page. Pages other than the tiles wait for the first snapshot, since they would show wrong data."""
        if self.watch.snapshot is None and self.current != FIRST:
            self._stack.setCurrentWidget(self._nothing_yet)
            return
        self._stack.setCurrentWidget(self._areas[self.current])
        self.pages[self.current].entered(self._target)

    def _scrolling(self, page: Page) -> QScrollArea:
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setObjectName("page_scroll")
        area.setWidget(page)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def back(self) -> None:
        """Goes back to the previous page."""
        if len(self._trail) > 1 and self._may_leave():
            self._trail.pop()
            self.open_page(self._trail.pop())

    def _may_leave(self) -> bool:
        page = self.pages.get(self.current)
        if page is None or not page.unsaved:
            return True
        words = self.tr("What you changed on this page has not been saved.")
        if ask(self, label(PAGES[self.current].title, "pages"), words, [self.tr("Discard"), self.tr("Keep editing")]) != 0:
            return False
        discard = getattr(page, "discard", None)
        if discard is not None:
            discard()
        return True

    def _show_crumbs(self) -> None:
        accent, name = self.theme.tokens.accent, self.current
        crumbs = [label(MENU_TITLES.get(name, PAGES[name].title), "pages")]
        while (parent := PAGES[name].parent) is not None:
            words = label(PAGES[parent].title, "pages")
            crumbs.insert(0, f'<a href="{parent}" style="color:{accent};text-decoration:none">{words}</a>')
            name = parent
        if name == FIRST:
            crumbs[:0] = [self.tr("Configuration"), self.tr("Application Settings")]
        self._crumbs.setText(" › ".join(crumbs))
        self._crumbs.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )

    def _search(self) -> None:
        if page := self.pages.get(self.current):
            page.focus_search()

    # ------------------------------------------------------------------ what is seen

    def begin(self) -> None:
        """Starts to watch the database; called once the window is shown."""
        self.watch.start()

    def _seen(self, snapshot: Snapshot) -> None:
        self._show_header(snapshot)
        self.monitor.follow(snapshot)
        if self._stack.currentWidget() is self._nothing_yet:
            self._enter()

    def _show_header(self, snapshot: Snapshot) -> None:
        from trackit_console.console.status_pills import monitor_pill

        self.monitor_pill.show_state(*monitor_pill(snapshot))
        self._database.setText(self._database_name())

    def _database_name(self) -> str:
        name = self.services.database.name
        return name.replace("\\", "/").rpartition("/")[2]

    def _lost(self, problem: Exception) -> None:
        """Shows that the database cannot be used; the console recovers by itself (DB-05)."""
        words = (
            translated(problem.message) + " " + translated(problem.remedy_message)
            if isinstance(problem, Problem)
            else str(problem)
        )
        older = getattr(problem, "code", "") == "database_older"
        self._lost_banner.show_text(words, self.tr("Upgrade the database…") if older else self.tr("Details"))
        self._problem = problem
        self.monitor_pill.show_state("bad", self.tr("No database"))

    def _monitor_failed(self, problem: Exception) -> None:
        """Shows unexpected exceptions of the monitor; database problems are in the banner already."""
        if not isinstance(problem, Problem):
            show_problem(self, problem)

    def _found(self) -> None:
        self._problem = None
        self._lost_banner.show_text("")

    def _mend(self) -> None:
        """Offers the upgrade of an older database, or shows the details of the problem (DB-03)."""
        if self._problem is None:
            return
        if getattr(self._problem, "code", "") != "database_older":
            show_problem(self, self._problem)
            return
        words = self.tr(
            "Upgrade the database to this version of the program? Older versions cannot use it afterwards. Make a backup first."
        )
        if ask(self, self.tr("Upgrade the database"), words, [self.tr("Upgrade"), self.tr("Cancel")]) == 0:
            self.tasks.run(
                self.services.upgrade, owner=self, then=lambda _none: self.watch.look(), failed=partial(show_problem, self)
            )

    def _help(self) -> None:
        """Opens the help for the current page; dialogs have their own."""
        from trackit_console.console.dialogs.help import open_help

        open_help(self, self.current)

    def _about(self) -> None:
        words = self.tr("Track-It! Email Configuration, version {version}").format(version=__version__)
        detail = self.tr("Data directory: {folder}").format(folder=self.services.data_dir.root)
        ask(self, self.tr("About"), words, [self.tr("Close")], detail)

    def _choose_theme(self, choice: Any) -> None:
        self.theme.choose(choice)
        self.context.window_settings.setValue("theme", choice)

    # ------------------------------------------------------------------ remembering and closing

    def _restore(self) -> None:
        settings = self.context.window_settings
        self.resize(1180, 780)
        if (geometry := settings.value("window/geometry")) is not None:
            self.restoreGeometry(geometry)
        self.open_page(str(settings.value("window/page", FIRST)))
        if not self.pages:
            self.open_page(FIRST)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_leave() or not self._may_end_monitor():
            event.ignore()
            return
        settings = self.context.window_settings
        settings.setValue("window/geometry", self.saveGeometry())
        settings.setValue("window/page", self.current)
        self.watch.stop()
        self.hide()
        self.monitor.end()
        self.tasks.end(3000)
        self.services.close()
        event.accept()
        QApplication.processEvents()

    def _may_end_monitor(self) -> bool:
        """Asks before closing may stop the monitor: another console would take over, but this one cannot know of any."""
        snapshot = self.watch.snapshot
        if not self.monitor.here or snapshot is None or not snapshot.wanted.running or len(snapshot.hosts) > 1:
            return True
        words = self.tr(
            "The email monitor runs in this console. Once it is closed, mail is not checked until a console is opened again, "
            "unless another console is open: then that one takes over."
        )
        detail = self.tr("To have mail checked always, run it as a program of its own: trackit-console monitor.")
        buttons = [self.tr("Close this console"), self.tr("Keep open")]
        return ask(self, self.windowTitle(), words, buttons, detail) == 0
