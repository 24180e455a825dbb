"""Base of the account dialogs: connection test, saving, conflicts, and asking before edits are lost (T-04, IN-11, DB-04).

What is specific to an account is in `mailbox` and `outgoing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSettings, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from trackit_console.console.conflicts import SavedByAnother, differences, untouched
from trackit_console.console.dialogs.certificate_details import FIELDS, CertificateDetails
from trackit_console.console.dialogs.connection_test import Check, ConnectionTest
from trackit_console.console.dialogs.form_dialog import FormDialog
from trackit_console.console.message_boxes import ask, show_conflict
from trackit_console.console.operations.client_certificates import ReadCertificate
from trackit_console.console.task import Task
from trackit_console.console.tasks import Tasks
from trackit_console.console.trust import ask_trust
from trackit_console.console.widgets.form_lock import FormLock
from trackit_console.settings.validation import Finding
from trackit_console.store.row_mapping import Stored
from trackit_console.transports.steps import StepName

if TYPE_CHECKING:
    from trackit_console.transports.certificate import Certificate


class SettingsDialog(FormDialog):
    """A form on the left, the progress of the test on the right, buttons at the bottom."""

    saved = Signal(object)

    def __init__(
        self,
        ui: Any,
        names: Iterable[str],
        tasks: Tasks,
        window_settings: QSettings,
        stored: Stored[Any] | None,
        read_certificate: ReadCertificate,
        parent: QWidget | None,
    ) -> None:
        super().__init__(ui, names, window_settings, stored, parent)
        self._saving: Task | None = None
        self._testing_for_save = False
        self._saved_and_closed = False
        self._form_lock = FormLock(ui.scroll_body)
        self._connection_test = ConnectionTest(ui, tasks, self)
        self._connection_test.ended.connect(self._test_ended)
        self._certificate = CertificateDetails(ui, tasks, read_certificate, self)
        self._certificate.looked.connect(self._certificate_looked)
        self.binding.edited.connect(self._certificate_edited)
        self.binding.left.connect(self._look_at_certificate)
        ui.save_button.clicked.connect(self.accept)
        ui.cancel_button.clicked.connect(self.reject)
        ui.test_button.clicked.connect(self.test)
        ui.steps.trust_wanted.connect(self._trust)
        self._set_busy(False)

    # ------------------------------------------------------------------ provided by the dialog for an account

    def values(self) -> dict[str, Any]:
        """The values of the form, completed by what is kept of the stored account."""
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

    def fields_of(self, made: Any) -> dict[str, Any]:
        """The fields of `made` as the database would store them."""
        return dict(made)

    @property
    def save_as_new(self) -> str:
        """The text of the button that saves a deleted object as a new one."""
        raise TypeError(type(self).__name__)

    # ------------------------------------------------------------------ the certificate of an app registration

    def opened(self) -> None:
        super().opened()
        self._look_at_certificate(FIELDS[0])

    def _look_at_certificate(self, left: str) -> None:
        if left in FIELDS:
            self._certificate.look(self.values())

    def _certificate_edited(self, name: str) -> None:
        if name in FIELDS:
            self._certificate.forget()

    def _certificate_looked(self) -> None:
        if self._certificate.certificate is not None:
            self.binding.fill({"secret_expires": self._certificate.certificate.valid_to.astimezone().date()})
        _, found = self.read()
        self.binding.show(found, FIELDS)

    def retranslate(self) -> None:
        super().retranslate()
        self._certificate.retranslate()

    # ------------------------------------------------------------------ testing and saving

    def test(self) -> None:
        """**Test Connection** with the current values, saved or not."""
        made = self.validated()
        if made is not None:
            self._set_busy(True)
            self._connection_test.start(*self.check_of(made))

    def accept(self) -> None:
        """**Save**, after a test if one is needed. The form is locked meanwhile: what was typed then would not be saved."""
        made = self.validated()
        if made is None or self._connection_test.running or self._saving is not None:
            return
        if self.needs_test(made):
            self._testing_for_save = True
            self._form_lock.lock()
            self._set_busy(True)
            self._connection_test.start(*self.check_of(made), then=lambda: self._save_tested(made))
        else:
            self._save(made)

    def _test_ended(self) -> None:
        self._testing_for_save = False
        self._set_busy(False)
        self._form_lock.unlock()

    def _save_tested(self, made: Any) -> None:
        to_save = made if self._connection_test.passed else self.after_failed_test(made)
        if to_save is not None:
            self._save(to_save)

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

    def saving_succeeded(self) -> None:
        """Called by the page when saving succeeded: closes the dialog."""
        self._saving = None
        self._saved_and_closed = True
        super().accept()

    def _set_busy(self, busy: bool) -> None:
        self.ui.save_button.setEnabled(not busy)
        self.ui.test_button.setEnabled(not busy)

    def _trust(self, certificate: Certificate) -> None:
        """**Trust this certificate**: pins it for this account when the admin agrees, and tests again."""
        if not self._connection_test.running and ask_trust(self, certificate):
            self.binding.fill({"pinned_certificate": certificate.fingerprint})
            self.reveal(["pinned_certificate"])
            self.test()

    # ------------------------------------------------------------------ closing

    @property
    def unsaved(self) -> bool:
        return not self._saved_and_closed and super().unsaved

    def reject(self) -> None:
        if self._may_close():
            self._connection_test.cancel()
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the window is **Cancel**."""
        if self.isVisible():
            self.reject()
        # Still visible if the answer was **Keep editing**, or while it is being saved.
        event.setAccepted(not self.isVisible())

    def _may_close(self) -> bool:
        if self._saving is not None:
            # It may be committed already: the dialog stays until the task has answered.
            self._saving.cancel()
            return False
        if self._testing_for_save:
            self._connection_test.cancel()
            return False
        if not self.unsaved:
            return True
        words = self.tr("What you typed has not been saved.")
        return ask(self, self.windowTitle(), words, [self.tr("Discard"), self.tr("Keep editing")]) == 0
