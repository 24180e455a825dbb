"""Shows what a report says now: as it looks in the mail, as text, and the rows of its file (NOT-02)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontDatabase, QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QPlainTextEdit, QTabWidget, QVBoxLayout, QWidget

from trackit_console.console.attachment_files import file_name
from trackit_console.console.context import Context
from trackit_console.console.dialogs.help import open_help
from trackit_console.console.geometry import restore_geometry, save_geometry
from trackit_console.console.language import is_language_change, name_buttons
from trackit_console.console.message_boxes import show_problem
from trackit_console.console.models.column import Column
from trackit_console.console.models.table import Table
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.widgets.mail_view import MailView
from trackit_console.console.widgets.table_view import TableView
from trackit_console.files import write_file
from trackit_console.user_messages import Problem

if TYPE_CHECKING:
    from trackit_console.helpdesk.reports.document import Cell
    from trackit_console.monitor.rendered_report import RenderedReport

NAME = "report_preview"
WIDEST_PX = 320


class ReportPreviewDialog(QDialog):
    """Three tabs, and **Save CSV…**. It does not follow the database: what is shown is as of the moment that it names."""

    def __init__(self, context: Context, report: RenderedReport, parent: QWidget) -> None:
        super().__init__(parent)
        self._report = report
        self._settings = context.window_settings
        self.resize(860, 680)
        self.tabs = QTabWidget(self, documentMode=True)
        self.formatted = MailView(self)
        # A mail program shows it on white; on a dark page its bars would be left out.
        paper = QPalette(self.formatted.palette())
        paper.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.white)
        paper.setColor(QPalette.ColorRole.Text, Qt.GlobalColor.black)
        self.formatted.setPalette(paper)
        self.formatted.setStyleSheet("QTextBrowser { background: white; color: black; }")
        self.formatted.show_message(report.html, ())
        self.text = QPlainTextEdit(self, readOnly=True, lineWrapMode=QPlainTextEdit.LineWrapMode.NoWrap)
        # The columns of its tables stand below each other only when all letters are as wide.
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setPlainText(report.text)
        self.rows = self._table(context)
        for widget in (self.formatted, self.text, self.rows.view):
            self.tabs.addTab(widget, "")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        self.save_button = buttons.addButton("", QDialogButtonBox.ButtonRole.ActionRole)
        self.save_button.clicked.connect(self.save)
        column = QVBoxLayout(self)
        column.addWidget(self.tabs)
        column.addWidget(buttons)
        QShortcut(QKeySequence("Ctrl+S"), self, self.save)
        QShortcut(QKeySequence("F1"), self, partial(open_help, self, "reports"))
        restore_geometry(self, NAME, self._settings)
        self.finished.connect(lambda _result: save_geometry(self, NAME, self._settings))
        self.retranslate()

    def _table(self, context: Context) -> Table[Sequence[Cell]]:
        view = TableView(self, showGrid=False, wordWrap=False)
        view.setTabKeyNavigation(False)
        view.setEditTriggers(TableView.EditTrigger.NoEditTriggers)
        view.setSelectionBehavior(TableView.SelectionBehavior.SelectRows)
        table: Table[Sequence[Cell]] = Table(view, TableModel(self._columns(), self), context.theme, context.window_settings)
        table.show_rows(self._report.document.file[1:], key=id)
        return table

    def _columns(self) -> list[Column[Sequence[Cell]]]:
        heading, *rows = self._report.document.file
        return [
            Column(
                self._cell_text(title),
                partial(self._text_at, number),
                right=bool(rows) and all(isinstance(row[number], int) for row in rows),
                most=WIDEST_PX,
            )
            for number, title in enumerate(heading)
        ]

    def _text_at(self, column: int, row: Sequence[Cell]) -> str:
        return self._cell_text(row[column])

    def _cell_text(self, cell: Cell) -> str:
        from trackit_console.helpdesk.reports.document import cell_text

        return cell_text(cell, self._report.document.zone)

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Sets all texts around the report in the current language; the report is written in the language of its mail."""
        self.setWindowTitle(self.tr("Preview of {name}").format(name=self._report.subject))
        self.text.setAccessibleName(self.tr("Text of the report"))
        self.rows.view.setAccessibleName(self.tr("Rows of the file"))
        for number, words in enumerate((self.tr("Formatted"), self.tr("Text"), self.tr("CSV"))):
            self.tabs.setTabText(number, words)
        self.save_button.setText(self.tr("&Save CSV…"))
        name_buttons(self)

    def save(self) -> None:
        """**Save CSV…**: the file as it is attached to the mail."""
        proposed = file_name(f"{self._report.subject}.csv")
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Save CSV"), proposed, "CSV (*.csv)")
        if chosen:
            try:
                write_file(Path(chosen), self._report.csv.encode())
            except Problem as problem:
                show_problem(self, problem)
