"""Performs the TLS handshake without blocking, so that it can be interrupted, and detects servers that do not speak TLS."""

from __future__ import annotations

import select
import socket
import ssl
import time

from trackit_console.transports.dialing import SLICE, Ended

_ALERT, _HANDSHAKE = 21, 22
"""The record types that a server may start with (RFC 8446 section 5.1)."""


class NotTls(Exception):
    """The server does not speak TLS; `first` are the first bytes it sent."""

    def __init__(self, first: bytes) -> None:
        super().__init__(first)
        self.first = first


def do_handshake(sock: ssl.SSLSocket, seconds: float, ended: Ended) -> None:
    """Performs the handshake; raises `NotTls`, EOFError, and the errors of `ssl` and sockets.

    Leaves `sock` in non-blocking mode.
    """
    deadline = time.monotonic() + seconds
    sock.setblocking(False)
    # OpenSSL consumes the bytes and reports other protocols as WRONG_VERSION_NUMBER, so look before it reads.
    checked = _peek(sock)
    while True:
        if ended():
            raise ConnectionAbortedError("ended")
        try:
            sock.do_handshake()
            return
        except ssl.SSLWantReadError:
            _wait([sock], [], deadline, ended)
            checked = checked or _peek(sock)
        except ssl.SSLWantWriteError:
            _wait([], [sock], deadline, ended)


def _wait(readable: list[ssl.SSLSocket], writable: list[ssl.SSLSocket], deadline: float, ended: Ended) -> None:
    while not ended():
        ready, free, _ = select.select(readable, writable, [], SLICE)
        if ready or free:
            return
        if time.monotonic() > deadline:
            raise TimeoutError("no answer in the handshake")


def _peek(sock: ssl.SSLSocket) -> bool:
    """Checks the first bytes without consuming them; False if there are none yet."""
    try:
        # The method of the plain class: SSLSocket.recv accepts no flags.
        first = socket.socket.recv(sock, 512, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    if not first:
        raise EOFError("the server closed the connection instead of answering")
    if first[0] not in (_ALERT, _HANDSHAKE):
        raise NotTls(first)
    return True
