"""**Import**: what a CSV file with people or templates would change, line by line, before it does (DB-04)."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from trackit_console.console.compiled.ui_import_dialog import Ui_ImportDialog
from trackit_console.console.context import Context
from trackit_console.console.dialogs.help import open_help
from trackit_console.console.display_text import label, shortened, translated
from trackit_console.console.field_texts import show_item
from trackit_console.console.geometry import limit_to_screen, restore_geometry, save_geometry
from trackit_console.console.language import is_language_change, name_buttons
from trackit_console.console.message_boxes import show_problem
from trackit_console.console.models.column import Column
from trackit_console.console.models.table import Table
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.operations.kept_objects import KeptObjects, Preview
from trackit_console.console.task import Task
from trackit_console.console.widgets.pill import Tone
from trackit_console.settings.people_csv_plan import LineState, PlannedLine
from trackit_console.settings.people_csv_words import finding_words
from trackit_console.store.saving_errors import ChangedSincePreview

TONES: dict[LineState, Tone] = {
    LineState.ADDED: "ok",
    LineState.CHANGED: "warn",
    LineState.SAME: "dim",
    LineState.WRONG: "bad",
}
SHOWN_LETTERS = 200
"""A cell may have 100,000 characters; no tool tip can show them."""
LETTERS_IN_A_COLUMN = 40
"""The rest of the width is for what is wrong."""


class ImportDialog(QDialog):
    """Reads `path` at once; emits `imported` after the good lines were imported."""

    imported = Signal()

    def __init__(self, context: Context, objects: KeptObjects[Any], path: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.ui = Ui_ImportDialog()
        self.ui.setupUi(self)
        self._context = context
        self._objects = objects
        self._path = path
        self._preview: Preview | None = None
        self._task: Task | None = None
        model = TableModel(self._columns(), self)
        self.table: Table[PlannedLine[Any]] = Table(self.ui.lines, model, context.theme, context.window_settings)
        self.ui.shown.currentIndexChanged.connect(self._show_lines)
        self.ui.save_button.clicked.connect(self.accept)
        self.ui.cancel_button.clicked.connect(self.reject)
        self.ui.copy_button.clicked.connect(self.copy_errors)
        help_page = "templates" if objects is context.services.ticket_templates else "people"
        QShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents), self, partial(open_help, self, help_page))
        restore_geometry(self, type(self).__name__, context.window_settings)
        limit_to_screen(self)
        self._show_texts()
        self._read(partial(objects.preview, path))

    # ------------------------------------------------------------------ what is shown

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.ui.retranslateUi(self)
            self._show_texts()
        super().changeEvent(event)

    def _columns(self) -> list[Column[PlannedLine[Any]]]:
        fields = [
            Column(label(field.title or ""), partial(_shortened, name), tip=partial(_written, name))
            for name, field in self._objects.model.model_fields.items()
        ]
        return [
            Column(self.tr("Line"), lambda row: str(row.line.number), right=True),
            Column(self.tr("What happens"), lambda row: self._state_words()[row.state], tone=lambda row: TONES[row.state]),
            *fields,
            Column(
                self.tr("Problem"), lambda row: "; ".join(_errors(row)), tip=lambda row: "\n".join(_errors(row)), stretch=True
            ),
        ]

    def _state_words(self) -> dict[LineState, str]:
        return {
            LineState.ADDED: self.tr("Added"),
            LineState.CHANGED: self.tr("Changed"),
            LineState.SAME: self.tr("The same"),
            LineState.WRONG: self.tr("Wrong"),
        }

    def _show_texts(self) -> None:
        name_buttons(self)
        self.ui.file.setText(self.tr("From {file}").format(file=self._path.name))
        self.table.retitle(self._columns())
        preview = self._preview
        show_item(self.ui.shown, 0, self.tr("All lines ({count})").format(count=len(preview.lines) if preview else 0), None)
        for at, (state, words) in enumerate(self._state_words().items(), 1):
            count = preview.count(state) if preview else 0
            show_item(self.ui.shown, at, self.tr("{state} ({count})").format(state=words, count=count), state)
        self._show_summary()
        self._show_lines()

    def _show_summary(self) -> None:
        preview = self._preview
        if preview is None:
            self.ui.summary.setText(self.tr("Reading the file…"))
            self.ui.ignored.hide()
            self.ui.save_button.setText(self.tr("&Import"))
            return
        added, changed, same, wrong = (preview.count(state) for state in LineState)
        words = self.tr("{added} are added, {changed} changed, {same} stay the same, {wrong} are wrong and left out.")
        self.ui.summary.setText(words.format(added=added, changed=changed, same=same, wrong=wrong))
        ignored = ", ".join(each[:40] for each in preview.file.ignored[:10])
        self.ui.ignored.setText(self.tr("Columns that are left out: {columns}").format(columns=ignored))
        self.ui.ignored.setVisible(bool(ignored))
        self.ui.save_button.setText(self.tr("&Import {count}").format(count=added + changed))

    def _show_lines(self, *_index: object) -> None:
        wanted, preview = self.ui.shown.currentData(), self._preview
        lines = [each for each in preview.lines if wanted in (None, each.state)] if preview else []
        self.table.show_rows(lines, key=lambda row: row.line.number)
        if preview is None:
            self.ui.lines_empty.show_text(self.tr("Reading the file…"), "")
        else:
            self.ui.lines_empty.show_text(self.tr("No such line"), self.tr("The first line of the file has the headings."))
        self.ui.lines.setVisible(bool(lines))
        self.ui.lines_empty.setVisible(not lines)
        self._refresh_actions()

    def _refresh_actions(self) -> None:
        preview, idle = self._preview, self._task is None
        good = preview.count(LineState.ADDED) + preview.count(LineState.CHANGED) if preview else 0
        self.ui.save_button.setEnabled(idle and good > 0)
        self.ui.copy_button.setEnabled(preview is not None and preview.count(LineState.WRONG) > 0)

    # ------------------------------------------------------------------ actions

    def _read(self, work: partial[Preview]) -> None:
        self._task = self._context.tasks.run(work, owner=self, then=self._was_read, failed=self._not_read, quiet=True)

    def _was_read(self, preview: Preview) -> None:
        self._task = None
        self._preview = preview
        self._show_texts()

    def _not_read(self, problem: Exception) -> None:
        self._task = None
        show_problem(self, problem)
        super().reject()

    def accept(self) -> None:
        """**Import** the good lines, all or none."""
        if self._preview is None or self._task is not None:
            return
        work = partial(self._objects.import_lines, self._preview)
        self._task = self._context.tasks.run(work, owner=self, then=self._was_imported, failed=self._not_imported, quiet=True)
        self.ui.summary.setText(self.tr("Importing…"))
        self._refresh_actions()

    def _was_imported(self, _none: object) -> None:
        self._task = None
        self.imported.emit()
        super().accept()

    def _not_imported(self, problem: Exception) -> None:
        self._task = None
        self._show_summary()
        show_problem(self, problem)
        if isinstance(problem, ChangedSincePreview) and self._preview is not None:
            self._read(partial(self._objects.plan, self._preview.file))
        self._refresh_actions()

    def copy_errors(self) -> None:
        """**Copy errors**: a line of text for each wrong line."""
        wrong = [each for each in self._preview.lines if each.state is LineState.WRONG] if self._preview else []
        words = self.tr("Line {number}: {errors} [{text}]")
        lines = [
            words.format(number=each.line.number, errors="; ".join(_errors(each)), text=" | ".join(_cells(each)))
            for each in wrong
        ]
        QGuiApplication.clipboard().setText("\n".join(lines))

    # ------------------------------------------------------------------ closing

    def reject(self) -> None:
        """**Cancel**: nothing is imported, unless it was too late to cancel."""
        if self._task is not None:
            # It may be committed already: while it imports, the dialog stays until the task has answered.
            self._task.cancel()
            if self._preview is not None:
                return
            self._task.drop()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the window is **Cancel**."""
        if self.isVisible():
            self.reject()
        event.setAccepted(not self.isVisible())

    def done(self, result: int) -> None:
        save_geometry(self, type(self).__name__, self._context.window_settings)
        super().done(result)

    def keyPressEvent(self, event: Any) -> None:
        # Enter in the list is no consent to the import.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.ui.lines.hasFocus():
            event.ignore()
            return
        super().keyPressEvent(event)


def _written(name: str, row: PlannedLine[Any]) -> str:
    return row.line.written.get(name, "")[:SHOWN_LETTERS]


def _shortened(name: str, row: PlannedLine[Any]) -> str:
    return shortened(_written(name, row), LETTERS_IN_A_COLUMN)


def _cells(row: PlannedLine[Any]) -> list[str]:
    return [each[:SHOWN_LETTERS] for each in row.line.written.values()]


def _errors(row: PlannedLine[Any]) -> list[str]:
    return [finding_words(each, translated) for each in row.findings]
