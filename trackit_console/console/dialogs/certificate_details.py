"""What is in the certificate file of an account: shown below the field, read on a worker thread (IN-17)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import SecretStr
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from trackit_console.client_certificate import CertificateFileUnreadable, ClientCertificate, ClientCertificateProblem
from trackit_console.console.display_text import breakable, day_text, translated
from trackit_console.console.operations.client_certificates import ReadCertificate
from trackit_console.console.task import Task
from trackit_console.console.tasks import Tasks
from trackit_console.settings.expiry import Expiry
from trackit_console.settings.validation import Finding
from trackit_console.user_messages import Phrase, Problem

FIELDS = ("certificate_file", "certificate_password")


class CertificateDetails(QObject):
    """The line `certificate_file_details` of the form `ui`. `looked` is emitted when a file was read, or could not be."""

    looked = Signal()

    def __init__(self, ui: Any, tasks: Tasks, read: ReadCertificate, dialog: QWidget) -> None:
        super().__init__(dialog)
        self._label, self._hint = ui.certificate_file_details, ui.certificate_file_hint
        self._tasks = tasks
        self._read = read
        self._task: Task | None = None
        self._source: tuple[str, SecretStr | None] | None = None
        self._problem: Problem | None = None
        self.certificate: ClientCertificate | None = None
        """What is in the file; None while it is not known."""
        self._show("")

    def look(self, values: Mapping[str, Any]) -> None:
        """Reads the file that `values` name, unless that was done already."""
        source = self._source_of(values)
        if source == self._source:
            return
        self.forget()
        self._source = source
        if source is not None:
            path, password = source
            self._task = self._tasks.run(
                lambda: self._read(path, password), owner=self, then=self._known, failed=self._failed, quiet=True
            )

    def forget(self) -> None:
        """Shows nothing more of the file: another is being named, or its password typed."""
        if self._task is not None:
            self._task.drop()
        self._source, self._problem, self.certificate, self._task = None, None, None, None
        self._show("")

    def findings(self, values: Mapping[str, Any]) -> list[Finding]:
        """What is wrong with the file that `values` name, as far as it was read."""
        problem = self._wrong if self._source_of(values) == self._source else None
        return [Finding(problem.field, problem.code, _sentences(problem))] if problem is not None else []

    @property
    def _wrong(self) -> ClientCertificateProblem | None:
        """What must be corrected in the form. Not that this computer cannot open the file: the monitor's computer may."""
        problem = self._problem
        if isinstance(problem, CertificateFileUnreadable) or not isinstance(problem, ClientCertificateProblem):
            return None
        return problem

    def _source_of(self, values: Mapping[str, Any]) -> tuple[str, SecretStr | None] | None:
        path = values.get("certificate_file")
        return (path, values.get("certificate_password")) if path else None

    def _known(self, certificate: ClientCertificate) -> None:
        self.certificate = certificate
        self.retranslate()
        self.looked.emit()

    def _failed(self, problem: Exception) -> None:
        if not isinstance(problem, Problem):
            self._tasks.unhandled.emit(problem)
            return
        self._problem = problem
        self.retranslate()
        self.looked.emit()

    def retranslate(self) -> None:
        """Shows the same in the current language."""
        if self.certificate is not None:
            self._show(self._described(self.certificate))
        elif self._problem is not None and self._wrong is None:
            self._show(translated(_sentences(self._problem)))

    def _described(self, certificate: ClientCertificate) -> str:
        begin, end = certificate.valid_from.astimezone().date(), certificate.valid_to.astimezone().date()
        warning = Expiry(end, (end - datetime.now().astimezone().date()).days, certificate=True).warning
        lines = [
            self.tr("Subject: {subject}").format(subject=certificate.subject),
            self.tr("Valid from {begin} to {end}").format(begin=day_text(begin), end=day_text(end)),
            self.tr("Thumbprint (SHA-1): {thumbprint}").format(thumbprint=breakable(certificate.sha1)),
            self.tr("Thumbprint (SHA-256): {thumbprint}").format(thumbprint=breakable(certificate.sha256)),
        ]
        return "\n".join([*lines, translated(warning)] if warning else lines)

    def _show(self, words: str) -> None:
        self._label.setText(words)
        self._label.setVisible(bool(words))
        self._hint.setVisible(not words)


def _sentences(problem: Problem) -> Phrase:
    """What happened and what to do, as one message at a field."""
    return Phrase("", "{message} {remedy}", {"message": problem.message, "remedy": problem.remedy_message})
