"""Names of servers, as they stand in addresses of the web, and as name servers and certificates have them (RFC 5891)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from trackit_console.mail.address_writing import ascii_domain
from trackit_console.transports.errors import NameNotFound

_END_OF_HOST = re.compile(r"[/?#]")


def dns_name(host: str) -> str:
    """`host` in ASCII, an IP address as it is. Raises UnicodeError if no name can be written so.

    Python's sockets and `ssl` would do it by IDNA 2003, which makes `strasse` of `straße`: somebody else's server.
    """
    if host.isascii():
        return host
    name = ascii_domain(host.rstrip("."))
    if not name:
        raise UnicodeError(f"{host} cannot be the name of a server")
    return name


def host_and_port(url: str, default_port: int) -> tuple[str, int]:
    """The host and port of `url`. Raises `NameNotFound` if that cannot be read: an answer may have named it."""
    try:
        address = urlsplit(url)
        return address.hostname or "", address.port or default_port
    except ValueError:  # a port above 65535, or half a pair of brackets
        raise NameNotFound(server=shown_host(url)) from None


def shown_host(url: str) -> str:
    """The part of `url` that names the server, as it is written; what may be secret in it is left out."""
    return _END_OF_HOST.split(url.partition("://")[2], maxsplit=1)[0].rpartition("@")[2]
