"""Says that the database cannot be used, and offers what helps (DB-03, DB-05)."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from trackit_console.console.database_connection import DatabaseConnection
from trackit_console.console.database_watch import Watch
from trackit_console.console.display_text import translated
from trackit_console.console.message_boxes import ask, show_problem
from trackit_console.console.tasks import Tasks
from trackit_console.console.widgets.banner import Banner
from trackit_console.user_messages import Problem

OLDER = "database_older"
"""Code of the problem that an upgrade removes."""


class DatabaseBanner(Banner):
    """Follows `watch`: shown when the database is lost, hidden when it is found again."""

    def __init__(self, connection: DatabaseConnection, tasks: Tasks, watch: Watch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connection = connection
        self._tasks = tasks
        self._watch = watch
        self._problem: Exception | None = None
        watch.lost.connect(self.show_lost)
        watch.recovered.connect(self._recovered)
        self.pressed.connect(self._offer_help)

    @property
    def problem(self) -> Exception | None:
        """Why the database cannot be used, or None."""
        return self._problem

    def show_lost(self, problem: Exception) -> None:
        """Shows why the database cannot be used; the console recovers by itself."""
        self._problem = problem
        words = (
            translated(problem.message) + " " + translated(problem.remedy_message)
            if isinstance(problem, Problem)
            else str(problem)
        )
        self.show_text(words, self.tr("Upgrade the database…") if self._is_older else self.tr("Details"))

    def retranslate(self) -> None:
        """Shows the same problem in the current language."""
        if self._problem is not None:
            self.show_lost(self._problem)

    @property
    def _is_older(self) -> bool:
        return getattr(self._problem, "code", "") == OLDER

    def _recovered(self) -> None:
        self._problem = None
        self.show_text("")

    def _offer_help(self) -> None:
        """Offers the upgrade of an older database, or shows the details of the problem."""
        if self._problem is None:
            return
        if not self._is_older:
            show_problem(self.window(), self._problem)
            return
        words = self.tr(
            "Upgrade the database to this version of the program? Older versions cannot use it afterwards. Make a backup first."
        )
        if ask(self.window(), self.tr("Upgrade the database"), words, [self.tr("Upgrade"), self.tr("Cancel")]) == 0:
            failed = partial(show_problem, self.window())
            self._tasks.run(self._connection.upgrade, owner=self, then=lambda _none: self._watch.refresh(), failed=failed)
