"""A connection to a server, opened phase by phase: resolve, connect, secure (IN-10, RFC 8314).

IMAP and SMTP share it, so a connection test takes the same steps as the monitor. Every wait has a time limit, and
`abort` interrupts it from another thread. `dialing` resolves names and connects sockets, `handshake` performs the TLS
handshake, and `greeting` reads the greeting.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from trackit_console.transports.certificate import Certificate
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.dialing import Addresses, dial, look_up
from trackit_console.transports.errors import (
    Cancelled,
    CertificateNotPinned,
    ConnectionLost,
    ConnectRefused,
    ConnectTimedOut,
    NameNotFound,
    NameServerSilent,
    TimedOut,
    TlsClosed,
    TlsExpected,
    TlsNotSpoken,
    TransportError,
    Unreachable,
)
from trackit_console.transports.greeting import PROBE_SECONDS, probe_with_client_hello, wrong_service
from trackit_console.transports.handshake import NotTls, do_handshake
from trackit_console.transports.masking import Masking
from trackit_console.transports.steps import StepName
from trackit_console.transports.tls import (
    HasTlsSettings,
    any_certificate_context,
    concerns_certificate,
    context_for,
    fingerprint,
    late_tls_error,
    read_certificate,
    tls_error,
)
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

WORDS_LIMIT = 500
"""Maximum characters of a server's text to keep."""

Upgrade = Callable[["Connection", socket.socket], None]
"""The exchange in clear before the TLS handshake (STARTTLS)."""


class Connection:
    """One connection to `host` and `port` for `protocol` (its usual name): `resolve`, `connect`, `secure`, in this order.

    `facts` are the facts for the sentences of its errors. `masking` removes secrets from a server's text before that is
    kept as the detail of an error.
    """

    def __init__(
        self, host: str, port: int, account: HasTlsSettings, timeouts: Timeouts, protocol: str, account_name: str = ""
    ) -> None:
        self.host = host
        self.port = port
        self.timeouts = timeouts
        self.protocol = protocol
        self.facts: dict[str, Any] = {"server": host, "port": port, "account": account_name}
        self.masking = Masking()
        self._account = account
        self._addresses: Addresses = []
        self._sock: socket.socket | None = None
        self._second: socket.socket | None = None
        self._certificate: Certificate | None = None
        self._upgrade: Upgrade | None = None
        self._end: type[TransportError] | None = None

    @property
    def sock(self) -> socket.socket:
        """The connected socket; after `secure` it is the encrypted one."""
        if self._sock is None:
            raise ConnectionLost(**self.facts)
        return self._sock

    # ------------------------------------------------------------------ phases

    def resolve(self) -> None:
        """Resolves the host name; raises `NameNotFound`, `NameServerSilent`."""
        with self.mapped(StepName.RESOLVE):
            self._addresses = look_up(self.host, self.port, self.timeouts.connect, self._is_ended)

    def connect(self) -> None:
        """Connects to the first address that answers; raises `ConnectRefused`, `Unreachable`, `ConnectTimedOut`."""
        with self.mapped(StepName.CONNECT):
            self._sock = dial(self._addresses, self.timeouts.connect, self._is_ended)
            self._sock.settimeout(self.timeouts.answer)

    @contextmanager
    def another(self, seconds: float) -> Iterator[socket.socket]:
        """Opens a second connection to the same server for a query; each wait on it is limited to `seconds`."""
        self._second = sock = dial(self._addresses, seconds, self._is_ended)
        try:
            sock.settimeout(seconds)
            if self.ended:  # by `abort` while dialing, when `_second` was not set yet
                raise ConnectionAbortedError("ended")
            yield sock
        finally:
            self._second = None
            sock.close()

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
            self._sock = sock = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self._handshake(sock)
            sock.settimeout(self.timeouts.answer)
            der = sock.getpeercert(binary_form=True) or b""
            self._certificate = self._cleaned_certificate(der)
        if self._account.pinned_certificate not in (None, fingerprint(der)):
            self.close()
            raise CertificateNotPinned(certificate=self._certificate, **self.facts)

    def _handshake(self, sock: ssl.SSLSocket) -> None:
        """Performs the handshake and maps its errors.

        `from None`: a traceback must not show unmasked text of a server that is not authenticated.
        """
        try:
            do_handshake(sock, self.timeouts.connect, self._is_ended)
        except NotTls as not_tls:
            raise self._not_tls(not_tls.first) from None
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionError, EOFError) as error:
            if self.ended:
                raise
            raise TlsClosed(self.clean(str(error)), **self.facts) from None
        except ssl.SSLError as error:
            if self.ended:
                raise
            certificate = self._shown_certificate() if concerns_certificate(error) else None
            words, agreed = self.clean(str(error)), sock.cipher() is not None
            problem: TransportError = tls_error(words, error, certificate, agreed=agreed, **self.facts)
            if isinstance(problem, TlsNotSpoken) and not self._upgrade:
                # OpenSSL consumed the first bytes if they arrived during the handshake, so ask for them again.
                with suppress(OSError):
                    problem = self._not_tls(probe_with_client_hello(self)) if not self.ended else problem
            raise problem from None

    def _not_tls(self, first: bytes) -> TransportError:
        """The error for a server that answers with `first` instead of TLS."""
        problem = wrong_service(self, first, StepName.TLS)
        if problem is None or isinstance(problem, TlsExpected):
            return TlsNotSpoken(self.clean(first.decode("ascii", "replace")), **self.facts)
        return problem

    def _shown_certificate(self) -> Certificate | None:
        """Fetches the refused certificate on a second connection, to say what is wrong with it; sends nothing else."""
        with suppress(OSError, EOFError, TransportError), self._second_tls_connection(self.timeouts.connect) as secured:
            return self._cleaned_certificate(secured.getpeercert(binary_form=True) or b"")
        return None

    def _alert_after_handshake(self) -> type[TransportError] | None:
        """Connects again and only reads: the alert is lost if the server sent it while we were sending after STARTTLS."""
        try:
            with self._second_tls_connection(PROBE_SECONDS) as secured:
                secured.recv(1)
        except (OSError, EOFError, TransportError) as error:
            return late_tls_error(error)
        return None

    @contextmanager
    def _second_tls_connection(self, seconds: float) -> Iterator[ssl.SSLSocket]:
        with self.another(seconds) as sock:
            if self._upgrade:
                self._upgrade(self, sock)
            with any_certificate_context().wrap_socket(sock, server_hostname=self.host) as secured:
                yield secured

    def _cleaned_certificate(self, der: bytes) -> Certificate | None:
        certificate = read_certificate(der)
        if certificate is None:
            return None
        return replace(certificate, subject=self.clean(certificate.subject), issuer=self.clean(certificate.issuer))

    # ------------------------------------------------------------------ results

    def addresses_found(self) -> Phrase:
        """The addresses of the server."""
        addresses = ", ".join(dict.fromkeys(str(each[4][0]) for each in self._addresses))
        return Phrase("transports", QT_TRANSLATE_NOOP("transports", "Found at {addresses}."), {"addresses": addresses})

    def peer_found(self) -> Phrase:
        """The address that answered."""
        connected = QT_TRANSLATE_NOOP("transports", "Connected to {address}, port {port}.")
        return Phrase("transports", connected, {"address": self.sock.getpeername()[0], "port": self.port})

    def security_found(self) -> Phrase:
        """The TLS version and the issuer of the certificate."""
        version = self.sock.version() if isinstance(self.sock, ssl.SSLSocket) else ""
        if self._certificate is None or not (self._account.validate_server_certificate or self._account.pinned_certificate):
            unchecked = QT_TRANSLATE_NOOP(
                "transports", "{version}. The certificate is not checked: that is switched off for this account."
            )
            return Phrase("transports", unchecked, {"version": version})
        facts = {"version": version, "issuer": self._certificate.issuer, "end": f"{self._certificate.valid_to:%Y-%m-%d}"}
        secured = QT_TRANSLATE_NOOP("transports", "{version}, certificate from {issuer}, valid to {end}.")
        return Phrase("transports", secured, facts)

    # ------------------------------------------------------------------ closing

    def abort(self) -> None:
        """Interrupts any call that waits on this connection, from any thread; that call raises `Cancelled`."""
        self._end_by(Cancelled)

    def expire(self) -> None:
        """Like `abort`, but because a time limit passed: the call raises `TimedOut`."""
        self._end_by(TimedOut)

    def _end_by(self, end: type[TransportError]) -> None:
        self._end = self._end or end  # the first reason counts
        for sock in (self._sock, self._second):
            if sock is not None:
                with suppress(OSError):
                    # The method of the plain class: SSLSocket.shutdown drops the TLS object that another thread reads from.
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """Closes the socket without telling the server. The phases can be run again, unless `abort` or `expire` was called."""
        sock, self._sock = self._sock, None
        if sock is not None:
            with suppress(OSError):
                sock.close()

    @property
    def ended(self) -> bool:
        """Whether `abort` or `expire` was called."""
        return self._end is not None

    def _is_ended(self) -> bool:
        return self.ended

    # ------------------------------------------------------------------ errors

    @contextmanager
    def mapped(self, step: StepName) -> Iterator[None]:
        """Maps the errors of sockets in its block to ours, for the phase `step`."""
        try:
            yield
        except TransportError:
            raise
        except (OSError, EOFError, UnicodeError) as error:
            raise self.problem(error, step) from None
        if self._end:
            raise self._end(step=step, **self.facts)

    def problem(self, error: Exception, step: StepName) -> TransportError:
        """Our error for one of a socket, in the phase `step`."""
        words = self.clean(str(error))
        if self._end:  # then `error` is only the effect of the shutdown
            return self._end(step=step, **self.facts)
        if late := late_tls_error(error):
            return late(words, **self.facts)
        if step is StepName.RESOLVE:
            # Every other code means that the name does not exist or is malformed.
            silent = isinstance(error, socket.gaierror) and error.errno in (socket.EAI_AGAIN, socket.EAI_FAIL)
            return (NameServerSilent if silent else NameNotFound)(words, **self.facts)
        if step is StepName.CONNECT and self._sock is None:
            return self._connect_problem(error, words)
        if isinstance(error, TimeoutError):
            return TimedOut(words, step=step, **self.facts)
        after_starttls = step is StepName.TLS and self._upgrade and self._certificate
        kind = (self._alert_after_handshake() if after_starttls else None) or ConnectionLost
        return kind(words, step=step, **self.facts)

    def _connect_problem(self, error: Exception, words: str) -> TransportError:
        if isinstance(error, ConnectionRefusedError):
            return ConnectRefused(words, **self.facts)
        if isinstance(error, TimeoutError):
            return ConnectTimedOut(words, seconds=f"{self.timeouts.connect:g}", **self.facts)
        if isinstance(error, ConnectionError):
            return ConnectionLost(words, step=StepName.CONNECT, **self.facts)
        return Unreachable(words, **self.facts)

    def clean(self, words: str) -> str:
        """The server's text `words` as it may be kept: one line, `WORDS_LIMIT` characters, secrets masked."""
        return " ".join(self.masking(words).split())[:WORDS_LIMIT]
