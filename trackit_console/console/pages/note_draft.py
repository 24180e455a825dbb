"""**Add note** and **Send**: what is typed stays with its record until it was added, whatever else is selected meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut

from trackit_console.console.pages.reply_form import ReplyChoice, ReplyForm
from trackit_console.helpdesk.reply import ReplyDraft, ReplyNotPossible
from trackit_console.store.saving_errors import RecordDeleted

if TYPE_CHECKING:
    from trackit_console.console.pages.page import Page
    from trackit_console.domain.records import RecordRef
    from trackit_console.helpdesk.reply import Correspondence


@dataclass(frozen=True, slots=True)
class _Draft:
    text: str = ""
    private: bool = False
    reply: ReplyChoice = field(default_factory=ReplyChoice)


class NoteDraft(QObject):
    """The note field of the form `ui`.

    `added` has the record after the note was added; `changed` says that the list is to be read again; `working` begins and
    ends with a write.
    """

    added = Signal(object)
    changed = Signal()
    working = Signal(bool)

    def __init__(self, ui: Any, page: Page) -> None:
        super().__init__(page)
        self._ui = ui
        self._page = page
        self._ref: RecordRef | None = None
        self._locked = False
        self._drafts: dict[RecordRef, _Draft] = {}
        self._reply = ReplyForm(ui, page)
        self._reply.changed.connect(self._keep)
        ui.note_text.textChanged.connect(self._keep)
        ui.note_private.toggled.connect(self._keep)
        ui.note_button.clicked.connect(self.add)
        ui.reply_preview.clicked.connect(self.show_email)
        for widget in (ui.note_text, ui.reply_to):
            for keys in ("Ctrl+Return", "Ctrl+Enter"):
                shortcut = QShortcut(QKeySequence(keys), widget, self.add)
                shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)

    @property
    def unsaved(self) -> bool:
        """Whether anything was typed, and not added."""
        return bool(self._drafts)

    def has(self, ref: RecordRef) -> bool:
        """Whether a note on `ref` was typed, and not added."""
        return ref in self._drafts

    def discard(self) -> None:
        """Forgets everything that was typed."""
        self._drafts.clear()
        self._show(_Draft())

    def follow(self, ref: RecordRef, correspondence: Correspondence) -> None:
        """Shows what was typed about `ref`, which can be answered to these people."""
        self._reply.offer(correspondence)
        if ref != self._ref:
            self._ref = ref
            self._show(self._drafts.get(ref, _Draft()))
        self._refresh()

    def show_texts(self) -> None:
        """Sets the texts in the current language."""
        self._reply.show_texts()
        self._refresh()

    def lock(self, locked: bool) -> None:
        """Nothing can be typed or added while a write runs."""
        self._locked = locked
        self._ui.note_text.setReadOnly(locked)
        self._refresh()

    def add(self) -> None:
        """**Add note** or **Send**; one that is empty, or is to be sent to nobody, is not added."""
        ref = self._ref
        if ref is None or not self._can_add:
            return
        text, private = self._ui.note_text.toPlainText(), self._ui.note_private.isChecked()
        records = self._page.context.services.records
        if self._reply.by_email:
            write = partial(records.reply, ref, self._reply_draft)
        else:
            write = partial(records.add_note, ref, text, private=private)
        self.working.emit(True)
        self._page.do(write, then=partial(self._done, ref), failed=partial(self._failed, ref, text))

    def show_email(self) -> None:
        """**Show email**: what would be sent, without sending it."""
        from trackit_console.console.dialogs.kept_message import open_kept_message

        if self._ref is not None and self._reply.recipients:
            read = partial(self._page.context.services.records.composed_reply, self._ref, self._reply_draft)
            open_kept_message(self._page, self._page.context, read, self._reply.subject)

    @property
    def _reply_draft(self) -> ReplyDraft:
        return ReplyDraft(self._ui.note_text.toPlainText(), self._reply.recipients, self._reply.choice.quote)

    @property
    def _can_add(self) -> bool:
        typed = bool(self._ui.note_text.toPlainText().strip())
        return typed and not self._locked and (not self._reply.by_email or bool(self._reply.recipients))

    def _done(self, ref: RecordRef, record: object) -> None:
        self._drafts.pop(ref, None)
        self.working.emit(False)
        if ref == self._ref:
            self._show(_Draft())
            self.added.emit(record)
        self.changed.emit()

    def _failed(self, ref: RecordRef, text: str, problem: Exception) -> None:
        self.working.emit(False)
        if isinstance(problem, RecordDeleted):
            # The record leaves the list, and the field goes with it.
            QGuiApplication.clipboard().setText(text)
            self._drafts.pop(ref, None)
        if isinstance(problem, RecordDeleted | ReplyNotPossible):
            self.changed.emit()
        self._page.show_problem(problem)

    def _show(self, draft: _Draft) -> None:
        with QSignalBlocker(self._ui.note_text), QSignalBlocker(self._ui.note_private):
            self._ui.note_text.setPlainText(draft.text)
            self._ui.note_private.setChecked(draft.private)
        self._reply.show(draft.reply)
        self._refresh()

    def _keep(self) -> None:
        text = self._ui.note_text.toPlainText()
        if self._ref is not None:
            if text.strip():
                self._drafts[self._ref] = _Draft(text, self._ui.note_private.isChecked(), self._reply.choice)
            else:
                self._drafts.pop(self._ref, None)
        self._refresh()

    def _refresh(self) -> None:
        ui, sending = self._ui, self._reply.by_email
        ui.note_button.setText(self.tr("Send") if sending else self.tr("Add note"))
        ui.note_button.setAccessibleName(ui.note_button.text())
        ui.note_button.setToolTip(
            self.tr("Sends the note by email and adds it (Ctrl+Enter)") if sending else self.tr("Adds the note (Ctrl+Enter)")
        )
        ui.note_button.setEnabled(self._can_add)
        ui.reply_preview.setEnabled(bool(self._reply.recipients))
        self._reply.refresh(private=ui.note_private.isChecked(), locked=self._locked)
