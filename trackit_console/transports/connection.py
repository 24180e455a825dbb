"""The sockets of one account, in clear: resolve and connect (IN-10). Every wait has a time limit and can be aborted.

`dialing` resolves names and connects sockets, `tls_connection` adds encryption, `greeting` reads what the server says
first.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.dialing import Addresses, dial, look_up
from trackit_console.transports.errors import ConnectionLost, TimedOut, TransportError
from trackit_console.transports.host_names import dns_name
from trackit_console.transports.server_access import ServerAccess
from trackit_console.transports.socket_errors import connect_error, resolve_error
from trackit_console.transports.step_names import StepName


class Connection(ServerAccess):
    """One connection to `host` and `port` for `protocol` (its usual name): first `resolve`, then `connect`.

    The certificate must have `tls_name`, if that is another one (behind a proxy) than `host`.
    """

    def __init__(
        self, host: str, port: int, timeouts: Timeouts, protocol: str, account_name: str = "", *, tls_name: str | None = None
    ) -> None:
        super().__init__(host, port, account_name)
        self.timeouts = timeouts
        self._tls_name = tls_name or host
        self.protocol = protocol
        self.addresses: Addresses = []
        self._sock: socket.socket | None = None
        self._second: socket.socket | None = None

    @property
    def tls_name(self) -> str:
        """The name that the certificate must have; raises UnicodeError if no name can be written so."""
        return dns_name(self._tls_name)

    @property
    def sock(self) -> socket.socket:
        """The connected socket; once the connection is secured it is the encrypted one."""
        if self._sock is None:
            raise ConnectionLost(**self.facts)
        return self._sock

    def resolve(self) -> None:
        """Resolves the host name; raises `NameNotFound`, `NameServerSilent`."""
        with self.mapped(StepName.RESOLVE):
            self.addresses = look_up(dns_name(self.host), self.port, self.timeouts.connect, self._is_ended)

    def connect(self) -> None:
        """Connects to the first address that answers; raises `ConnectRefused`, `Unreachable`, `ConnectTimedOut`."""
        with self.mapped(StepName.CONNECT):
            self._sock = dial(self.addresses, self.timeouts.connect, self._is_ended)
            self._sock.settimeout(self.timeouts.answer)

    @contextmanager
    def another(self, seconds: float) -> Iterator[socket.socket]:
        """Opens a second connection to the same server for a query; each wait on it is limited to `seconds`."""
        self._second = sock = dial(self.addresses, seconds, self._is_ended)
        try:
            sock.settimeout(seconds)
            if self.ended:  # by `abort` while dialing, when `_second` was not set yet
                raise ConnectionAbortedError("ended")
            yield sock
        finally:
            self._second = None
            sock.close()

    def close(self) -> None:
        """Closes the socket without telling the server. The phases can be run again, unless `abort` or `expire` was called."""
        sock, self._sock = self._sock, None
        if sock is not None:
            with suppress(OSError):
                sock.close()

    def _is_ended(self) -> bool:
        return self.ended

    def _interrupt(self) -> None:
        for sock in (self._sock, self._second):
            if sock is not None:
                with suppress(OSError):
                    # The method of the plain class: SSLSocket.shutdown drops the TLS object that another thread reads from.
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def _problem(self, error: Exception, words: str, step: StepName) -> TransportError:
        if step is StepName.RESOLVE:
            return resolve_error(error, words, self.facts)
        # Once there is a socket, it is the greeting in clear that failed: it is read in this phase as well.
        if step is StepName.CONNECT and self._sock is None:
            return connect_error(error, words, self.timeouts.connect, self.facts)
        return (TimedOut if isinstance(error, TimeoutError) else ConnectionLost)(words, step=step, **self.facts)
