"""The rules for web addresses: of links, of services, of Exchange Web Services."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from trackit_console.settings.validation import rule_error

_WEB = re.compile(r"https?://[^\s/@]+(/\S*)?", re.IGNORECASE)
_EWS = re.compile(r"https://[^\s/@]+/EWS/Exchange\.asmx", re.IGNORECASE)


def check_web_address(text: str) -> str:
    """An address with http or https."""
    if not _WEB.fullmatch(text):
        raise rule_error("web_address")
    return _with_server(text)


def check_secure_web_address(text: str) -> str:
    """An address with https."""
    if not _WEB.fullmatch(text) or not text.lower().startswith("https:"):
        raise rule_error("secure_web_address")
    return _with_server(text)


def check_ews_url(text: str) -> str:
    """https://serverName/EWS/Exchange.asmx (IN-03)."""
    if not _EWS.fullmatch(text):
        raise rule_error("ews_url")
    return _with_server(text)


def _with_server(url: str) -> str:
    try:
        address = urlsplit(url)
        valid = bool(address.hostname) and address.port != 0
    except ValueError:  # a port that is no number or above 65535, or half a pair of brackets around an IPv6 address
        valid = False
    if not valid:
        raise rule_error("web_server")
    return url
