"""A connection to a server, opened phase by phase: resolve, connect, secure (IN-10, RFC 8314).

IMAP and SMTP stand on it alike, so a connection test walks the very way that the monitor walks. Every wait has a time
limit, and `abort` ends any of them from another thread.
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
from typing import Any, TypeVar

from trackit_console.transports.errors import (
    Cancelled,
    CertificateNotPinned,
    ConnectionLost,
    ConnectRefused,
    ConnectTimedOut,
    NameNotFound,
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
from trackit_console.words import QT_TRANSLATE_NOOP, Phrase

T = TypeVar("T")
SLICE = 0.1
"""Seconds between two looks at whether a connection attempt was cancelled."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds that each phase may take: name and connection, and the wait for any single answer."""

    connect: float = 15.0
    answer: float = 60.0


class Link:
    """One connection to `host` and `port`. Phases are called in their order; `sock` is there after `connect`."""

    def __init__(self, host: str, port: int, account: HasTlsSettings, timeouts: Timeouts) -> None:
        self.host = host
        self.port = port
        self.timeouts = timeouts
        self._account = account
        self._addresses: list[Any] = []
        self._sock: socket.socket | None = None
        self._aborted = threading.Event()

    @property
    def sock(self) -> socket.socket:
        """The connected socket, secured once `secure` is over."""
        if self._sock is None:
            raise ConnectionLost(server=self.host)
        return self._sock

    @property
    def facts(self) -> dict[str, Any]:
        """What sentences about this connection name."""
        return {"server": self.host, "port": self.port}

    def resolve(self) -> Phrase:
        """Asks for the addresses; raises `NameNotFound`."""
        with self.mapped(StepName.RESOLVE):
            self._addresses = self._within(lambda: socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM))
        found = ", ".join(dict.fromkeys(str(each[4][0]) for each in self._addresses))
        return Phrase("transports", QT_TRANSLATE_NOOP("transports", "Found at {addresses}."), {"addresses": found})

    def _within(self, question: Callable[[], T]) -> T:
        """The answer of a call that has no time limit of its own and cannot be interrupted."""
        answers: list[T] = []
        problems: list[OSError] = []

        def ask() -> None:
            try:
                answers.append(question())
            except OSError as problem:
                problems.append(problem)

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        deadline = time.monotonic() + self.timeouts.connect
        while asking.is_alive() and time.monotonic() < deadline and not self._aborted.is_set():
            asking.join(SLICE)
        if problems:
            raise problems[0]
        if not answers:
            raise TimeoutError(f"no answer within {self.timeouts.connect:g} s")
        return answers[0]

    def connect(self) -> Phrase:
        """Connects to the first address that answers; raises `ConnectRefused`, `Unreachable`, `ConnectTimedOut`."""
        deadline = time.monotonic() + self.timeouts.connect
        with self.mapped(StepName.CONNECT):
            self._sock = self._first_that_answers(deadline)
            self._sock.settimeout(self.timeouts.answer)
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer = self._sock.getpeername()[0]
        return Phrase(
            "transports",
            QT_TRANSLATE_NOOP("transports", "Connected to {address}, port {port}."),
            {"address": peer, "port": self.port},
        )

    def _first_that_answers(self, deadline: float) -> socket.socket:
        problem: OSError = TimeoutError("no address")
        for family, kind, protocol, _, address in self._addresses:
            sock = socket.socket(family, kind, protocol)
            try:
                self._attempt(sock, address, deadline)
            except OSError as failed:
                sock.close()
                problem = failed
            else:
                return sock
        raise problem

    def _attempt(self, sock: socket.socket, address: Any, deadline: float) -> None:
        sock.setblocking(False)
        with suppress(BlockingIOError):
            sock.connect(address)
        while time.monotonic() < deadline and not self._aborted.is_set():
            _, ready, failed = select.select([], [sock], [sock], SLICE)
            if ready or failed:
                number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if number:
                    raise OSError(number, f"connect error {number}")
                return
        raise TimeoutError(f"no answer within {self.timeouts.connect:g} s")

    def secure(self) -> Phrase:
        """Makes the connection a TLS one and checks the certificate as the account wants; raises `TlsFailed`."""
        context = context_for(self._account)
        with self.mapped(StepName.TLS):
            try:
                self._sock = context.wrap_socket(self.sock, server_hostname=self.host)
            except ssl.SSLError as error:
                raise tls_error(error, self._shown_certificate(error), **self.facts) from error
            except (ConnectionError, EOFError) as error:
                raise TlsNotSpoken(str(error), **self.facts) from error
        return self.secured(self._sock)

    def secured(self, sock: socket.socket) -> Phrase:
        """Compares the pinned certificate, where there is one, and tells what was agreed."""
        assert isinstance(sock, ssl.SSLSocket)
        self._sock = sock
        der = sock.getpeercert(binary_form=True) or b""
        certificate = read_certificate(der)
        pinned = self._account.pinned_certificate
        if pinned and fingerprint(der) != pinned:
            raise CertificateNotPinned(certificate=str(certificate.described), **self.facts)
        facts = {"version": sock.version() or "", "issuer": certificate.issuer, "end": f"{certificate.valid_to:%Y-%m-%d}"}
        if pinned or self._account.validate_server_certificate:
            return Phrase(
                "transports", QT_TRANSLATE_NOOP("transports", "{version}, certificate from {issuer}, valid to {end}."), facts
            )
        unchecked = QT_TRANSLATE_NOOP(
            "transports", "{version}. The certificate is not checked: that is switched off for this account."
        )
        return Phrase("transports", unchecked, facts)

    def tls_problem(self, error: ssl.SSLError) -> TransportError:
        """Our error for one that a protocol's own STARTTLS raised."""
        return tls_error(error, None, **self.facts)

    def context(self) -> ssl.SSLContext:
        """The context for a protocol's own STARTTLS."""
        return context_for(self._account)

    def _shown_certificate(self, error: ssl.SSLError) -> Certificate | None:
        """Asks for the certificate once more, unchecked, to tell what is wrong with it; nothing else is sent."""
        if not isinstance(error, ssl.SSLCertVerificationError):
            return None
        with suppress(OSError, ValueError):
            sock = self._first_that_answers(time.monotonic() + self.timeouts.connect)
            with sock:
                sock.settimeout(self.timeouts.connect)
                with unchecked_context().wrap_socket(sock, server_hostname=self.host) as secured:
                    return read_certificate(secured.getpeercert(binary_form=True) or b"")
        return None

    def abort(self) -> None:
        """Ends whatever waits on this connection, from any thread; that call raises `Cancelled`."""
        self._aborted.set()
        if self._sock is not None:
            with suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Closes the socket without a word to the server."""
        if self._sock is not None:
            with suppress(OSError):
                self._sock.close()

    @property
    def aborted(self) -> bool:
        return self._aborted.is_set()

    @contextmanager
    def mapped(self, step: StepName) -> Iterator[None]:
        """Raises ours for what sockets raise inside."""
        try:
            yield
        except TransportError:
            raise
        except (OSError, EOFError) as error:
            raise self.problem(error, step) from error
        if self.aborted:
            raise Cancelled(step=step)

    def problem(self, error: Exception, step: StepName) -> TransportError:
        """Our error for a socket's, in the phase `step`."""
        if self.aborted:
            return Cancelled(step=step)
        words = str(error)
        if isinstance(error, socket.gaierror):
            return NameNotFound(words, **self.facts)
        if step in (StepName.RESOLVE, StepName.CONNECT):
            return self._connect_problem(error, step, words)
        kind = TimedOut if isinstance(error, TimeoutError) else ConnectionLost
        return kind(words, step=step, **self.facts)

    def _connect_problem(self, error: Exception, step: StepName, words: str) -> TransportError:
        if isinstance(error, ConnectionRefusedError):
            return ConnectRefused(words, **self.facts)
        if isinstance(error, TimeoutError):
            return ConnectTimedOut(words, step=step, seconds=f"{self.timeouts.connect:g}", **self.facts)
        return Unreachable(words, **self.facts)
