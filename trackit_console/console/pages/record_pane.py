"""The record that is selected on the Records page: its fields, its history, and a note that is being written (MSG-02 to MSG-07)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton

from trackit_console.console.display_text import shortened, tip, translated
from trackit_console.console.due_text import pill_of
from trackit_console.console.pages.attachment_actions import AttachmentActions
from trackit_console.console.pages.note_draft import NoteDraft
from trackit_console.console.pages.record_actions import RecordActions
from trackit_console.console.pages.record_fields import show_fields, show_limits, show_links
from trackit_console.console.widgets.layouts import clear
from trackit_console.console.widgets.note_widget import NoteWidget
from trackit_console.domain.outgoing_mail import MailState
from trackit_console.domain.records import Status
from trackit_console.helpdesk.labels import NO_SUBJECT, label_of

if TYPE_CHECKING:
    from trackit_console.console.operations.records import RecordDetail
    from trackit_console.console.pages.page import Page
    from trackit_console.domain.records import Person, RecordRef
    from trackit_console.mail import Message
    from trackit_console.store.record_views import RecordView

NOTES_SHOWN = 50
"""The newest notes of a long history; a button shows the others. Each note is several widgets."""


class RecordPane(QObject):
    """The right side of the form `ui`. `changed` says that a record was changed, `link_followed` names a linked record."""

    changed = Signal()
    link_followed = Signal(object)

    def __init__(self, ui: Any, page: Page) -> None:
        super().__init__(page)
        self._ui = ui
        self._page = page
        self._shown: RecordDetail | None = None
        self._all_notes = False
        self._attachments = AttachmentActions(page)
        self._actions = RecordActions(ui, page)
        self._draft = NoteDraft(ui, page)
        for part in (self._actions, self._draft):
            part.changed.connect(self.changed)
            part.working.connect(self._lock)
        self._draft.added.connect(self._actions.follow)
        ui.record_card.hide()

    @property
    def unsaved(self) -> bool:
        """Whether a note was typed, and not added."""
        return self._draft.unsaved

    @property
    def awaits_mail(self) -> bool:
        """Whether a reply that is shown was not sent yet, so that its state may change."""
        mails = self._shown.mails.values() if self._shown is not None else ()
        return any(each.state is not MailState.SENT for sent in mails for each in sent)

    def has_draft(self, ref: RecordRef) -> bool:
        """Whether a note on `ref` was typed, and not added."""
        return self._draft.has(ref)

    def discard(self) -> None:
        """Forgets notes that were not added."""
        self._draft.discard()

    def hide(self) -> None:
        """Shows no record."""
        self._ui.record_card.hide()
        self._actions.follow(None)

    def show_technicians(self, technicians: Sequence[Person]) -> None:
        """Offers these technicians for the record."""
        self._actions.show_technicians(technicians)

    def delete(self) -> None:
        """**Delete…**, if a record is shown."""
        self._actions.delete()

    def show_record(self, found: RecordDetail) -> None:
        """Shows a record; one that is as it was last shown keeps what was unfolded."""
        if found == self._shown:
            if self._ui.record_card.isHidden():
                self._ui.record_card.show()
                self._actions.follow(found.record)
            return
        same = self._shown is not None and self._shown.record.ref == found.record.ref
        self._all_notes = self._all_notes and same
        self._shown = found
        self._ui.record_card.show()
        self._draft.follow(found.record.ref, found.correspondence)
        self._actions.follow(found.record)
        self._show_heading(found.record)
        self._show_fields(found)
        self._show_notes(found)

    def tick(self) -> None:
        """A minute has passed: due times are nearer by then."""
        if self._shown is not None and self._shown.record.service_level.name and not self._ui.record_card.isHidden():
            self._show_heading(self._shown.record)
            self._show_fields(self._shown)

    def show_texts(self) -> None:
        """Shows the same record in the current language."""
        self._actions.show_texts()
        self._draft.show_texts()
        shown, self._shown = self._shown, None
        if shown is not None and not self._ui.record_card.isHidden():
            self.show_record(shown)

    def _lock(self, working: bool) -> None:
        self._actions.lock(working)
        self._draft.lock(working)

    def _show_heading(self, record: RecordView) -> None:
        heading = f"{record.module.value} {record.id}: {record.subject or translated(NO_SUBJECT)}"
        self._ui.record_heading.setText(shortened(heading))
        self._ui.record_heading.setToolTip(tip(heading))
        self._ui.due_pill.show_state(*pill_of(record, self._page.context.services.clock.now()))
        self._ui.status_pill.show_state(
            "ok" if record.status is Status.OPEN else "dim", translated(label_of(record.status)) if record.priority else ""
        )

    def _show_fields(self, found: RecordDetail) -> None:
        now = self._page.context.services.clock.now()
        show_fields(self._ui.fields_layout, found.record, now, found.came_back)
        show_limits(self._ui.fields_layout, found.record, now)
        show_links(self._ui.fields_layout, found.links, self.link_followed.emit)

    def _show_notes(self, found: RecordDetail) -> None:
        layout, notes = self._ui.notes_layout, found.notes
        clear(layout)
        hidden = 0 if self._all_notes else max(0, len(notes) - NOTES_SHOWN)
        if hidden:
            more = QPushButton(self.tr("Show earlier notes ({number})").format(number=hidden))
            more.setProperty("link", "true")
            more.clicked.connect(self._show_all_notes)
            layout.addWidget(more)
        for note in notes[hidden:]:
            widget = NoteWidget(note, self._page.context.services.clock.now(), found.mails.get(note.message_id or "", ()))
            widget.mail_clicked.connect(partial(self._page.context.open_page, "outgoing_mail"))
            if note.delivery_id is not None:
                widget.open_clicked.connect(partial(self._attachments.open, note.delivery_id))
                widget.save_clicked.connect(partial(self._attachments.save, note.delivery_id))
                widget.message_clicked.connect(partial(self._show_message, note.delivery_id))
                widget.formatted_wanted.connect(partial(self._show_formatted, widget, note.delivery_id))
            layout.addWidget(widget)
        layout.addStretch(1)

    def _show_all_notes(self) -> None:
        self._all_notes = True
        if self._shown is not None:
            self._show_notes(self._shown)

    def _show_formatted(self, widget: NoteWidget, delivery_id: int) -> None:
        """On a worker thread: a large message takes its time to be parsed. `widget` may be gone when it is."""
        from trackit_console.console.dialogs.kept_message import MessageNotKept

        def read() -> Message:
            message = self._page.context.services.messages.message(delivery_id)
            if message is None:
                raise MessageNotKept
            return message

        self._page.context.tasks.run(read, owner=widget, then=widget.show_formatted, failed=self._page.show_problem)

    def _show_message(self, delivery_id: int) -> None:
        from trackit_console.console.dialogs.kept_message import open_message

        if self._shown is not None:
            open_message(self._page, self._page.context, delivery_id, self._shown.record.subject)
