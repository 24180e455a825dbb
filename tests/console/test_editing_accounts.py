"""Editing a stored mailbox or outgoing account: what is cleared is cleared, what is not seen stays, nothing is refused unseen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from pydantic import SecretStr
from PySide6.QtCore import QDate, QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLineEdit, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from tests.console.conftest import PATIENCE_MS, as_stored
from trackit_console.cancel import Cancel
from trackit_console.console.dialogs.help import HelpDialog
from trackit_console.console.dialogs.mailbox import MailboxDialog
from trackit_console.console.dialogs.outgoing import OutgoingDialog
from trackit_console.console.dialogs.settings_dialog import SettingsDialog
from trackit_console.console.tasks import Tasks
from trackit_console.settings.exchange_mailbox import Microsoft365
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.outgoing import BasicOutgoing, Microsoft365Outgoing, Outgoing
from trackit_console.settings.server_mailbox import Imap
from trackit_console.store.errors import Cancelled
from trackit_console.transports.step_names import OUTGOING_STEPS, StepName
from trackit_console.transports.steps import Step, StepState

GUID = "9f1b6c1e-4f0c-4a5e-9a35-0d7f2c8f7c11"
IMAP = Imap(
    name="Support",
    server="mail.contoso.example",
    port=993,
    user_account_name="support@contoso.example",
    password=SecretStr("canary-secret"),
    email_address="desk@contoso.example",
    poll_interval=7,
    ca_file="/etc/contoso.pem",
    pinned_certificate="ab" * 32,
    enabled=False,
)
BY_CERTIFICATE = Microsoft365(
    application_id=GUID,
    directory_id=GUID,
    user_id="support@contoso.example",
    certificate_file="/etc/app.pfx",
    certificate_password=SecretStr("canary-secret"),
    secret_expires=date(2027, 3, 31),
    enabled=False,
)
SMTP = BasicOutgoing(
    smtp_server_name="smtp.contoso.example",
    port=2525,
    user_account_name="support@contoso.example",
    password=SecretStr("canary-secret"),
    ca_file="/etc/contoso.pem",
    from_address="desk@contoso.example",
)


class Desk:
    """Opens the dialogs; `tests` keeps what was tested."""

    def __init__(self, qtbot: QtBot, window_settings: QSettings) -> None:
        self.qtbot = qtbot
        self.window_settings = window_settings
        self.tasks = Tasks()
        self.tests: list[tuple[Any, ...]] = []

    def _check_mailbox(self, mailbox: Mailbox, _cancel: Cancel) -> Iterator[Step]:
        return self._passing(mailbox)

    def _check_outgoing(self, outgoing: Outgoing, recipient: str, _cancel: Cancel) -> Iterator[Step]:
        return self._passing(outgoing, recipient)

    def _passing(self, *what: Any) -> Iterator[Step]:
        self.tests.append(what)
        for name in OUTGOING_STEPS:
            yield Step(name, StepState.RUNNING)
            yield Step(name, StepState.PASSED, 0.01)

    def _opened(self, dialog: SettingsDialog) -> None:
        self.qtbot.addWidget(dialog, before_close_func=lambda _dialog: dialog.opened())
        dialog.show()
        dialog.activateWindow()
        self.qtbot.waitUntil(dialog.isActiveWindow)

    def mailbox(self, mailbox: Mailbox | None = None, check: Any = None) -> MailboxDialog:
        dialog = MailboxDialog(self.tasks, self.window_settings, check or self._check_mailbox, stored=as_stored(mailbox))
        self._opened(dialog)
        return dialog

    def outgoing(self, outgoing: Outgoing | None = None) -> OutgoingDialog:
        dialog = OutgoingDialog(
            self.tasks, self.window_settings, self._check_outgoing, stored=as_stored(outgoing), mailboxes=[IMAP]
        )
        self._opened(dialog)
        return dialog

    def type(self, field: QLineEdit | QSpinBox, words: str) -> None:
        """Replaces what stands in the field, and leaves it."""
        field.setFocus()
        field.selectAll()
        self.qtbot.keyClick(field, Qt.Key.Key_Delete)
        self.qtbot.keyClicks(field, words)
        self.qtbot.keyClick(field, Qt.Key.Key_Tab)

    def saved(self, dialog: SettingsDialog) -> Any:
        with self.qtbot.waitSignal(dialog.saved, timeout=PATIENCE_MS) as saved:
            self.qtbot.mouseClick(dialog.ui.save_button, Qt.MouseButton.LeftButton)
        return (saved.args or [None])[0]


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, window_settings: QSettings, answers: object) -> Iterator[Desk]:
    made = Desk(qtbot, window_settings)
    yield made
    made.tasks.end(3000)


def select(combo: QComboBox, data: str) -> None:
    combo.setCurrentIndex(combo.findData(data))


@pytest.mark.covers("IN-12")
def test_what_is_cleared_is_cleared(desk: Desk) -> None:
    dialog = desk.mailbox(IMAP)
    dialog.ui.more_button.click()
    desk.type(dialog.ui.ca_file, "")
    desk.type(dialog.ui.pinned_certificate, "")
    desk.type(dialog.ui.email_address, "")
    dialog.ui.poll_interval.setValue(0)
    made = desk.saved(dialog)
    assert (made.ca_file, made.pinned_certificate, made.email_address, made.poll_interval) == (None, None, None, None)
    assert made.password == IMAP.password

    outgoing = desk.outgoing(SMTP)
    outgoing.ui.ca_file.clear()
    assert desk.saved(outgoing) == SMTP.model_copy(update={"ca_file": None})


@pytest.mark.covers("IN-01", "IN-12")
def test_a_stored_password_survives_a_switch_of_the_type(desk: Desk) -> None:
    dialog = desk.mailbox(IMAP)
    select(dialog.ui.type, "pop3")
    made = desk.saved(dialog)
    assert (made.type, made.server, made.password) == ("pop3", IMAP.server, IMAP.password)


@pytest.mark.covers("IN-12", "IN-17")
def test_a_certificate_that_is_not_touched_stays(desk: Desk) -> None:
    dialog = desk.mailbox(BY_CERTIFICATE)
    dialog.ui.log_events.click()
    assert desk.saved(dialog) == BY_CERTIFICATE.model_copy(update={"log_events": True})


@pytest.mark.covers("IN-17")
def test_a_client_secret_takes_the_place_of_a_certificate_that_is_cleared(desk: Desk) -> None:
    dialog = desk.mailbox(BY_CERTIFICATE)
    desk.type(dialog.ui.client_secret, "new-secret")
    dialog.ui.save_button.click()
    assert "not both" in dialog.ui.certificate_file_message.text()
    desk.type(dialog.ui.certificate_file, "")
    made = desk.saved(dialog)
    assert made.client_secret == SecretStr("new-secret")
    assert (made.certificate_file, made.certificate_password) == (None, None)
    assert made.secret_expires == BY_CERTIFICATE.secret_expires


@pytest.mark.covers("IN-17", "OUT-03")
@pytest.mark.parametrize("kind", ["mailbox", "outgoing"])
def test_a_certificate_that_is_chosen_takes_the_place_of_a_stored_secret(
    desk: Desk, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_secret: dict[str, Any] = {"application_id": GUID, "directory_id": GUID, "client_secret": SecretStr("canary-secret")}
    dialog: Any
    if kind == "mailbox":
        dialog = desk.mailbox(Microsoft365(**by_secret, user_id="support@contoso.example", enabled=False))
    else:
        dialog = desk.outgoing(Microsoft365Outgoing(**by_secret, from_address="desk@contoso.example"))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/etc/app.pfx", ""))
    dialog.ui.certificate_file_browse.click()
    desk.type(dialog.ui.certificate_password, "file-password")
    dialog.ui.secret_expires.setFocus()
    desk.qtbot.keyClick(dialog.ui.secret_expires, Qt.Key.Key_Up)
    made = desk.saved(dialog)
    assert (made.client_secret, made.certificate_file) == (None, "/etc/app.pfx")
    assert made.certificate_password == SecretStr("file-password")
    assert made.secret_expires == QDate.currentDate().toPython()


@pytest.mark.covers("IN-17")
def test_the_day_a_secret_expires_can_be_emptied_and_typed(desk: Desk) -> None:
    dialog = desk.mailbox(BY_CERTIFICATE)
    field = dialog.ui.secret_expires
    assert field.day == date(2027, 3, 31)
    desk.qtbot.keyClick(field, Qt.Key.Key_Delete)
    assert field.day is None
    assert field.text() == "No date"
    field.setDisplayFormat("dd.MM.yyyy")
    field.setFocus()
    desk.qtbot.keyClicks(field, "05112028")
    assert desk.saved(dialog).secret_expires == date(2028, 11, 5)


@pytest.mark.covers("IN-13", "T-04")
def test_a_wrong_address_of_another_cloud_does_not_block_a_known_one(desk: Desk) -> None:
    dialog = desk.mailbox(BY_CERTIFICATE)
    select(dialog.ui.cloud, "other")
    desk.type(dialog.ui.sign_in_url, "not an address")
    select(dialog.ui.cloud, "worldwide")
    assert desk.saved(dialog) == BY_CERTIFICATE


@pytest.mark.covers("IN-13", "OUT-03")
def test_the_outgoing_account_of_another_cloud_has_its_addresses(desk: Desk) -> None:
    dialog = desk.outgoing()
    select(dialog.ui.authentication, "microsoft365")
    select(dialog.ui.cloud, "other")
    for field, words in (
        (dialog.ui.application_id, GUID),
        (dialog.ui.client_secret, "s"),
        (dialog.ui.directory_id, GUID),
        (dialog.ui.sign_in_url, "https://login.contoso.example"),
        (dialog.ui.graph_url, "https://graph.contoso.example"),
    ):
        assert field.isVisible()
        desk.type(field, words)
    made = desk.saved(dialog)
    assert isinstance(made, Microsoft365Outgoing)
    assert (made.cloud, made.graph_url) == ("other", "https://graph.contoso.example")


@pytest.mark.covers("T-04", "IN-07")
def test_a_message_goes_when_another_field_mends_it(desk: Desk) -> None:
    dialog = desk.mailbox()
    select(dialog.ui.type, "imap")
    desk.type(dialog.ui.password, "one")
    desk.type(dialog.ui.confirm_password, "two")
    assert "not the same" in dialog.ui.confirm_password_message.text()
    desk.type(dialog.ui.password, "two")
    assert not dialog.ui.confirm_password_message.isVisible()
    assert not dialog.ui.confirm_password.property("wrong")


@pytest.mark.covers("T-04", "OUT-04")
def test_a_from_address_that_is_none_is_refused_on_leaving_it(desk: Desk) -> None:
    dialog = desk.outgoing()
    field = dialog.ui.from_address
    field.setFocus()
    field.lineEdit().selectAll()
    desk.qtbot.keyClicks(field, "nobody")
    desk.qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert "userName@domain.com" in dialog.ui.from_address_message.text()


@pytest.mark.covers("OUT-04")
def test_the_from_address_must_be_one_of_incoming_email(desk: Desk) -> None:
    dialog = desk.outgoing(SMTP.model_copy(update={"from_address": "else@contoso.example"}))
    dialog.ui.save_button.click()
    assert "desk@contoso.example" in dialog.ui.from_address_message.text()
    assert dialog.focusWidget() is dialog.ui.from_address


@pytest.mark.covers("OUT-02")
def test_the_security_type_sets_the_port_until_one_is_typed(desk: Desk) -> None:
    dialog = desk.outgoing()
    seen = []
    for security in ("none", "ssl", "ssl_tls"):
        select(dialog.ui.security, security)
        seen.append(dialog.ui.port.value())
    assert seen == [25, 465, 587]
    desk.type(dialog.ui.port, "2525")
    select(dialog.ui.security, "ssl")
    assert dialog.ui.port.value() == 2525


@pytest.mark.covers("OUT-02")
def test_smtp_requires_authentication_opens_its_fields(desk: Desk) -> None:
    dialog = desk.outgoing(SMTP)
    fields = (dialog.ui.user_account_name, dialog.ui.password, dialog.ui.confirm_password)
    assert all(field.isVisible() for field in fields)
    dialog.ui.smtp_requires_authentication.click()
    assert not any(field.isVisible() for field in fields)
    made = desk.saved(dialog)
    assert (made.user_account_name, made.password) == (None, None)


@pytest.mark.covers("OUT-05")
@pytest.mark.parametrize(("typed", "recipient"), [("", "desk@contoso.example"), ("ada@example.com", "ada@example.com")])
def test_the_test_email_goes_to_the_from_address_unless_told_otherwise(desk: Desk, typed: str, recipient: str) -> None:
    dialog = desk.outgoing(SMTP)
    desk.type(dialog.ui.recipient, typed)
    dialog.ui.test_button.click()
    desk.qtbot.waitUntil(lambda: dialog.ui.steps.report[-1].state is StepState.PASSED, timeout=PATIENCE_MS)
    assert desk.tests == [(SMTP, recipient)]
    assert [step.name for step in dialog.ui.steps.report] == list(OUTGOING_STEPS)


@pytest.mark.covers("T-04")
def test_scrolling_the_form_changes_nothing(desk: Desk, qapp: QApplication) -> None:
    dialog = desk.mailbox(IMAP)
    dialog.ui.server.setFocus()
    for editor in (dialog.ui.type, dialog.ui.port):
        turn_wheel(editor, qapp)
    assert not dialog.unsaved


def turn_wheel(widget: QWidget, qapp: QApplication) -> None:
    here = QPoint(5, 5)
    turn = QPoint(0, -120)
    buttons, keys, phase = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(QPointF(here), QPointF(widget.mapToGlobal(here)), turn, turn, buttons, keys, phase, False)
    qapp.sendEvent(widget, event)


@pytest.mark.covers("IN-10", "T-06")
def test_a_running_test_is_cancelled_and_everything_typed_stays(desk: Desk) -> None:
    def hangs(_mailbox: Mailbox, cancel: Cancel) -> Iterator[Step]:
        yield Step(StepName.RESOLVE, StepState.RUNNING)
        woken = threading.Event()
        cancel.on_cancel(woken.set)
        assert woken.wait(20)

    dialog = desk.mailbox(IMAP, check=hangs)
    dialog.ui.test_button.click()
    desk.qtbot.waitUntil(lambda: dialog.ui.steps.report[0].state is StepState.RUNNING, timeout=PATIENCE_MS)
    assert dialog.ui.stop_test_button.isVisible()
    assert not dialog.ui.save_button.isEnabled()
    dialog.ui.stop_test_button.click()
    desk.qtbot.waitUntil(dialog.ui.save_button.isEnabled, timeout=PATIENCE_MS)
    assert not dialog.ui.stop_test_button.isVisible()
    assert dialog.ui.steps.report[0].state is StepState.SKIPPED
    assert not dialog.unsaved


@pytest.mark.covers("T-05")
def test_f1_opens_the_help_of_the_dialog(desk: Desk) -> None:
    dialog = desk.outgoing(SMTP)
    desk.qtbot.keyClick(dialog, Qt.Key.Key_F1)
    [help_dialog] = dialog.findChildren(HelpDialog)
    assert help_dialog.isVisible()
    assert help_dialog.reader.toPlainText().startswith("The outgoing account")


@pytest.mark.covers("T-06")
def test_cancel_while_saving_cancels_that_and_keeps_what_was_typed(desk: Desk, qtbot: QtBot) -> None:
    dialog = desk.outgoing(SMTP)
    tasks, asked = Tasks(), threading.Event()

    def save(cancel: Cancel) -> None:
        cancel.on_cancel(asked.set)
        assert asked.wait(20)
        raise Cancelled

    def start(_made: object) -> None:
        dialog.saving_started(tasks.run(save, owner=dialog, failed=lambda _problem: dialog.saving_failed()))

    dialog.saved.connect(start)
    dialog.ui.save_button.click()
    assert not dialog.ui.save_button.isEnabled()
    dialog.ui.cancel_button.click()
    qtbot.waitUntil(dialog.ui.save_button.isEnabled, timeout=PATIENCE_MS)
    assert dialog.isVisible()
    assert dialog.ui.smtp_server_name.text() == "smtp.contoso.example"
    assert tasks.end(5000)


@pytest.mark.covers("T-08")
def test_a_dialog_opens_in_the_size_it_was_left(desk: Desk) -> None:
    dialog = desk.mailbox(IMAP)
    dialog.resize(711, 533)
    desk.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    again = desk.mailbox(IMAP)
    assert (again.width(), again.height()) == (711, 533)


@pytest.mark.parametrize("kind", [pytest.param(MailboxDialog, id="mailbox"), pytest.param(OutgoingDialog, id="outgoing")])
def test_a_dialog_can_be_as_small_as_a_small_screen(desk: Desk, kind: type[SettingsDialog]) -> None:
    dialog = desk.mailbox() if kind is MailboxDialog else desk.outgoing()
    least = dialog.minimumSizeHint()
    assert least.width() <= 1024 - 40
    assert least.height() <= 700 - 60


# What is typed while a test runs


class HeldTest:
    """A connection test that passes as soon as `go` is set."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def __call__(self, _made: Mailbox, cancel: Cancel) -> Iterator[Step]:
        yield Step(StepName.RESOLVE, StepState.RUNNING)
        cancel.on_cancel(self.go.set)
        assert self.go.wait(20)
        for name in StepName:
            yield Step(name, StepState.PASSED, 0.01)


@pytest.fixture
def saving(desk: Desk) -> Iterator[tuple[MailboxDialog, HeldTest]]:
    """A dialog whose **Save** is testing now."""
    test = HeldTest()
    dialog = desk.mailbox(IMAP.model_copy(update={"enabled": True}), check=test)
    dialog.ui.server.setFocus()
    desk.qtbot.keyClick(dialog.ui.server, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: dialog.ui.steps.report[0].state is StepState.RUNNING, timeout=PATIENCE_MS)
    yield dialog, test
    test.go.set()


@pytest.mark.covers("IN-11", "T-05")
def test_nothing_can_be_typed_that_save_would_leave_out(desk: Desk, saving: tuple[MailboxDialog, HeldTest]) -> None:
    dialog, test = saving
    desk.qtbot.keyClicks(dialog.ui.server, "typed-too-late")
    desk.qtbot.mouseClick(dialog.ui.log_events, Qt.MouseButton.LeftButton)
    with desk.qtbot.waitSignal(dialog.saved, timeout=PATIENCE_MS) as saved:
        test.go.set()
    assert dialog.ui.server.text() == "mail.contoso.example" == (saved.args or [None])[0].server
    assert not dialog.ui.server.isEnabled(), "it is being saved now"
    dialog.saving_failed()
    assert dialog.ui.server.isEnabled()


@pytest.mark.covers("IN-11", "T-06")
@pytest.mark.parametrize("button", ["stop_test_button", "cancel_button"])
def test_cancel_while_save_tests_ends_that_and_gives_the_form_back(
    desk: Desk, saving: tuple[MailboxDialog, HeldTest], button: str
) -> None:
    dialog, _test = saving
    with desk.qtbot.assertNotEmitted(dialog.saved):
        desk.qtbot.mouseClick(getattr(dialog.ui, button), Qt.MouseButton.LeftButton)
        desk.qtbot.waitUntil(dialog.ui.save_button.isEnabled, timeout=PATIENCE_MS)
    assert dialog.isVisible()
    assert dialog.ui.server.isEnabled()
    assert dialog.focusWidget() is dialog.ui.server


@pytest.mark.covers("IN-11")
def test_a_test_alone_leaves_the_form_open_for_typing(desk: Desk) -> None:
    test = HeldTest()
    dialog = desk.mailbox(IMAP, check=test)
    desk.qtbot.mouseClick(dialog.ui.test_button, Qt.MouseButton.LeftButton)
    desk.type(dialog.ui.server, "imap.contoso.example")
    test.go.set()
    desk.qtbot.waitUntil(dialog.ui.save_button.isEnabled, timeout=PATIENCE_MS)
    assert desk.saved(dialog).server == "imap.contoso.example"
