"""One note of a record: who wrote it, its text, quoted history and attachments (MSG-02 to MSG-07)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from trackit_console.console.display_text import moment, translated
from trackit_console.console.widgets.pill import Pill
from trackit_console.helpdesk.labels import EMAIL_MONITOR, label_of
from trackit_console.monitor.kept_sentences import reason_phrase
from trackit_console.store.records import AttachmentView, NoteView


class NoteWidget(QWidget):
    """Shows `note`, to be read and copied; emits the attachment that was clicked, or that the message was."""

    attachment_clicked = Signal(object)
    message_clicked = Signal()

    def __init__(self, note: NoteView, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        column.addLayout(self._head(note, now))
        text = QLabel(_note_text(note) or self.tr("(no text)"), wordWrap=True)
        text.setTextFormat(Qt.TextFormat.PlainText)  # the sender's text must not be taken for HTML
        text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        column.addWidget(text)
        if note.quoted_text:
            column.addWidget(self._history(note.quoted_text), 0, Qt.AlignmentFlag.AlignLeft)
        for attachment in note.attachments:
            column.addWidget(self._attachment(attachment))
        if note.delivery_id is not None and note.message_id is not None:
            link = self._link(self.tr("Show message"), self.message_clicked.emit)
            column.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)

    def _head(self, note: NoteView, now: datetime) -> QHBoxLayout:
        head = QHBoxLayout()
        kind = Pill()
        kind.show_state("dim", translated(label_of(note.kind)))
        author = note.author or translated(EMAIL_MONITOR)
        who = QLabel(author, wordWrap=True)
        if note.technician:
            who.setText(self.tr("{author}, in the context of {technician}").format(author=author, technician=note.technician))
        who.setTextFormat(Qt.TextFormat.PlainText)
        when = QLabel(moment(note.at, now))
        when.setProperty("role", "caption")
        head.addWidget(kind)
        head.addWidget(who, 1)
        head.addWidget(when)
        return head

    def _link(self, words: str, clicked: Callable[[], None]) -> QPushButton:
        link = QPushButton(words)
        link.setProperty("link", "true")
        # The signal passes `checked`, which the actions do not take.
        link.clicked.connect(lambda _checked: clicked())
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

    def _attachment(self, attachment: AttachmentView) -> QWidget:
        words = f"{attachment.name} ({QLocale().formattedDataSize(attachment.size)})"
        if not attachment.stored:
            refused = QLabel(self.tr("{file}: not added, restricted file type").format(file=words), wordWrap=True)
            refused.setProperty("role", "caption")
            return refused
        return self._link(words, partial(self.attachment_clicked.emit, attachment))


def _note_text(note: NoteView) -> str:
    """What a note says; a system note says its reasons, in the language of this console."""
    return note.text or "\n".join(translated(reason_phrase(each)) for each in note.reasons)
