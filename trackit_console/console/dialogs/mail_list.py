"""A list of messages to look at, such as those that a rule would have stopped (FIL-06)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QAbstractItemView, QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from trackit_console.console.context import Context
from trackit_console.console.display_text import moment
from trackit_console.console.language import is_language_change
from trackit_console.console.models.column import Column
from trackit_console.console.models.table import Table
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.widgets.table_view import TableView
from trackit_console.domain.past_mail import PastMessage


class MailListDialog(QDialog):
    """Time, sender and subject of `messages`."""

    def __init__(self, title: str, messages: Sequence[PastMessage], context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(720, 460)
        self._now = context.services.clock.now()
        view = TableView(self)
        view.setObjectName("messages")
        view.setAccessibleName(title)
        view.setShowGrid(False)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setTabKeyNavigation(False)
        self.table = Table(view, TableModel(self._columns(), self), context.theme, context.window_settings)
        self.table.show_rows(messages, key=lambda row: row.delivery_id)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self._buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.addWidget(view)
        column.addWidget(self._buttons)

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.table.retitle(self._columns())
        super().changeEvent(event)

    def _columns(self) -> list[Column[PastMessage]]:
        return [
            Column(self.tr("Time"), lambda row: moment(row.at, self._now)),
            Column(self.tr("Sender"), lambda row: row.sender, stretch=True),
            Column(self.tr("Subject"), lambda row: row.subject or self.tr("(no subject)"), stretch=True),
        ]
