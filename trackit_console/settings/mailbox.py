"""The incoming mailboxes: one model for each of the five types, and what must hold between mailboxes (IN-01 to IN-19).

What keeps the tile red is in `tiles`; how a mailbox is reached is in `transports`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from trackit_console.settings.field_types import (
    HIDE_INPUT,
    AccountName,
    EmailAddress,
    EwsUrl,
    FilePath,
    Fingerprint,
    Guid,
    Minutes,
    Port,
    RequiredText,
    Secret,
    SecureWebAddress,
    ServerName,
    Settings,
    Text,
    UserId,
    is_address,
)
from trackit_console.settings.validation import Finding, finding, rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP

Cloud = Literal["worldwide", "us_gcc_high", "us_dod", "china", "other"]


class MailboxType(StrEnum):
    """The types in the order of the **Mailbox Type** list (IN-01)."""

    MICROSOFT365 = "microsoft365"
    EWS_OAUTH = "ews_oauth"
    EWS_BASIC = "ews_basic"
    IMAP = "imap"
    POP3 = "pop3"


TYPE_LABELS = {
    MailboxType.MICROSOFT365: QT_TRANSLATE_NOOP("settings", "Microsoft 365 with OAuth"),
    MailboxType.EWS_OAUTH: QT_TRANSLATE_NOOP("settings", "Exchange Web Services with OAuth"),
    MailboxType.EWS_BASIC: QT_TRANSLATE_NOOP("settings", "Exchange Web Service with Basic Authentication"),
    MailboxType.IMAP: QT_TRANSLATE_NOOP("settings", "IMAP"),
    MailboxType.POP3: QT_TRANSLATE_NOOP("settings", "POP3"),
}

WORKING_TYPES = frozenset({MailboxType.IMAP})
"""The types that this version can read; the others can be chosen and kept, and say that they are not yet there."""


class AnyMailbox(Settings):
    """What mailboxes of all types have."""

    name: Text = Field("", title="Name")
    enabled: bool = Field(True, title="Enable Mailbox")
    log_events: bool = Field(False, title="Log Events")
    email_address: EmailAddress | None = Field(None, title="Email Address")
    folder: RequiredText = Field("INBOX", title="Folder")
    poll_interval: Minutes | None = Field(None, title="Poll Interval")
    ticket_template: RequiredText | None = Field(None, title="Ticket Template")

    @property
    def account(self) -> str:
        """The account as the server knows it."""
        raise TypeError(type(self).__name__)

    @property
    def place(self) -> str:
        """The server that is asked, as shown in lists."""
        raise TypeError(type(self).__name__)

    @property
    def address(self) -> str | None:
        """Where mail to this mailbox is sent: the email address, else the account when it is one."""
        return self.email_address or (self.account if is_address(self.account) else None)

    @property
    def title(self) -> str:
        """The name shown in lists (docs/interface.md: its default is the address)."""
        return self.name or self.address or self.account


class ServerMailbox(AnyMailbox):
    """What IMAP and POP3 mailboxes have (IN-05, IN-09, IN-19)."""

    server: ServerName = Field(title="Server (Name or IP)")
    port: Port = Field(title="Port")
    use_ssl: bool = Field(True, title="Use SSL")
    starttls: bool = Field(False, title="STARTTLS")
    user_account_name: AccountName = Field(title="User Account Name")
    password: Secret | None = Field(None, title="Password")
    validate_server_certificate: bool = Field(True, title="Validate Server Certificate")
    ca_file: FilePath | None = Field(None, title="Certificate Authority File")
    pinned_certificate: Fingerprint | None = Field(None, title="Pinned Certificate")

    @model_validator(mode="before")
    @classmethod
    def _port_follows_use_ssl(cls, values: Any) -> Any:
        if isinstance(values, dict) and values.get("port") is None:
            return {**values, "port": default_port(cls.model_fields["type"].default, values.get("use_ssl") is not False)}
        return values

    @model_validator(mode="after")
    def _starttls_without_ssl(self) -> Self:
        if self.starttls and self.use_ssl:
            raise rule_error("starttls_with_ssl", "starttls")
        return self

    @property
    def account(self) -> str:
        return self.user_account_name

    @property
    def place(self) -> str:
        return f"{self.server}:{self.port}"


class Imap(ServerMailbox):
    """A mailbox on an IMAP server (IN-05)."""

    type: Literal["imap"] = "imap"


class Pop3(ServerMailbox):
    """A mailbox on a POP3 server (IN-05); it has no folders."""

    type: Literal["pop3"] = "pop3"


class OAuthApplication(Settings):
    """An application registered in Microsoft Entra, by client secret or by certificate (IN-02, IN-13, IN-17)."""

    application_id: Guid = Field(title="Application (Client) ID")
    client_secret: Secret | None = Field(None, title="Client Secret")
    certificate_file: FilePath | None = Field(None, title="Certificate File")
    certificate_password: Secret | None = Field(None, title="Certificate Password")
    directory_id: Guid = Field(title="Directory (Tenant) ID")
    cloud: Cloud = Field("worldwide", title="Cloud")
    sign_in_url: SecureWebAddress | None = Field(None, title="Sign-in Address")
    graph_url: SecureWebAddress | None = Field(None, title="Graph Address")
    secret_expires: date | None = Field(None, title="Secret Expires")

    @model_validator(mode="after")
    def _one_credential_and_complete_cloud(self) -> Self:
        if self.client_secret and self.certificate_file:
            raise rule_error("secret_or_certificate", "certificate_file")
        if self.cloud == "other" and not (self.sign_in_url and self.graph_url):
            raise rule_error("cloud_addresses", "sign_in_url")
        return self


class Microsoft365(OAuthApplication, AnyMailbox):
    """A mailbox of Exchange Online, read by Microsoft Graph (IN-02)."""

    type: Literal["microsoft365"] = "microsoft365"
    user_id: UserId = Field(title="User ID")

    @property
    def account(self) -> str:
        return self.user_id

    @property
    def place(self) -> str:
        return self.graph_url or self.cloud


class EwsMailbox(AnyMailbox):
    """What both types of Exchange Web Services have (IN-03, IN-04, IN-09)."""

    user_account_name: EmailAddress = Field(title="User Account Name")
    exchange_web_service_url: EwsUrl = Field(title="Exchange Web Service URL")
    validate_server_certificate: bool = Field(True, title="Validate Server Certificate")
    ca_file: FilePath | None = Field(None, title="Certificate Authority File")
    pinned_certificate: Fingerprint | None = Field(None, title="Pinned Certificate")

    @property
    def account(self) -> str:
        return self.user_account_name

    @property
    def place(self) -> str:
        return self.exchange_web_service_url


class EwsOAuth(OAuthApplication, EwsMailbox):
    """An Exchange mailbox by EWS, signed in by OAuth (IN-03)."""

    type: Literal["ews_oauth"] = "ews_oauth"


class EwsBasic(EwsMailbox):
    """An Exchange Server mailbox by EWS, signed in by password (IN-04)."""

    type: Literal["ews_basic"] = "ews_basic"
    password: Secret | None = Field(None, title="Password")


Mailbox = Annotated[Microsoft365 | EwsOAuth | EwsBasic | Imap | Pop3, Field(discriminator="type")]
MAILBOX_MODELS: dict[MailboxType, type[AnyMailbox]] = {
    MailboxType.MICROSOFT365: Microsoft365,
    MailboxType.EWS_OAUTH: EwsOAuth,
    MailboxType.EWS_BASIC: EwsBasic,
    MailboxType.IMAP: Imap,
    MailboxType.POP3: Pop3,
}
mailbox_adapter: TypeAdapter[Mailbox] = TypeAdapter(Mailbox, config=HIDE_INPUT)
"""Validates a mailbox of any type from a dict of its fields; raises pydantic's ValidationError (see `rules.findings`)."""


def default_port(mailbox_type: str, use_ssl: bool) -> int:
    """The port that goes with **Use SSL** until the user has typed one (IN-05)."""
    return {("imap", True): 993, ("imap", False): 143, ("pop3", True): 995}.get((mailbox_type, use_ssl), 110)


def credential_missing(mailbox: Mailbox) -> bool:
    """Whether the mailbox cannot sign in because its password, secret or certificate is not stored."""
    if isinstance(mailbox, OAuthApplication):
        return mailbox.client_secret is None and mailbox.certificate_file is None
    return mailbox.password is None


def check_password(password: str, again: str, *, stored: bool, required: bool) -> Finding | None:
    """What is wrong with **Password** and **Confirm Password** as typed; both empty keeps a stored one (IN-07, IN-12)."""
    if password != again:
        return finding("confirm_password", "passwords_differ")
    if required and not password and not stored:
        return finding("password", "password_required")
    return None


def check_among(mailbox: Mailbox, others: Iterable[Mailbox]) -> list[Finding]:
    """What keeps `mailbox` from standing beside `others`: same account on the same server, or same name (IN-07)."""
    found = []
    for other in others:
        if _identity(mailbox) == _identity(other):
            found.append(finding(_account_field(mailbox), "account_taken", other=other.title))
        elif mailbox.title.casefold() == other.title.casefold():
            found.append(finding("name", "name_taken"))
    return found


def _identity(mailbox: Mailbox) -> tuple[str, ...]:
    """Account, server and folder, however written; IMAP and POP3 of one server are one account."""
    if isinstance(mailbox, ServerMailbox):
        return ("server", mailbox.server.casefold().rstrip("."), mailbox.account.casefold(), mailbox.folder.casefold())
    return ("exchange", mailbox.account.casefold(), mailbox.folder.casefold())


def _account_field(mailbox: Mailbox) -> str:
    return "user_id" if isinstance(mailbox, Microsoft365) else "user_account_name"
