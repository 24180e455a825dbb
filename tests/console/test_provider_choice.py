"""**Provider** in the account dialogs: fills in servers, says what is needed there, overwrites nothing that was typed (IN-18)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import SecretStr
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from tests.console.conftest import as_stored
from trackit_console.console.dialogs.mailbox import MailboxDialog
from trackit_console.console.dialogs.outgoing import OutgoingDialog
from trackit_console.console.tasks import Tasks
from trackit_console.settings.server_mailbox import Imap

pytestmark = pytest.mark.covers("IN-18")

GMAIL = "Gmail, Google Workspace"


@pytest.fixture
def open_dialog(qtbot: QtBot, qapp: QApplication, window_settings: QSettings, answers: object) -> Iterator[Callable[..., Any]]:
    tasks = Tasks()

    def open_one(kind: type[MailboxDialog | OutgoingDialog], stored: Any = None) -> Any:
        dialog = kind(tasks, window_settings, lambda *_: iter(()), stored=as_stored(stored))
        qtbot.addWidget(dialog, before_close_func=lambda _dialog: dialog.opened())
        with qtbot.waitActive(dialog):  # else no field has the focus that it could lose
            dialog.show()
        return dialog

    yield open_one
    tasks.end(3000)


def choose(qtbot: QtBot, combo: QComboBox, words: str) -> None:
    """Chooses an entry by the arrow keys."""
    combo.setFocus()
    wanted = combo.findText(words)
    while combo.currentIndex() != wanted:
        qtbot.keyClick(combo, Qt.Key.Key_Down if combo.currentIndex() < wanted else Qt.Key.Key_Up)


def type_into(qtbot: QtBot, editor: QLineEdit, words: str) -> None:
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, words)
    qtbot.keyClick(editor, Qt.Key.Key_Tab)


def imap(qtbot: QtBot, dialog: Any) -> Any:
    choose(qtbot, dialog.ui.type, "IMAP")
    return dialog


def servers(dialog: Any) -> tuple[str, int, bool]:
    return dialog.ui.server.text(), dialog.ui.port.value(), dialog.ui.use_ssl.isChecked()


def test_a_provider_fills_in_its_servers_and_says_what_it_needs(open_dialog: Callable[..., Any], qtbot: QtBot) -> None:
    dialog = imap(qtbot, open_dialog(MailboxDialog))
    assert dialog.ui.provider.isVisible() and dialog.ui.provider.currentText() == "Other"
    type_into(qtbot, dialog.ui.server, "mail.contoso.example")
    choose(qtbot, dialog.ui.provider, GMAIL)
    assert servers(dialog) == ("imap.gmail.com", 993, True)
    assert "app password" in dialog.ui.provider_hint.text() and dialog.ui.provider_hint.isVisible()
    choose(qtbot, dialog.ui.type, "POP3")
    assert servers(dialog) == ("pop.gmail.com", 995, True)
    assert dialog.ui.provider.currentText() == GMAIL
    choose(qtbot, dialog.ui.type, "Microsoft 365 with OAuth")
    assert not dialog.ui.provider.isVisible()


def test_the_provider_follows_a_server_that_is_typed(open_dialog: Callable[..., Any], qtbot: QtBot) -> None:
    dialog = imap(qtbot, open_dialog(MailboxDialog))
    type_into(qtbot, dialog.ui.port, "1993")
    type_into(qtbot, dialog.ui.server, "imap.gmx.com")
    assert dialog.ui.provider.currentText() == "GMX (gmx.com)"
    assert servers(dialog) == ("imap.gmx.com", 1993, True)
    choose(qtbot, dialog.ui.type, "POP3")
    assert servers(dialog) == ("imap.gmx.com", 1993, True)
    assert dialog.ui.provider.currentText() == "Other"
    assert not dialog.ui.provider_hint.isVisible()


def test_an_address_completes_an_empty_server_only(open_dialog: Callable[..., Any], qtbot: QtBot) -> None:
    dialog = imap(qtbot, open_dialog(MailboxDialog))
    type_into(qtbot, dialog.ui.user_account_name, "help@icloud.com")
    assert servers(dialog) == ("imap.mail.me.com", 993, True)
    assert "before the @" in dialog.ui.provider_hint.text()
    type_into(qtbot, dialog.ui.user_account_name, "help@gmail.com")
    assert servers(dialog)[0] == "imap.mail.me.com"


def test_a_stored_mailbox_shows_its_provider_and_is_not_changed(open_dialog: Callable[..., Any], qtbot: QtBot) -> None:
    mailbox = Imap(server="imap.gmail.com", port=1993, user_account_name="a@gmail.com", password=SecretStr("pw"))
    dialog = open_dialog(MailboxDialog, mailbox)
    assert dialog.ui.provider.currentText() == GMAIL
    assert servers(dialog) == ("imap.gmail.com", 1993, True)
    assert not dialog.unsaved


def test_microsoft_takes_no_passwords_and_offers_its_own_type(open_dialog: Callable[..., Any], qtbot: QtBot) -> None:
    dialog = imap(qtbot, open_dialog(MailboxDialog))
    type_into(qtbot, dialog.ui.user_account_name, "support@contoso.com")
    choose(qtbot, dialog.ui.provider, "Microsoft 365")
    assert "no longer accepts passwords" in dialog.ui.notice.words
    qtbot.mouseClick(dialog.ui.notice.button, Qt.MouseButton.LeftButton)
    assert dialog.ui.type.currentData() == "microsoft365"
    assert dialog.ui.user_id.text() == "support@contoso.com"
    assert not dialog.ui.notice.isVisible()


def test_outlook_com_stays_what_was_chosen(open_dialog: Callable[..., Any], qtbot: QtBot) -> None:
    dialog = imap(qtbot, open_dialog(MailboxDialog))
    choose(qtbot, dialog.ui.provider, "Outlook.com, Hotmail")
    assert servers(dialog)[0] == "outlook.office365.com"
    assert "private accounts" in dialog.ui.provider_hint.text()
    choose(qtbot, dialog.ui.type, "POP3")
    assert dialog.ui.provider.currentText() == "Outlook.com, Hotmail"


@pytest.mark.covers("IN-16")
def test_ews_at_microsoft_is_told_while_the_address_is_typed(open_dialog: Callable[..., Any], qtbot: QtBot) -> None:
    dialog = open_dialog(MailboxDialog)
    choose(qtbot, dialog.ui.type, "Exchange Web Services with OAuth")
    type_into(qtbot, dialog.ui.exchange_web_service_url, "https://mail.contoso.com/EWS/Exchange.asmx")
    assert not dialog.ui.notice.isVisible()
    type_into(qtbot, dialog.ui.exchange_web_service_url, "https://outlook.office365.com/EWS/Exchange.asmx")
    assert "ended Exchange Web Services" in dialog.ui.notice.words and dialog.ui.notice.isVisible()
    qtbot.mouseClick(dialog.ui.notice.button, Qt.MouseButton.LeftButton)
    assert dialog.ui.type.currentData() == "microsoft365"


@pytest.mark.covers("OUT-02")
def test_the_outgoing_account_takes_servers_from_a_provider(open_dialog: Callable[..., Any], qtbot: QtBot) -> None:
    dialog = open_dialog(OutgoingDialog)
    dialog.ui.smtp_requires_authentication.click()
    choose(qtbot, dialog.ui.provider, "Posteo")
    assert (dialog.ui.smtp_server_name.text(), dialog.ui.port.value(), dialog.ui.security.currentData()) == (
        "posteo.de",
        465,
        "ssl",
    )
    assert dialog.ui.user_account_name.isVisible()
    choose(qtbot, dialog.ui.provider, "Microsoft 365")
    assert (dialog.ui.port.value(), dialog.ui.security.currentData()) == (587, "ssl_tls")
    assert dialog.ui.notice.isVisible()
    qtbot.mouseClick(dialog.ui.notice.button, Qt.MouseButton.LeftButton)
    assert dialog.ui.authentication.currentData() == "microsoft365"
    assert not dialog.ui.provider.isVisible() and not dialog.ui.notice.isVisible()
