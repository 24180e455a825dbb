"""**Records**: tickets with their notes, attachments and messages, to be read (MSG-02 to MSG-05)."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from trackit_console.console.compiled.ui_records_page import Ui_RecordsPage
from trackit_console.console.context import Context
from trackit_console.console.display_text import moment, shortened, tip, translated
from trackit_console.console.files import AttachmentGone, write_file
from trackit_console.console.models.column import Column
from trackit_console.console.models.table import Table
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.pages.page import Page
from trackit_console.console.services import Listing
from trackit_console.console.widgets.pill import Pill
from trackit_console.domain.records import Status
from trackit_console.helpdesk.labels import EMAIL_MONITOR, NO_SUBJECT, label_of
from trackit_console.monitor.kept_sentences import reason_phrase
from trackit_console.store.records import AttachmentView, NoteView, RecordView

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot

TYPING_MS = 250


class RecordsPage(Page):
    """The list on the left, the history of the selected record on the right."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.ui = Ui_RecordsPage()
        self.ui.setupUi(self)
        self._target: str | None = None
        self._mark = ""
        self._shown: tuple[RecordView, list[NoteView]] | None = None
        self.table = Table(self.ui.records, TableModel(self._columns(), self), context.theme, context.window_settings)
        self.remember(self.ui.splitter, [660, 460])
        self.ui.record_card.hide()
        self.show_texts()
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self.search)
        self.ui.search.textChanged.connect(self._typed)
        self.table.picked.connect(self._selected)

    def show_texts(self) -> None:
        self.table.retitle(self._columns())
        self.ui.empty.show_text(self.tr("No record yet"), self.tr("Tickets appear here as soon as mail has been taken in."))
        shown, self._shown = self._shown, None
        if shown is not None and not self.ui.record_card.isHidden():
            self._show_record(shown)

    def _columns(self) -> list[Column[RecordView]]:
        return [
            Column(self.tr("Record"), lambda row: f"{row.module.value} {row.id}", order=lambda row: row.id),
            Column(self.tr("Subject"), lambda row: row.subject or translated(NO_SUBJECT), stretch=True),
            Column(self.tr("Requestor"), lambda row: row.requestor or "–", tip=lambda row: row.requestor_email),
            Column(
                self.tr("Status"),
                lambda row: translated(label_of(row.status)),
                tone=lambda row: "ok" if row.status is Status.OPEN else "dim",
            ),
            Column(
                self.tr("Updated"), lambda row: moment(row.updated_at, self._now), order=lambda row: row.updated_at.isoformat()
            ),
        ]

    @property
    def _now(self) -> datetime:
        return self.context.services.clock.now()

    def _typed(self) -> None:
        self._typing.start()

    def entered(self, target: Any = None) -> None:
        super().entered(target)
        if isinstance(target, str):
            self._target = target
            self.ui.search.setText("")
        self.search()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        mark = str(sorted(snapshot.today.items()))
        if mark != self._mark:
            self._mark = mark
            self.search()

    def search(self) -> None:
        """Reads the list again."""
        words = self.ui.search.text()
        self.context.tasks.run(
            lambda: self.context.services.records(words), owner=self, then=self._show_list, failed=self.show_problem
        )

    def _show_list(self, listing: Listing[RecordView]) -> None:
        self.table.show_rows(listing.rows, key=lambda row: row.ref)
        self.ui.records.setVisible(bool(listing.rows))
        self.ui.empty.setVisible(not listing.rows)
        target, self._target = self._target, None
        if target:
            self.table.select(lambda row: str(row.ref) == target)
        elif self.table.current is None and listing.rows:
            self.ui.records.selectRow(0)
        self._selected()

    def _selected(self) -> None:
        row = self.table.current
        if row is None:
            self.ui.record_card.hide()
            return
        read = partial(self.context.services.record, row.ref)
        self.context.tasks.run(read, owner=self, then=self._show_record, failed=self.show_problem)

    def _show_record(self, found: tuple[RecordView, list[NoteView]]) -> None:
        record, notes = found
        chosen = self.table.current
        # Answers come from several threads: a slow one about a record that was left must not replace what is selected.
        if chosen is None or chosen.ref != record.ref:
            return
        if found == self._shown and not self.ui.record_card.isHidden():
            return
        self._shown = found
        self.ui.record_card.show()
        heading = f"{record.module.value} {record.id}: {record.subject or translated(NO_SUBJECT)}"
        self.ui.record_heading.setText(shortened(heading))
        self.ui.record_heading.setToolTip(tip(heading))
        words = self.tr("{status} · priority {priority} · from {requestor} · source {source}")
        requestor = record.requestor or self.tr("nobody")
        self.ui.record_detail.setText(
            words.format(
                status=translated(label_of(record.status)),
                priority=translated(label_of(record.priority)),
                requestor=requestor,
                source=translated(label_of(record.source)),
            )
        )
        self._show_notes(notes)

    def _show_notes(self, notes: list[NoteView]) -> None:
        layout = self.ui.notes_layout
        while taken := layout.takeAt(0):
            if (old := taken.widget()) is not None:
                old.deleteLater()
        for note in notes:
            layout.addWidget(self._note(note))
        layout.addStretch(1)

    def _note(self, note: NoteView) -> QWidget:
        widget = QWidget()
        column = QVBoxLayout(widget)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        column.addLayout(self._note_head(note))
        text = QLabel(_note_text(note) or self.tr("(no text)"), wordWrap=True)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        column.addWidget(text)
        if note.quoted_text:
            column.addWidget(self._history(note.quoted_text), 0, Qt.AlignmentFlag.AlignLeft)
        for attachment in note.attachments:
            column.addWidget(self._attachment(note, attachment))
        if note.delivery_id is not None and note.message_id is not None:
            column.addWidget(
                self._link(self.tr("Show message"), partial(self._show_message, note)), 0, Qt.AlignmentFlag.AlignLeft
            )
        return widget

    def _note_head(self, note: NoteView) -> QHBoxLayout:
        head = QHBoxLayout()
        kind = Pill()
        kind.show_state("dim", translated(label_of(note.kind)))
        author = note.author or translated(EMAIL_MONITOR)
        who = QLabel(author, wordWrap=True)
        if note.technician:
            who.setText(self.tr("{author}, in the context of {technician}").format(author=author, technician=note.technician))
        who.setTextFormat(Qt.TextFormat.PlainText)
        when = QLabel(moment(note.at, self._now))
        when.setProperty("role", "caption")
        head.addWidget(kind)
        head.addWidget(who, 1)
        head.addWidget(when)
        return head

    def _link(self, words: str, pressed: partial[None]) -> QPushButton:
        link = QPushButton(words)
        link.setProperty("link", "true")
        link.clicked.connect(lambda _checked: pressed())
        return link

    def _history(self, quoted: str) -> QWidget:
        """The quoted history, collapsed (MSG-07)."""
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        text = QLabel(quoted, wordWrap=True)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setProperty("role", "dim")
        text.hide()
        fold = QPushButton(self.tr("Show quoted text"))
        fold.setCheckable(True)
        fold.setProperty("link", "true")
        fold.toggled.connect(text.setVisible)
        column.addWidget(fold)
        column.addWidget(text)
        return holder

    def _attachment(self, note: NoteView, attachment: AttachmentView) -> QWidget:
        words = f"{attachment.name} ({QLocale().formattedDataSize(attachment.size)})"
        if not attachment.stored:
            refused = QLabel(self.tr("{file}: not added, restricted file type").format(file=words), wordWrap=True)
            refused.setProperty("role", "caption")
            return refused
        return self._link(words, partial(self._save_attachment, note, attachment))

    def _save_attachment(self, note: NoteView, attachment: AttachmentView) -> None:
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save attachment"), attachment.name)
        if not name or note.delivery_id is None:
            return
        delivery_id = note.delivery_id

        def save() -> None:
            content = self.context.services.attachment(delivery_id, attachment.sha256)
            if content is None:
                raise AttachmentGone(file=attachment.name)
            write_file(Path(name), content)

        self.do(save)

    def _show_message(self, note: NoteView) -> None:
        from trackit_console.console.dialogs.message import open_message

        if note.delivery_id is not None and self._shown is not None:
            open_message(self, self.context, note.delivery_id, self._shown[0].subject)


def _note_text(note: NoteView) -> str:
    """What a note says; a system note says its reasons, in the language of this console."""
    return note.text or "\n".join(translated(reason_phrase(each)) for each in note.reasons)
