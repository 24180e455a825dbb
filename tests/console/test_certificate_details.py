"""The certificate file of an account: what is in it is shown, what is wrong with it is told at its field (IN-17)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from pydantic import SecretStr
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.client_certificates import AppCertificate
from tests.console.conftest import PATIENCE_MS, Person, as_stored
from tests.settings.samples import GUID
from trackit_console.console.dialogs.mailbox import MailboxDialog
from trackit_console.console.dialogs.outgoing import OutgoingDialog
from trackit_console.console.tasks import Tasks
from trackit_console.settings.exchange_mailbox import Microsoft365

pytestmark = pytest.mark.covers("IN-17")

OWN = AppCertificate()
PASSWORD = "a dozen geese"


@pytest.fixture
def pfx(tmp_path: Path) -> Path:
    file = tmp_path / "helpdesk.pfx"
    file.write_bytes(OWN.pfx(PASSWORD))
    return file


@pytest.fixture
def open_dialog(qtbot: QtBot, qapp: QApplication, window_settings: QSettings, answers: object) -> Iterator[Callable[..., Any]]:
    tasks = Tasks()

    def open_one(kind: type[MailboxDialog | OutgoingDialog] = MailboxDialog, stored: Any = None) -> Any:
        dialog = kind(tasks, window_settings, lambda *_: iter(()), stored=as_stored(stored))
        qtbot.addWidget(dialog, before_close_func=lambda _dialog: dialog.opened())
        with qtbot.waitActive(dialog):
            dialog.show()
        return dialog

    yield open_one
    tasks.end(3000)


def type_into(qtbot: QtBot, editor: QLineEdit, words: str) -> None:
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, words)
    qtbot.keyClick(editor, Qt.Key.Key_Tab)


def said_at(qtbot: QtBot, dialog: Any, label: str) -> str:
    """What is said there, as soon as it is."""
    shown = getattr(dialog.ui, label)
    qtbot.waitUntil(lambda: bool(shown.text()) and shown.isVisible(), timeout=PATIENCE_MS)
    return str(shown.text()).replace("\u200b", "")


@pytest.mark.parametrize("kind", [MailboxDialog, OutgoingDialog])
def test_thumbprints_subject_and_dates_are_shown_and_the_day_is_filled_in(
    open_dialog: Callable[..., Any], qtbot: QtBot, pfx: Path, kind: Any
) -> None:
    dialog = open_dialog(kind)
    if kind is OutgoingDialog:
        dialog.ui.authentication.setCurrentIndex(1)
    type_into(qtbot, dialog.ui.certificate_password, PASSWORD)
    type_into(qtbot, dialog.ui.certificate_file, str(pfx))
    said = said_at(qtbot, dialog, "certificate_file_details")
    assert "CN=Track-It! mail" in said
    for algorithm in (hashes.SHA1(), hashes.SHA256()):
        assert OWN.certificate.fingerprint(algorithm).hex().upper() in said
    assert dialog.ui.secret_expires.day == OWN.certificate.not_valid_after_utc.astimezone().date()
    assert not dialog.ui.certificate_file_message.isVisible()


def test_a_file_that_is_chosen_in_the_file_dialog_is_looked_at_at_once(
    open_dialog: Callable[..., Any], qtbot: QtBot, pfx: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody leaves the field: it never had the focus."""
    dialog = open_dialog()
    type_into(qtbot, dialog.ui.certificate_password, PASSWORD)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(pfx), ""))
    qtbot.mouseClick(dialog.ui.certificate_file_browse, Qt.MouseButton.LeftButton)
    assert "CN=Track-It! mail" in said_at(qtbot, dialog, "certificate_file_details")


def test_a_password_that_is_missing_or_wrong_is_told_at_its_field(
    open_dialog: Callable[..., Any], qtbot: QtBot, pfx: Path
) -> None:
    dialog = open_dialog()
    type_into(qtbot, dialog.ui.certificate_file, str(pfx))
    assert "protected by a password" in said_at(qtbot, dialog, "certificate_password_message")
    type_into(qtbot, dialog.ui.certificate_password, "wrong")
    qtbot.waitUntil(lambda: "does not open helpdesk.pfx" in dialog.ui.certificate_password_message.text(), timeout=PATIENCE_MS)
    assert not dialog.ui.certificate_file_details.isVisible()
    dialog.ui.enabled.click()
    for field, words in (("application_id", GUID), ("directory_id", GUID), ("user_id", "a@contoso.com")):
        type_into(qtbot, getattr(dialog.ui, field), words)
    qtbot.mouseClick(dialog.ui.save_button, Qt.MouseButton.LeftButton)
    assert dialog.focusWidget() is dialog.ui.certificate_password
    type_into(qtbot, dialog.ui.certificate_password, PASSWORD)
    assert "CN=Track-It! mail" in said_at(qtbot, dialog, "certificate_file_details")
    assert not dialog.ui.certificate_password_message.isVisible()
    with qtbot.waitSignal(dialog.saved):
        qtbot.mouseClick(dialog.ui.save_button, Qt.MouseButton.LeftButton)


def test_a_file_without_private_key_is_told_at_its_field(open_dialog: Callable[..., Any], qtbot: QtBot, tmp_path: Path) -> None:
    cer = tmp_path / "helpdesk.cer"
    cer.write_bytes(OWN.cer)
    dialog = open_dialog()
    type_into(qtbot, dialog.ui.certificate_file, str(cer))
    assert "without its private key" in said_at(qtbot, dialog, "certificate_file_message")


def test_a_file_on_another_computer_may_be_saved(open_dialog: Callable[..., Any], qtbot: QtBot) -> None:
    elsewhere = Microsoft365(
        application_id=GUID, directory_id=GUID, user_id="a@contoso.com", certificate_file="C:\\helpdesk.pfx", enabled=False
    )
    dialog = open_dialog(stored=elsewhere)
    assert "cannot be read" in said_at(qtbot, dialog, "certificate_file_details")
    assert not dialog.unsaved
    with qtbot.waitSignal(dialog.saved):
        qtbot.mouseClick(dialog.ui.save_button, Qt.MouseButton.LeftButton)


def test_an_expired_certificate_says_so(open_dialog: Callable[..., Any], qtbot: QtBot, tmp_path: Path) -> None:
    pem = tmp_path / "old.pem"
    pem.write_bytes(AppCertificate(OWN.key, datetime(2026, 1, 31, 12, tzinfo=UTC)).pem())
    dialog = open_dialog()
    type_into(qtbot, dialog.ui.certificate_file, str(pem))
    assert "The certificate expired on" in said_at(qtbot, dialog, "certificate_file_details")


@pytest.mark.covers("IN-12", "SEC-02")
def test_a_stored_password_opens_the_file_of_a_stored_mailbox(person: Person, pfx: Path) -> None:
    mailbox = Microsoft365(
        application_id=GUID,
        directory_id=GUID,
        user_id="a@contoso.com",
        certificate_file=str(pfx),
        certificate_password=SecretStr(PASSWORD),
        enabled=False,
    )
    with person.window.services.database.begin() as transaction:
        transaction.mailboxes.add(mailbox, "setup")
    page = person.page("incoming")
    person.wait(lambda: page.table.shown == 1)
    page.ui.mailboxes.selectRow(0)
    person.click(page.ui.edit_button)
    dialog = person.dialog()
    person.wait(lambda: "CN=Track-It! mail" in dialog.ui.certificate_file_details.text())
    assert dialog.ui.certificate_password.text() == ""
    person.click(dialog.ui.save_button)
    person.wait(lambda: not isValid(dialog))
    with person.window.services.database.reading() as transaction:
        [kept] = transaction.mailboxes.all(secrets=True)
    assert isinstance(kept.value, Microsoft365)
    assert kept.value.certificate_password == SecretStr(PASSWORD)
    assert kept.value.secret_expires == OWN.certificate.not_valid_after_utc.astimezone().date()
