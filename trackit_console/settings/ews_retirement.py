"""EWS mailboxes on Microsoft's own hosts, where EWS ends (IN-16).

Exchange Online blocks EWS by default since 2026-10-01 and removes it on 2027-04-01 (learn.microsoft.com: deprecation of EWS in Exchange
Online). Exchange Server in a company's own network keeps it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import BaseModel

from trackit_console.settings.validation_rules import CONTEXT
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

_MICROSOFT_DOMAINS = (
    "office365.com",
    "outlook.office.com",
    "outlook.com",
    "office365.us",
    "partner.outlook.cn",
    "webmail.apps.mil",
)
EWS_ENDED = Phrase(
    CONTEXT,
    QT_TRANSLATE_NOOP(
        "settings",
        "Microsoft ended Exchange Web Services for Exchange Online in October 2026. Use Microsoft 365 with OAuth for this mailbox.",
    ),
)


def is_microsoft_host(url: str) -> bool:
    """Whether the service at `url` is Microsoft's, in any of its clouds."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:  # half an IPv6 address, while it is typed
        return False
    return any(host == domain or host.endswith(f".{domain}") for domain in _MICROSOFT_DOMAINS)


def ews_ended(mailbox: BaseModel) -> bool:
    """Whether `mailbox` is read by EWS from Exchange Online."""
    return is_microsoft_host(str(getattr(mailbox, "exchange_web_service_url", None) or ""))
