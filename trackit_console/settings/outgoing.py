"""The outgoing account: Basic Authentication or Microsoft 365 with OAuth (OUT-01 to OUT-05)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, field_validator, model_validator

from trackit_console.domain.addresses import address_key
from trackit_console.settings.any_mailbox import PASSWORD_DESCRIPTION
from trackit_console.settings.certificates import CertificateCheck
from trackit_console.settings.field_types import HIDE_INPUT, AccountName, EmailAddress, Port, Secret, ServerName, Settings
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.oauth import OAuthApplication
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.validation import Finding, finding, rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP

Security = Literal["none", "ssl", "ssl_tls"]

SECURITY_LABELS: dict[str, str] = {
    "none": QT_TRANSLATE_NOOP("settings", "None"),
    "ssl": QT_TRANSLATE_NOOP("settings", "SSL"),
    "ssl_tls": QT_TRANSLATE_NOOP("settings", "SSL/TLS"),
}
SECURITY_PORTS: dict[str, int] = {"none": 25, "ssl": 465, "ssl_tls": 587}
AUTHENTICATION_LABELS: dict[str, str] = {
    "basic": QT_TRANSLATE_NOOP("settings", "Basic Authentication"),
    "microsoft365": QT_TRANSLATE_NOOP("settings", "Microsoft 365 with OAuth"),
}


class SendsFrom(Settings):
    """The fields of both types of outgoing accounts (OUT-04)."""

    from_address: EmailAddress = Field(
        title=QT_TRANSLATE_NOOP("settings", "From Address"),
        description=QT_TRANSLATE_NOOP("settings", "One of the addresses of the incoming mailboxes, so that replies come back."),
    )


class BasicOutgoing(SendsFrom, CertificateCheck):
    """Sends by SMTP (OUT-02). `ssl` is implicit TLS, `ssl_tls` is mandatory STARTTLS."""

    authentication: Literal["basic"] = "basic"
    smtp_server_name: ServerName = Field(
        title=QT_TRANSLATE_NOOP("settings", "SMTP Server Name"),
        description=QT_TRANSLATE_NOOP("settings", "The name alone, such as smtp.example.com: without a port."),
    )
    port: Annotated[Port, Presentation(default="by `security`")] = Field(
        title=QT_TRANSLATE_NOOP("settings", "Port"),
        description=QT_TRANSLATE_NOOP(
            "settings", "Usually 587 with SSL/TLS, 465 with SSL, 25 without. It follows the Security Type until you type one."
        ),
    )
    security: Annotated[Security, Presentation(choices=SECURITY_LABELS)] = Field(
        "ssl_tls",
        title=QT_TRANSLATE_NOOP("settings", "Security Type"),
        description=QT_TRANSLATE_NOOP(
            "settings",
            "SSL encrypts from the start; SSL/TLS connects in clear and then switches to encryption (STARTTLS); "
            "None is for servers in your own network.",
        ),
    )
    smtp_requires_authentication: bool = Field(
        True,
        title=QT_TRANSLATE_NOOP("settings", "SMTP requires authentication"),
        description=QT_TRANSLATE_NOOP("settings", "Tick it when the server wants a user name and a password."),
    )
    user_account_name: AccountName | None = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "User Account Name"),
        description=QT_TRANSLATE_NOOP("settings", "As the mail server knows it: often the whole email address."),
    )
    password: Secret | None = Field(None, title=QT_TRANSLATE_NOOP("settings", "Password"), description=PASSWORD_DESCRIPTION)

    @model_validator(mode="before")
    @classmethod
    def _port_follows_security(cls, values: Any) -> Any:
        if isinstance(values, dict) and values.get("port") is None:
            return {**values, "port": SECURITY_PORTS.get(str(values.get("security", "ssl_tls")), 587)}
        return values

    @model_validator(mode="after")
    def _account_when_required(self) -> Self:
        if self.smtp_requires_authentication and not self.user_account_name:
            raise rule_error("account_required", "user_account_name")
        return self

    @property
    def place(self) -> str:
        return f"{self.smtp_server_name}:{self.port}"


class Microsoft365Outgoing(SendsFrom, OAuthApplication, CertificateCheck):
    """Sends by Microsoft Graph (OUT-03). The certificate settings are for Graph; the sign-in server is always checked."""

    authentication: Literal["microsoft365"] = "microsoft365"

    @field_validator("validate_server_certificate", mode="before")
    @classmethod
    def _checked_unless_told(cls, value: Any) -> Any:
        """Accounts that were saved before this setting existed have none."""
        return True if value is None else value

    @property
    def place(self) -> str:
        return self.graph_url or self.cloud


Outgoing = Annotated[BasicOutgoing | Microsoft365Outgoing, Field(discriminator="authentication")]
outgoing_adapter: TypeAdapter[Outgoing] = TypeAdapter(Outgoing, config=HIDE_INPUT)


def check_from_address(outgoing: Outgoing, mailboxes: Iterable[Mailbox]) -> Finding | None:
    """Checks that the From Address belongs to an incoming mailbox; the finding lists the valid addresses (OUT-04)."""
    addresses = sorted({mailbox.address for mailbox in mailboxes if mailbox.address})
    if address_key(outgoing.from_address) in {address_key(each) for each in addresses}:
        return None
    if not addresses:
        return finding("from_address", "from_address_without_mailbox")
    return finding("from_address", "from_address", addresses=", ".join(addresses))
