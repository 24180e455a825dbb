"""One note of a record: who wrote it, its text, quoted history and attachments (MSG-02 to MSG-07)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from trackit_console.console.display_text import moment, size_text, translated
from trackit_console.console.widgets.mail_view import MailView
from trackit_console.console.widgets.pill import Pill
from trackit_console.console.widgets.reply_states import ReplyStates
from trackit_console.domain.records import NoteKind
from trackit_console.helpdesk.labels import EMAIL_MONITOR, label_of
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.mail import Message
from trackit_console.store.outbox_views import OutboxView
from trackit_console.store.record_views import AttachmentView, NoteView

FORMATTED_HEIGHT = 260
"""Pixels; longer mail scrolls within."""
READABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


class NoteWidget(QWidget):
    """Shows `note`, to be read and copied; emits which attachment is to be opened or saved, and what is wanted of the message.

    `mails` are those in which a reply was sent; `mail_clicked` has the Message-ID by which they are found. `formatted_wanted` asks for the message; whoever reads it calls `show_formatted`.
    """

    open_clicked = Signal(object)
    save_clicked = Signal(object)
    message_clicked = Signal()
    formatted_wanted = Signal()
    mail_clicked = Signal(str)

    def __init__(self, note: NoteView, now: datetime, mails: Sequence[OutboxView] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        column.addLayout(self._head(note, now))
        self._text = QLabel(_note_text(note) or self.tr("(no text)"), wordWrap=True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)  # the sender's text must not be taken for HTML
        self._text.setTextInteractionFlags(READABLE)
        column.addWidget(self._text)
        self._formatted: MailView | None = None
        if note.quoted_text:
            column.addWidget(self._history(note.quoted_text))
        for attachment in note.attachments:
            column.addWidget(self._attachment(attachment))
        if note.delivery_id is not None and note.message_id is not None:
            column.addLayout(self._links())
        if mails:
            states = ReplyStates(mails, self)
            states.clicked.connect(partial(self.mail_clicked.emit, note.message_id))
            column.addWidget(states)

    def show_formatted(self, message: Message) -> None:
        """Shows the HTML of the message in the place of its text; says so if it has none."""
        if message.html is None:
            self._formatted_link.setText(self.tr("The message has plain text only."))
            self._formatted_link.setEnabled(False)
            return
        self._formatted = MailView(self)
        self._formatted.setMinimumHeight(FORMATTED_HEIGHT)
        self._formatted.show_message(message.html, message.attachments)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(layout.indexOf(self._text), self._formatted)
        self._turn(formatted=True)

    def _turn(self, *, formatted: bool) -> None:
        if self._formatted:
            self._formatted.setVisible(formatted)
            self._text.setVisible(not formatted)
            self._formatted_link.setText(self.tr("Show plain text") if formatted else self.tr("Show formatted"))

    def _toggle_formatted(self) -> None:
        if self._formatted is None:
            self.formatted_wanted.emit()
        else:
            self._turn(formatted=self._formatted.isHidden())

    def _links(self) -> QHBoxLayout:
        self._formatted_link = self._link(self.tr("Show formatted"), self._toggle_formatted)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._link(self.tr("Show message"), self.message_clicked.emit))
        row.addWidget(self._formatted_link)
        row.addStretch(1)
        return row

    def _head(self, note: NoteView, now: datetime) -> QHBoxLayout:
        head = QHBoxLayout()
        kind = Pill()
        kind.show_state("ok" if note.kind is NoteKind.NOTE else "dim", self._kind(note))
        author = note.author or translated(EMAIL_MONITOR)
        who = QLabel(author, wordWrap=True)
        if note.technician:
            who.setText(self.tr("{author}, in the context of {technician}").format(author=author, technician=note.technician))
        who.setTextFormat(Qt.TextFormat.PlainText)
        when = QLabel(moment(note.at, now))
        when.setProperty("role", "caption")
        head.addWidget(kind)
        if note.private:
            private = Pill()
            private.show_state("warn", self.tr("Private"))
            head.addWidget(private)
        head.addWidget(who, 1)
        head.addWidget(when)
        return head

    def _kind(self, note: NoteView) -> str:
        return self.tr("Reply") if note.is_reply else translated(label_of(note.kind))

    def _link(self, words: str, clicked: Callable[[], None], name: str = "") -> QPushButton:
        link = QPushButton(words)
        link.setProperty("link", "true")
        link.setAccessibleName(name or words)
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
        text.setTextInteractionFlags(READABLE)
        text.setProperty("role", "dim")
        text.hide()
        show, hide = self.tr("Show quoted text"), self.tr("Hide quoted text")
        fold = QPushButton(show)
        fold.setCheckable(True)
        fold.setProperty("link", "true")
        fold.toggled.connect(text.setVisible)
        fold.toggled.connect(lambda shown: fold.setText(hide if shown else show))
        column.addWidget(fold, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(text)
        return holder

    def _attachment(self, attachment: AttachmentView) -> QWidget:
        words = f"{attachment.name} ({size_text(attachment.size)})"
        if not attachment.stored:
            refused = QLabel(self.tr("{file}: not added, restricted file type").format(file=words), wordWrap=True)
            refused.setTextFormat(Qt.TextFormat.PlainText)
            refused.setProperty("role", "caption")
            return refused
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        name = QLabel(words, wordWrap=True)
        name.setTextFormat(Qt.TextFormat.PlainText)
        row.addWidget(name, 1)
        for text, said, signal in (
            (self.tr("Open"), self.tr("Open {file}"), self.open_clicked),
            (self.tr("Save…"), self.tr("Save {file}"), self.save_clicked),
        ):
            row.addWidget(self._link(text, partial(signal.emit, attachment), said.format(file=attachment.name)))
        return holder


def _note_text(note: NoteView) -> str:
    """What a note says; a system note says its reasons, in the language of this console."""
    return note.text or "\n".join(translated(reason_phrase(each)) for each in note.reasons)
