"""Resolves a name and connects a socket. Another thread can interrupt either."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

SLICE = 0.1
"""Seconds between two checks for an interruption."""

Ended = Callable[[], bool]
Addresses = Sequence[Any]
"""The result of `socket.getaddrinfo`."""


def look_up(host: str, port: int, seconds: float, ended: Ended) -> Addresses:
    """Resolves `host` on a thread that can be abandoned: `getaddrinfo` has no time limit and cannot be interrupted."""
    answers: list[Addresses | OSError | UnicodeError] = []

    def ask() -> None:
        try:
            answers.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        # UnicodeError: getaddrinfo encodes the name, and refuses a label that is empty or has more than 63 characters.
        except (OSError, UnicodeError) as problem:
            answers.append(problem)

    resolver = threading.Thread(target=ask, daemon=True)
    resolver.start()
    deadline = time.monotonic() + seconds
    while resolver.is_alive() and time.monotonic() < deadline and not ended():
        resolver.join(SLICE)
    # A timeout is reported like a failing name server: it says nothing about the name.
    answer = answers[0] if answers else socket.gaierror(socket.EAI_AGAIN, "the name server did not answer in time")
    if isinstance(answer, Exception):
        raise answer
    return answer


def dial(addresses: Addresses, seconds: float, ended: Ended) -> socket.socket:
    """Connects to the first address that answers.

    Each address gets its share of the time, so that an unresponsive one (often IPv6) does not use up all of it.
    """
    deadline = time.monotonic() + seconds
    problem: OSError = TimeoutError("no address")
    for tried, (family, kind, protocol, _, address) in enumerate(addresses):
        share = (deadline - time.monotonic()) / (len(addresses) - tried)
        sock = socket.socket(family, kind, protocol)
        try:
            _attempt(sock, address, time.monotonic() + share, ended)
        except OSError as failed:
            sock.close()
            problem = failed
        else:
            # Commands are sent in small pieces: Nagle's algorithm would delay each until the one before is acknowledged.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
    raise problem


def _attempt(sock: socket.socket, address: Any, deadline: float, ended: Ended) -> None:
    sock.setblocking(False)
    with suppress(BlockingIOError):
        sock.connect(address)
    while time.monotonic() < deadline and not ended():
        # Windows reports a failed connect in the third list only.
        _, ready, failed = select.select([], [sock], [sock], SLICE)
        if ready or failed:
            if number := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(number, f"{address[0]}: error {number}")
            return
    raise TimeoutError(f"{address[0]}: no answer")
