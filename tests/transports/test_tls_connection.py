"""No socket is left open when the server is gone before TLS begins (ResourceWarnings fail a test here)."""

from __future__ import annotations

import gc
import socket
import struct
from collections.abc import Iterator
from contextlib import closing

import pytest

from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import ConnectionLost
from trackit_console.transports.tls import TlsSettings
from trackit_console.transports.tls_connection import TlsConnection
from trackit_console.transports.tls_diagnosis import alert_after_handshake

SECONDS = 5.0
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def connection(listener: socket.socket) -> Iterator[TlsConnection]:
    """Resolved, not connected yet."""
    port = listener.getsockname()[1]
    with closing(TlsConnection("127.0.0.1", port, TlsSettings(), Timeouts(SECONDS, SECONDS), "IMAP")) as made:
        made.resolve()
        yield made


def reset_by(listener: socket.socket, sock: socket.socket) -> None:
    """Returns when the server has reset the connection, and the system of `sock` knows."""
    server, _ = listener.accept()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    server.close()
    with pytest.raises(OSError):
        sock.getpeername()


@pytest.mark.covers("RUN-06")
def test_a_connection_that_was_reset_before_tls(listener: socket.socket, connection: TlsConnection) -> None:
    connection.connect()
    reset_by(listener, connection.sock)
    with pytest.raises(ConnectionLost):
        connection.secure()
    connection.close()
    gc.collect()


@pytest.mark.covers("RUN-06")
def test_a_second_connection_that_was_reset_before_tls(listener: socket.socket, connection: TlsConnection) -> None:
    assert alert_after_handshake(connection, lambda connection, sock: reset_by(listener, sock)) is None
    gc.collect()
