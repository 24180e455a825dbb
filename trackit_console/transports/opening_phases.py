"""The first phases of every account that is reached by a socket, with the sentences of a connection test (IN-10)."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from functools import partial

from trackit_console.transports.connection_phases import Phase
from trackit_console.transports.step_names import StepName
from trackit_console.transports.tls_connection import TlsConnection
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

NOT_ENCRYPTED = Phrase("transports", QT_TRANSLATE_NOOP("transports", "Not encrypted: neither SSL nor STARTTLS is chosen."))


def opening_phases(
    connection: TlsConnection, connect: Callable[[], None], secure: Callable[[], None], unencrypted: Phrase | None
) -> list[Phase]:
    """Resolve, connect, secure. `unencrypted` says why there is no TLS, None if there is.

    `connect` and `secure` also read the greeting, so that a server of another protocol is recognized in its phase.
    """
    return [
        Phase(StepName.RESOLVE, connection, connection.resolve, partial(_addresses_found, connection)),
        Phase(StepName.CONNECT, connection, connect, partial(_peer_found, connection)),
        Phase(StepName.TLS, connection, secure, partial(_security_found, connection), unencrypted),
    ]


def signed_in(account: str) -> Phrase:
    """The result of the phase that signs in."""
    return Phrase("transports", QT_TRANSLATE_NOOP("transports", "Signed in as {account}."), {"account": account})


def _addresses_found(connection: TlsConnection) -> Phrase:
    addresses = ", ".join(dict.fromkeys(str(each[4][0]) for each in connection.addresses))
    return Phrase("transports", QT_TRANSLATE_NOOP("transports", "Found at {addresses}."), {"addresses": addresses})


def _peer_found(connection: TlsConnection) -> Phrase:
    connected = QT_TRANSLATE_NOOP("transports", "Connected to {address}, port {port}.")
    return Phrase("transports", connected, {"address": connection.sock.getpeername()[0], "port": connection.port})


def _security_found(connection: TlsConnection) -> Phrase:
    version = connection.sock.version() if isinstance(connection.sock, ssl.SSLSocket) else ""
    certificate = connection.certificate
    if certificate is None or not connection.certificate_checked:
        unchecked = QT_TRANSLATE_NOOP(
            "transports", "{version}. The certificate is not checked: that is switched off for this account."
        )
        return Phrase("transports", unchecked, {"version": version})
    facts = {"version": version, "issuer": certificate.issuer, "end": f"{certificate.valid_to:%Y-%m-%d}"}
    secured = QT_TRANSLATE_NOOP("transports", "{version}, certificate from {issuer}, valid to {end}.")
    return Phrase("transports", secured, facts)
