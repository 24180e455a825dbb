"""A connection to a server, opened phase by phase: resolve, connect, secure (IN-10, RFC 8314).

IMAP and SMTP stand on it alike, so a connection test walks the very way that the monitor walks. Every wait has a time
limit, and `abort` ends any of them from another thread. What is said on the connection is not known here.
"""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from trackit_console.transports.errors import (
    Cancelled,
    CertificateNotPinned,
    ConnectionLost,
    ConnectRefused,
    ConnectTimedOut,
    NameNotFound,
    NameServerSilent,
    ProtocolBroken,
    TimedOut,
    TlsNotSpoken,
    TransportError,
    Unreachable,
)
from trackit_console.transports.steps import StepName
from trackit_console.transports.tls import (
    Certificate,
    HasTlsSettings,
    context_for,
    fingerprint,
    read_certificate,
    tls_error,
    unchecked_context,
)
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

SLICE = 0.1
"""Seconds between two looks at whether a connection attempt was cancelled."""
LINE_LIMIT = 8192
"""Bytes of one line that is read before a connection is secured."""
WORDS_LIMIT = 500
"""Characters of a server's own words that are kept."""

Upgrade = Callable[["Connection", socket.socket], None]
"""What a protocol says in clear before TLS begins (STARTTLS)."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: for a connection to be made, and for the wait for any single answer."""

    connect: float = 15.0
    answer: float = 60.0


class Connection:
    """One connection to `host` and `port`: `resolve`, `connect`, `secure`, in this order.

    `secrets` are struck out of everything that a server says before it is kept as the detail of an error.
    """

    def __init__(self, host: str, port: int, account: HasTlsSettings, timeouts: Timeouts) -> None:
        self.host = host
        self.port = port
        self.timeouts = timeouts
        self.secrets: list[str] = []
        self._account = account
        self._addresses: list[Any] = []
        self._sock: socket.socket | None = None
        self._certificate: Certificate | None = None
        self._end: type[TransportError] | None = None

    @property
    def sock(self) -> socket.socket:
        """The connected socket; after `secure` it is the encrypted one."""
        if self._sock is None:
            raise ConnectionLost(**self.facts)
        return self._sock

    @property
    def facts(self) -> dict[str, Any]:
        """What sentences about this connection name."""
        return {"server": self.host, "port": self.port}

    # ------------------------------------------------------------------ phases

    def resolve(self) -> None:
        """Asks for the addresses; raises `NameNotFound`, `NameServerSilent`."""
        with self.mapped(StepName.RESOLVE):
            self._addresses = self._looked_up()

    def _looked_up(self) -> list[Any]:
        """The addresses, from a thread that can be left behind: `getaddrinfo` has no time limit and cannot be interrupted."""
        answers: list[list[Any] | OSError | UnicodeError] = []

        def ask() -> None:
            try:
                answers.append(socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM))
            except (OSError, UnicodeError) as problem:
                answers.append(problem)

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        deadline = time.monotonic() + self.timeouts.connect
        while asking.is_alive() and time.monotonic() < deadline and not self.ended:
            asking.join(SLICE)
        answer = answers[0] if answers else socket.gaierror(socket.EAI_AGAIN, "the name server did not answer in time")
        if isinstance(answer, Exception):
            raise answer
        return answer

    def connect(self) -> None:
        """Connects to the first address that answers; raises `ConnectRefused`, `Unreachable`, `ConnectTimedOut`."""
        with self.mapped(StepName.CONNECT):
            self._sock = self._first_that_answers()
            self._sock.settimeout(self.timeouts.answer)

    def _first_that_answers(self) -> socket.socket:
        """Each address gets its share of the time, so that a silent one (often IPv6) does not hide one that works."""
        deadline = time.monotonic() + self.timeouts.connect
        problem: OSError = TimeoutError("no address")
        for tried, (family, kind, protocol, _, address) in enumerate(self._addresses):
            share = (deadline - time.monotonic()) / (len(self._addresses) - tried)
            sock = socket.socket(family, kind, protocol)
            try:
                self._attempt(sock, address, time.monotonic() + share)
            except OSError as failed:
                sock.close()
                problem = failed
            else:
                # Commands are small and go out in pieces: with Nagle's algorithm each would wait for the one before.
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return sock
        raise problem

    def _attempt(self, sock: socket.socket, address: Any, deadline: float) -> None:
        sock.setblocking(False)
        with suppress(BlockingIOError):
            sock.connect(address)
        while time.monotonic() < deadline and not self.ended:
            # Windows tells of a failed attempt in the third list.
            _, ready, failed = select.select([], [sock], [sock], SLICE)
            if ready or failed:
                if number := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                    raise OSError(number, f"{address[0]}: error {number}")
                return
        raise TimeoutError(f"{address[0]}: no answer")

    def secure(self, upgrade: Upgrade | None = None) -> None:
        """Makes the connection a TLS one, after `upgrade` has asked for it; raises `TlsFailed`.

        The certificate is checked as the account wants before anything else is said.
        """
        context = context_for(self._account)
        with self.mapped(StepName.TLS):
            if upgrade:
                upgrade(self, self.sock)
            # Until it is wrapped and known here, nobody could abort it: so the handshake is a step of its own.
            self._sock = sock = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self._shake_hands(sock, upgrade)
            der = sock.getpeercert(binary_form=True) or b""
            self._certificate = read_certificate(der)
        if self._account.pinned_certificate not in (None, fingerprint(der)):
            self.close()
            raise CertificateNotPinned(certificate=self._described(self._certificate), **self.facts)

    def _shake_hands(self, sock: ssl.SSLSocket, upgrade: Upgrade | None) -> None:
        sock.settimeout(self.timeouts.connect)
        try:
            if self.ended:  # between the connection and here
                raise ConnectionAbortedError
            sock.do_handshake()
        except ssl.SSLError as error:
            if self.ended:
                raise
            certificate = self._shown_certificate(upgrade) if isinstance(error, ssl.SSLCertVerificationError) else None
            raise tls_error(error, certificate, certificate=self._described(certificate), **self.facts) from error
        except (ConnectionError, EOFError) as error:
            if self.ended:
                raise
            raise TlsNotSpoken(str(error), **self.facts) from error
        sock.settimeout(self.timeouts.answer)

    def _shown_certificate(self, upgrade: Upgrade | None) -> Certificate | None:
        """Asks for a refused certificate once more, to tell what is wrong with it; nothing else is sent."""
        with suppress(OSError, TransportError):
            sock = self._first_that_answers()
            sock.settimeout(self.timeouts.connect)
            with sock:
                if upgrade:
                    upgrade(self, sock)
                with unchecked_context().wrap_socket(sock, server_hostname=self.host) as secured:
                    return read_certificate(secured.getpeercert(binary_form=True) or b"")
        return None

    def _described(self, certificate: Certificate | None) -> str:
        return str(certificate.described) if certificate else ""

    def line_in_clear(self, sock: socket.socket) -> str:
        """One line that an `Upgrade` is told, read byte by byte: what follows it belongs to the handshake.

        So words that somebody slips in behind the answer to STARTTLS break the handshake instead of being taken for
        the server's (RFC 3207 section 6).
        """
        line = bytearray()
        while not line.endswith(b"\n"):
            byte = sock.recv(1)
            if not byte:
                raise EOFError("the server closed the connection")
            line += byte
            if len(line) > LINE_LIMIT:
                raise ProtocolBroken(f"no end of line within {LINE_LIMIT} bytes", step=StepName.TLS, **self.facts)
        return line.decode("ascii", "replace").rstrip("\r\n")

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
        if self._sock is not None:
            with suppress(OSError):
                # Of the plain class: SSLSocket's own would pull the encryption from under the thread that reads.
                socket.socket.shutdown(self._sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """Closes the socket without a word to the server."""
        if self._sock is not None:
            with suppress(OSError):
                self._sock.close()

    @property
    def ended(self) -> bool:
        """Whether somebody ended it by `abort` or `expire`."""
        return self._end is not None

    # ------------------------------------------------------------------ errors

    @contextmanager
    def mapped(self, step: StepName) -> Iterator[None]:
        """Raises ours for what sockets raise inside, in the phase `step`."""
        try:
            yield
        except TransportError:
            raise
        except (OSError, EOFError, UnicodeError) as error:
            raise self.problem(error, step) from error
        if self._end:
            raise self._end(step=step, **self.facts)

    def problem(self, error: Exception, step: StepName) -> TransportError:
        """Our error for a socket's, in the phase `step`."""
        words = self.clean(str(error))
        if self._end:
            return self._end(step=step, **self.facts)
        if step is StepName.RESOLVE:
            silent = isinstance(error, socket.gaierror) and error.errno in (socket.EAI_AGAIN, socket.EAI_FAIL)
            return (NameServerSilent if silent else NameNotFound)(words, **self.facts)
        if step is StepName.CONNECT and self._sock is None:
            return self._connect_problem(error, words)
        kind = TimedOut if isinstance(error, TimeoutError) else ConnectionLost
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
        for secret in self.secrets:
            words = words.replace(secret, "***")
        return " ".join(words.split())[:WORDS_LIMIT]
