"""The transport errors that can occur in any phase: a server that is busy, silent or gone, and being cancelled."""

from __future__ import annotations

from trackit_console.transports.errors.base import TransportError
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class ServerBusy(TransportError):
    """The server is temporarily unavailable, by its own account."""

    code = "server_busy"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} is busy and asks to come back later.")
    remedy = QT_TRANSLATE_NOOP("transports", "Nothing needs to be done: it is tried again by itself.")


class ServerRefused(TransportError):
    """The server rejects this computer, whatever the account."""

    code = "server_refused"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} refuses to talk to this computer.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Show the details to whoever looks after the mail server: this computer's address may be blocked."
    )


class AccountThrottled(TransportError):
    """The account exceeded a rate limit: commands or bytes (Gmail's OVERQUOTA while reading)."""

    code = "account_throttled"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} serves {account} no further for now: it did too much in a short time.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "It is tried again by itself. If it stays so, poll less often and process fewer emails at a poll."
    )


class TimedOut(TransportError):
    """The server stopped answering."""

    code = "timed_out"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} stopped answering.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "It is tried again by itself. If it stays so, look at the mail server's load and the network."
    )


class ConnectionLost(TransportError):
    """The connection closed unexpectedly."""

    code = "connection_lost"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "The connection with {server} was lost.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "It is tried again by itself. If it stays so, look at the mail server and the network."
    )


class Cancelled(TransportError):
    """The user or the program cancelled the operation."""

    code = "cancelled"
    sentence = QT_TRANSLATE_NOOP("transports", "Cancelled.")
    remedy = ""
