"""**Notification template**: subject and text with tokens, and what they say about a record (NOT-01)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from trackit_console.console.compiled.ui_notification_template_dialog import Ui_NotificationTemplateDialog
from trackit_console.console.context import Context
from trackit_console.console.dialogs.object_dialog import ObjectDialog
from trackit_console.console.display_text import translated
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.user_messages import Problem

if TYPE_CHECKING:
    from trackit_console.domain.records import RecordRef
    from trackit_console.helpdesk.notifications.rendering import Rendered
    from trackit_console.store.record_views import RecordView
    from trackit_console.store.row_mapping import Stored

PREVIEW_MS = 300
"""After the last key the preview is made again."""


class NotificationTemplateDialog(ObjectDialog):
    """The form on the left, the preview on the right."""

    model, form, page = NotificationTemplate, Ui_NotificationTemplateDialog, "notification-templates"

    def __init__(self, context: Context, stored: Stored[Any] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(context.window_settings, stored, parent)
        self._context = context
        self._asked = 0
        self._insert_into: QLineEdit | QPlainTextEdit = self.ui.text
        self._typing = QTimer(self, singleShot=True, interval=PREVIEW_MS)
        self._typing.timeout.connect(self.show_preview)
        for editor in (self.ui.subject, self.ui.text, self.ui.html):
            editor.installEventFilter(self)
        self._connect()
        self.ui.splitter.setSizes([self.width() * 11 // 20, self.width() * 9 // 20])
        context.tasks.run(
            context.services.notification_previews.latest_records, owner=self, then=self._offer, failed=self._tell, quiet=True
        )
        self.show_preview()

    def _connect(self) -> None:
        ui = self.ui
        self.binding.edited.connect(self._edited)
        ui.preview_record.chosen.connect(self._typing.start)
        ui.tabs.currentChanged.connect(self._tab_chosen)
        ui.token_button.token_chosen.connect(self.insert)
        QShortcut(QKeySequence(Qt.Modifier.CTRL | Qt.Key.Key_Space), self, self._open_tokens)

    @property
    def titles(self) -> tuple[str, str]:
        return self.tr("New notification template"), self.tr("Edit notification template")

    def show_texts(self) -> None:
        super().show_texts()
        self.ui.token_button.setToolTip(self.tr("Ctrl+Space"))

    def reveal(self, names: Sequence[str]) -> None:
        for name, tab in (("html", self.ui.html_tab), ("text", self.ui.text_tab)):
            if name in names:
                self.ui.tabs.setCurrentWidget(tab)

    # ------------------------------------------------------------------ tokens

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QLineEdit | QPlainTextEdit):
            self._insert_into = watched
            self.ui.token_button.show_for_one_line(watched is self.ui.subject)
        return super().eventFilter(watched, event)

    def _tab_chosen(self, at: int) -> None:
        self._insert_into = (self.ui.text, self.ui.html)[at]
        self.ui.token_button.show_for_one_line(False)
        self.ui.preview_tabs.setCurrentIndex(at)

    def _open_tokens(self) -> None:
        editor = self._insert_into
        place = editor.rect() if isinstance(editor, QLineEdit) else editor.cursorRect()
        self.ui.token_button.open_at(editor.mapToGlobal(place.bottomLeft()))

    def insert(self, token: str) -> None:
        """Inserts a token where the cursor was last."""
        editor = self._insert_into
        editor.setFocus()
        if isinstance(editor, QLineEdit):
            editor.insert(token)
            self.binding.edited.emit(editor.objectName())  # Qt tells of an insertion by the program alone as of a filled form
        else:
            editor.insertPlainText(token)

    # ------------------------------------------------------------------ preview

    def _edited(self, name: str) -> None:
        if name != "name":
            self._typing.start()

    def fill_with(self, value: Any) -> None:
        super().fill_with(value)
        self.show_preview()

    def show_fields(self) -> None:
        # After a conflict the fields show what another user saved.
        if hasattr(self, "_typing"):
            self._typing.start()

    def show_preview(self) -> None:
        """Shows what the form says now, be it valid or not."""
        self._asked += 1
        made = NotificationTemplate.model_construct(**self.state())
        choice = self.ui.preview_record
        work = partial(self._preview, made, choice.record, choice.typed)
        done, failed = partial(self._show, self._asked, choice.typed), self._tell
        self._context.tasks.run(work, owner=self, then=done, failed=failed, quiet=True)

    def _preview(self, template: NotificationTemplate, record: RecordRef | None, typed: str) -> Rendered | None:
        services = self._context.services
        if typed:
            found = services.records.find(typed)
            if found is None:
                return None
            record = found.ref
        return services.notification_previews.preview(template, record)

    def _show(self, asked: int, typed: str, made: Rendered | None) -> None:
        # Answers come from several threads: one to an older text must not replace a newer one.
        if asked != self._asked:
            return
        missing = self.tr("There is no record “{words}”. Type a number such as 12, or Assignment - 12.")
        self._say("" if made else missing.format(words=typed or self.ui.preview_record.currentText()))
        if made is not None:
            self.ui.preview_subject.setText(made.subject)
            self.ui.preview_text.setPlainText(made.text)
            self.ui.preview_html.show_message(made.html, [])

    def _tell(self, problem: Exception) -> None:
        if isinstance(problem, Problem):
            self._say(translated(problem.message))
        else:
            self._context.tasks.unhandled.emit(problem)

    def _say(self, words: str) -> None:
        self.ui.preview_message.setText(words)
        self.ui.preview_message.setVisible(bool(words))

    def _offer(self, records: Sequence[RecordView]) -> None:
        self.ui.preview_record.offer([(each.ref, each.subject) for each in records])
