"""Base of the account dialogs: binding, validation, connection test, saving, and asking before edits are lost (T-04, T-05).

What is specific to an account is in `mailbox` and `outgoing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr
from PySide6.QtCore import QEvent, QSettings, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QWidget

from trackit_console.cancel import Cancel
from trackit_console.console.conflicts import SavedByAnother, differences, untouched
from trackit_console.console.form_binding import Binding
from trackit_console.console.language import is_language_change, name_buttons
from trackit_console.console.message_boxes import ask, show_conflict, show_problem
from trackit_console.console.task import Task
from trackit_console.console.tasks import Tasks
from trackit_console.console.trust import agreed
from trackit_console.settings.validation import Finding
from trackit_console.store.row_mapping import Stored
from trackit_console.transports.steps import Step, StepName, StepState, passed

if TYPE_CHECKING:
    from trackit_console.transports.certificate import Certificate

Check = Callable[[Cancel], Iterator[Step]]


class SettingsDialog(QDialog):
    """A form on the left, the progress of the test on the right, buttons at the bottom."""

    saved = Signal(object)
    help_page = ""

    def __init__(
        self,
        ui: Any,
        names: Iterable[str],
        tasks: Tasks,
        window_settings: QSettings,
        stored: Stored[Any] | None,
        parent: QWidget | None,
    ) -> None:
        super().__init__(parent)
        self.ui = ui
        self.stored = stored
        """What **Save** replaces, with the version that was read last; None adds a new one."""
        ui.setupUi(self)
        self._tasks = tasks
        self._window_settings = window_settings
        self._running: Task | None = None
        self._saving: Task | None = None
        self._testing_for_save = False
        self._focused: QWidget | None = None
        self._done_for_good = False
        self._untouched: dict[str, Any] = {}
        self.binding = Binding(ui, names, self)
        self.binding.left.connect(self._check_field)
        ui.save_button.clicked.connect(self.accept)
        ui.cancel_button.clicked.connect(self.reject)
        ui.test_button.clicked.connect(self.test)
        ui.stop_test_button.clicked.connect(self._cancel_test)
        ui.steps.trust_wanted.connect(self._trust)
        self._show_running(False)
        self._restore_size()

    # ------------------------------------------------------------------ to be said by the dialog for an account

    def read(self) -> tuple[Any, list[Finding]]:
        """The settings object of the form (None if it is not valid) and all findings."""
        raise TypeError(type(self).__name__)

    def check_of(self, made: Any) -> tuple[Check, Sequence[StepName]]:
        """The connection test for `made`, and the names of its steps."""
        raise TypeError(type(self).__name__)

    def needs_test(self, made: Any) -> bool:
        """Whether `made` is tested before it is saved (IN-11)."""
        raise TypeError(type(self).__name__)

    def after_failed_test(self, made: Any) -> Any:
        """Asks the admin what to do; returns what to save, or None to go back to the form."""
        raise TypeError(type(self).__name__)

    def state(self) -> dict[str, Any]:
        """The contents of the form, to detect unsaved changes."""
        raise TypeError(type(self).__name__)

    def fields_of(self, made: Any) -> dict[str, Any]:
        """The fields of `made` as the database would store them."""
        return dict(made)

    def show_texts(self) -> None:
        """Sets the texts that are not in the .ui file; called by the constructor and when the language changes."""
        raise TypeError(type(self).__name__)

    def show_fields(self) -> None:
        """Shows the fields that apply to the current choices."""
        raise TypeError(type(self).__name__)

    @property
    def save_as_new(self) -> str:
        """The text of the button that saves a deleted object as a new one."""
        raise TypeError(type(self).__name__)

    # ------------------------------------------------------------------ validating

    def validated(self) -> Any:
        """The settings object of the form. If it is not valid: shows the findings, focuses the first one, returns None."""
        made, found = self.read()
        self.binding.show(found)
        if found:
            self.reveal([each.field for each in found])
            self.binding.focus_first(found)
            return None
        return made

    def reveal(self, names: Sequence[str]) -> None:
        """Expands the section that hides one of the fields."""

    def _check_field(self, name: str) -> None:
        _, found = self.read()
        self.binding.show(found, [name])

    def check_again(self) -> None:
        """Updates shown findings after an edit: it may have fixed a finding at another field."""
        if wrong := self.binding.wrong_fields:
            _, found = self.read()
            self.binding.show(found, wrong)

    # ------------------------------------------------------------------ testing and saving

    def test(self) -> None:
        """**Test Connection** with the current values, saved or not."""
        made = self.validated()
        if made is not None:
            self._follow(made, self._test_ended)

    def accept(self) -> None:
        """**Save**, after a test if one is needed. The form is locked meanwhile: what was typed then would not be saved."""
        made = self.validated()
        if made is None or self._running is not None or self._saving is not None:
            return
        if self.needs_test(made):
            self._testing_for_save = True
            self._lock(True)
            self._follow(made, lambda: self._save_tested(made))
        else:
            self._save(made)

    def _follow(self, made: Any, then: Callable[[], None]) -> None:
        check, names = self.check_of(made)
        self.ui.steps.begin(names)
        self._show_running(True)

        def ended(_answer: object) -> None:
            self._test_over()
            then()

        show = self.ui.steps.show_step
        self._running = self._tasks.run(check, owner=self, then=ended, failed=self._test_broke, step=show, quiet=True)
        self._running.finished.connect(self._test_over)

    def _test_ended(self) -> None:
        """Nothing to do: the list of steps shows the result."""

    def _test_over(self) -> None:
        if self._running is not None:
            self._running = None
            self._testing_for_save = False
            self._show_running(False)
            self._lock(False)

    def _test_broke(self, problem: Exception) -> None:
        self._test_over()
        show_problem(self, problem)

    def _save_tested(self, made: Any) -> None:
        kept = made if passed(self.ui.steps.report) else self.after_failed_test(made)
        if kept is not None:
            self._save(kept)

    def _save(self, made: Any) -> None:
        self._set_busy(True)
        self._lock(True)
        self.saved.emit(made)

    def saving(self, task: Task) -> None:
        """Called by the page with the running task: **Cancel** cancels it, and the dialog stays open until it has ended."""
        self._saving = task

    def keep_open(self, found: Sequence[Finding] = ()) -> None:
        """Called by the page when saving failed: unlocks the form with everything in it."""
        self._saving = None
        self._set_busy(False)
        self._lock(False)
        self.binding.show(found)
        self.binding.focus_first(found)

    def overtaken(self, problem: SavedByAnother, made: Any) -> None:
        """Called by the page when another user saved first (DB-04). The next **Save** replaces their version, or adds a new one."""
        self.keep_open()
        if problem.saved is None:
            self._offer_as_new(problem.who)
            return
        before, saved, mine = self.stored.value if self.stored else None, problem.saved.value, self.fields_of(made)
        lines = list(differences(before, mine, saved))
        self.stored = problem.saved
        if before is not None:
            self.binding.fill(untouched(dict(before), mine, dict(saved)))
        self.show_fields()
        show_conflict(self, problem, lines)

    def _offer_as_new(self, who: str) -> None:
        words = self.tr("{who} deleted this while you were editing it.").format(who=who)
        if ask(self, self.windowTitle(), words, [self.save_as_new, self.tr("Keep editing")]) == 0:
            self.begin_new()
            self.accept()

    def begin_new(self) -> None:
        """Makes **Save** add a new object. Stored secrets were deleted with the old one and must be typed again."""
        self.stored = None
        self.binding.forget_secrets()

    def done_for_good(self) -> None:
        """Called by the page when saving succeeded: closes the dialog."""
        self._saving = None
        self._done_for_good = True
        super().accept()

    def _lock(self, locked: bool) -> None:
        """Disables the form while it is saved, and restores the focus afterwards."""
        form: QWidget = self.ui.scroll_body
        if locked == (not form.isEnabled()):
            return
        if locked:
            self._focused = self.focusWidget()
        form.setEnabled(not locked)
        if not locked and self._focused is not None and form.isAncestorOf(self._focused):
            self._focused.setFocus()

    def _set_busy(self, busy: bool) -> None:
        self.ui.save_button.setEnabled(not busy)
        self.ui.test_button.setEnabled(not busy)

    def _show_running(self, running: bool) -> None:
        self._set_busy(running)
        self.ui.stop_test_button.setVisible(running)

    def _cancel_test(self) -> None:
        if self._running is not None:
            self._running.drop()
            for step in self.ui.steps.report:
                if step.state is StepState.RUNNING:
                    self.ui.steps.show_step(Step(step.name, StepState.SKIPPED, detail=None))

    def _trust(self, certificate: Certificate) -> None:
        """**Trust this certificate**: pins it for this account when the admin agrees, and tests again."""
        if self._running is None and agreed(self, certificate):
            self.binding.fill({"pinned_certificate": certificate.fingerprint})
            self.reveal(["pinned_certificate"])
            self.test()

    # ------------------------------------------------------------------ closing

    def opened(self) -> None:
        """Marks the current contents of the form as unchanged, and shows what is wrong with stored settings."""
        self._untouched = self.state()
        found = self.stored.findings if self.stored else ()
        self.binding.show(found)
        self.reveal([each.field for each in found])

    @property
    def unsaved(self) -> bool:
        """Whether closing would lose edits."""
        return not self._done_for_good and _plain(self.state()) != _plain(self._untouched)

    def reject(self) -> None:
        if self._may_close():
            self._cancel_test()
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the window is **Cancel**."""
        if self.isVisible():
            self.reject()
        event.setAccepted(not self.isVisible())

    def _may_close(self) -> bool:
        if self._saving is not None:
            self._saving.cancel()
            return False
        if self._testing_for_save:
            self._cancel_test()
            return False
        if not self.unsaved:
            return True
        words = self.tr("What you typed has not been saved.")
        return ask(self, self.windowTitle(), words, [self.tr("Discard"), self.tr("Keep editing")]) == 0

    def done(self, result: int) -> None:
        self._window_settings.setValue(f"{type(self).__name__}/geometry", self.saveGeometry())
        super().done(result)

    def _restore_size(self) -> None:
        """Restores the last size, limited to the screen."""
        kept = self._window_settings.value(f"{type(self).__name__}/geometry")
        if kept is not None:
            self.restoreGeometry(kept)
        room = self.screen().availableSize()
        self.resize(min(self.width(), room.width() - 40), min(self.height(), room.height() - 60))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F1:
            from trackit_console.console.dialogs.help import open_help

            open_help(self, self.help_page)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Sets all texts in the current language; the contents of the form stay."""
        self.ui.retranslateUi(self)
        self.binding.retranslate()
        self.show_texts()
        self.show_fields()
        name_buttons(self)


def _plain(state: dict[str, Any]) -> dict[str, Any]:
    """The state with secrets in clear, because they are compared by value."""
    return {name: each.get_secret_value() if isinstance(each, SecretStr) else each for name, each in state.items()}
