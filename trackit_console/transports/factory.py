"""From settings to what reads or sends mail: the one place that knows which type is handled by which module."""

from __future__ import annotations

from trackit_console.settings.mailbox import TYPE_LABELS, Imap, Mailbox, MailboxType
from trackit_console.settings.outgoing import AUTHENTICATION_LABELS, BasicOutgoing, Outgoing
from trackit_console.transports.errors import NotInThisVersion
from trackit_console.transports.smtp import SmtpSender
from trackit_console.transports.source import Source


def open_source(mailbox: Mailbox) -> Source:
    """The source for `mailbox`; it connects when its block is entered. Raises `NotInThisVersion`."""
    if isinstance(mailbox, Imap):
        from trackit_console.transports.imap import ImapSource  # imapclient: only for those who use it

        return ImapSource(mailbox)
    raise NotInThisVersion(type=TYPE_LABELS[MailboxType(mailbox.type)])


def open_sender(outgoing: Outgoing) -> SmtpSender:
    """The sender for `outgoing`; it connects when its block is entered. Raises `NotInThisVersion`."""
    if isinstance(outgoing, BasicOutgoing):
        return SmtpSender(outgoing)
    raise NotInThisVersion(type=AUTHENTICATION_LABELS[outgoing.authentication])
