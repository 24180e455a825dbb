"""The dialog for a mailbox: what is typed survives, what is wrong is told at its field, secrets are never shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import SecretStr
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from tests.console.conftest import PATIENCE_MS, as_stored, will_press
from trackit_console.cancel import Cancel
from trackit_console.console.dialogs.help import HelpDialog
from trackit_console.console.dialogs.mailbox import NAMES, MailboxDialog
from trackit_console.console.tasks import Tasks
from trackit_console.settings.exchange_mailbox import EwsOAuth
from trackit_console.settings.mailbox import TYPE_LABELS, Mailbox, MailboxType
from trackit_console.settings.server_mailbox import Imap
from trackit_console.transports.check import check_mailbox
from trackit_console.transports.step_names import StepName
from trackit_console.transports.steps import Step, StepState

GUID = "9f1b6c1e-4f0c-4a5e-9a35-0d7f2c8f7c11"
STORED = Imap(
    name="Support",
    server="mail.contoso.example",
    port=993,
    user_account_name="support@contoso.example",
    password=SecretStr("canary-secret"),
    enabled=False,
)


def all_pass(_mailbox: Mailbox, _cancel: Cancel) -> Iterator[Step]:
    """A server on which everything works."""
    for name in StepName:
        yield Step(name, StepState.PASSED)


@pytest.fixture
def open_dialog(
    qtbot: QtBot, qapp: QApplication, window_settings: QSettings, answers: object
) -> Iterator[Callable[..., MailboxDialog]]:
    """Opens the dialog; `check` is the real one unless given."""
    tasks = Tasks()

    def open_one(
        mailbox: Mailbox | None = None, check: Any = lambda made, cancel: check_mailbox(made, None, cancel), **more: Any
    ) -> MailboxDialog:
        dialog = MailboxDialog(tasks, window_settings, check, stored=as_stored(mailbox), **more)
        qtbot.addWidget(dialog, before_close_func=lambda _dialog: dialog.opened())
        dialog.show()
        return dialog

    yield open_one
    tasks.end(3000)


def fill_imap(dialog: MailboxDialog, qtbot: QtBot, **values: str) -> None:
    dialog.ui.type.setCurrentIndex(dialog.ui.type.findData("imap"))
    for name, words in values.items():
        editor = getattr(dialog.ui, name)
        editor.selectAll()
        qtbot.keyClicks(editor, words)


@pytest.mark.covers("T-04", "IN-07")
@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        pytest.param({"server": "https://mail.example.com"}, "server", "without https://", id="address instead of a name"),
        pytest.param({"user_account_name": " "}, "user_account_name", "required", id="no account"),
        pytest.param({"confirm_password": "other"}, "confirm_password", "not the same", id="passwords differ"),
        pytest.param({"port": "0"}, "port", "from 1 to 65535", id="port of nothing"),
        pytest.param({"folder": " "}, "folder", "required", id="no folder"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    open_dialog: Callable[..., MailboxDialog], qtbot: QtBot, values: dict[str, str], field: str, words: str
) -> None:
    dialog = open_dialog()
    good = {"server": "mail.example.com", "user_account_name": "a@example.com", "password": "pw", "confirm_password": "pw"}
    fill_imap(dialog, qtbot, **{**good, **values})
    qtbot.mouseClick(dialog.ui.save_button, Qt.MouseButton.LeftButton)
    assert words in getattr(dialog.ui, f"{field}_message").text()
    assert getattr(dialog.ui, f"{field}_message").isVisible()
    assert getattr(dialog.ui, field).property("wrong")
    assert dialog.focusWidget() is getattr(dialog.ui, field)


@pytest.mark.covers("IN-02", "IN-07")
def test_the_id_of_a_client_secret_is_refused_while_it_is_typed(open_dialog: Callable[..., MailboxDialog], qtbot: QtBot) -> None:
    dialog = open_dialog()
    qtbot.keyClicks(dialog.ui.client_secret, GUID[:-1])
    assert not dialog.ui.client_secret_message.isVisible()
    qtbot.keyClicks(dialog.ui.client_secret, GUID[-1])
    assert "This is the secret's ID. Paste its Value" in dialog.ui.client_secret_message.text()
    assert dialog.ui.client_secret_message.isVisible()
    assert not dialog.ui.application_id_message.isVisible()
    dialog.ui.client_secret.selectAll()
    qtbot.keyClicks(dialog.ui.client_secret, "a")
    assert not dialog.ui.client_secret_message.isVisible()


@pytest.mark.covers("IN-01")
def test_switching_the_type_keeps_common_values_and_shows_just_its_fields(
    open_dialog: Callable[..., MailboxDialog], qtbot: QtBot
) -> None:
    dialog = open_dialog()
    assert dialog.ui.user_id.isVisible()
    assert not dialog.ui.server.isVisible()
    fill_imap(dialog, qtbot, server="mail.example.com", user_account_name="a@example.com")
    dialog.ui.type.setCurrentIndex(dialog.ui.type.findData("pop3"))
    assert (dialog.ui.server.text(), dialog.ui.port.value()) == ("mail.example.com", 995)
    dialog.ui.more_button.setChecked(True)
    assert dialog.ui.starttls.isVisible() and not dialog.ui.folder.isVisible(), "POP3 has only the Inbox"
    dialog.ui.type.setCurrentIndex(dialog.ui.type.findData("ews_basic"))
    assert dialog.ui.user_account_name.text() == "a@example.com"
    assert not dialog.ui.server.isVisible()


@pytest.mark.covers("IN-05")
def test_the_port_follows_use_ssl_until_one_was_typed(open_dialog: Callable[..., MailboxDialog], qtbot: QtBot) -> None:
    dialog = open_dialog()
    fill_imap(dialog, qtbot)
    assert dialog.ui.port.value() == 993
    dialog.ui.use_ssl.click()
    assert dialog.ui.port.value() == 143
    fill_imap(dialog, qtbot, port="1143")
    dialog.ui.use_ssl.click()
    assert dialog.ui.port.value() == 1143


@pytest.mark.covers("IN-12", "SEC-02")
def test_a_stored_password_is_told_never_shown_and_kept(open_dialog: Callable[..., MailboxDialog], qtbot: QtBot) -> None:
    dialog = open_dialog(STORED)
    assert dialog.ui.password.text() == ""
    assert "Stored" in dialog.ui.password.placeholderText()
    dialog.ui.log_events.click()
    with qtbot.waitSignal(dialog.saved) as saved:
        dialog.ui.save_button.click()
    [kept] = saved.args or []
    assert kept == STORED.model_copy(update={"log_events": True, "email_address": None})
    assert kept.password == STORED.password


@pytest.mark.covers("IN-11")
def test_a_failed_test_goes_back_with_everything_typed_or_saves_disabled(
    open_dialog: Callable[..., MailboxDialog], qtbot: QtBot, answers: list[tuple[str, str]]
) -> None:
    dialog = open_dialog()
    values = {
        "server": "localhost",
        "user_account_name": "a@example.com",
        "password": "pw",
        "confirm_password": "pw",
        "port": "1",
    }
    fill_imap(dialog, qtbot, **values)
    will_press("Go back")
    dialog.ui.save_button.click()
    qtbot.waitUntil(lambda: len(answers) == 1, timeout=PATIENCE_MS)
    assert "connection test failed" in answers[0][0]
    assert dialog.isVisible()
    assert (dialog.ui.server.text(), dialog.ui.password.text()) == ("localhost", "pw")
    [failed] = [step for step in dialog.ui.steps.report if step.state is StepState.FAILED]
    assert (failed.name, failed.code) == (StepName.CONNECT, "connection_refused")
    will_press("Save disabled")
    with qtbot.waitSignal(dialog.saved, timeout=PATIENCE_MS) as saved:
        dialog.ui.save_button.click()
    assert saved.args is not None
    assert saved.args[0].enabled is False


@pytest.mark.covers("IN-07")
def test_two_mailboxes_may_not_read_one_account(open_dialog: Callable[..., MailboxDialog], qtbot: QtBot) -> None:
    dialog = open_dialog(others=[STORED])
    fill_imap(dialog, qtbot, server="MAIL.contoso.example", user_account_name="Support@contoso.example")
    fill_imap(dialog, qtbot, password="pw", confirm_password="pw")
    dialog.ui.save_button.click()
    assert "Support already reads this account" in dialog.ui.user_account_name_message.text()


@pytest.mark.covers("T-05")
def test_closing_with_unsaved_edits_asks(
    open_dialog: Callable[..., MailboxDialog], qtbot: QtBot, answers: list[tuple[str, str]]
) -> None:
    dialog = open_dialog(STORED)
    fill_imap(dialog, qtbot, server="other.example.com")
    will_press("Keep editing", "Discard")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert len(answers) == 2


@pytest.mark.covers("T-05")
def test_enter_saves_and_escape_cancels(open_dialog: Callable[..., MailboxDialog], qtbot: QtBot) -> None:
    dialog = open_dialog(STORED.model_copy(update={"enabled": True}), check=all_pass)
    with qtbot.waitSignal(dialog.saved, timeout=PATIENCE_MS):
        qtbot.keyClick(dialog.ui.server, Qt.Key.Key_Return)
    dialog = open_dialog(STORED)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


@pytest.mark.covers("A11Y-01")
def test_every_field_has_a_name_for_screen_readers(open_dialog: Callable[..., MailboxDialog]) -> None:
    dialog = open_dialog()
    kinds = (QLineEdit, QSpinBox, QComboBox, QCheckBox, QPushButton)
    nameless = [
        each.objectName()
        for kind in kinds
        for each in dialog.findChildren(kind)
        if not (each.accessibleName() or getattr(each, "text", lambda: "")() or each.isHidden())
        and each.objectName() != "qt_spinbox_lineedit"
    ]
    assert nameless == []


TYPES = [pytest.param(kind, id=kind) for kind in MailboxType]
FIELDS_OF = {
    MailboxType.MICROSOFT365: "cloud application_id client_secret certificate_file certificate_password directory_id user_id secret_expires",
    MailboxType.EWS_OAUTH: "cloud user_account_name application_id client_secret certificate_file certificate_password directory_id "
    "secret_expires exchange_web_service_url",
    MailboxType.EWS_BASIC: "user_account_name password confirm_password exchange_web_service_url",
    MailboxType.IMAP: "provider authentication server user_account_name password confirm_password port use_ssl",
    MailboxType.POP3: "provider server user_account_name password confirm_password port use_ssl",
}
"""The fields that are seen without **More settings**, from top to bottom."""


def choose_type(dialog: MailboxDialog, qtbot: QtBot, kind: MailboxType) -> None:
    """By the arrow keys, through the types between."""
    dialog.ui.type.setFocus()
    while dialog.ui.type.currentData() != kind:
        qtbot.keyClick(dialog.ui.type, Qt.Key.Key_Down)


def seen(dialog: MailboxDialog) -> list[str]:
    """The fields that are seen, from top to bottom, without those that every type has."""
    every = ("type", "enabled", "log_events")
    shown = [name for name in NAMES if name not in every and hasattr(dialog.ui, name) and getattr(dialog.ui, name).isVisible()]
    return sorted(shown, key=lambda name: getattr(dialog.ui, name).mapTo(dialog, QPoint()).y())


@pytest.mark.covers("IN-01", "IN-02", "IN-03", "IN-04", "IN-05")
@pytest.mark.parametrize("kind", TYPES)
def test_a_type_shows_just_its_fields(open_dialog: Callable[..., MailboxDialog], qtbot: QtBot, kind: MailboxType) -> None:
    dialog = open_dialog()
    choose_type(dialog, qtbot, kind)
    QApplication.processEvents()
    assert seen(dialog) == FIELDS_OF[kind].split()


@pytest.mark.covers("T-05", "A11Y-01")
@pytest.mark.parametrize("kind", TYPES)
def test_tab_goes_through_the_fields_as_they_are_read(
    open_dialog: Callable[..., MailboxDialog], qtbot: QtBot, kind: MailboxType
) -> None:
    dialog = open_dialog()
    with qtbot.waitActive(dialog):
        dialog.activateWindow()
    choose_type(dialog, qtbot, kind)
    qtbot.mouseClick(dialog.ui.more_button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    expected, visited = seen(dialog), []
    dialog.ui.type.setFocus()
    while (focused := dialog.focusWidget()) is not dialog.ui.save_button:
        visited.append(focused.objectName())
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
        assert len(visited) < 40, visited
    assert [name for name in visited if name in expected] == expected


@pytest.mark.covers("T-05", "A11Y-01")
@pytest.mark.parametrize("kind", TYPES)
def test_every_title_that_is_seen_has_an_alt_key_of_its_own(
    open_dialog: Callable[..., MailboxDialog], qtbot: QtBot, kind: MailboxType
) -> None:
    dialog = open_dialog()
    choose_type(dialog, qtbot, kind)
    titles = [dialog.ui.enabled.text(), dialog.ui.log_events.text(), dialog.ui.more_button.text()]
    for name in seen(dialog):
        editor = getattr(dialog.ui, name)
        titles.append(editor.text() if isinstance(editor, QCheckBox) else getattr(dialog.ui, f"{name}_label").text())
    letters = [title[title.index("&") + 1].casefold() for title in titles if "&" in title]
    assert len(letters) == len(titles) == len(set(letters)), titles


@pytest.mark.covers("A11Y-01")
@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("size", [(640, 420), (1024, 700), (1600, 1000)], ids=["small", "laptop", "large"])
def test_no_field_is_cut_off_at_the_side(
    open_dialog: Callable[..., MailboxDialog], qtbot: QtBot, kind: MailboxType, size: tuple[int, int]
) -> None:
    dialog = open_dialog()
    dialog.resize(*size)
    choose_type(dialog, qtbot, kind)
    dialog.ui.more_button.click()
    QApplication.processEvents()
    view = dialog.ui.scroll.viewport()
    assert dialog.ui.scroll_body.width() <= view.width()
    for name in seen(dialog):
        editor = getattr(dialog.ui, name)
        assert editor.mapTo(dialog.ui.scroll_body, QPoint(editor.width(), 0)).x() <= view.width(), name
        dialog.ui.scroll.ensureWidgetVisible(editor)
        assert view.rect().intersects(editor.rect().translated(editor.mapTo(view, QPoint()))), name
    assert dialog.ui.save_button.isVisible() and dialog.rect().contains(dialog.ui.save_button.geometry().center())


@pytest.mark.covers("IN-01")
def test_what_was_typed_survives_a_round_through_all_types(open_dialog: Callable[..., MailboxDialog], qtbot: QtBot) -> None:
    dialog = open_dialog()
    typed = {"application_id": GUID, "directory_id": GUID, "user_id": "a@example.com", "client_secret": "abc~8Q"}
    for name, words in typed.items():
        qtbot.keyClicks(getattr(dialog.ui, name), words)
    dialog.ui.log_events.click()
    choose_type(dialog, qtbot, MailboxType.EWS_OAUTH)
    assert dialog.ui.user_account_name.text() == "a@example.com"
    qtbot.keyClicks(dialog.ui.exchange_web_service_url, "https://mail.example.com/EWS/Exchange.asmx")
    choose_type(dialog, qtbot, MailboxType.POP3)
    qtbot.keyClicks(dialog.ui.server, "mail.example.com")
    dialog.ui.type.setCurrentIndex(dialog.ui.type.findData("microsoft365"))
    assert {name: getattr(dialog.ui, name).text() for name in typed} == typed
    choose_type(dialog, qtbot, MailboxType.EWS_BASIC)
    assert dialog.ui.exchange_web_service_url.text() == "https://mail.example.com/EWS/Exchange.asmx"
    assert dialog.ui.log_events.isChecked()
    choose_type(dialog, qtbot, MailboxType.IMAP)
    assert dialog.ui.server.text() == "mail.example.com"


@pytest.mark.covers("IN-19")
def test_imap_shows_the_password_or_the_app_registration(open_dialog: Callable[..., MailboxDialog], qtbot: QtBot) -> None:
    dialog = open_dialog()
    fill_imap(
        dialog, qtbot, server="outlook.office365.com", user_account_name="a@contoso.com", password="pw", confirm_password="pw"
    )
    assert "no longer accepts passwords" in dialog.ui.notice.words
    dialog.ui.authentication.setFocus()
    qtbot.keyClick(dialog.ui.authentication, Qt.Key.Key_Down)
    QApplication.processEvents()
    assert dialog.ui.authentication.currentData() == "microsoft365"
    assert not dialog.ui.notice.isVisible() and not dialog.ui.password.isVisible() and not dialog.ui.confirm_password.isVisible()
    application = "application_id client_secret certificate_file certificate_password directory_id secret_expires"
    assert seen(dialog) == f"provider authentication cloud server user_account_name {application} port use_ssl".split()
    for name, words in (("application_id", GUID), ("directory_id", GUID), ("client_secret", "abc~8Q")):
        qtbot.keyClicks(getattr(dialog.ui, name), words)
    dialog.ui.enabled.click()
    with qtbot.waitSignal(dialog.saved) as saved:
        dialog.ui.save_button.click()
    [made] = saved.args or []
    assert (made.authentication, made.application_id, made.client_secret, made.password) == (
        "microsoft365",
        GUID,
        SecretStr("abc~8Q"),
        None,
    )


@pytest.mark.covers("IN-19", "SEC-02")
def test_the_way_to_sign_in_that_is_not_chosen_is_not_kept(open_dialog: Callable[..., MailboxDialog], qtbot: QtBot) -> None:
    stored = Imap(
        server="outlook.office365.com",
        port=993,
        user_account_name="a@contoso.com",
        authentication="microsoft365",
        application_id=GUID,
        directory_id=GUID,
        client_secret=SecretStr("abc~8Q"),
        enabled=False,
    )
    dialog = open_dialog(stored)
    assert not dialog.unsaved
    assert "Stored" in dialog.ui.client_secret.placeholderText()
    dialog.ui.authentication.setCurrentIndex(0)
    with qtbot.waitSignal(dialog.saved) as saved:
        dialog.ui.save_button.click()
    [made] = saved.args or []
    assert (made.authentication, made.application_id, made.client_secret, made.cloud) == ("password", None, None, "worldwide")


@pytest.mark.covers("T-05")
@pytest.mark.parametrize("kind", MailboxType)
def test_f1_opens_the_page_of_the_chosen_type(open_dialog: Callable[..., MailboxDialog], qtbot: QtBot, kind: MailboxType) -> None:
    dialog = open_dialog()
    dialog.ui.type.setCurrentIndex(dialog.ui.type.findData(kind.value))
    qtbot.keyClick(dialog, Qt.Key.Key_F1)
    [help_dialog] = dialog.findChildren(HelpDialog)
    assert help_dialog.reader.toPlainText().startswith(TYPE_LABELS[kind])


AT_MICROSOFT = EwsOAuth(
    name="Support",
    user_account_name="support@contoso.com",
    exchange_web_service_url="https://outlook.office365.com/EWS/Exchange.asmx",
    application_id=GUID,
    directory_id=GUID,
    client_secret=SecretStr("canary~secret"),
)


def convert(dialog: MailboxDialog, qtbot: QtBot) -> None:
    assert dialog.ui.notice.button.text().replace("&", "") == "Convert to Microsoft 365 with OAuth"
    qtbot.mouseClick(dialog.ui.notice.button, Qt.MouseButton.LeftButton)
    assert dialog.ui.user_id.text() == "support@contoso.com"
    assert "no message is lost" in dialog.ui.notice.words.lower()


@pytest.mark.covers("IN-16")
@pytest.mark.parametrize("enabled", [True, False])
def test_an_ews_mailbox_is_converted_once_the_test_has_passed(
    open_dialog: Callable[..., MailboxDialog], qtbot: QtBot, enabled: bool
) -> None:
    dialog = open_dialog(AT_MICROSOFT.model_copy(update={"enabled": enabled}), all_pass)
    convert(dialog, qtbot)
    with qtbot.waitSignal(dialog.saved, timeout=PATIENCE_MS) as saved:
        qtbot.mouseClick(dialog.ui.save_button, Qt.MouseButton.LeftButton)
    [made] = saved.args or []
    assert (made.type, made.user_id, made.application_id, made.enabled) == ("microsoft365", "support@contoso.com", GUID, enabled)
    assert made.client_secret is not None
    assert dialog.ui.steps.report, "it was tested, enabled or not"


@pytest.mark.covers("IN-16")
def test_a_failed_test_converts_nothing(
    open_dialog: Callable[..., MailboxDialog], qtbot: QtBot, answers: list[tuple[str, str]]
) -> None:
    def fails(_mailbox: Mailbox, _cancel: Cancel) -> Iterator[Step]:
        yield Step(StepName.SIGN_IN, StepState.FAILED)

    dialog = open_dialog(AT_MICROSOFT, fails)
    convert(dialog, qtbot)
    will_press("Go back")
    with qtbot.assertNotEmitted(dialog.saved):
        qtbot.mouseClick(dialog.ui.save_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: len(answers) == 1, timeout=PATIENCE_MS)
    assert "stays as it was" in answers[0][0]
