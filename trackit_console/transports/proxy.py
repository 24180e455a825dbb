"""Reaches web services through the proxy that the system names (HTTPS_PROXY, or Windows' settings), by CONNECT.

RFC 9110 section 9.3.6. Mail servers are reached directly: proxies pass on no mail.
"""

from __future__ import annotations

import base64
import socket
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from trackit_console.transports.connection import Connection
from trackit_console.transports.errors import ProxyRefused
from trackit_console.transports.host_names import dns_name
from trackit_console.transports.server_lines import read_line
from trackit_console.transports.step_names import StepName
from trackit_console.transports.tls_diagnosis import Upgrade

_OK = 200
_HEADERS_LIMIT = 100
"""Maximum header lines of a proxy's answer."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy, with the credentials of its address."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)


def proxy_for(url: str) -> Proxy | None:
    """The proxy for `url`, None if it is reached directly."""
    target = urlsplit(url)
    address = getproxies().get("https")
    if not address or not target.hostname or proxy_bypass(target.hostname):
        return None
    parts = urlsplit(address if "://" in address else f"http://{address}")
    if not parts.hostname:
        return None
    return Proxy(parts.hostname, parts.port or 8080, unquote(parts.username or ""), unquote(parts.password or ""))


def open_tunnel(proxy: Proxy, host: str, port: int) -> Upgrade:
    """The exchange in clear that makes `proxy` connect to `host`; it raises `ProxyRefused`."""

    def connect(connection: Connection, sock: socket.socket) -> None:
        target = f"{dns_name(host)}:{port}"
        lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
        if proxy.user:
            credentials = base64.b64encode(f"{proxy.user}:{proxy.password}".encode()).decode("ascii")
            lines.append(f"Proxy-Authorization: Basic {credentials}")
        sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("ascii"))
        status = read_line(connection, sock, StepName.CONNECT)
        words = status.split(" ", 2)
        # Before the headers: a server that is no proxy would never send the empty line that ends them.
        if not words[0].startswith("HTTP/") or words[1:2] != [str(_OK)]:
            raise ProxyRefused(connection.clean(status), proxy=f"{proxy.host}:{proxy.port}", wanted=host, **connection.facts)
        for _ in range(_HEADERS_LIMIT):
            if not read_line(connection, sock, StepName.CONNECT):
                break

    return connect
