"""Names of servers outside of ASCII, as name servers, certificates and proxies have them (RFC 5891, UTS 46)."""

from __future__ import annotations

from trackit_console.mail.address_writing import ascii_domain


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
