"""The TLS handshake, step by step: so it can be ended at any time, and what is not TLS is seen before it confuses OpenSSL."""

from __future__ import annotations

import select
import socket
import ssl
import time

from trackit_console.transports.dialing import SLICE, Ended

_ALERT, _HANDSHAKE = 21, 22
"""The types of the records that a server's first answer can be (RFC 8446 section 5.1)."""


class NotTls(Exception):
    """The server answered with something else; `first` is how it begins."""

    def __init__(self, first: bytes) -> None:
        super().__init__(first)
        self.first = first


def shake_hands(sock: ssl.SSLSocket, seconds: float, ended: Ended) -> None:
    """Goes through the handshake; raises `NotTls`, EOFError, and what `ssl` and sockets raise.

    `sock` is left in non-blocking mode.
    """
    deadline = time.monotonic() + seconds
    sock.setblocking(False)
    heard = _look(sock)
    while True:
        if ended():
            raise ConnectionAbortedError("ended")
        try:
            sock.do_handshake()
            return
        except ssl.SSLWantReadError:
            _wait([sock], [], deadline, ended)
            heard = heard or _look(sock)
        except ssl.SSLWantWriteError:
            _wait([], [sock], deadline, ended)


def _wait(readable: list[ssl.SSLSocket], writable: list[ssl.SSLSocket], deadline: float, ended: Ended) -> None:
    while not ended():
        ready, free, _ = select.select(readable, writable, [], SLICE)
        if ready or free:
            return
        if time.monotonic() > deadline:
            raise TimeoutError("no answer in the handshake")


def _look(sock: ssl.SSLSocket) -> bool:
    """Looks at the first bytes without taking them; False while there are none."""
    try:
        # Of the plain class: SSLSocket's own takes no flags.
        first = socket.socket.recv(sock, 512, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    if not first:
        raise EOFError("the server closed the connection instead of answering")
    if first[0] not in (_ALERT, _HANDSHAKE):
        raise NotTls(first)
    return True
