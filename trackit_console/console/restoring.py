"""Restoring a backup from the window: what would be lost, the question, the wait for the monitor, and what comes next (DB-01)."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from trackit_console.console.database_watch import Watch
from trackit_console.console.display_text import translated
from trackit_console.console.message_boxes import ask, show_problem
from trackit_console.console.monitor_host import MonitorHost
from trackit_console.console.operations.backups import BackupOperations, Restored
from trackit_console.console.tasks import Tasks
from trackit_console.settings.post_action import PROCESSED_FOLDER
from trackit_console.user_messages import Problem

if TYPE_CHECKING:
    from trackit_console.store.restore_preview import RestorePreview


class Restoring(QObject):
    """One restore at a time, for the window of `parent`. `ended` tells that it was done, refused or given up."""

    ended = Signal()

    def __init__(self, backups: BackupOperations, tasks: Tasks, watch: Watch, monitor: MonitorHost, parent: QWidget) -> None:
        super().__init__(parent)
        self._backups = backups
        self._tasks = tasks
        self._watch = watch
        self._monitor = monitor
        self._parent = parent
        self._file: Path | None = None
        monitor.paused.connect(self._restore)

    @property
    def running(self) -> bool:
        """Whether a backup is being looked at or restored."""
        return self._file is not None

    def choose_file(self) -> None:
        """Asks for a backup anywhere on this computer or in the network."""
        title, files = self.tr("Restore from file"), self.tr("Backups (*.sqlite3);;All files (*)")
        name, _ = QFileDialog.getOpenFileName(self._parent.window(), title, str(self._backups.usual_folder), files)
        if name:
            self.begin(Path(name))

    def begin(self, file: Path) -> None:
        """Shows what restoring `file` would do, and does it if that is the answer."""
        if not self.running:
            self._file = file
            work = partial(self._backups.preview, file)
            self._tasks.run(work, owner=self, then=self._ask, failed=self._failed)

    def _ask(self, preview: RestorePreview) -> None:
        assert self._file is not None
        question = self.tr("Restore {file}?").format(file=self._file.name)
        detail = "\n\n".join(self.consequences(preview))
        if ask(self._parent.window(), self.tr("Restore"), question, [self.tr("Restore"), self.tr("Cancel")], detail) == 0:
            # The engine in this console works on the database; `_restore` follows when it has ended.
            self._monitor.pause()
        else:
            self._end()

    def consequences(self, preview: RestorePreview) -> list[str]:
        """What the admin must know before, a paragraph each."""
        number = QLocale().toString
        lost = self.tr(
            "What came after the backup is lost. New records: {records}. Messages taken: {messages}. Changes by people: {changes}."
        ).format(
            records=number(preview.lost_records),
            messages=number(preview.lost_messages),
            changes=number(preview.lost_changes),
        )
        mail = self.tr(
            "Mail that was taken since and still lies in its mailbox is taken again, also when it was marked as read: it becomes new "
            "records with new numbers. Mail that was moved or deleted is not. To have it taken again, move it back from {folder}."
        ).format(folder=PROCESSED_FOLDER)
        sent = self.tr(
            "Outgoing mail that waited at the time of the backup waits again, although it may have been sent since. So the email "
            "monitor stays stopped afterwards: look at Outgoing Mail, then start it."
        )
        return [lost, mail, sent, self._what_is_kept(preview), *self._what_follows(preview)]

    def _what_is_kept(self, preview: RestorePreview) -> str:
        if preview.present is None:
            return self.tr("The present database is missing or damaged. A damaged file is kept beside the restored one.")
        return self.tr("The present database is backed up first, so that you can go back.")

    def _what_follows(self, preview: RestorePreview) -> list[str]:
        found = []
        if preview.is_older_schema:
            found.append(self.tr("The backup is of an older version of this program. You are asked to upgrade it afterwards."))
        if not preview.same_key:
            found.append(
                self.tr(
                    "Its passwords have another key. If this computer lacks it, you need the recovery key of the time of the backup."
                )
            )
        return found

    def _restore(self) -> None:
        if self._file is None:  # somebody else paused the monitor
            return
        work = partial(self._backups.restore, self._file)
        self._tasks.run(work, owner=self, then=self._restored, failed=self._not_restored)

    def _not_restored(self, problem: Exception) -> None:
        """Another program might take mail into a file that is gone: only a person can say that there is none."""
        if not (isinstance(problem, Problem) and problem.code == "use_unknown"):
            self._failed(problem)
        elif self._all_stopped(problem):
            assert self._file is not None
            work = partial(self._backups.restore, self._file, all_stopped=True)
            self._tasks.run(work, owner=self, then=self._restored, failed=self._failed)
        else:
            self._end()

    def _all_stopped(self, problem: Problem) -> bool:
        question = self.tr("Is every other program on this database stopped?")
        detail = "\n\n".join(
            [
                translated(problem.message),
                self.tr(
                    "Stop the service of the email monitor, and close other consoles and commands on this database: mail that such a "
                    "program takes would be lost."
                ),
            ]
        )
        buttons = [self.tr("All Stopped: Restore"), self.tr("Cancel")]
        return ask(self._parent.window(), self.tr("Restore"), question, buttons, detail) == 0

    def _restored(self, restored: Restored) -> None:
        self._end()
        if restored.kept is not None:
            kept = self.tr("The database as it was before is kept as {file}.").format(file=restored.kept.name)
        else:
            kept = self.tr("If there was a damaged file, it is kept beside the database.")
        following = self.tr("The email monitor is stopped. Look at Outgoing Mail for what must not be sent again, then start it.")
        detail = "\n\n".join([kept, following])
        ask(self._parent.window(), self.tr("Restore"), self.tr("The backup was restored."), [self.tr("Close")], detail)

    def _failed(self, problem: Exception) -> None:
        self._end()
        show_problem(self._parent.window(), problem)

    def _end(self) -> None:
        self._file = None
        self._monitor.resume()
        self._watch.refresh()
        self.ended.emit()
