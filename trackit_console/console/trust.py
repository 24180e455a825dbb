"""The question whether to trust a refused certificate, before it is pinned (IN-09, SEC-01)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDate, QLocale
from PySide6.QtWidgets import QWidget

from trackit_console.console.message_boxes import ask
from trackit_console.transports.steps import Step, StepState

if TYPE_CHECKING:
    from datetime import datetime

    from trackit_console.transports.certificate import Certificate

_CODES = {
    "certificate_untrusted",
    "certificate_self_signed",
    "certificate_not_pinned",
    "certificate_wrong_name",
    "certificate_expired",
}
_HALF = 48
"""Where a fingerprint is split into two lines: 16 bytes with colons."""


def can_be_trusted(step: Step) -> bool:
    """Whether the step failed because of a certificate that pinning would accept."""
    return step.state is StepState.FAILED and step.code in _CODES and step.certificate is not None


def ask_trust(parent: QWidget, certificate: Certificate) -> bool:
    """Asks whether to trust `certificate`; the default is not to."""
    title, words, buttons, detail = confirmation(certificate)
    return ask(parent, title, words, buttons, detail) == 0


def confirmation(certificate: Certificate) -> tuple[str, str, Sequence[str], str]:
    """Title, question, buttons and explanation for the box."""
    words = QCoreApplication.translate(
        "trust",
        "Is this the certificate of your mail server?\n\nIssued to: {subject}\nIssued by: {issuer}\nValid: {begin} to {end}\n"
        "SHA-256 fingerprint:\n{fingerprint}",
    )
    detail = QCoreApplication.translate(
        "trust",
        "Compare the fingerprint with the one that the administrator of the mail server gives you. If they differ, somebody else "
        "may be answering in the server's place and would receive the password.\n\n"
        "If you trust it, this account accepts the server with this certificate and no other, whoever issued it and even after it "
        "expires. When the server gets a new certificate, you will have to trust that one again.",
    )
    question = words.format(
        subject=certificate.subject,
        issuer=certificate.issuer,
        begin=_day(certificate.valid_from),
        end=_day(certificate.valid_to),
        fingerprint=_readable(certificate.fingerprint),
    )
    buttons = [
        QCoreApplication.translate("trust", "Trust this certificate"),
        QCoreApplication.translate("trust", "Do not trust"),
    ]
    return QCoreApplication.translate("trust", "Trust this certificate"), question, buttons, detail


def _readable(fingerprint: str) -> str:
    """The fingerprint as certificate viewers show it, in two lines."""
    digits = fingerprint.upper()
    pairs = ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))
    return f"{pairs[:_HALF]}\n{pairs[_HALF:]}"


def _day(moment: datetime) -> str:
    return QLocale().toString(QDate(moment.year, moment.month, moment.day), QLocale.FormatType.ShortFormat)
