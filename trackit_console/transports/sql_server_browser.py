"""Asks SQL Server Browser for the port of a named instance (MC-SQLR: UDP port 1434)."""

from __future__ import annotations

import select
import socket
import time
from contextlib import closing
from typing import Any

from trackit_console.transports.dialing import SLICE, Addresses, Ended

BROWSER_PORT = 1434
_ASK_FOR_INSTANCE = 0x04
_ANSWER = 0x05
_HEADER_BYTES = 3


class NoSuchInstance(ValueError):
    """SQL Server Browser answered, and does not know the instance, or the instance does not listen on TCP."""


def instance_port(addresses: Addresses, instance: str, seconds: float, ended: Ended, browser_port: int = BROWSER_PORT) -> int:
    """The TCP port of `instance` on the server at `addresses`.

    Raises `NoSuchInstance`, and OSError if SQL Server Browser does not answer within `seconds`. Browser says nothing
    about an instance that it does not know, so a silence may mean that as well.
    """
    problem: OSError = TimeoutError("no address")
    for tried, (family, _, _, _, address) in enumerate(addresses):
        try:
            return _asked(family, (address[0], browser_port, *address[2:]), instance, seconds / (len(addresses) - tried), ended)
        except OSError as failed:
            problem = failed
    raise problem


def _asked(family: int, address: tuple[Any, ...], instance: str, seconds: float, ended: Ended) -> int:
    with closing(socket.socket(family, socket.SOCK_DGRAM)) as sock:
        sock.setblocking(False)
        # So the system drops datagrams of other senders, and tells of a closed port instead of waiting.
        sock.connect(address)
        sock.send(bytes([_ASK_FOR_INSTANCE]) + instance.encode("utf-8") + b"\0")
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not ended():
            if select.select([sock], [], [], SLICE)[0]:
                return port_in(sock.recv(65536))
    raise TimeoutError(f"no answer on UDP port {address[1]}")


def port_in(answer: bytes) -> int:
    """The port in an answer of SQL Server Browser, such as `ServerName;X;InstanceName;Y;…;tcp;50123;;`.

    Raises `NoSuchInstance`.
    """
    words = answer[_HEADER_BYTES:].decode("utf-8", "replace").split(";") if answer[:1] == bytes([_ANSWER]) else []
    named = {name.lower(): value for name, value in zip(words[::2], words[1::2], strict=False)}
    try:
        port = int(named["tcp"])
    except (KeyError, ValueError):
        raise NoSuchInstance(answer[:200].decode("utf-8", "replace")) from None
    if not 0 < port < 65536:
        raise NoSuchInstance(str(port))
    return port
