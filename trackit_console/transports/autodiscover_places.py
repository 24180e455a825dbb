"""Where Autodiscover looks for an address, and which hosts may get a password (IN-08). Pure.

Order of Microsoft's "Autodiscover for Exchange": the addresses that follow from the domain, a redirect over plain HTTP,
DNS. Before them Autodiscover v2 at Exchange Online, which needs no password.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlsplit

from trackit_console.settings.ews_retirement import is_microsoft_host
from trackit_console.transports.host_names import dns_name


class Kind(StrEnum):
    """How a place is asked; the words are those of the command line's JSON."""

    JSON = "json"
    """Autodiscover v2: GET, answered in JSON."""
    POX = "pox"
    """POST of plain old XML (MS-OXDSCLI)."""
    SOAP = "soap"
    """GetUserSettings (MS-OXWSADISC)."""
    REDIRECT = "redirect"
    """GET over plain HTTP, of which only the redirect counts."""
    SRV = "srv"
    """The SRV records of a domain (RFC 2782)."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place to ask: `url`, or the name of SRV records. `unsafe`: named by an answer that anybody on the way may have made."""

    kind: Kind
    url: str
    unsafe: bool = False

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class Hosts:
    """The addresses to begin with; `{domain}` is the address's domain. Others than these are for tests."""

    online: str = "https://outlook.office365.com"
    secure: tuple[str, ...] = ("https://{domain}", "https://autodiscover.{domain}")
    plain: str = "http://autodiscover.{domain}"


def domain_of(address: str) -> str:
    """The domain of `address` as it is asked for in DNS."""
    domain = address.rpartition("@")[2].strip().rstrip(".")
    try:
        return dns_name(domain).lower()
    except UnicodeError:
        return domain.lower()


def places_for(address: str, hosts: Hosts) -> list[Place]:
    """The places to ask for `address`, in order."""
    domain = domain_of(address)
    secure = [base.format(domain=domain) for base in hosts.secure]
    return [
        json_place(hosts.online, address),
        *(place for base in secure for place in places_at(base)),
        Place(Kind.REDIRECT, f"{hosts.plain.format(domain=domain)}/autodiscover/autodiscover.xml"),
        Place(Kind.SRV, f"_autodiscover._tcp.{domain}"),
    ]


def json_place(base: str, address: str) -> Place:
    """Autodiscover v2 at `base`."""
    return Place(Kind.JSON, f"{base}/autodiscover/autodiscover.json/v1.0/{quote(address, safe='@')}?Protocol=EWS")


def places_at(base: str, *, unsafe: bool = False) -> list[Place]:
    """The two services of an Exchange server at `base`."""
    xml = Place(Kind.POX, f"{base}/autodiscover/autodiscover.xml", unsafe)
    return [xml, Place(Kind.SOAP, f"{base}/autodiscover/autodiscover.svc", unsafe)]


def redirected(place: Place, target: str) -> Place | None:
    """The place that `place` sends on to; None if that is not encrypted."""
    if urlsplit(target).scheme != "https":
        return None
    # It is handed on: whoever could forge the first answer has chosen all that follow from it.
    unsafe = place.unsafe or place.kind is Kind.REDIRECT
    path = urlsplit(target).path.lower()
    if path.endswith(".svc"):
        return Place(Kind.SOAP, target, unsafe)
    return Place(Kind.JSON if ".json" in path else Kind.POX, target, unsafe)


def may_have_password(place: Place, address: str) -> bool:
    """Whether a password for `address` may go to `place` unasked: to the address's own domain and to Microsoft."""
    if place.unsafe or urlsplit(place.url).scheme != "https":
        return False
    domain = domain_of(address)
    # Below a name without a dot (a top-level domain, or a typing error) there is everybody.
    inside = place.host == domain or ("." in domain and place.host.endswith(f".{domain}"))
    return inside or is_microsoft_host(place.url)
