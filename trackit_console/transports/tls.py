"""TLS contexts: TLS 1.2 or newer, certificates checked unless an account disables it (SEC-01).

Trusted authorities are those of the operating system and of the account's own file. `handshake` performs the handshake,
`tls_errors` maps its errors.
"""

from __future__ import annotations

import socket
import ssl
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import truststore

from trackit_console.transports.errors import CaFileUnreadable


class HasTlsSettings(Protocol):
    """The fields of an account that control the check of its server's certificate."""

    @property
    def validate_server_certificate(self) -> bool: ...
    @property
    def ca_file(self) -> str | None: ...
    @property
    def pinned_certificate(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """How a server's certificate is checked where that is not up to a mailbox: by default, always."""

    ca_file: str | None = None
    validate_server_certificate: bool = True
    pinned_certificate: None = None


def context_for(account: HasTlsSettings) -> ssl.SSLContext:
    """The context for this account; raises `CaFileUnreadable`.

    A pinned certificate replaces the check of the chain: `tls_connection` compares it after the handshake.
    """
    if account.pinned_certificate or not account.validate_server_certificate:
        return unchecked_context()
    context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if account.ca_file:
        _load_authorities(context, Path(account.ca_file))
    return context


def unchecked_context() -> ssl.SSLContext:
    """A context that encrypts but does not authenticate the server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def any_certificate_context() -> ssl.SSLContext:
    """A context that accepts any certificate, however weak. It serves to inspect the certificate; nothing is sent over it."""
    context = unchecked_context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def wrap_socket(context: ssl.SSLContext, sock: socket.socket, server_name: str, *, handshake: bool = True) -> ssl.SSLSocket:
    """Wraps `sock`, which is used up by it even if this raises: OSError (`ssl.SSLError` included), if the server is gone.

    Unlike `SSLContext.wrap_socket`, which loses its new socket when the server has reset the connection before, it
    leaves no socket open.
    """
    try:
        return context.wrap_socket(sock, server_hostname=server_name, do_handshake_on_connect=handshake)
    except OSError as error:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            # SSLSocket._create raises before it hands the new socket out; there it is the local variable `self`.
            if isinstance(lost := frame.f_locals.get("self"), ssl.SSLSocket):
                lost.close()
        raise


def _load_authorities(context: ssl.SSLContext, file: Path) -> None:
    try:
        context.load_verify_locations(cafile=str(file))
    except (OSError, ssl.SSLError) as error:
        raise CaFileUnreadable(str(error), file=str(file)) from error
