"""From settings to what reads or sends mail: the one place that knows which type is handled by which module.

Which types this version can use is declared beside the types: `WORKING_TYPES`, `WORKING_AUTHENTICATIONS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trackit_console.settings.mailbox import TYPE_LABELS, WORKING_TYPES, Imap, Mailbox, MailboxType
from trackit_console.settings.outgoing import (
    AUTHENTICATION_LABELS,
    WORKING_AUTHENTICATIONS,
    BasicOutgoing,
    Outgoing,
)
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import NotInThisVersion
from trackit_console.transports.source import Sender, Source
from trackit_console.user_messages import coded_phrase

OpenSource = Callable[[Mailbox, Timeouts], Source]
OpenSender = Callable[[Outgoing, Timeouts], Sender]

LISTENERS: dict[MailboxType, str] = {
    MailboxType.MICROSOFT365: "GraphMailListener",
    MailboxType.EWS_OAUTH: "EwsMailListener",
    MailboxType.EWS_BASIC: "EwsMailListener",
    MailboxType.IMAP: "ImapMailListener",
    MailboxType.POP3: "Pop3MailListener",
}
"""The component that a mailbox of each type is logged under (LOG-01)."""
SENDERS: dict[str, str] = {"basic": "SmtpSender", "microsoft365": "GraphSender"}
"""The component that an outgoing account is logged under, by its authentication."""

TYPES = {kind: coded_phrase(f"mailbox_type_{kind.value}", "settings", text) for kind, text in TYPE_LABELS.items()}
AUTHENTICATIONS = {name: coded_phrase(f"authentication_{name}", "settings", text) for name, text in AUTHENTICATION_LABELS.items()}


def _imap(mailbox: Imap, timeouts: Timeouts) -> Source:
    from trackit_console.transports.imap import ImapSource  # imapclient: only for those who use it

    return ImapSource(mailbox, timeouts)


def _smtp(outgoing: BasicOutgoing, timeouts: Timeouts) -> Sender:
    from trackit_console.transports.smtp import SmtpSender

    return SmtpSender(outgoing, timeouts)


# Any: each opener takes the model of its own type, which the key stands for.
SOURCE_OPENERS: dict[MailboxType, Callable[[Any, Timeouts], Source]] = {MailboxType.IMAP: _imap}
SENDER_OPENERS: dict[str, Callable[[Any, Timeouts], Sender]] = {"basic": _smtp}


def open_source(mailbox: Mailbox, timeouts: Timeouts | None = None) -> Source:
    """The source for `mailbox`; it connects when its block is entered. Raises `NotInThisVersion`."""
    kind = MailboxType(mailbox.type)
    if kind not in WORKING_TYPES:
        raise NotInThisVersion(type=TYPES[kind]())
    return SOURCE_OPENERS[kind](mailbox, timeouts or Timeouts())


def open_sender(outgoing: Outgoing, timeouts: Timeouts | None = None) -> Sender:
    """The sender for `outgoing`; it connects when its block is entered. Raises `NotInThisVersion`."""
    if outgoing.authentication not in WORKING_AUTHENTICATIONS:
        raise NotInThisVersion(type=AUTHENTICATIONS[outgoing.authentication]())
    return SENDER_OPENERS[outgoing.authentication](outgoing, timeouts or Timeouts())


def listener_of(mailbox: Mailbox) -> str:
    """The log component of what reads `mailbox` (LOG-01)."""
    return LISTENERS[MailboxType(mailbox.type)]


def sender_of(outgoing: Outgoing) -> str:
    """The log component of what sends by `outgoing` (LOG-01)."""
    return SENDERS[outgoing.authentication]
