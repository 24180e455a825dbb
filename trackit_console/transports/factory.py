"""Creates the source or sender for an account: the only place that maps types to modules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trackit_console.settings.exchange_mailbox import EwsBasic, EwsOAuth, Microsoft365
from trackit_console.settings.mailbox import Mailbox, MailboxType
from trackit_console.settings.outgoing import BasicOutgoing, Microsoft365Outgoing, Outgoing
from trackit_console.settings.server_mailbox import Imap, Pop3
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.importing import IMPORTING
from trackit_console.transports.sender import Sender
from trackit_console.transports.source import Source

OpenSource = Callable[[Mailbox, Timeouts], Source]
OpenSender = Callable[[Outgoing, Timeouts], Sender]

LISTENERS: dict[MailboxType, str] = {
    MailboxType.MICROSOFT365: "GraphMailListener",
    MailboxType.EWS_OAUTH: "EwsMailListener",
    MailboxType.EWS_BASIC: "EwsMailListener",
    MailboxType.IMAP: "ImapMailListener",
    MailboxType.POP3: "Pop3MailListener",
}
"""The log component for each type of mailbox (LOG-01)."""
SENDERS: dict[str, str] = {"basic": "SmtpSender", "microsoft365": "GraphSender"}
"""The log component for an outgoing account, by its authentication (LOG-01)."""


def _graph(mailbox: Microsoft365, timeouts: Timeouts) -> Source:
    with IMPORTING:
        from trackit_console.transports.graph import GraphSource  # requests is slow to import

    return GraphSource(mailbox, timeouts)


def _imap(mailbox: Imap, timeouts: Timeouts) -> Source:
    with IMPORTING:
        from trackit_console.transports.imap import ImapSource  # imapclient is slow to import

    return ImapSource(mailbox, timeouts)


def _ews(mailbox: EwsOAuth | EwsBasic, timeouts: Timeouts) -> Source:
    with IMPORTING:
        from trackit_console.transports.ews import EwsSource  # exchangelib is slow to import

    return EwsSource(mailbox, timeouts)


def _pop3(mailbox: Pop3, timeouts: Timeouts) -> Source:
    with IMPORTING:
        from trackit_console.transports.pop3 import Pop3Source

    return Pop3Source(mailbox, timeouts)


def _smtp(outgoing: BasicOutgoing, timeouts: Timeouts) -> Sender:
    with IMPORTING:
        from trackit_console.transports.smtp import SmtpSender

    return SmtpSender(outgoing, timeouts)


def _graph_sender(outgoing: Microsoft365Outgoing, timeouts: Timeouts) -> Sender:
    with IMPORTING:
        from trackit_console.transports.graph_sender import GraphSender

    return GraphSender(outgoing, timeouts)


# Any: each opener takes the model of the type that is its key.
SOURCE_OPENERS: dict[MailboxType, Callable[[Any, Timeouts], Source]] = {
    MailboxType.MICROSOFT365: _graph,
    MailboxType.EWS_OAUTH: _ews,
    MailboxType.EWS_BASIC: _ews,
    MailboxType.IMAP: _imap,
    MailboxType.POP3: _pop3,
}
SENDER_OPENERS: dict[str, Callable[[Any, Timeouts], Sender]] = {"basic": _smtp, "microsoft365": _graph_sender}


def open_source(mailbox: Mailbox, timeouts: Timeouts | None = None) -> Source:
    """The source for `mailbox`, which connects when its `with` block is entered."""
    return SOURCE_OPENERS[MailboxType(mailbox.type)](mailbox, timeouts or Timeouts())


def open_sender(outgoing: Outgoing, timeouts: Timeouts | None = None) -> Sender:
    """The sender for `outgoing`, which connects when its `with` block is entered."""
    return SENDER_OPENERS[outgoing.authentication](outgoing, timeouts or Timeouts())


def listener_of(mailbox: Mailbox) -> str:
    """The log component of the source of `mailbox` (LOG-01)."""
    return LISTENERS[MailboxType(mailbox.type)]


def sender_of(outgoing: Outgoing) -> str:
    """The log component of the sender of `outgoing` (LOG-01)."""
    return SENDERS[outgoing.authentication]
