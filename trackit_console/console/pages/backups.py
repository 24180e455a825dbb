"""**Backups**: when the embedded database is backed up, which backups there are, and restoring one (DB-01)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from trackit_console.console.backup_texts import backup_trouble, last_backup, next_backup
from trackit_console.console.compiled.ui_backups_page import Ui_BackupsPage
from trackit_console.console.context import Context
from trackit_console.console.display_text import translated
from trackit_console.console.message_boxes import show_problem
from trackit_console.console.models.table import Table
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.operations.listed_backups import BackupList, BackupState, ListedBackup
from trackit_console.console.pages.backup_columns import BackupColumns
from trackit_console.console.pages.form_page import FormPage
from trackit_console.console.restoring import Restoring
from trackit_console.domain.audit import Audited
from trackit_console.settings.backups import Backups
from trackit_console.store.row_mapping import Stored
from trackit_console.user_messages import Problem

if TYPE_CHECKING:
    from trackit_console.console.task import Task
    from trackit_console.store.backup_status import BackupStatus
    from trackit_console.store.snapshot import Snapshot


class BackupsPage(FormPage[Backups]):
    """The schedule above, the list of backups below. For a database on SQL Server, a sentence in their place."""

    audited = Audited.BACKUPS
    model = Backups

    def __init__(self, context: Context) -> None:
        self._backups = context.services.backups
        self._task: Task | None = None
        self._listed: BackupList | None = None
        self._list_problem: Exception | None = None
        self._mark: object = None
        self._trouble: Problem | None = None
        super().__init__(context, Ui_BackupsPage())
        self._columns = BackupColumns(self)
        model: TableModel[ListedBackup] = TableModel(self._columns.columns(), self)
        self.table = Table(self.ui.backups, model, context.theme, context.window_settings)
        self.restoring = Restoring(self._backups, context.tasks, context.watch, context.monitor, self)
        self._show_what_fits()
        self._connect()
        self.show_texts()

    def _connect(self) -> None:
        ui = self.ui
        ui.trouble.pressed.connect(self._show_trouble)
        ui.folder_choose.clicked.connect(self._choose_folder)
        ui.backup_button.clicked.connect(self.back_up_now)
        ui.restore_button.clicked.connect(self.restore)
        ui.file_button.clicked.connect(self.restoring.choose_file)
        ui.folder_button.clicked.connect(self._open_folder)
        ui.empty.pressed.connect(self.back_up_now)
        ui.backups.activated.connect(lambda _index: self.restore())
        self.table.picked.connect(self.refresh_actions)
        self.restoring.ended.connect(self._restore_ended)

    @property
    def save_operation(self) -> Callable[[Stored[Backups]], None]:
        return self.context.services.settings.save_backups

    def show_texts(self) -> None:
        super().show_texts()
        self.table.retitle(self._columns.columns())
        self._show_usual_folder()
        self.ui.server_words.setText(
            self.tr(
                "This database is on SQL Server. Its backups are made and restored there: ask the database administrator how often "
                "that is done. Keep the recovery key as well, without which its passwords cannot be opened on another computer."
            )
        )
        self.ui.key_label.setText(
            self.tr(
                "The key that opens stored passwords is not in a backup. To use one on another computer you need the recovery key: "
                "open Recovery Key in the menu, and keep what it shows in a safe place."
            )
        )
        self._show_list()

    # ------------------------------------------------------------------ what is shown

    @property
    def _embedded(self) -> bool | None:
        return self.context.services.connection.is_embedded

    def _show_what_fits(self) -> None:
        """The form and the list, or the sentence; neither as long as it is not known which database it is."""
        self.ui.server_card.setVisible(self._embedded is False)
        self.ui.embedded.setVisible(bool(self._embedded))
        self._show_usual_folder()

    def _show_usual_folder(self) -> None:
        if self._embedded:
            usual = self.tr("Beside the database: {folder}").format(folder=self._backups.usual_folder)
            self.ui.folder.setPlaceholderText(usual)

    def entered(self, target: Any = None) -> None:
        super().entered(target)
        self.read()

    def refresh(self) -> None:
        self.read()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._show_what_fits()
        if not self._embedded:
            return
        self.follow(snapshot.backups)
        status, now = snapshot.backup_status, self.context.services.clock.now()
        self._show_status(snapshot.backups.value, status, running=snapshot.running is not None)
        # The list is read again when a backup was made, and when the folder may be another.
        mark = (status.made_at, snapshot.backups.version)
        if mark != self._mark:
            self._mark = mark
            self.read()
        self.ui.last_label.setText(last_backup(status.made_at, now))

    def _show_status(self, settings: Backups, status: BackupStatus, *, running: bool) -> None:
        now = self.context.services.clock.now()
        self.ui.next_label.setText(next_backup(settings, status, now, running=running))
        words, self._trouble = backup_trouble(settings, status, now)
        self.ui.trouble.show_text(words, self.tr("Details") if self._trouble else "")

    def _show_trouble(self) -> None:
        if self._trouble is not None:
            show_problem(self, self._trouble)

    def read(self) -> None:
        """Reads the list of backups again: the folder may be far away."""
        if self._embedded:
            self.context.tasks.run(self._backups.list, owner=self, then=self._read_done, failed=self._not_read)

    def _read_done(self, listed: BackupList) -> None:
        self._listed, self._list_problem = listed, None
        self._show_list()

    def _not_read(self, problem: Exception) -> None:
        self._listed, self._list_problem = None, problem
        self._show_list()
        if not isinstance(problem, Problem):
            self.show_problem(problem)

    def _show_list(self) -> None:
        rows: Sequence[ListedBackup] = self._listed.rows if self._listed else ()
        self.table.show_rows(rows, key=lambda row: row.file.path)
        self.ui.backups.setVisible(bool(rows))
        self.ui.empty.setVisible(not rows and (self._listed is not None or self._list_problem is not None))
        if isinstance(self._list_problem, Problem):
            problem = self._list_problem
            self.ui.empty.show_text(translated(problem.message), translated(problem.remedy_message))
        else:
            words = self.tr("The email monitor makes one each day. You need not wait for it.")
            self.ui.empty.show_text(self.tr("There is no backup yet"), words, self.tr("Back up now"))
        self.refresh_actions()

    def refresh_actions(self, _edited: str = "") -> None:
        super().refresh_actions()
        current, busy = self.table.current, self._task is not None or self.restoring.running
        restorable = current is not None and current.state not in (BackupState.DAMAGED, BackupState.NEWER)
        self.ui.backup_button.setEnabled(not busy)
        self.ui.empty.button.setEnabled(not busy)
        self.ui.file_button.setEnabled(not busy)
        self.ui.restore_button.setEnabled(restorable and not busy)
        self.ui.folder_button.setEnabled(self._listed is not None)

    # ------------------------------------------------------------------ actions

    def back_up_now(self) -> None:
        """**Back up now**: the line below the header shows that it takes its time, and cancels it."""
        if self._task is None:
            self._task = self.do(self._backups.back_up_now, then=self._backed_up, failed=self._not_backed_up)
            self.refresh_actions()

    def _backed_up(self, _made: Path) -> None:
        self._task = None
        self.read()

    def _not_backed_up(self, problem: Exception) -> None:
        self._task = None
        self.refresh_actions()
        self.show_problem(problem)

    def restore(self) -> None:
        """**Restore…**: the selected backup, after a question that says what is lost."""
        if self.ui.restore_button.isEnabled() and (current := self.table.current) is not None:
            self.restoring.begin(current.file.path)
            self.refresh_actions()

    def _restore_ended(self) -> None:
        # Another version of the settings may have the same number now.
        self.stored = None
        self.read()

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self.window(), self.tr("Folder for backups"), self.ui.folder.text())
        if name:
            self.ui.folder.setText(str(Path(name)))
            self.is_valid("folder")
            self.refresh_actions()

    def _open_folder(self) -> None:
        if self._listed is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._listed.folder)))
