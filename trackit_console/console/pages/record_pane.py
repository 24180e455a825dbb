"""The record that is selected on the Records page: its heading and its notes (MSG-02 to MSG-05)."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from trackit_console.console.display_text import shortened, tip, translated
from trackit_console.console.files import AttachmentDeleted, write_file
from trackit_console.console.widgets.layouts import clear
from trackit_console.console.widgets.note_widget import NoteWidget
from trackit_console.helpdesk.labels import NO_SUBJECT, label_of

if TYPE_CHECKING:
    from trackit_console.console.pages.page import Page
    from trackit_console.store.records import AttachmentView, NoteView, RecordView


class RecordPane(QObject):
    """The right side of the form `ui`."""

    def __init__(self, ui: Any, page: Page) -> None:
        super().__init__(page)
        self._ui = ui
        self._page = page
        self._shown: tuple[RecordView, list[NoteView]] | None = None
        ui.record_card.hide()

    def hide(self) -> None:
        """Shows no record."""
        self._ui.record_card.hide()

    def show_record(self, record: RecordView, notes: list[NoteView]) -> None:
        """Shows a record and its notes; does nothing if they are shown already."""
        if (record, notes) == self._shown and not self._ui.record_card.isHidden():
            return
        self._shown = record, notes
        self._ui.record_card.show()
        self._show_heading(record)
        self._show_notes(notes)

    def show_again(self) -> None:
        """Shows the same record in the current language."""
        shown, self._shown = self._shown, None
        if shown is not None and not self._ui.record_card.isHidden():
            self.show_record(*shown)

    def _show_heading(self, record: RecordView) -> None:
        heading = f"{record.module.value} {record.id}: {record.subject or translated(NO_SUBJECT)}"
        self._ui.record_heading.setText(shortened(heading))
        self._ui.record_heading.setToolTip(tip(heading))
        words = self.tr("{status} · priority {priority} · from {requestor} · source {source}")
        self._ui.record_detail.setText(
            words.format(
                status=translated(label_of(record.status)),
                priority=translated(label_of(record.priority)),
                requestor=record.requestor or self.tr("nobody"),
                source=translated(label_of(record.source)),
            )
        )

    def _show_notes(self, notes: list[NoteView]) -> None:
        layout = self._ui.notes_layout
        clear(layout)
        for note in notes:
            widget = NoteWidget(note, self._page.context.services.clock.now())
            widget.attachment_clicked.connect(partial(self._save_attachment, note))
            widget.message_clicked.connect(partial(self._show_message, note))
            layout.addWidget(widget)
        layout.addStretch(1)

    def _save_attachment(self, note: NoteView, attachment: AttachmentView) -> None:
        name, _ = QFileDialog.getSaveFileName(self._page, self.tr("Save attachment"), attachment.name)
        if not name or note.delivery_id is None:
            return
        delivery_id = note.delivery_id

        def save() -> None:
            # On the worker thread: the whole message is read and parsed again for one attachment.
            content = self._page.context.services.messages.attachment(delivery_id, attachment.sha256)
            if content is None:
                raise AttachmentDeleted(file=attachment.name)
            write_file(Path(name), content)

        self._page.do(save)

    def _show_message(self, note: NoteView) -> None:
        from trackit_console.console.dialogs.message import open_message

        if note.delivery_id is not None and self._shown is not None:
            open_message(self._page, self._page.context, note.delivery_id, self._shown[0].subject)
