"""Sign-in with a password at Microsoft's SMTP servers, which is ending (OUT-02).

Exchange Online turns SMTP AUTH with basic authentication off at the end of December 2026; administrators may turn it on
again. Organizations that come in 2027 do not have it, and Microsoft will name the last day in the second half of 2027 (Exchange
Team: "Updated Exchange Online SMTP AUTH Basic Authentication Deprecation Timeline", 2026-01-27).
"""

from __future__ import annotations

from pydantic import BaseModel

from trackit_console.settings.ews_retirement import is_microsoft_host
from trackit_console.settings.oauth import Cloud
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.settings.validation_rules import CONTEXT
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

SMTP_PASSWORD_ENDS = Phrase(
    CONTEXT,
    QT_TRANSLATE_NOOP(
        "settings",
        "Exchange Online is ending sign-in with a password for SMTP: at the end of December 2026 it is turned off, unless an "
        "administrator of your organization turns it on again. Use Microsoft 365 with OAuth to go on sending.",
    ),
)
_CLOUDS: tuple[tuple[str, Cloud], ...] = (
    ("office365.us", "us_gcc_high"),
    ("apps.mil", "us_dod"),
    ("partner.outlook.cn", "china"),
)


def is_microsoft_server(server: str) -> bool:
    """Whether the SMTP server is Microsoft's, in any of its clouds."""
    return is_microsoft_host(f"smtp://{server.strip()}")


def smtp_password_ends(account: BaseModel) -> bool:
    """Whether `account` signs in at Microsoft's SMTP server with a password."""
    if not isinstance(account, BasicOutgoing):
        return False
    return account.smtp_requires_authentication and is_microsoft_server(account.smtp_server_name)


def cloud_of_server(server: str) -> Cloud:
    """The cloud of Microsoft that the SMTP server belongs to."""
    host = server.strip().rstrip(".").casefold()
    return next((cloud for domain, cloud in _CLOUDS if host.endswith(f".{domain}")), "worldwide")
