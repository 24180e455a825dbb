"""A SQL Server as the first steps of its connection test see it: found, connected, encrypted (DB-02).

The driver reports an unknown name, a closed port and a silent one alike, and only after its whole login time-out. So these
steps are taken without it. Nothing signs in here.
"""

from __future__ import annotations

import socket
import ssl
import time

from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import (
    BrowserSilent,
    ConnectionLost,
    EncryptionNotOffered,
    InstanceNotFound,
    NotASqlServer,
)
from trackit_console.transports.service_signatures import service_of
from trackit_console.transports.sql_server_browser import BROWSER_PORT, NoSuchInstance, instance_port
from trackit_console.transports.step_names import StepName
from trackit_console.transports.tds import (
    HEADER_BYTES,
    Encryption,
    NotTds,
    Prelogin,
    packets,
    payload_bytes,
    prelogin_request,
    read_prelogin,
)
from trackit_console.transports.tls import HasTlsSettings, any_certificate_context, context_for
from trackit_console.transports.tls_connection import TlsConnection
from trackit_console.transports.tls_diagnosis import masked_certificate
from trackit_console.transports.tls_errors import concerns_certificate, tls_error

PORT = 1433
BROWSER_SECONDS = 4.0
"""How long to wait for SQL Server Browser, which answers at once or not at all."""


class SqlServerConnection(TlsConnection):
    """Resolve, connect and secure, as SQL Server wants them.

    The port of a named `instance` is asked for. Unless `strict`, TLS is spoken inside PRELOGIN packets, which ends with
    TLS 1.2; a strict connection begins with TLS (TDS 8.0).
    """

    def __init__(
        self,
        host: str,
        port: int | None,
        account: HasTlsSettings,
        timeouts: Timeouts,
        *,
        instance: str = "",
        strict: bool = False,
        browser_port: int = BROWSER_PORT,
    ) -> None:
        super().__init__(host, port or PORT, account, timeouts, "SQL Server")
        self._instance = instance
        self._strict = strict
        self._browser_port = browser_port
        self.facts["instance"] = instance
        self.server_version = ""
        self.tls_version = ""

    def resolve(self) -> None:
        """Finds the server, and the port of the named instance. Raises also `InstanceNotFound`, `BrowserSilent`."""
        super().resolve()
        if not self._instance:
            return
        seconds = min(BROWSER_SECONDS, self.timeouts.connect)
        with self.mapped(StepName.RESOLVE):
            try:
                self.port = instance_port(self.addresses, self._instance, seconds, self._is_ended, self._browser_port)
            except NoSuchInstance as error:
                raise InstanceNotFound(self.clean(str(error)), **self.facts) from None
            except OSError as error:
                if self.ended:
                    raise
                raise BrowserSilent(self.clean(str(error)), **self.facts) from None
        self.facts["port"] = self.port
        # With the port that was told: an address carries it.
        self.addresses = [(*each[:4], (each[4][0], self.port, *each[4][2:])) for each in self.addresses]

    def connect(self) -> None:
        """Connects; unless TLS comes first, a PRELOGIN shows that a SQL Server answers. Raises also `NotASqlServer`."""
        super().connect()
        if self._strict:
            return
        with self.mapped(StepName.CONNECT):
            self._offered = self._prelogin(self.sock)
        self.server_version = self._offered.version

    def secure(self, upgrade: object = None) -> None:
        """Encrypts the connection by the settings of the account; raises `TlsFailed`."""
        if self._strict:
            super().secure()
            self.tls_version = self.sock.version() or "" if isinstance(self.sock, ssl.SSLSocket) else ""
            return
        with self.mapped(StepName.TLS):
            if self._offered.encryption is Encryption.NOT_SUPPORTED:
                raise EncryptionNotOffered(**self.facts)
            try:
                secured = self._handshake_in_packets(self.sock, context_for(self._account))
            except ssl.SSLError as error:
                raise self._handshake_error(error) from None
            der = secured.getpeercert(binary_form=True) or b""
            self.certificate = masked_certificate(self, der)
            self.tls_version = secured.version() or ""

    # ------------------------------------------------------------------ packets

    def _prelogin(self, sock: socket.socket) -> Prelogin:
        sock.sendall(prelogin_request())
        first = self._received(sock, HEADER_BYTES)
        try:
            return read_prelogin(self._received(sock, payload_bytes(first)))
        except NotTds as error:
            found = service_of(first)
            raise NotASqlServer(self.clean(found or str(error)), step=StepName.CONNECT, **self.facts) from None

    def _handshake_in_packets(self, sock: socket.socket, context: ssl.SSLContext) -> ssl.SSLObject:
        context.maximum_version = ssl.TLSVersion.TLSv1_2  # TDS 7 ends its handshake before TLS 1.3 would end it
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        secured = context.wrap_bio(incoming, outgoing, server_hostname=self.tls_name)
        deadline = time.monotonic() + self.timeouts.connect
        while True:
            try:
                secured.do_handshake()
                self._send(sock, outgoing)
                return secured
            except ssl.SSLWantReadError:
                self._send(sock, outgoing)
            if time.monotonic() > deadline:
                raise TimeoutError("no end of the handshake")
            try:
                incoming.write(self._received(sock, payload_bytes(self._received(sock, HEADER_BYTES))))
            except NotTds as error:
                raise ConnectionLost(str(error), step=StepName.TLS, **self.facts) from None

    def _send(self, sock: socket.socket, outgoing: ssl.MemoryBIO) -> None:
        for packet in packets(outgoing.read()):
            sock.sendall(packet)

    def _received(self, sock: socket.socket, wanted: int) -> bytes:
        found = b""
        while len(found) < wanted:
            more = sock.recv(wanted - len(found))
            if not more:
                raise EOFError("the server closed the connection")
            found += more
        return found

    # ------------------------------------------------------------------ errors

    def _handshake_error(self, error: ssl.SSLError) -> Exception:
        """Ours for a failed handshake; the refused certificate is fetched on a second connection, to say what is wrong with it."""
        certificate = None
        if concerns_certificate(error):
            try:
                with self.another(self.timeouts.connect) as sock:
                    self._prelogin(sock)
                    secured = self._handshake_in_packets(sock, any_certificate_context())
                    certificate = masked_certificate(self, secured.getpeercert(binary_form=True) or b"")
            except (OSError, EOFError, NotASqlServer):
                certificate = None
        return tls_error(self.clean(str(error)), error, certificate, agreed=False, **self.facts)
