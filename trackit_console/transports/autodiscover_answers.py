"""What Autodiscover asks and what it is told: requests and answers of its three protocols (IN-08). Pure.

Microsoft's "POX Autodiscover response", "GetUserSettings (SOAP)", and Autodiscover v2.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from lxml import etree  # type: ignore[import-untyped]

from trackit_console.transports.autodiscover_places import Kind, Place

_POX_REQUEST = "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"
_POX_RESPONSE = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
_SOAP = "http://schemas.microsoft.com/exchange/2010/Autodiscover"
_PROTOCOLS = ("EXPR", "WEB", "EXCH")
"""The sections of a POX answer, the one for clients outside of the network first."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer over HTTP; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer tells: one of these, or nothing. `words` are those of a refusal."""

    url: str = ""
    redirect_url: str = ""
    redirect_address: str = ""
    words: str = ""


def request_for(place: Place, address: str) -> tuple[str, dict[str, str], bytes | None]:
    """Method, headers and body of the request to `place`."""
    if place.kind in (Kind.JSON, Kind.REDIRECT):
        return "GET", {"Accept": "application/json"} if place.kind is Kind.JSON else {}, None
    headers = {"Content-Type": "text/xml; charset=utf-8", "Accept": "text/xml"}
    template = _POX_BODY if place.kind is Kind.POX else _SOAP_BODY
    return "POST", headers, template.format(address=escape(address), url=escape(place.url)).encode()


def told_by(place: Place, answer: Answer) -> Told:
    """What `answer` to the request to `place` tells; an address that cannot be read is none."""
    told = _told_by(place, answer)
    return replace(told, url=_readable(told.url), redirect_url=_readable(told.redirect_url))


def _readable(url: str) -> str:
    try:
        _ = urlsplit(url).port
    except ValueError:  # a port above 65535, or half a pair of brackets
        return ""
    return url


def _told_by(place: Place, answer: Answer) -> Told:
    if answer.status in (301, 302, 303, 307, 308):
        return Told(redirect_url=answer.headers.get("location", ""))
    if place.kind is Kind.REDIRECT:
        return Told()
    if place.kind is Kind.JSON:
        return _by_json(answer.body)
    root = _parsed(answer.body)
    if root is None:
        return Told()
    return _by_pox(root) if place.kind is Kind.POX else _by_soap(root)


def _by_json(body: bytes) -> Told:
    try:
        value = json.loads(body)
    except ValueError:
        return Told()
    if not isinstance(value, dict):
        return Told()
    return Told(url=str(value.get("Url") or ""), words=str(value.get("ErrorMessage") or ""))


def _by_pox(root: Any) -> Told:
    account = root.find(f".//{{{_POX_RESPONSE}}}Account")
    if account is None:
        # In any namespace: a refusal is in .../autodiscover/responseschema/2006, not in that of an answer (MS-OXDSCLI).
        return Told(words=_text(root, ".//{*}Error/{*}Message"))
    urls = {_text(each, "{*}Type"): _text(each, "{*}EwsUrl") for each in account.findall("{*}Protocol")}
    url = next((urls[name] for name in (*_PROTOCOLS, *urls) if urls.get(name)), "")
    return Told(url, _text(account, "{*}RedirectUrl"), _text(account, "{*}RedirectAddr"))


def _by_soap(root: Any) -> Told:
    user = root.find(f".//{{{_SOAP}}}UserResponse")
    if user is None:
        return Told(words=_text(root, ".//{*}ErrorMessage") or _text(root, ".//{*}faultstring"))
    settings = {_text(each, "{*}Name"): _text(each, "{*}Value") for each in user.iter(f"{{{_SOAP}}}UserSetting")}
    code, target = _text(user, "{*}ErrorCode"), _text(user, "{*}RedirectTarget")
    return Told(
        settings.get("ExternalEwsUrl") or settings.get("InternalEwsUrl") or "",
        target if code == "RedirectUrl" else "",
        target if code == "RedirectAddress" else "",
        "" if code == "NoError" else _text(user, "{*}ErrorMessage"),
    )


def _text(node: Any, path: str) -> str:
    # Bounded: anybody may have written it, and it is shown to people or asked for next.
    return " ".join((node.findtext(path) or "").split())[:2000]


def _parsed(body: bytes) -> Any:
    """The root of an XML answer, None if it is none. Anybody may have written it: no entities, no network."""
    try:
        return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (etree.XMLSyntaxError, ValueError):
        return None


_POX_BODY = (
    '<?xml version="1.0" encoding="utf-8"?>'
    f'<Autodiscover xmlns="{_POX_REQUEST}"><Request><EMailAddress>{{address}}</EMailAddress>'
    f"<AcceptableResponseSchema>{_POX_RESPONSE}</AcceptableResponseSchema></Request></Autodiscover>"
)
_SOAP_BODY = (
    '<?xml version="1.0" encoding="utf-8"?>'
    f'<soap:Envelope xmlns:a="{_SOAP}" xmlns:wsa="http://www.w3.org/2005/08/addressing" '
    'xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header>'
    "<a:RequestedServerVersion>Exchange2013</a:RequestedServerVersion>"
    f"<wsa:Action>{_SOAP}/Autodiscover/GetUserSettings</wsa:Action><wsa:To>{{url}}</wsa:To></soap:Header><soap:Body>"
    "<a:GetUserSettingsRequestMessage><a:Request><a:Users><a:User><a:Mailbox>{address}</a:Mailbox></a:User></a:Users>"
    "<a:RequestedSettings><a:Setting>ExternalEwsUrl</a:Setting><a:Setting>InternalEwsUrl</a:Setting>"
    "</a:RequestedSettings></a:Request></a:GetUserSettingsRequestMessage></soap:Body></soap:Envelope>"
)
