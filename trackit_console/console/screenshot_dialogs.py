"""The scenes of the dialogs of accounts: mailboxes and outgoing email, and of help, questions and problems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtWidgets import QWidget

from trackit_console.console import sample_data
from trackit_console.console.conflicts import field_choices
from trackit_console.console.dialogs.conflict import conflict_dialog
from trackit_console.console.dialogs.help import HelpDialog
from trackit_console.console.dialogs.mailbox import MailboxDialog
from trackit_console.console.dialogs.message import MessageDialog
from trackit_console.console.dialogs.outgoing import OutgoingDialog
from trackit_console.console.message_boxes import problem_box, question_box
from trackit_console.console.saved_by_another import SavedByAnother
from trackit_console.console.screenshot_databases import databases_scenes, recovery_key_scenes
from trackit_console.console.screenshot_wait import TIMEOUT_MS, wait
from trackit_console.console.trust import confirmation
from trackit_console.console.window import MainWindow
from trackit_console.settings.mailbox import MailboxType
from trackit_console.settings.validation import finding
from trackit_console.store.errors import DatabaseLocked
from trackit_console.store.row_mapping import Stored
from trackit_console.transports.step_names import MAILBOX_STEPS
from trackit_console.transports.steps import Step


def dialogs_scenes(window: MainWindow, filled: bool) -> Iterator[tuple[str, QWidget]]:
    """Mailboxes, outgoing email, a connection test, a conflict, the help, the database and its key."""

    def nothing(*_arguments: Any) -> Iterator[Step]:
        return iter(())

    parts = (window.tasks, window.context.window_settings, nothing)
    if not filled:
        for kind in MailboxType:
            yield f"dialog-mailbox-{kind}-new", _new_mailbox(parts, kind)
        wrong = MailboxDialog(*parts)
        wrong.ui.type.setCurrentIndex(3)
        wrong.ui.server.setText("https://mail.contoso.com")
        wrong.validated()
        yield "dialog-mailbox-wrong", wrong
        yield "dialog-outgoing-empty", OutgoingDialog(*parts)
        yield "dialog-help", HelpDialog("incoming-mailbox", window)
        yield "dialog-help-picture", HelpDialog("mailbox-imap", window)
        yield "dialog-problem", problem_box(window, DatabaseLocked("database is locked"))[0]
        return
    yield from databases_scenes(window)
    yield from recovery_key_scenes(window)
    for name, steps in sample_data.REPORTS.items():
        dialog = MailboxDialog(*parts, stored=Stored(1, 1, sample_data.MAILBOX), templates=["Default"])
        dialog.ui.steps.begin(MAILBOX_STEPS)
        for step in steps:
            dialog.ui.steps.show_step(step)
        yield f"dialog-mailbox-{name}", dialog
    more = MailboxDialog(*parts, stored=Stored(1, 1, sample_data.MAILBOX))
    more.ui.more_button.setChecked(True)
    more.resize(more.width(), 1250)
    yield "dialog-mailbox-more", more
    yield from _providers(parts)
    yield from _account_states(window, parts)
    yield (
        "dialog-outgoing-filled",
        OutgoingDialog(*parts, stored=Stored(1, 1, sample_data.OUTGOING), mailboxes=[sample_data.MAILBOX]),
    )
    at_microsoft = sample_data.OUTGOING.model_copy(update={"smtp_server_name": "smtp.office365.com"})
    ending = OutgoingDialog(*parts, stored=Stored(1, 1, at_microsoft), mailboxes=[sample_data.MAILBOX])
    yield "dialog-outgoing-password-at-microsoft", ending
    by_oauth = OutgoingDialog(*parts, stored=Stored(1, 1, at_microsoft), mailboxes=[sample_data.MAILBOX])
    by_oauth.ui.notice.button.click()
    yield "dialog-outgoing-microsoft365", by_oauth
    question = "Delete the mailbox Support?"
    yield "dialog-question", question_box(window, "Delete mailbox", question, ["Delete", "Cancel"], "Tickets stay.")
    letter = sample_data.LETTER
    yield "dialog-message", MessageDialog("Printer on floor 2", letter.decode(), letter.decode(), window, letter)


def _new_mailbox(parts: tuple[Any, ...], kind: MailboxType) -> MailboxDialog:
    """The empty form of one type (IN-01)."""
    dialog = MailboxDialog(*parts)
    dialog.ui.type.setCurrentIndex(dialog.ui.type.findData(kind.value))
    return dialog


def _providers(parts: tuple[Any, ...]) -> Iterator[tuple[str, QWidget]]:
    """What is said of a provider, and where Microsoft ended what the type does (IN-16, IN-18)."""
    gmail = _new_mailbox(parts, MailboxType.IMAP)
    gmail.ui.provider.setCurrentIndex(gmail.ui.provider.findText("Gmail, Google Workspace"))
    yield "dialog-mailbox-gmail", gmail
    microsoft = _new_mailbox(parts, MailboxType.IMAP)
    microsoft.ui.provider.setCurrentIndex(microsoft.ui.provider.findText("Microsoft 365"))
    yield "dialog-mailbox-password-at-microsoft", microsoft
    yield "dialog-mailbox-ews-ended", MailboxDialog(*parts, stored=Stored(1, 1, sample_data.EWS))


def _account_states(window: MainWindow, parts: tuple[Any, ...]) -> Iterator[tuple[str, QWidget]]:
    """Microsoft 365 with a certificate, settings changed by hand, the question whether to trust a certificate, and a conflict."""
    microsoft = MailboxDialog(
        *parts,
        read_certificate=lambda _path, _password: sample_data.CLIENT_CERTIFICATE,
        stored=Stored(1, 1, sample_data.MICROSOFT365),
    )
    microsoft.resize(microsoft.width(), 1000)
    wait(TIMEOUT_MS, until=lambda: bool(microsoft.ui.certificate_file_details.text()))
    yield "dialog-mailbox-microsoft365", microsoft
    wrong = sample_data.MAILBOX.model_copy(update={"port": 0})
    found = (finding("port", "whole_number", least=1, most=65535),)
    yield "dialog-mailbox-changed-by-hand", MailboxDialog(*parts, stored=Stored(1, 1, wrong, found))
    title, words, buttons, detail = confirmation(sample_data.CERTIFICATE)
    yield "dialog-trust", question_box(window, title, words, buttons, detail)
    changed = sample_data.MAILBOX.model_copy(update={"port": 1993, "server": "mx.contoso.com"})
    mine = dict(sample_data.MAILBOX) | {"server": "imap.contoso.com"}
    problem = SavedByAnother(Stored(1, 2, changed), "CONTOSO\\grace", window.services.clock.now())
    yield "dialog-conflict", conflict_dialog(window, problem, list(field_choices(sample_data.MAILBOX, mine, changed)))
