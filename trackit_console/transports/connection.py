"""A connection to a server, opened phase by phase: resolve, connect, secure (IN-10, RFC 8314).

IMAP and SMTP stand on it alike, so a connection test walks the very way that the monitor walks. Every wait has a time
limit, and `abort` ends any of them from another thread. How a name becomes a socket is in `dialing`, how a handshake
goes in `handshake`, what is first said on the connection in `greeting`.
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
from trackit_console.transports.greeting import PROBE, answer_to_hello, wrong_service
from trackit_console.transports.handshake import NotTls, shake_hands
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
"""Characters of a server's own words that are kept."""

Upgrade = Callable[["Connection", socket.socket], None]
"""What a protocol says in clear before TLS begins (STARTTLS)."""


class Connection:
    """One connection to `host` and `port` for `protocol` (its usual name): `resolve`, `connect`, `secure`, in this order.

    `facts` are what sentences about it may name. What `masking` knows is struck out of everything that a server says before it is kept as the detail of an error.
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
        """Asks for the addresses; raises `NameNotFound`, `NameServerSilent`."""
        with self.mapped(StepName.RESOLVE):
            self._addresses = look_up(self.host, self.port, self.timeouts.connect, self._is_ended)

    def connect(self) -> None:
        """Connects to the first address that answers; raises `ConnectRefused`, `Unreachable`, `ConnectTimedOut`."""
        with self.mapped(StepName.CONNECT):
            self._sock = dial(self._addresses, self.timeouts.connect, self._is_ended)
            self._sock.settimeout(self.timeouts.answer)

    @contextmanager
    def another(self, seconds: float) -> Iterator[socket.socket]:
        """A second connection to the same server, to ask it something; each wait on it has `seconds`."""
        self._second = sock = dial(self._addresses, seconds, self._is_ended)
        try:
            sock.settimeout(seconds)
            if self.ended:  # between the connection and here
                raise ConnectionAbortedError("ended")
            yield sock
        finally:
            self._second = None
            sock.close()

    def secure(self, upgrade: Upgrade | None = None) -> None:
        """Makes the connection a TLS one, after `upgrade` has asked for it; raises `TlsFailed`.

        The certificate is checked as the account wants before anything else is said.
        """
        context = context_for(self._account)
        self._upgrade = upgrade
        with self.mapped(StepName.TLS):
            if upgrade:
                upgrade(self, self.sock)
            # Until it is wrapped and known here, nobody could abort it: so the handshake is a step of its own.
            self._sock = sock = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self._shake_hands(sock)
            sock.settimeout(self.timeouts.answer)
            der = sock.getpeercert(binary_form=True) or b""
            self._certificate = self._read(der)
        if self._account.pinned_certificate not in (None, fingerprint(der)):
            self.close()
            raise CertificateNotPinned(certificate=self._certificate, **self.facts)

    def _shake_hands(self, sock: ssl.SSLSocket) -> None:
        """`from None`: what a server shows or says before it is known must not stand in a traceback uncleaned."""
        try:
            shake_hands(sock, self.timeouts.connect, self._is_ended)
        except NotTls as other:
            raise self._not_tls(other.first) from None
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
                # OpenSSL took the first words when they came just with the handshake.
                with suppress(OSError):
                    problem = self._not_tls(answer_to_hello(self)) if not self.ended else problem
            raise problem from None

    def _not_tls(self, first: bytes) -> TransportError:
        """What to say of a server that answers with `first` instead of TLS."""
        other = wrong_service(self, first, StepName.TLS)
        if other is None or isinstance(other, TlsExpected):
            return TlsNotSpoken(self.clean(first.decode("ascii", "replace")), **self.facts)
        return other

    def _shown_certificate(self) -> Certificate | None:
        """Asks for a refused certificate once more, to tell what is wrong with it; nothing else is sent."""
        with suppress(OSError, EOFError, TransportError), self._secured_again(self.timeouts.connect) as secured:
            return self._read(secured.getpeercert(binary_form=True) or b"")
        return None

    def _said_after_handshake(self) -> type[TransportError] | None:
        """Asks once more, without a word: an alert that came while we spoke after STARTTLS is lost."""
        try:
            with self._secured_again(PROBE) as secured:
                secured.recv(1)
        except (OSError, EOFError, TransportError) as error:
            return late_tls_error(error)
        return None

    @contextmanager
    def _secured_again(self, seconds: float) -> Iterator[ssl.SSLSocket]:
        with self.another(seconds) as sock:
            if self._upgrade:
                self._upgrade(self, sock)
            with any_certificate_context().wrap_socket(sock, server_hostname=self.host) as secured:
                yield secured

    def _read(self, der: bytes) -> Certificate | None:
        certificate = read_certificate(der)
        if certificate is None:
            return None
        return replace(certificate, subject=self.clean(certificate.subject), issuer=self.clean(certificate.issuer))

    # ------------------------------------------------------------------ what was found

    def addresses_found(self) -> Phrase:
        """Where the server is."""
        addresses = ", ".join(dict.fromkeys(str(each[4][0]) for each in self._addresses))
        return Phrase("transports", QT_TRANSLATE_NOOP("transports", "Found at {addresses}."), {"addresses": addresses})

    def peer_found(self) -> Phrase:
        """Which of its addresses answered."""
        said = QT_TRANSLATE_NOOP("transports", "Connected to {address}, port {port}.")
        return Phrase("transports", said, {"address": self.sock.getpeername()[0], "port": self.port})

    def security_found(self) -> Phrase:
        """What was agreed, and who vouches for the server."""
        version = self.sock.version() if isinstance(self.sock, ssl.SSLSocket) else ""
        if self._certificate is None or not (self._account.validate_server_certificate or self._account.pinned_certificate):
            unchecked = QT_TRANSLATE_NOOP(
                "transports", "{version}. The certificate is not checked: that is switched off for this account."
            )
            return Phrase("transports", unchecked, {"version": version})
        facts = {"version": version, "issuer": self._certificate.issuer, "end": f"{self._certificate.valid_to:%Y-%m-%d}"}
        said = QT_TRANSLATE_NOOP("transports", "{version}, certificate from {issuer}, valid to {end}.")
        return Phrase("transports", said, facts)

    # ------------------------------------------------------------------ the end

    def abort(self) -> None:
        """Ends whatever waits on this connection, from any thread; that call raises `Cancelled`."""
        self._end_by(Cancelled)

    def expire(self) -> None:
        """As `abort`, but because it took too long: the call raises `TimedOut`."""
        self._end_by(TimedOut)

    def _end_by(self, end: type[TransportError]) -> None:
        self._end = self._end or end
        for sock in (self._sock, self._second):
            if sock is not None:
                with suppress(OSError):
                    # Of the plain class: SSLSocket's own would pull the encryption from under the thread that reads.
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """Closes the socket without a word to the server; unless it was ended, the phases can be gone through again."""
        sock, self._sock = self._sock, None
        if sock is not None:
            with suppress(OSError):
                sock.close()

    @property
    def ended(self) -> bool:
        """Whether somebody ended it by `abort` or `expire`."""
        return self._end is not None

    def _is_ended(self) -> bool:
        return self.ended

    # ------------------------------------------------------------------ errors

    @contextmanager
    def mapped(self, step: StepName) -> Iterator[None]:
        """Raises ours for what sockets raise inside, in the phase `step`."""
        try:
            yield
        except TransportError:
            raise
        except (OSError, EOFError, UnicodeError) as error:
            raise self.problem(error, step) from None
        if self._end:
            raise self._end(step=step, **self.facts)

    def problem(self, error: Exception, step: StepName) -> TransportError:
        """Our error for a socket's, in the phase `step`."""
        words = self.clean(str(error))
        if self._end:
            return self._end(step=step, **self.facts)
        if late := late_tls_error(error):
            return late(words, **self.facts)
        if step is StepName.RESOLVE:
            silent = isinstance(error, socket.gaierror) and error.errno in (socket.EAI_AGAIN, socket.EAI_FAIL)
            return (NameServerSilent if silent else NameNotFound)(words, **self.facts)
        if step is StepName.CONNECT and self._sock is None:
            return self._connect_problem(error, words)
        if isinstance(error, TimeoutError):
            return TimedOut(words, step=step, **self.facts)
        after_starttls = step is StepName.TLS and self._upgrade and self._certificate
        kind = (self._said_after_handshake() if after_starttls else None) or ConnectionLost
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
        """`words` of a server, fit to be kept: one line, not too long, and nothing of a password that it repeated."""
        return " ".join(self.masking(words).split())[:WORDS_LIMIT]
