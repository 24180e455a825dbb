"""**Logs**: what the components of the program wrote, by day; filtered, followed and copied (LOG-02)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QLocale, QTimer, QUrl
from PySide6.QtGui import QDesktopServices

from trackit_console.console.compiled.ui_logs_page import Ui_LogsPage
from trackit_console.console.context import Context
from trackit_console.console.display_text import size_text, translated
from trackit_console.console.pages.log_choice import LogChoice
from trackit_console.console.pages.log_list import LogList
from trackit_console.console.pages.page import Page
from trackit_console.console.task import Task
from trackit_console.log_lines import Level, LogFilter
from trackit_console.log_reader import LogFile, LogNews, LogPart, Place
from trackit_console.logs import KEPT_DAYS
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem

FOLLOW_MS = 700


class FolderNotOpened(Problem):
    """No program of this computer shows folders."""

    context = "logs"
    code = "folder_not_opened"
    sentence = QT_TRANSLATE_NOOP("logs", "The folder could not be opened: {folder}")
    remedy = QT_TRANSLATE_NOOP("logs", "It is created with the first log file. Open it yourself.")


class LogsPage(Page):
    """The files are read on worker threads: their newest lines, then older ones on demand, then what is added."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.ui = Ui_LogsPage()
        self.ui.setupUi(self)
        self.list = LogList(self.ui.lines, context.theme)
        self.choice = LogChoice(self.ui, lambda: context.services.clock.now().astimezone().date(), self)
        self._logs = context.services.logs
        self._listed = False
        self._problem: Problem | None = None
        self._task: Task | None = None
        self._looking: Task | None = None
        self._following = QTimer(self, interval=FOLLOW_MS)
        self.show_texts()
        self._connect()

    def _connect(self) -> None:
        ui = self.ui
        self.choice.changed.connect(self.read)
        self._following.timeout.connect(self._look)
        ui.older_button.clicked.connect(self.show_older)
        ui.newest_button.clicked.connect(self.show_newest)
        ui.copy_button.clicked.connect(self.list.copy)
        ui.folder_button.clicked.connect(self.open_folder)
        ui.empty.pressed.connect(self._empty_pressed)
        self.list.when_selected(self._show_state)
        self._following.start()

    # ------------------------------------------------------------------ texts

    def show_texts(self) -> None:
        words = {
            Level.DEBUG: self.tr("Debug"),
            Level.INFO: self.tr("Info"),
            Level.WARNING: self.tr("Warning"),
            Level.ERROR: self.tr("Error"),
            Level.CRITICAL: self.tr("Critical"),
        }
        self.list.retitle((self.tr("Time"), self.tr("Level"), self.tr("Message")), words)
        self.choice.show_texts()
        self._show_state()

    def _show_state(self) -> None:
        model, ui = self.list.model, self.ui
        number = QLocale().toString(len(model.lines))
        size = size_text(model.size)
        words = self.tr("Lines shown: {number} · size of the file: {size}").format(number=number, size=size)
        ui.count.setText(words if self.choice.file is not None else "")
        ui.older_button.setVisible(model.has_older)
        ui.lines.setVisible(bool(model.lines))
        ui.copy_button.setEnabled(self.list.selected > 0)
        ui.newest_button.setEnabled(bool(model.lines))
        ui.empty.setVisible(self._listed and self._task is None and not model.lines)
        ui.empty.show_text(*self._empty_words())

    def _empty_words(self) -> tuple[str, str, str]:
        if self._problem is not None:
            return translated(self._problem.message), translated(self._problem.remedy_message), self.tr("Look again")
        if not self.choice.files:
            detail = self.tr(
                "The email monitor writes here what does not work. It writes what happens to each message if Log Events of the "
                "mailbox is on, or event logging for all. Files are kept for {days} days."
            )
            return self.tr("No log files yet"), detail.format(days=KEPT_DAYS), self.tr("Email Monitor Settings")
        if self.choice.filter == LogFilter():
            return self.tr("Nothing was logged"), self.tr("The file of this day is empty."), ""
        return self.tr("No line matches"), self.tr("None has these words and this level."), self.tr("Show all lines")

    # ------------------------------------------------------------------ reading

    def entered(self, target: Any = None) -> None:
        super().entered(target)
        self.refresh()

    def refresh(self) -> None:
        """Lists the files and reads the chosen one again."""
        self.context.tasks.run(self._logs.files, owner=self, then=self._show_listed, failed=self._not_read)

    def _show_listed(self, files: Sequence[LogFile]) -> None:
        self._listed = True
        self.choice.show_files(files)
        self.read()

    def read(self) -> None:
        """Shows the newest lines of the chosen file."""
        self._problem = None
        if (file := self.choice.file) is None:
            self._drop_tasks()
            self.list.model.clear()
            self._show_state()
        else:
            self._run(partial(self._logs.newest, file.path, self.choice.filter), self.list.show_newest)

    def show_older(self) -> None:
        """**Show older lines** above those that are shown."""
        if (file := self.choice.file) is not None and self._task is None:
            self._run(partial(self._logs.older, file.path, self.list.model.start, self.choice.filter), self.list.add_older)

    def show_newest(self) -> None:
        """**Jump to newest**: reads them again if they are not shown any more."""
        model = self.list.model
        if model.cut_below or model.end < model.size:
            self.read()
        else:
            self.list.jump_to_newest()

    def _run(self, work: partial[LogPart], show: Any) -> None:
        self._drop_tasks()
        self._task = self.context.tasks.run(work, owner=self, then=partial(self._was_read, show), failed=self._not_read)
        self._show_state()

    def _drop_tasks(self) -> None:
        for task in (self._task, self._looking):
            if task is not None:
                task.drop()
        self._task = self._looking = None

    def _was_read(self, show: Any, part: LogPart) -> None:
        self._task = None
        show(part)
        self._show_state()

    def _not_read(self, problem: Exception) -> None:
        self._task = self._looking = None
        if not isinstance(problem, Problem):
            self.show_problem(problem)
            return
        self._problem, self._listed = problem, True
        self.list.model.clear()
        self._show_state()

    # ------------------------------------------------------------------ following

    def _look(self) -> None:
        """Asks what is new, while somebody looks at the page and nothing is being read."""
        busy = self._task is not None or self._looking is not None
        if busy or not self._listed or not self.isVisible() or not self.ui.follow.isChecked() or self.list.model.cut_below:
            return
        model, file = self.list.model, self.choice.file
        place = Place(file.path, model.end, model.identity, model.last_level) if file else None
        work = partial(self._logs.news, place, self.choice.filter)
        self._looking = self.context.tasks.run(work, owner=self, then=self._show_news, failed=self._not_read, quiet=True)

    def _show_news(self, news: LogNews) -> None:
        self._looking = None
        before = self.choice.file
        if [each.path for each in news.files] != [each.path for each in self.choice.files]:
            self.choice.show_files(news.files)
        after = self.choice.file
        if (after and after.path) != (before and before.path):
            self.read()
        elif news.part is not None:
            self.list.add_newer(news.part)
            self._show_state()

    # ------------------------------------------------------------------ other actions

    def _empty_pressed(self) -> None:
        if self._problem is not None:
            self.refresh()
        elif not self.choice.files:
            self.context.open_page("monitor")
        else:
            self.choice.want_all()

    def open_folder(self) -> None:
        """**Open folder** in the program that this computer has for it."""
        folder = self._logs.folder
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.show_problem(FolderNotOpened(folder=folder))
