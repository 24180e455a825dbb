"""Base of the account dialogs: the connection test, also before saving (IN-10, IN-11). How they save is in `saving_dialog`.

What is specific to an account is in `mailbox` and `outgoing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from trackit_console.console.dialogs.certificate_details import FIELDS, CertificateDetails
from trackit_console.console.dialogs.connection_test import Check, ConnectionTest
from trackit_console.console.dialogs.saving_dialog import SavingDialog
from trackit_console.console.operations.client_certificates import ReadCertificate
from trackit_console.console.tasks import Tasks
from trackit_console.console.trust import ask_trust
from trackit_console.store.row_mapping import Stored
from trackit_console.transports.step_names import StepName

if TYPE_CHECKING:
    from trackit_console.transports.certificate import Certificate


class SettingsDialog(SavingDialog):
    """A form on the left, the progress of the test on the right, buttons at the bottom."""

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
        self._testing_for_save = False
        self._connection_test = ConnectionTest(ui, tasks, self)
        self._connection_test.ended.connect(self._test_ended)
        self._certificate = CertificateDetails(ui, tasks, read_certificate, self)
        self._certificate.looked.connect(self._certificate_looked)
        self.binding.edited.connect(self._certificate_edited)
        self.binding.left.connect(self._look_at_certificate)
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

    def take_over(self, fields: Mapping[str, Any]) -> None:
        super().take_over(fields)
        if "password" in fields:
            # It is typed twice: the second time belongs to a password that does not count any more.
            self.binding.fill({"confirm_password": fields["password"]})

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

    def _set_busy(self, busy: bool) -> None:
        super()._set_busy(busy)
        self.ui.test_button.setEnabled(not busy)

    def _trust(self, certificate: Certificate) -> None:
        """**Trust this certificate**: pins it for this account when the admin agrees, and tests again."""
        if not self._connection_test.running and ask_trust(self, certificate):
            self.binding.fill({"pinned_certificate": certificate.fingerprint})
            self.reveal(["pinned_certificate"])
            self.test()

    # ------------------------------------------------------------------ closing

    def may_close(self) -> bool:
        if self._saving is None and self._testing_for_save:
            self._connection_test.cancel()
            return False
        closing = super().may_close()
        if closing:
            self._connection_test.cancel()
        return closing
