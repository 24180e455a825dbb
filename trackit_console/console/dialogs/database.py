"""**Database Connection**: which database this console and its monitor use (DB-02)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from PySide6.QtCore import QLocale, QSettings, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from trackit_console.console.compiled.ui_database_dialog import Ui_DatabaseDialog
from trackit_console.console.dialogs.account_fields import kept
from trackit_console.console.dialogs.connection_test import ConnectionTest
from trackit_console.console.dialogs.copy_progress import CopyProgress
from trackit_console.console.dialogs.form_dialog import FormDialog
from trackit_console.console.dialogs.recovery_key import RecoveryKeyDialog
from trackit_console.console.language import name_buttons
from trackit_console.console.message_boxes import ask, show_problem
from trackit_console.console.operations.database_choice import Choice, Moved, Needed, Question
from trackit_console.console.operations.databases import Databases
from trackit_console.console.task import Task
from trackit_console.console.tasks import Tasks
from trackit_console.console.widgets.form_lock import FormLock
from trackit_console.files import write_file
from trackit_console.settings.database import DatabaseTarget, SqliteTarget, SqlServerTarget
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.validation import Finding, finding
from trackit_console.store.odbc_drivers import PREFERRED
from trackit_console.store.row_mapping import Stored
from trackit_console.store.upgrade_script import UpgradeScript
from trackit_console.transports.step_names import DATABASE_STEPS
from trackit_console.user_messages import QT_TRANSLATE_NOOP

MODELS: dict[str, type[BaseModel]] = {"sqlite": SqliteTarget, "sqlserver": SqlServerTarget}
KINDS = {
    "sqlite": QT_TRANSLATE_NOOP("settings", "Embedded file on this computer"),
    "sqlserver": QT_TRANSLATE_NOOP("settings", "Microsoft SQL Server"),
}
NAMES = tuple(dict.fromkeys(["kind", *(name for model in MODELS.values() for name in model.model_fields)]))
SIGN_IN = {"user_account_name", "password"}


class DatabaseDialog(FormDialog):
    """Tests a database, prepares its tables after asking, and keeps the choice; then `chosen` is emitted."""

    chosen = Signal()

    def __init__(
        self, databases: Databases, choice: Choice, tasks: Tasks, window_settings: QSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(Ui_DatabaseDialog(), NAMES, window_settings, Stored(0, 0, choice.target), parent)
        self._databases = databases
        self._target = choice.target
        self._drivers = choice.drivers
        self.ui.file.setPlaceholderText(str(choice.embedded_file))
        self._tasks = tasks
        self._task: Task | None = None
        self._form_lock = FormLock(self.ui.scroll_body)
        self._test = ConnectionTest(self.ui, tasks, self)
        self._test.ended.connect(self._unlock)
        self.ui.steps.offers_trust = False
        self.ui.test_button.clicked.connect(self.test)
        self.ui.script_button.clicked.connect(self._make_script)
        self.ui.save_button.clicked.connect(self.accept)
        self.ui.cancel_button.clicked.connect(self.reject)
        self._fill()
        self.binding.edited.connect(self._edited)
        self.show_texts()
        self.show_fields()
        name_buttons(self)
        # Last: from now on a difference is an unsaved edit.
        self.opened()

    # ------------------------------------------------------------------ the form

    @property
    def help_page(self) -> str:
        return "database-connection"

    @property
    def model(self) -> type[BaseModel]:
        """The settings model of the chosen kind."""
        return MODELS[self.ui.kind.currentData()]

    def show_texts(self) -> None:
        if not self.ui.steps.report:
            self.ui.steps.show_text(self.tr("Test Connection tries the current settings step by step. It writes nothing."))

    def show_fields(self) -> None:
        names = {"kind", *self.model.model_fields}
        if self.ui.authentication.currentData() != "sql":
            names -= SIGN_IN
        self.binding.set_visible(names)
        self.binding.describe(self.model)
        on_server = self.model is SqlServerTarget
        for widget in (self.ui.test_button, self.ui.script_button, self.ui.result_pane):
            widget.setVisible(on_server)

    def _fill(self) -> None:
        self.binding.offer("kind", KINDS)
        for model in MODELS.values():
            self.binding.describe(model)
            self.binding.fill({name: field.default for name, field in model.model_fields.items() if not field.is_required()})
        named = [self._target.driver] if isinstance(self._target, SqlServerTarget) else []
        drivers = list(dict.fromkeys([*self._drivers, *named])) or [PREFERRED[0]]
        self.binding.offer("driver", {each: each for each in drivers})
        self.binding.fill({"driver": drivers[0]})
        self.binding.fill(dict(self._target))

    def _edited(self, name: str) -> None:
        if name in ("kind", "authentication"):
            self.show_fields()
        self.check_again(name)

    def state(self) -> dict[str, Any]:
        return {**self.binding.values(self.model), "kind": self.ui.kind.currentData()}

    def read(self) -> tuple[DatabaseTarget | None, list[Finding]]:
        typed = self.state()
        values = {**typed, **kept(self.model, self._target, typed)}
        if values.get("authentication") != "sql":
            values |= dict.fromkeys(SIGN_IN & values.keys())
        try:
            made: Any = self.model.model_validate(values)
        except ValidationError as error:
            return None, findings(error, list(MODELS))
        if values.get("authentication") == "sql" and values["password"] is None:
            return None, [finding("password", "password_required")]
        return made, []

    # ------------------------------------------------------------------ testing

    def test(self) -> None:
        """**Test Connection** with what is in the form."""
        made = self.validated()
        if isinstance(made, SqlServerTarget) and not self._busy:
            self._lock()
            self._test.start(partial(self._databases.check, made), DATABASE_STEPS)

    def _make_script(self) -> None:
        """**Save the SQL…**: for the administrator of a server where this account may create no tables."""
        made = self.validated()
        if made is not None and not self._busy:
            self._run(partial(self._databases.script, made), then=self._save_script)

    def _save_script(self, script: UpgradeScript) -> None:
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save the SQL"), "trackit-tables.sql", "SQL (*.sql)")
        if name:
            self._run(partial(write_file, Path(name), script.sql.encode()), then=lambda _none: self._script_saved(script))
        else:
            self._unlock()

    def _script_saved(self, script: UpgradeScript) -> None:
        self._unlock()
        if not script.upgrades:
            words = self.tr(
                "There is nothing to upgrade. The SQL only makes the roles of this program and gives them their rights."
            )
            ask(self, self.windowTitle(), words, [self.tr("Close")])

    # ------------------------------------------------------------------ saving

    @property
    def _busy(self) -> bool:
        return self._task is not None or self._test.running

    def accept(self) -> None:
        """**Save**: a SQL Server is tested first; tables are created or upgraded after a question; then the choice is kept."""
        made = self.validated()
        if made is None or self._busy:
            return
        if isinstance(made, SqlServerTarget):
            self._lock()
            self._test.start(partial(self._databases.check, made), DATABASE_STEPS, then=partial(self._after_test, made))
        else:
            self._ask_database(made)

    def _after_test(self, made: DatabaseTarget) -> None:
        if self._test.passed:
            self._ask_database(made)

    def _ask_database(self, made: DatabaseTarget) -> None:
        self._run(partial(self._databases.question, made), then=partial(self._agree, made))

    def _agree(self, made: DatabaseTarget, question: Question) -> None:
        if question.needed is Needed.UPGRADE:
            self._agree_to_upgrade(made)
        elif question.movable:
            self._offer_to_move(made, question)
        elif question.needed is Needed.CREATE:
            words = self.tr("This database is empty. Create the tables of this program in it?")
            self._create_if(self._agreed(words, self.tr("Create")), made)
        else:
            self._keep(made)

    def _agree_to_upgrade(self, made: DatabaseTarget) -> None:
        words = self.tr("Upgrade the database to this version of the program? Older versions cannot use it afterwards.")
        on_server = isinstance(made, SqlServerTarget)
        words += " " + (self.tr("Make a backup first.") if on_server else self.tr("It is backed up first."))
        self._prepare_if(self._agreed(words, self.tr("Upgrade")), made)

    def _agreed(self, words: str, button: str) -> bool:
        return ask(self, self.windowTitle(), words, [button, self.tr("Cancel")]) == 0

    def _prepare_if(self, agreed: bool, made: DatabaseTarget) -> None:
        if agreed:
            self._run(partial(self._databases.prepare, made), then=lambda _none: self._keep(made))
        else:
            self._unlock()

    def _create_if(self, agreed: bool, made: DatabaseTarget) -> None:
        if agreed:
            self._run(partial(self._databases.prepare, made), then=lambda _none: self._make_key(made))
        else:
            self._unlock()

    def _make_key(self, made: DatabaseTarget) -> None:
        self._run(partial(self._databases.recovery_key_of, made), then=partial(self._show_key, made))

    def _show_key(self, made: DatabaseTarget, key: str) -> None:
        """The last step of a new database: whoever sets it up is the one who can store its key."""
        dialog = RecoveryKeyDialog(key, self._tasks, partial(self._databases.confirm_key_of, made), parent=self)
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(lambda _result: self._keep(made))
        dialog.open()

    # ------------------------------------------------------------------ Move this database…

    def _offer_to_move(self, made: DatabaseTarget, question: Question) -> None:
        words = self.tr("This database is empty. Move everything from {database} to it?").format(database=question.movable)
        detail = self.tr(
            "Settings, stored passwords, records and the history of mail are copied and compared. The email monitor must be stopped "
            "meanwhile. {database} stays as it is, and is not used any more."
        ).format(database=question.movable)
        buttons = [self.tr("Move Everything"), self.tr("Begin Empty"), self.tr("Cancel")]
        pressed = ask(self, self.windowTitle(), words, buttons, detail)
        if pressed == 0:
            self._move(made)
        elif pressed == 1 and question.needed is Needed.NOTHING:
            self._keep(made)
        else:
            self._create_if(pressed == 1, made)

    def _move(self, made: DatabaseTarget) -> None:
        progress = CopyProgress(self)
        self._run(partial(self._databases.move, made, progress.told.emit), then=partial(self._moved, made))
        if self._task is not None:
            progress.canceled.connect(self._task.cancel)
            self._task.finished.connect(progress.deleteLater)

    def _moved(self, made: DatabaseTarget, moved: Moved) -> None:
        # Chosen before it is told: a service that starts while the box is open finds the new database, not the one that was left.
        self._keep(made, tell=partial(self._tell_moved, moved))

    def _tell_moved(self, moved: Moved) -> None:
        words = self.tr("Everything was moved to {database}: {rows} rows in {tables} tables, compared one by one.")
        facts = {"database": moved.database, "rows": QLocale().toString(moved.rows), "tables": moved.tables}
        detail = self.tr("If the email monitor does not run there, press Start Now in Email Monitor Settings.")
        ask(self, self.windowTitle(), words.format(**facts), [self.tr("Close")], detail)

    def _keep(self, made: DatabaseTarget, tell: Callable[[], None] = lambda: None) -> None:
        self._run(partial(self._databases.choose, made), then=lambda _none: self._kept(tell))

    def _kept(self, tell: Callable[[], None]) -> None:
        tell()
        self._unlock()
        super().accept()
        self.chosen.emit()

    def _run(self, work: Any, then: Any) -> None:
        self._lock()
        self._task = self._tasks.run(work, owner=self, then=then, failed=self._failed)
        self._task.finished.connect(self._ended)

    def _ended(self) -> None:
        self._task = None

    def _failed(self, problem: Exception) -> None:
        self._task = None
        self._unlock()
        show_problem(self, problem)

    def _lock(self) -> None:
        self._form_lock.lock()
        self._set_busy(True)

    def _unlock(self) -> None:
        self._form_lock.unlock()
        self._set_busy(False)

    def _set_busy(self, busy: bool) -> None:
        for button in (self.ui.save_button, self.ui.test_button, self.ui.script_button):
            button.setEnabled(not busy)

    # ------------------------------------------------------------------ closing

    def reject(self) -> None:
        """**Cancel**; what runs is cancelled first."""
        if self._test.running:
            self._test.cancel()
        elif self._task is not None:
            self._task.cancel()
        elif self.may_close():
            super().reject()
