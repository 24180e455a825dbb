"""**Outgoing email configuration** as an admin meets it: what is ending at Microsoft, and the test email (OUT-01 to OUT-05)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from tests.console.test_editing_accounts import IMAP, SMTP, Desk, desk, select
from trackit_console.console.dialogs.outgoing import OutgoingDialog
from trackit_console.settings.outgoing import Microsoft365Outgoing

__all__ = ["desk"]
MICROSOFT = [
    "smtp.office365.com",
    "SMTP.Office365.com.",
    "smtp-mail.outlook.com",
    "contoso-com.mail.protection.outlook.com",
    "smtp.office365.us",
    "smtp.partner.outlook.cn",
]


def click(desk: Desk, dialog: OutgoingDialog, name: str) -> None:
    widget = getattr(dialog.ui, name)
    at = QPoint(12, widget.height() // 2)  # on the box of a check box
    desk.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at)


class TestPasswordsAtMicrosoft:
    @pytest.mark.covers("OUT-02")
    @pytest.mark.parametrize("server", MICROSOFT)
    def test_that_they_end_is_said_in_the_form(self, desk: Desk, server: str) -> None:
        dialog = desk.outgoing()
        desk.type(dialog.ui.smtp_server_name, server)
        notice = dialog.ui.notice
        assert notice.isVisible() and "December 2026" in notice.words
        click(desk, dialog, "smtp_requires_authentication")
        assert not notice.isVisible()
        click(desk, dialog, "smtp_requires_authentication")
        assert notice.isVisible()

    @pytest.mark.parametrize("server", ["smtp.example.com", "office365.com.example.org", "notoutlook.com", ""])
    def test_nothing_is_said_of_other_servers(self, desk: Desk, server: str) -> None:
        dialog = desk.outgoing()
        desk.type(dialog.ui.smtp_server_name, server)
        assert not dialog.ui.notice.isVisible()

    def test_it_is_said_of_a_stored_account_at_once(self, desk: Desk) -> None:
        dialog = desk.outgoing(SMTP.model_copy(update={"smtp_server_name": "smtp.office365.com"}))
        assert dialog.ui.notice.isVisible() and not dialog.unsaved

    @pytest.mark.covers("OUT-01", "OUT-04")
    @pytest.mark.parametrize(
        ("server", "cloud"),
        [("smtp.office365.com", "worldwide"), ("smtp.office365.us", "us_gcc_high"), ("smtp.partner.outlook.cn", "china")],
    )
    def test_one_click_goes_on_with_oauth_and_keeps_the_from_address(self, desk: Desk, server: str, cloud: str) -> None:
        dialog = desk.outgoing(SMTP.model_copy(update={"smtp_server_name": server}))
        assert dialog.ui.notice.button.text() == "Microsoft 365 with OAuth"
        desk.qtbot.mouseClick(dialog.ui.notice.button, Qt.MouseButton.LeftButton)
        assert (dialog.ui.authentication.currentData(), dialog.ui.cloud.currentData()) == ("microsoft365", cloud)
        assert dialog.ui.from_address.currentText() == SMTP.from_address
        assert not dialog.ui.notice.isVisible() and not dialog.ui.smtp_server_name.isVisible()
        assert dialog.focusWidget() is dialog.ui.application_id

    def test_a_cloud_that_was_entered_is_kept(self, desk: Desk) -> None:
        dialog = desk.outgoing()
        desk.type(dialog.ui.smtp_server_name, "smtp.office365.com")
        select(dialog.ui.authentication, "microsoft365")
        select(dialog.ui.cloud, "us_dod")
        select(dialog.ui.authentication, "basic")
        desk.qtbot.mouseClick(dialog.ui.notice.button, Qt.MouseButton.LeftButton)
        assert dialog.ui.cloud.currentData() == "us_dod"


@pytest.mark.covers("OUT-05")
def test_whom_the_test_email_goes_to_is_asked_beside_its_steps(desk: Desk) -> None:
    dialog = desk.outgoing(SMTP)
    dialog.resize(900, 420)
    recipient, heading = dialog.ui.recipient, dialog.ui.result_heading
    assert not recipient.visibleRegion().isEmpty()
    assert recipient.mapTo(dialog, QPoint()).y() > heading.mapTo(dialog, QPoint()).y()
    assert recipient.placeholderText() == SMTP.from_address
    dialog.ui.from_address.lineEdit().selectAll()
    desk.qtbot.keyClicks(dialog.ui.from_address, "other@example.com")
    assert recipient.placeholderText() == "other@example.com"
    desk.type(recipient, "nobody")
    desk.qtbot.mouseClick(dialog.ui.test_button, Qt.MouseButton.LeftButton)
    assert dialog.focusWidget() is recipient and dialog.ui.recipient_message.text()
    assert desk.tests == []


def test_who_gets_the_test_email_is_said_before_there_is_a_from_address(desk: Desk) -> None:
    dialog = desk.outgoing()
    dialog.ui.from_address.setCurrentText("")
    assert dialog.ui.recipient.placeholderText() == "The From Address"


@pytest.mark.covers("OUT-03")
def test_microsoft_365_has_an_authority_file_of_its_own(desk: Desk) -> None:
    dialog = desk.outgoing()
    select(dialog.ui.authentication, "microsoft365")
    desk.type(dialog.ui.application_id, "11111111-2222-3333-4444-555555555555")
    desk.type(dialog.ui.directory_id, "66666666-7777-8888-9999-000000000000")
    desk.type(dialog.ui.client_secret, "s3cret~value-of-the-app")
    dialog.ui.from_address.setCurrentIndex(dialog.ui.from_address.findText(str(IMAP.address)))
    dialog.reveal(["ca_file"])
    assert dialog.ui.ca_file.isVisible()
    desk.type(dialog.ui.ca_file, "/etc/proxy-ca.pem")
    made = desk.saved(dialog)
    assert isinstance(made, Microsoft365Outgoing)
    assert (made.ca_file, made.validate_server_certificate) == ("/etc/proxy-ca.pem", True)
