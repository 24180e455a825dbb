"""A certificate that is refused can be pinned by agreeing to it, in place of copying 64 digits (IN-09, SEC-01)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from tests.console.conftest import PATIENCE_MS, as_stored, will_press
from tests.console.test_editing_accounts import IMAP, SMTP
from trackit_console.console.dialogs.mailbox import MailboxDialog
from trackit_console.console.dialogs.outgoing import OutgoingDialog
from trackit_console.console.message_boxes import question_box
from trackit_console.console.tasks import Tasks
from trackit_console.console.trust import confirmation
from trackit_console.transports.certificate import Certificate
from trackit_console.transports.step_names import StepName
from trackit_console.transports.steps import Step, StepState
from trackit_console.user_messages import Phrase

CERTIFICATE = Certificate(
    subject="mail.contoso.example, imap.contoso.example",
    issuer="CN=Contoso Root",
    valid_from=datetime(2026, 1, 2, tzinfo=UTC),
    valid_to=datetime(2027, 3, 4, tzinfo=UTC),
    fingerprint="ab12" * 16,
    self_signed=True,
)
TRUSTED = [
    "certificate_untrusted",
    "certificate_self_signed",
    "certificate_not_pinned",
    "certificate_wrong_name",
    "certificate_expired",
]


class Server:
    """Shows a certificate that is refused with `code`, unless the account pins it."""

    def __init__(self, code: str, certificate: Certificate | None = CERTIFICATE) -> None:
        self.code = code
        self.certificate = certificate
        self.asked: list[Any] = []

    def __call__(self, account: Any, *_more: Any) -> Iterator[Step]:
        self.asked.append(account)
        if account.pinned_certificate == CERTIFICATE.fingerprint:
            yield Step(StepName.TLS, StepState.PASSED)
            return
        said = Phrase("transports", "The certificate does not fit.")
        yield Step(StepName.TLS, StepState.FAILED, 0.1, said, said, self.code, certificate=self.certificate)


@pytest.fixture
def tasks() -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.end(3000)


def opened(kind: str, server: Server, tasks: Tasks, window_settings: QSettings, qtbot: QtBot) -> Any:
    """The dialog for an account without a pinned certificate, its test having failed."""
    account: Any = (IMAP if kind == "mailbox" else SMTP).model_copy(update={"pinned_certificate": None})
    dialog: Any
    if kind == "mailbox":
        dialog = MailboxDialog(tasks, window_settings, server, stored=as_stored(account))
    else:
        dialog = OutgoingDialog(tasks, window_settings, server, stored=as_stored(account), mailboxes=[IMAP])
    qtbot.addWidget(dialog, before_close_func=lambda _dialog: dialog.opened())
    dialog.show()
    qtbot.mouseClick(dialog.ui.test_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(server.asked) == 1 and dialog.ui.test_button.isEnabled(), timeout=PATIENCE_MS)
    return dialog


@pytest.mark.covers("IN-09", "SEC-01", "OUT-02")
@pytest.mark.parametrize("kind", ["mailbox", "outgoing"])
def test_trusting_pins_the_certificate_and_tests_again(
    kind: str, tasks: Tasks, window_settings: QSettings, qtbot: QtBot, qapp: QApplication, answers: list[tuple[str, str]]
) -> None:
    server = Server("certificate_self_signed")
    dialog = opened(kind, server, tasks, window_settings, qtbot)
    will_press("Trust this certificate")
    qtbot.mouseClick(dialog.ui.steps.trust_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(server.asked) == 2 and dialog.ui.test_button.isEnabled(), timeout=PATIENCE_MS)
    [(told, _buttons)] = answers
    for each in ("mail.contoso.example, imap.contoso.example", "CN=Contoso Root", "AB:12:AB:12"):
        assert each in told
    assert dialog.ui.pinned_certificate.isVisible()
    assert dialog.ui.pinned_certificate.text() == CERTIFICATE.fingerprint
    assert dialog.unsaved
    assert [step.state for step in dialog.ui.steps.report if step.name is StepName.TLS] == [StepState.PASSED]
    assert not dialog.ui.steps.trust_button.isVisible()


@pytest.mark.covers("SEC-01")
def test_not_trusting_changes_nothing_and_is_the_default(
    tasks: Tasks, window_settings: QSettings, qtbot: QtBot, qapp: QApplication, answers: list[tuple[str, str]]
) -> None:
    server = Server("certificate_untrusted")
    dialog = opened("mailbox", server, tasks, window_settings, qtbot)
    will_press("Do not trust")
    qtbot.mouseClick(dialog.ui.steps.trust_button, Qt.MouseButton.LeftButton)
    assert len(answers) == 1
    assert (len(server.asked), dialog.unsaved) == (1, False)
    title, words, buttons, detail = confirmation(CERTIFICATE)
    box: QMessageBox = question_box(dialog, title, words, buttons, detail)
    assert box.defaultButton().text() == box.escapeButton().text() == "Do not trust"


@pytest.mark.covers("IN-09", "IN-10")
@pytest.mark.parametrize("code", TRUSTED)
def test_trust_is_offered_where_the_certificate_was_refused(
    code: str, tasks: Tasks, window_settings: QSettings, qtbot: QtBot, qapp: QApplication
) -> None:
    dialog = opened("mailbox", Server(code), tasks, window_settings, qtbot)
    assert dialog.ui.steps.trust_button.isVisible()


@pytest.mark.covers("SEC-01")
@pytest.mark.parametrize(
    ("code", "certificate"),
    [
        pytest.param("tls_too_old", CERTIFICATE, id="another fault"),
        pytest.param("certificate_not_yet_valid", CERTIFICATE, id="a wrong clock"),
        pytest.param("certificate_untrusted", None, id="a certificate that could not be read"),
    ],
)
def test_trust_is_not_offered_where_it_would_not_help(
    code: str, certificate: Certificate | None, tasks: Tasks, window_settings: QSettings, qtbot: QtBot, qapp: QApplication
) -> None:
    dialog = opened("mailbox", Server(code, certificate), tasks, window_settings, qtbot)
    assert not dialog.ui.steps.trust_button.isVisible()
