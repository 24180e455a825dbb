"""The main window: header, menu, and the pages with their history (T-01, T-05, T-08)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QSettings, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QVBoxLayout, QWidget

from trackit_console import __version__
from trackit_console.console.configuration_transfer import export_configuration, import_configuration
from trackit_console.console.context import Context
from trackit_console.console.database_banner import DatabaseBanner
from trackit_console.console.database_watch import Watch
from trackit_console.console.display_text import label
from trackit_console.console.geometry import restore_geometry, save_geometry
from trackit_console.console.language import is_language_change
from trackit_console.console.leave_questions import discard_edits, may_end_monitor, may_lose_edits
from trackit_console.console.menu import HOME_PAGE, MainMenu
from trackit_console.console.message_boxes import RepeatedProblem, ask, show_problem
from trackit_console.console.monitor_host import MonitorHost
from trackit_console.console.page_stack import PageStack
from trackit_console.console.pages.page import Page
from trackit_console.console.pages.registry import PAGES
from trackit_console.console.recovery_keys import RecoveryKeys
from trackit_console.console.services import Services
from trackit_console.console.tasks import Tasks
from trackit_console.console.theme import Theme
from trackit_console.console.widgets.busy_bar import BusyBar
from trackit_console.console.widgets.header import Header
from trackit_console.console.widgets.page_heading import PageHeading
from trackit_console.user_messages import Problem

if TYPE_CHECKING:
    from trackit_console.console.demo_mailbox import DemoMailbox
    from trackit_console.console.operations.database_choice import Choice
    from trackit_console.store.snapshot import Snapshot

HISTORY_LENGTH = 20


class MainWindow(QMainWindow):
    """The only window; it shows one page at a time. `demo_mailbox` is what the demo offers beyond the product.

    `database_chosen`: another database is to be used. The window is made anew for it, since it knows one alone.
    """

    database_chosen = Signal()

    def __init__(
        self, services: Services, theme: Theme, window_settings: QSettings, demo_mailbox: DemoMailbox | None = None
    ) -> None:
        super().__init__()
        self.theme = theme
        self._demo_mailbox = demo_mailbox
        self.tasks = Tasks(self)
        self.services = services
        self.watch = Watch(services, self.tasks, self)
        self.monitor = MonitorHost(services, self)
        # Before any page is created: pages get nothing but this.
        self.context = Context(services, self.tasks, self.watch, self.monitor, theme, window_settings, self.open_page)
        self._monitor_problems = RepeatedProblem()
        self._target: Any = None
        self._history: list[str] = []
        self._build()
        self.setWindowTitle(self.tr("Track-It! Email Configuration"))
        self._connect()
        # Last: this opens a page, which needs all that was built and connected before.
        self._restore()

    @property
    def current(self) -> str:
        """The name of the current page."""
        return self._history[-1] if self._history else HOME_PAGE

    @property
    def pages(self) -> dict[str, Page]:
        """The pages that were shown so far, by name."""
        return self._stack.pages

    # ------------------------------------------------------------------ building

    def _build(self) -> None:
        self.busy_bar = BusyBar()
        self.menu = MainMenu(self, self.theme.choice, demo=self._demo_mailbox is not None)
        self.header = Header(self.menu, self.busy_bar, self.theme)
        self._heading = PageHeading(self.theme)
        self._database_banner = DatabaseBanner(self.services, self.tasks, self.watch, self.monitor)
        self.recovery_keys = RecoveryKeys(self, self.services.databases, self.tasks, self.watch)
        self._stack = PageStack()
        host = QWidget()
        host.setObjectName("page_host")
        column = QVBoxLayout(host)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.busy_bar)
        body = QVBoxLayout()
        body.setContentsMargins(28, 18, 28, 20)
        body.setSpacing(8)
        body.addWidget(self._heading)
        body.addSpacing(8)
        body.addWidget(self._database_banner)
        body.addWidget(self.recovery_keys.bar)
        body.addWidget(self._stack, 1)
        column.addLayout(body, 1)
        self.setCentralWidget(host)
        host.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        host.setFocus()  # otherwise the menu button shows a focus frame at the start

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Sets the texts around the pages in the current language."""
        self.setWindowTitle(self.tr("Track-It! Email Configuration"))
        self.header.show_texts()
        self._heading.show_page(self.current)
        if self.watch.snapshot is not None:
            self._show_state(self.watch.snapshot)
        # After the last state of the monitor, which is not true any more while the database is lost.
        self._database_banner.retranslate()
        self.recovery_keys.bar.retranslate()
        if self._database_banner.problem is not None:
            self._show_lost()

    def _connect(self) -> None:
        self.menu.page_chosen.connect(self.open_page)
        self.menu.theme_chosen.connect(self._choose_theme)
        self.menu.export_wanted.connect(partial(export_configuration, self, self.context))
        self.menu.import_wanted.connect(partial(import_configuration, self, self.context))
        self.menu.demo_mailbox_wanted.connect(self._show_demo_mailbox)
        self.menu.database_wanted.connect(self.choose_database)
        self.header.database_wanted.connect(self.choose_database)
        self.menu.recovery_key_wanted.connect(self.recovery_keys.show)
        self._database_banner.recovery_key_wanted.connect(self.recovery_keys.enter)
        self.menu.help_wanted.connect(self._help)
        self.menu.about_wanted.connect(self._about)
        self.menu.exit_wanted.connect(self.close)
        self._heading.page_chosen.connect(self.open_page)
        self.header.quarantine_wanted.connect(partial(self.open_page, "quarantine"))
        self.watch.snapshot_read.connect(self._snapshot_read)
        self.watch.lost.connect(self._show_lost)
        self.tasks.unhandled.connect(partial(show_problem, self))
        self.tasks.started.connect(self.busy_bar.follow)
        self.monitor.failed.connect(self._monitor_failed)
        for keys, slot in (
            ("Alt+Left", self.back),
            ("Alt+M", self.header.menu_button.showMenu),
            ("Ctrl+F", self._search),
            ("F5", self._refresh),
            ("F1", self._help),
        ):
            QShortcut(QKeySequence(keys), self, slot)

    # ------------------------------------------------------------------ navigation

    def open_page(self, name: str, target: Any = None) -> None:
        """Shows the page `name` with `target` selected; asks first if the current page has unsaved edits."""
        # The current page itself is entered again without a question: only its selection changes.
        if name not in PAGES or (name != self.current and not self._may_leave()):
            return
        self._stack.load(name, self.context)
        if not self._history or self._history[-1] != name:
            self._history = [*self._history[-HISTORY_LENGTH:], name]
        self._heading.show_page(self.current)
        self._target = target
        self._enter()

    def _enter(self) -> None:
        """Shows the page. Pages other than the tiles wait for the first snapshot, since they would show wrong data."""
        if self.watch.snapshot is None and self.current != HOME_PAGE:
            self._stack.show_empty()
        else:
            self._stack.show_page(self.current, self._target)

    def back(self) -> None:
        """Goes back to the previous page."""
        if len(self._history) > 1 and self._may_leave():
            # Two pages are taken off: opening the previous one puts it back.
            self._history.pop()
            self.open_page(self._history.pop())

    def _may_leave(self) -> bool:
        if not self._may_lose_edits():
            return False
        self._discard_edits()
        return True

    def _may_lose_edits(self) -> bool:
        page = self.pages.get(self.current)
        return page is None or may_lose_edits(self, page, label(PAGES[self.current].title, "pages"))

    def _discard_edits(self) -> None:
        if page := self.pages.get(self.current):
            discard_edits(page)

    def _refresh(self) -> None:
        self.watch.refresh()
        if page := self.pages.get(self.current):
            page.refresh()

    def _search(self) -> None:
        if page := self.pages.get(self.current):
            page.focus_search()

    # ------------------------------------------------------------------ state of the database and the monitor

    def begin(self) -> None:
        """Starts to watch the database; called once the window is shown."""
        self.watch.start()

    def _snapshot_read(self, snapshot: Snapshot) -> None:
        self._show_state(snapshot)
        self.monitor.follow(snapshot)
        if self._stack.is_empty:
            self._enter()

    def _show_state(self, snapshot: Snapshot) -> None:
        from trackit_console.console.status_pills import monitor_pill  # brings the mail libraries

        self.header.show_monitor(*monitor_pill(snapshot))
        self.header.show_quarantine(snapshot.quarantine)
        self.header.show_database(self.services.connection.name)

    def _show_lost(self) -> None:
        self.header.show_monitor("bad", self.tr("No database"))

    def _monitor_failed(self, problem: Exception) -> None:
        """Shows unexpected exceptions of the monitor; database problems are in the banner already."""
        if not isinstance(problem, Problem):
            self._monitor_problems.show(self, problem)

    def _help(self) -> None:
        """Opens the help for the current page; dialogs have their own."""
        from trackit_console.console.dialogs.help import open_help

        # Help pages are named as links to them are written: loop-protection.
        open_help(self, self.current.replace("_", "-"))

    def choose_database(self) -> None:
        """**Database Connection**: reads what is chosen, then shows the dialog."""
        self.tasks.run(self.services.databases.choice, owner=self, then=self._show_database_dialog)

    def _show_database_dialog(self, choice: Choice) -> None:
        from trackit_console.console.dialogs.database import DatabaseDialog  # seldom needed

        dialog = DatabaseDialog(self.services.databases, choice, self.tasks, self.context.window_settings, self)
        dialog.chosen.connect(self.database_chosen)
        self._open(dialog)
        if choice.problem is not None:
            show_problem(dialog, choice.problem)

    def _open(self, dialog: QDialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def say_database_later(self) -> None:
        """Tells that this window stays with the database that it has."""
        words = self.tr("This window goes on with the database that it has. The chosen one is used from the next start on.")
        ask(self, self.tr("Database Connection"), words, [self.tr("Close")])

    def _show_demo_mailbox(self) -> None:
        """A window of its own beside this one; the menu brings it to the front if it is open."""
        from trackit_console.console.dialogs.demo_mailbox import DemoMailboxDialog  # only the demo needs it

        shown = next((each for each in self.findChildren(DemoMailboxDialog) if each.isVisible()), None)
        if shown is None and self._demo_mailbox is not None:
            shown = DemoMailboxDialog(self._demo_mailbox, self.context, self)
            shown.finished.connect(shown.deleteLater)
        if shown is not None:
            shown.show()
            shown.activateWindow()

    def _about(self) -> None:
        words = self.tr("Track-It! Email Configuration, version {version}").format(version=__version__)
        detail = self.tr("Data directory: {folder}").format(folder=self.services.connection.data_dir.root)
        ask(self, self.tr("About"), words, [self.tr("Close")], detail)

    def _choose_theme(self, choice: Any) -> None:
        self.theme.choose(choice)
        self.context.window_settings.setValue("theme", choice)

    # ------------------------------------------------------------------ opening and closing

    def _restore(self) -> None:
        settings = self.context.window_settings
        self.resize(1180, 780)
        restore_geometry(self, "window", settings)
        self.open_page(str(settings.value("window/page", HOME_PAGE)))
        if not self.pages:  # the page that was open last is not in this version
            self.open_page(HOME_PAGE)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_lose_edits() or not may_end_monitor(self, self.monitor, self.watch.snapshot):
            event.ignore()
            return
        # After both answers: a window that is kept open after all keeps its edits.
        self._discard_edits()
        settings = self.context.window_settings
        save_geometry(self, "window", settings)
        settings.setValue("window/page", self.current)
        # No new work first, then the monitor and the tasks, which use the database, and the database last.
        self.watch.stop()
        self.hide()  # waiting for the monitor takes up to 2 s
        self.monitor.end()
        self.tasks.end(3000)
        self.services.connection.close()
        event.accept()
        # Answers of tasks that are still queued are dropped now, and not after the window was deleted.
        QApplication.processEvents()
