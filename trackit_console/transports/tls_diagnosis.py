"""Finds out why a TLS handshake failed, where needed on a second connection; that one sends no mail and no password."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from trackit_console.transports.certificate import Certificate
from trackit_console.transports.certificate_reader import read_certificate
from trackit_console.transports.connection import Connection
from trackit_console.transports.errors import TlsClosed, TlsExpected, TlsNotSpoken, TransportError
from trackit_console.transports.service_probes import PROBE_SECONDS, probe_with_client_hello
from trackit_console.transports.step_names import StepName
from trackit_console.transports.tls import any_certificate_context, wrap_socket
from trackit_console.transports.tls_errors import concerns_certificate, late_tls_error, tls_error
from trackit_console.transports.wrong_service import wrong_service

Upgrade = Callable[[Connection, socket.socket], None]
"""The exchange in clear before the TLS handshake (STARTTLS)."""


def handshake_error(connection: Connection, error: Exception, upgrade: Upgrade | None, *, agreed: bool) -> TransportError:
    """Our error for a failed handshake; `agreed`: a cipher was already negotiated."""
    words = connection.clean(str(error))
    if not isinstance(error, ssl.SSLError) or isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return TlsClosed(words, **connection.facts)
    certificate = _shown_certificate(connection, upgrade) if concerns_certificate(error) else None
    problem: TransportError = tls_error(words, error, certificate, agreed=agreed, **connection.facts)
    if isinstance(problem, TlsNotSpoken) and not upgrade and not connection.ended:
        # OpenSSL consumed the first bytes if they arrived during the handshake, so ask for them again.
        with suppress(OSError):
            return not_tls(connection, probe_with_client_hello(connection))
    return problem


def not_tls(connection: Connection, first: bytes) -> TransportError:
    """The error for a server that answers with `first` instead of TLS."""
    problem = wrong_service(connection, first, StepName.TLS)
    if problem is None or isinstance(problem, TlsExpected):
        return TlsNotSpoken(connection.clean(first.decode("ascii", "replace")), **connection.facts)
    return problem


def alert_after_handshake(connection: Connection, upgrade: Upgrade) -> type[TransportError] | None:
    """Connects again and only reads: the alert is lost if the server sent it while we were sending after STARTTLS."""
    try:
        with _second_tls_connection(connection, upgrade, PROBE_SECONDS) as secured:
            secured.recv(1)
    except (OSError, EOFError, TransportError) as error:
        return late_tls_error(error)
    return None


def masked_certificate(connection: Connection, der: bytes) -> Certificate | None:
    """The certificate `der`, its texts cleaned like all text of a server; None if it is malformed."""
    certificate = read_certificate(der)
    if certificate is None:
        return None
    subject, issuer = connection.clean(certificate.subject), connection.clean(certificate.issuer)
    return replace(certificate, subject=subject, issuer=issuer)


def _shown_certificate(connection: Connection, upgrade: Upgrade | None) -> Certificate | None:
    """Fetches the refused certificate on a second connection, to say what is wrong with it; sends nothing else."""
    with (
        suppress(OSError, EOFError, TransportError),
        _second_tls_connection(connection, upgrade, connection.timeouts.connect) as secured,
    ):
        return masked_certificate(connection, secured.getpeercert(binary_form=True) or b"")
    return None


@contextmanager
def _second_tls_connection(connection: Connection, upgrade: Upgrade | None, seconds: float) -> Iterator[ssl.SSLSocket]:
    with connection.another(seconds) as sock:
        if upgrade:
            upgrade(connection, sock)
        with wrap_socket(any_certificate_context(), sock, connection.tls_name) as secured:
            yield secured
