"""Where the clouds of Microsoft 365 are reached: sign-in, Graph and Exchange (IN-13).

Hosts from Microsoft's "National cloud deployments"; a token of one cloud is worth nothing in another.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from trackit_console.settings.oauth import OAuthFields


@dataclass(frozen=True, slots=True)
class Cloud:
    """Base addresses without a slash at the end; `exchange` is the resource that EWS, IMAP and SMTP tokens are for."""

    sign_in: str
    graph: str
    exchange: str


WORLDWIDE = Cloud("https://login.microsoftonline.com", "https://graph.microsoft.com", "https://outlook.office365.com")
CLOUDS = {
    "worldwide": WORLDWIDE,
    "us_gcc_high": Cloud("https://login.microsoftonline.us", "https://graph.microsoft.us", "https://outlook.office365.us"),
    "us_dod": Cloud("https://login.microsoftonline.us", "https://dod-graph.microsoft.us", "https://webmail.apps.mil"),
    "china": Cloud(
        "https://login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn", "https://partner.outlook.cn"
    ),
}


def cloud_of(app: OAuthFields, exchange_url: str | None = None) -> Cloud:
    """The cloud that `app` names; for **Other** the typed addresses, and Exchange at the host of `exchange_url`."""
    if app.cloud != "other":
        return CLOUDS[app.cloud]
    exchange = f"https://{urlsplit(exchange_url).netloc}" if exchange_url else WORLDWIDE.exchange
    return Cloud((app.sign_in_url or "").rstrip("/"), (app.graph_url or "").rstrip("/"), exchange)


def default_scope(resource: str) -> str:
    """The scope of all application permissions that an app has for `resource` (client credentials flow, v2.0)."""
    return f"{resource}/.default"
