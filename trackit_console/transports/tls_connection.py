"""A connection that can be secured: implicit TLS, or TLS after a request in clear (STARTTLS; RFC 8314).

`handshake` performs the handshake, `tls_diagnosis` finds out why one failed, `tls` makes the contexts.
"""

from __future__ import annotations

import ssl

from trackit_console.transports.certificate import Certificate
from trackit_console.transports.certificate_reader import fingerprint
from trackit_console.transports.connection import Connection
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import CertificateNotPinned, ConnectionLost, TransportError
from trackit_console.transports.handshake import NotTls, do_handshake
from trackit_console.transports.step_names import StepName
from trackit_console.transports.tls import HasTlsSettings, context_for, wrap_socket
from trackit_console.transports.tls_diagnosis import Upgrade, alert_after_handshake, handshake_error, masked_certificate, not_tls
from trackit_console.transports.tls_errors import late_tls_error


class TlsConnection(Connection):
    """A `Connection` with a third phase, `secure`, by the TLS settings of `account`."""

    def __init__(
        self,
        host: str,
        port: int,
        account: HasTlsSettings,
        timeouts: Timeouts,
        protocol: str,
        account_name: str = "",
        *,
        tls_name: str | None = None,
    ) -> None:
        super().__init__(host, port, timeouts, protocol, account_name, tls_name=tls_name)
        self.certificate: Certificate | None = None
        self._account = account
        self._upgrade: Upgrade | None = None

    @property
    def certificate_checked(self) -> bool:
        """Whether the account's settings ask for a check of the server's certificate."""
        return bool(self._account.validate_server_certificate or self._account.pinned_certificate)

    def secure(self, upgrade: Upgrade | None = None) -> None:
        """Switches the connection to TLS, after `upgrade` has requested it; raises `TlsFailed`.

        The certificate is checked by the account's settings before anything else is sent.
        """
        context = context_for(self._account)
        self._upgrade = upgrade
        with self.mapped(StepName.TLS):
            if upgrade:
                upgrade(self, self.sock)
            # `abort` needs the wrapped socket in `_sock`, so the handshake must start only after that assignment.
            self._sock = sock = wrap_socket(context, self.sock, self.tls_name, handshake=False)
            self._handshake(sock)
            sock.settimeout(self.timeouts.answer)
            der = sock.getpeercert(binary_form=True) or b""
            self.certificate = masked_certificate(self, der)
        if self._account.pinned_certificate not in (None, fingerprint(der)):
            self.close()
            raise CertificateNotPinned(certificate=self.certificate, **self.facts)

    def _handshake(self, sock: ssl.SSLSocket) -> None:
        """Performs the handshake and maps its errors.

        `from None`: a traceback must not show unmasked text of a server that is not authenticated.
        """
        try:
            do_handshake(sock, self.timeouts.connect, self._is_ended)
        except NotTls as error:
            raise not_tls(self, error.first) from None
        except (ssl.SSLError, ConnectionError, EOFError) as error:
            # An interruption shuts the socket down, which looks like a server that hangs up: nothing is to be diagnosed.
            if self.ended:
                raise
            raise handshake_error(self, error, self._upgrade, agreed=sock.cipher() is not None) from None

    def _problem(self, error: Exception, words: str, step: StepName) -> TransportError:
        if late := late_tls_error(error):
            return late(words, **self.facts)
        problem = super()._problem(error, words, step)
        if self._upgrade and self.certificate and step is StepName.TLS and isinstance(problem, ConnectionLost):
            kind = alert_after_handshake(self, self._upgrade) or ConnectionLost
            return kind(words, step=step, **self.facts)
        return problem
