"""**Add note**: what is typed stays with its record until it was added, whatever else is selected meanwhile."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut

from trackit_console.store.errors import RecordDeleted

if TYPE_CHECKING:
    from trackit_console.console.pages.page import Page
    from trackit_console.domain.records import RecordRef


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
        self._drafts: dict[RecordRef, tuple[str, bool]] = {}
        ui.note_text.textChanged.connect(self._keep)
        ui.note_private.toggled.connect(self._keep)
        ui.note_button.clicked.connect(self.add)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), ui.note_text, self.add)
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
        self._show("", private=False)

    def follow(self, ref: RecordRef) -> None:
        """Shows what was typed about `ref`."""
        if ref != self._ref:
            self._ref = ref
            self._show(*self._drafts.get(ref, ("", False)))

    def lock(self, locked: bool) -> None:
        """Nothing can be typed or added while a write runs."""
        self._locked = locked
        self._ui.note_text.setReadOnly(locked)
        self._refresh()

    def add(self) -> None:
        """**Add note**: one that is empty is not added."""
        ref = self._ref
        if ref is None or self._locked or not self._ui.note_text.toPlainText().strip():
            return
        text, private = self._ui.note_text.toPlainText(), self._ui.note_private.isChecked()
        self.working.emit(True)
        write = partial(self._page.context.services.records.add_note, ref, text, private=private)
        self._page.do(write, then=partial(self._done, ref), failed=partial(self._failed, ref, text))

    def _done(self, ref: RecordRef, record: object) -> None:
        self._drafts.pop(ref, None)
        self.working.emit(False)
        if ref == self._ref:
            self._show("", private=False)
            self.added.emit(record)
        self.changed.emit()

    def _failed(self, ref: RecordRef, text: str, problem: Exception) -> None:
        self.working.emit(False)
        if isinstance(problem, RecordDeleted):
            # The record leaves the list, and the field goes with it.
            QGuiApplication.clipboard().setText(text)
            self._drafts.pop(ref, None)
            self.changed.emit()
        self._page.show_problem(problem)

    def _show(self, text: str, private: bool) -> None:
        for widget in (self._ui.note_text, self._ui.note_private):
            widget.blockSignals(True)
        self._ui.note_text.setPlainText(text)
        self._ui.note_private.setChecked(private)
        for widget in (self._ui.note_text, self._ui.note_private):
            widget.blockSignals(False)
        self._refresh()

    def _keep(self) -> None:
        text = self._ui.note_text.toPlainText()
        if self._ref is not None:
            if text.strip():
                self._drafts[self._ref] = text, self._ui.note_private.isChecked()
            else:
                self._drafts.pop(self._ref, None)
        self._refresh()

    def _refresh(self) -> None:
        self._ui.note_button.setEnabled(not self._locked and bool(self._ui.note_text.toPlainText().strip()))
        self._ui.note_private.setEnabled(not self._locked)
