"""Mailboxes of Exchange: Exchange Online by Microsoft Graph, Exchange by its web services (IN-02 to IN-04, IN-09)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from trackit_console.settings.any_mailbox import PASSWORD_DESCRIPTION, AnyMailbox
from trackit_console.settings.certificates import CertificateCheck
from trackit_console.settings.field_types import EwsUrl, PrincipalName, Secret, UserId
from trackit_console.settings.oauth import OAuthApplication
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class Microsoft365(OAuthApplication, CertificateCheck, AnyMailbox):
    """A mailbox of Exchange Online, read by Microsoft Graph (IN-02)."""

    type: Literal["microsoft365"] = "microsoft365"
    user_id: UserId = Field(
        title=QT_TRANSLATE_NOOP("settings", "User ID"),
        description=QT_TRANSLATE_NOOP(
            "settings", "The mailbox's address (userName@domain.com) or its object ID in Microsoft Entra."
        ),
    )

    @property
    def account(self) -> str:
        return self.user_id

    @property
    def place(self) -> str:
        return self.graph_url or self.cloud


class EwsMailbox(CertificateCheck, AnyMailbox):
    """The fields of both types of Exchange Web Services (IN-03, IN-04, IN-09)."""

    user_account_name: PrincipalName = Field(
        title=QT_TRANSLATE_NOOP("settings", "User Account Name"),
        description=QT_TRANSLATE_NOOP("settings", "The account in the form userName@domain.com."),
    )
    exchange_web_service_url: EwsUrl = Field(
        title=QT_TRANSLATE_NOOP("settings", "Exchange Web Service URL"),
        description=QT_TRANSLATE_NOOP(
            "settings", "The address of the service, in the form https://serverName/EWS/Exchange.asmx."
        ),
    )

    @property
    def account(self) -> str:
        return self.user_account_name

    @property
    def place(self) -> str:
        return self.exchange_web_service_url


class EwsOAuth(OAuthApplication, EwsMailbox):
    """An Exchange mailbox read by EWS with OAuth (IN-03)."""

    type: Literal["ews_oauth"] = "ews_oauth"


class EwsBasic(EwsMailbox):
    """An Exchange Server mailbox read by EWS with a password (IN-04)."""

    type: Literal["ews_basic"] = "ews_basic"
    password: Secret | None = Field(None, title=QT_TRANSLATE_NOOP("settings", "Password"), description=PASSWORD_DESCRIPTION)
