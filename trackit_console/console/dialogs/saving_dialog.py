"""Base of dialogs that save one object: **Save**, conflicts, and asking before edits are lost (T-04, T-05, DB-04).

Whoever opened the dialog saves what it emits, and calls back how that went.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSettings, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from trackit_console.console.conflicts import field_choices, untouched
from trackit_console.console.dialogs.conflict import show_conflict
from trackit_console.console.dialogs.form_dialog import FormDialog
from trackit_console.console.display_text import translated
from trackit_console.console.message_boxes import ask
from trackit_console.console.saved_by_another import SavedByAnother
from trackit_console.console.task import Task
from trackit_console.console.widgets.form_lock import FormLock
from trackit_console.settings.validation import Finding
from trackit_console.store.row_mapping import Stored


class SavingDialog(FormDialog):
    """The form `ui` has `scroll_body`, which is locked while it is saved, `save_button` and `cancel_button`."""

    saved = Signal(object)

    def __init__(
        self, ui: Any, names: Iterable[str], window_settings: QSettings, stored: Stored[Any] | None, parent: QWidget | None
    ) -> None:
        super().__init__(ui, names, window_settings, stored, parent)
        self._saving: Task | None = None
        self._saved_and_closed = False
        self._form_lock = FormLock(ui.scroll_body)
        ui.save_button.clicked.connect(self.accept)
        ui.cancel_button.clicked.connect(self.reject)

    # ------------------------------------------------------------------ provided by each dialog

    def fields_of(self, made: Any) -> dict[str, Any]:
        """The fields of `made` as the database would store them."""
        return dict(made)

    @property
    def save_as_new(self) -> str:
        """The text of the button that saves a deleted object as a new one."""
        raise TypeError(type(self).__name__)

    # ------------------------------------------------------------------ saving

    def accept(self) -> None:
        """**Save**. The form is locked meanwhile: what was typed then would not be saved."""
        made = self.validated()
        if made is not None and self._saving is None:
            self._save(made)

    def _save(self, made: Any) -> None:
        self._set_busy(True)
        self._form_lock.lock()
        # Last: whoever is connected may answer at once, and unlocks the form.
        self.saved.emit(made)

    def saving_started(self, task: Task) -> None:
        """Called by the page with the running task: **Cancel** cancels it, and the dialog stays open until it has ended."""
        self._saving = task

    def saving_failed(self, found: Sequence[Finding] = ()) -> None:
        """Called by the page when saving failed: unlocks the form with everything in it."""
        self._saving = None
        self._set_busy(False)
        # Before the focus: a field that is disabled cannot take it.
        self._form_lock.unlock()
        self.binding.show(found)
        self.binding.focus_first(found)

    def saving_conflicted(self, problem: SavedByAnother, made: Any) -> None:
        """Called by the page when another user saved first (DB-04). The next **Save** replaces their version, or adds a new one."""
        self.saving_failed()
        if problem.saved is None:
            self._offer_as_new(problem)
            return
        before, saved, mine = self.stored.value if self.stored else None, problem.saved.value, self.fields_of(made)
        choices = list(field_choices(before, mine, saved))
        self.stored = problem.saved
        if before is not None:
            self.take_over(untouched(dict(before), mine, dict(saved)))
        self.show_fields()

        def take(of_mine: Collection[str], of_theirs: Collection[str]) -> None:
            self.take_over({name: mine.get(name) for name in of_mine} | {name: getattr(saved, name) for name in of_theirs})
            self.show_fields()

        show_conflict(self, problem, choices, take)

    def take_over(self, fields: Mapping[str, Any]) -> None:
        """Shows the values of `fields` and leaves the other fields as they are."""
        self.binding.fill(fields)

    def _offer_as_new(self, problem: SavedByAnother) -> None:
        words = self.tr("{who} deleted this {when}, while you were editing it.")
        words = words.format(who=problem.who, when=translated(problem.when))
        if ask(self, self.windowTitle(), words, [self.save_as_new, self.tr("Keep editing")]) == 0:
            self.begin_new()
            self.accept()

    def begin_new(self) -> None:
        """Makes **Save** add a new object. Stored secrets were deleted with the old one and must be typed again."""
        self.stored = None
        self.binding.forget_secrets()

    def saving_succeeded(self) -> None:
        """Called by the page when saving succeeded: closes the dialog."""
        self._saving = None
        self._saved_and_closed = True
        # Not the `accept` of this class, which would save again.
        super().accept()

    def _set_busy(self, busy: bool) -> None:
        self.ui.save_button.setEnabled(not busy)

    # ------------------------------------------------------------------ closing

    @property
    def unsaved(self) -> bool:
        return not self._saved_and_closed and super().unsaved

    def reject(self) -> None:
        if self.may_close():
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the window is **Cancel**."""
        if self.isVisible():
            self.reject()
        # Still visible if the answer was **Keep editing**, or while it is being saved.
        event.setAccepted(not self.isVisible())

    def may_close(self) -> bool:
        if self._saving is not None:
            # It may be committed already: the dialog stays until the task has answered.
            self._saving.cancel()
            return False
        return super().may_close()
