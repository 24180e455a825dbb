"""Errors of resolving the server, connecting to it and recognizing its protocol."""

from __future__ import annotations

from trackit_console.transports.errors.base import TransportError
from trackit_console.transports.step_names import StepName
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class NameNotFound(TransportError):
    """The host name does not exist."""

    code = "name_not_found"
    default_step = StepName.RESOLVE
    sentence = QT_TRANSLATE_NOOP("transports", "There is no server of the name {server}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Check the spelling of the server name, and that this computer can reach its name server."
    )


class NameServerSilent(TransportError):
    """The name server did not answer, so the host name may still exist."""

    code = "name_server_silent"
    default_step = StepName.RESOLVE
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "The name server did not say where {server} is.")
    remedy = QT_TRANSLATE_NOOP("transports", "Check this computer's network connection. It is tried again by itself.")


class ConnectRefused(TransportError):
    """The host answers, but nothing listens on the port."""

    code = "connection_refused"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not accept connections on port {port}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Check the port and whether it goes with Use SSL. Ask whether the service is switched on there."
    )


class Unreachable(TransportError):
    """There is no route to the host."""

    code = "unreachable"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} cannot be reached from this computer.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Check the network connection and the firewall between this computer and the mail server."
    )


class ConnectTimedOut(TransportError):
    """The host did not answer at all, not even with a refusal."""

    code = "connect_timed_out"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} did not answer on port {port} within {seconds} seconds.")
    remedy = QT_TRANSLATE_NOOP("transports", "Check server and port. A firewall that drops connections looks like this.")


class WrongProtocol(TransportError):
    """The port belongs to another service."""

    code = "wrong_protocol"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} speaks {found} on port {port}, not {wanted}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Check the port: IMAP has 993 or 143, POP3 995 or 110, SMTP 465, 587 or 25. Check the server name as well."
    )


class TlsExpected(TransportError):
    """The port requires implicit TLS, but the account connects in clear."""

    code = "tls_expected"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} expects SSL from the start on port {port}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Turn on Use SSL (outgoing email: Security Type SSL), or enter the port that goes without it."
    )


class ProxyRefused(TransportError):
    """The proxy does not open a tunnel to the server (RFC 9110 section 9.3.6)."""

    code = "proxy_refused"
    default_step = StepName.CONNECT
    sentence = QT_TRANSLATE_NOOP("transports", "The proxy {proxy} does not let this computer through to {wanted}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Ask whoever looks after the proxy to allow {wanted}. A Windows service uses the proxy of its own account: "
        "HTTPS_PROXY or netsh winhttp.",
    )
