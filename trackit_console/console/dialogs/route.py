"""**Add to a record**: names the record that a quarantined message is added to by hand (RUN-04)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from trackit_console.console.compiled.ui_route_dialog import Ui_RouteDialog
from trackit_console.console.context import Context
from trackit_console.console.dialogs.help import open_help
from trackit_console.console.display_text import shortened, translated
from trackit_console.console.language import is_language_change, name_buttons
from trackit_console.helpdesk.labels import NO_SUBJECT, label_of
from trackit_console.user_messages import Problem

if TYPE_CHECKING:
    from trackit_console.store.record_views import RecordView

TYPING_MS = 250


class RouteDialog(QDialog):
    """Shows the named record while its number is typed, and emits it with `chosen`; whoever opened the dialog does the rest."""

    chosen = Signal(object)

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.ui = Ui_RouteDialog()
        self.ui.setupUi(self)
        self._context = context
        self._record: RecordView | None = None
        self._trouble: Problem | None = None
        self._asked = ""
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._look)
        self.ui.record.textChanged.connect(self._typed)
        self.ui.add_button.clicked.connect(self.accept)
        self.ui.cancel_button.clicked.connect(self.reject)
        QShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents), self, partial(open_help, self, "activity"))
        name_buttons(self)
        self._show_found()

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.ui.retranslateUi(self)
            name_buttons(self)
            self._show_found()
        super().changeEvent(event)

    def accept(self) -> None:
        if self._record is not None:
            self.chosen.emit(self._record.ref)
            super().accept()

    def _typed(self) -> None:
        # What was found belongs to the old words: **Add** must not stay enabled during the pause.
        self._record, self._trouble, self._asked = None, None, ""
        self._show_found()
        self._typing.start()

    def _look(self) -> None:
        words = self.ui.record.text().strip()
        if not words:
            return
        find = partial(self._context.services.records.find, words)
        self._context.tasks.run(
            find, owner=self, then=partial(self._found, words), failed=partial(self._failed, words), quiet=True
        )

    def _found(self, words: str, record: RecordView | None) -> None:
        # Answers come from several threads: one to what stood here before must not enable the button.
        if words == self.ui.record.text().strip():
            self._record, self._asked = record, words
            self._show_found()

    def _failed(self, words: str, problem: Exception) -> None:
        if not isinstance(problem, Problem):
            self._context.tasks.unhandled.emit(problem)
        elif words == self.ui.record.text().strip():
            self._trouble = problem
            self._show_found()

    def _show_found(self) -> None:
        heading, detail = self._words()
        self.ui.subject.setText(heading)
        self.ui.detail.setText(detail)
        self.ui.add_button.setEnabled(self._record is not None)

    def _words(self) -> tuple[str, str]:
        record = self._record
        if self._trouble is not None:
            return translated(self._trouble.message), translated(self._trouble.remedy_message)
        if record is not None:
            detail = self.tr("{record} · {status} · from {requestor}").format(
                record=f"{record.module.value} {record.id}",
                status=translated(label_of(record.status)),
                requestor=record.requestor or self.tr("nobody"),
            )
            return shortened(record.subject or translated(NO_SUBJECT)), detail
        if self._asked:
            return self.tr("There is no record “{words}”.").format(words=self._asked), self.tr("Check its number.")
        return "", ""
