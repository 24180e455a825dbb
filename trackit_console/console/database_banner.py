"""Says that the database cannot be used, and offers what helps (DB-03, DB-05, DB-01)."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from trackit_console.console.database_watch import Watch
from trackit_console.console.display_text import translated
from trackit_console.console.message_boxes import ask, show_problem
from trackit_console.console.monitor_host import MonitorHost
from trackit_console.console.restoring import Restoring
from trackit_console.console.services import Services
from trackit_console.console.tasks import Tasks
from trackit_console.console.widgets.banner import Banner
from trackit_console.user_messages import Problem

OLDER, EMPTY = "database_older", "database_empty"
"""Codes of the problems that an upgrade removes."""
KEY_MISSING = ("wrong_key", "key_out_of_reach")
"""Codes of the problems that the recovery key removes."""
DAMAGED = "database_damaged"
"""Code of the problem that a backup removes."""


class DatabaseBanner(Banner):
    """Follows `watch`: shown when the database is lost, hidden when it is found again.

    `recovery_key_wanted`: the secrets were sealed on another computer, and the admin has its recovery key.
    """

    recovery_key_wanted = Signal()

    def __init__(
        self, services: Services, tasks: Tasks, watch: Watch, monitor: MonitorHost, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._connection = services.connection
        self._restoring = Restoring(services.backups, tasks, watch, monitor, self)
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
        words = f"{self._reason} {translated(problem.remedy_message)}" if isinstance(problem, Problem) else str(problem)
        offers = {
            OLDER: self.tr("Upgrade the database…"),
            EMPTY: self.tr("Create the tables…"),
            **dict.fromkeys(KEY_MISSING, self.tr("Enter the recovery key…")),
        }
        if self._connection.is_embedded:
            offers[DAMAGED] = self.tr("Restore from file…")
        self.show_text(words, offers.get(self._code, self.tr("Details")))

    def retranslate(self) -> None:
        """Shows the same problem in the current language."""
        if self._problem is not None:
            self.show_lost(self._problem)

    @property
    def _reason(self) -> str:
        return translated(self._problem.message) if isinstance(self._problem, Problem) else ""

    @property
    def _code(self) -> str:
        return str(getattr(self._problem, "code", ""))

    def _recovered(self) -> None:
        self._problem = None
        self.show_text("")

    def _offer_help(self) -> None:
        """Offers the upgrade of an older or empty database, or shows the details of the problem."""
        if self._problem is None:
            return
        if self._code in KEY_MISSING:
            self.recovery_key_wanted.emit()
            return
        if self._code == OLDER:
            title, button = self.tr("Upgrade the database"), self.tr("Upgrade")
            words = self.tr("Upgrade the database to this version of the program? Older versions cannot use it afterwards.")
        elif self._code == EMPTY:
            title, button = self.tr("Create the tables"), self.tr("Create")
            words = self._reason + " " + self.tr("Create the tables now?")
        elif self._code == DAMAGED and self._connection.is_embedded:
            self._restoring.choose_file()
            return
        else:
            show_problem(self.window(), self._problem)
            return
        if ask(self.window(), title, words, [button, self.tr("Cancel")]) == 0:
            failed = partial(show_problem, self.window())
            self._tasks.run(self._connection.upgrade, owner=self, then=lambda _none: self._watch.refresh(), failed=failed)
