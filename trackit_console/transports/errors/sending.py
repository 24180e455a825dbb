"""Errors of sending a message."""

from __future__ import annotations

from trackit_console.transports.errors.base import TransportError
from trackit_console.transports.step_names import StepName
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class SenderRefused(TransportError):
    """The server does not allow this account to send from this address."""

    code = "sender_refused"
    default_step = StepName.SEND
    about_message = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not let mail be sent from {sender}.")
    remedy = QT_TRANSLATE_NOOP("transports", "Use an address that the outgoing account owns as From Address.")


class RecipientRefused(TransportError):
    """The server does not accept mail for this address."""

    code = "recipient_refused"
    default_step = StepName.SEND
    about_message = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not take mail for {recipient}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Check the address. If it is outside of your domain, the outgoing server may need you to sign in."
    )


class RelayDenied(RecipientRefused):
    """The server does not relay to other domains for this client."""

    code = "relay_denied"
    about_message = False
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not pass mail on to {recipient}, which is not one of its own.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Turn on SMTP requires authentication, or have this computer allowed to relay at the mail server.",
    )


class RecipientMailboxFull(RecipientRefused):
    """The mailbox of the recipient is full (RFC 3463: X.2.2)."""

    code = "mailbox_full"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "The mailbox of {recipient} is full.")
    remedy = QT_TRANSLATE_NOOP("transports", "The recipient must delete mail, or needs a larger mailbox.")


class AddressNeedsUtf8(RecipientRefused):
    """The part before the @ is not ASCII, and the server does not offer SMTPUTF8 (RFC 6531)."""

    code = "address_needs_utf8"
    sentence = QT_TRANSLATE_NOOP(
        "transports", "{server} cannot send to {recipient}: it does not support letters outside of A to Z before the @."
    )
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Use another address of this person, or a mail server that supports international addresses (SMTPUTF8)."
    )


class MessageRefused(TransportError):
    """The server accepted the addresses, but not the message."""

    code = "message_refused"
    default_step = StepName.SEND
    about_message = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} refused the message.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "The details say why: often a filter takes it for spam, or the sender's domain lacks SPF or DKIM."
    )


class MessageTooLarge(MessageRefused):
    """The message exceeds the size limit of the server (RFC 1870, RFC 3463: X.3.4)."""

    code = "message_too_large"
    sentence = QT_TRANSLATE_NOOP("transports", "The message is larger than {server} accepts.")
    remedy = QT_TRANSLATE_NOOP("transports", "Send it without the attachments, or have the limit raised at the mail server.")


class Greylisted(TransportError):
    """The server accepts mail from unknown senders only at the second attempt (RFC 6647)."""

    code = "greylisted"
    default_step = StepName.SEND
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} lets a sender it does not know wait before it takes the first message.")
    remedy = QT_TRANSLATE_NOOP("transports", "Test again in some minutes. Mail that is waiting is sent again by itself.")


class SendingLimitReached(TransportError):
    """The account exceeded the sending limit of its provider."""

    code = "sending_limit_reached"
    default_step = StepName.SEND
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "{account} has sent as many messages as {server} allows for now.")
    remedy = QT_TRANSLATE_NOOP("transports", "Wait until the limit is over, usually a day, or have it raised by the provider.")
