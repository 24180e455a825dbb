"""The incoming mailboxes: one model for each of the five types, and the rules between mailboxes (IN-01 to IN-19).

`tiles` lists the settings that a tile still misses; `transports` connects to mailboxes.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from trackit_console.settings.certificates import CertificateCheck
from trackit_console.settings.field_types import (
    HIDE_INPUT,
    AccountName,
    EmailAddress,
    EwsUrl,
    Minutes,
    Port,
    PrincipalName,
    RequiredText,
    Secret,
    ServerName,
    Settings,
    Text,
    UserId,
    is_address,
)
from trackit_console.settings.oauth import OAuthApplication
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.validation import rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP

PASSWORD_DESCRIPTION = QT_TRANSLATE_NOOP(
    "settings", "Typed twice. A stored password is never shown; leave both fields empty to keep it."
)


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
"""The types that this version can read. The others can be configured and saved, but not enabled."""


class AnyMailbox(Settings):
    """The fields of mailboxes of all types."""

    name: Annotated[Text, Presentation(more=True, restart=False)] = Field(
        "",
        title=QT_TRANSLATE_NOOP("settings", "Name"),
        description=QT_TRANSLATE_NOOP("settings", "Shown in lists. Leave it empty to use the address."),
    )
    enabled: bool = Field(
        True,
        title=QT_TRANSLATE_NOOP("settings", "Enable Mailbox"),
        description=QT_TRANSLATE_NOOP("settings", "Only enabled mailboxes are read. Saving an enabled mailbox tests it first."),
    )
    log_events: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Log Events"),
        description=QT_TRANSLATE_NOOP("settings", "Writes what happens in this mailbox to the log files."),
    )
    email_address: Annotated[EmailAddress | None, Presentation(more=True)] = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "Email Address"),
        description=QT_TRANSLATE_NOOP(
            "settings", "The address that people write to; test messages go there. Leave it empty when the account is an address."
        ),
    )
    folder: Annotated[RequiredText, Presentation(more=True)] = Field(
        "INBOX",
        title=QT_TRANSLATE_NOOP("settings", "Folder"),
        description=QT_TRANSLATE_NOOP("settings", "The folder that is read."),
    )
    poll_interval: Annotated[
        Minutes | None,
        Presentation(
            unit=QT_TRANSLATE_NOOP("settings", "minutes"),
            empty=QT_TRANSLATE_NOOP("settings", "As in Email Monitor Settings"),
            more=True,
        ),
    ] = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "Poll Interval"),
        description=QT_TRANSLATE_NOOP("settings", "How often this mailbox is checked, if not as often as the others."),
    )
    ticket_template: Annotated[RequiredText | None, Presentation(empty=QT_TRANSLATE_NOOP("settings", "Default"), more=True)] = (
        Field(
            None,
            title=QT_TRANSLATE_NOOP("settings", "Ticket Template"),
            description=QT_TRANSLATE_NOOP("settings", "What new tickets from this mailbox begin with."),
        )
    )

    @property
    def account(self) -> str:
        """The account name on the server."""
        raise TypeError(type(self).__name__)

    @property
    def place(self) -> str:
        """The server, as shown in lists."""
        raise TypeError(type(self).__name__)

    @property
    def address(self) -> str | None:
        """The address of this mailbox: the email address, or the account if it is an address."""
        return self.email_address or (self.account if is_address(self.account or "") else None)

    @property
    def title(self) -> str:
        """The name shown in lists (docs/interface.md: its default is the address)."""
        return self.name or self.address or self.account


class ServerMailbox(CertificateCheck, AnyMailbox):
    """The fields of IMAP and POP3 mailboxes (IN-05, IN-09, IN-19)."""

    server: ServerName = Field(
        title=QT_TRANSLATE_NOOP("settings", "Server (Name or IP)"),
        description=QT_TRANSLATE_NOOP(
            "settings", "The name alone, such as mail.example.com: without https:// and without a port."
        ),
    )
    port: Annotated[Port, Presentation(default="by `use_ssl`")] = Field(
        title=QT_TRANSLATE_NOOP("settings", "Port"),
        description=QT_TRANSLATE_NOOP(
            "settings",
            "Usually 993 for IMAP with SSL and 143 without, 995 and 110 for POP3. It follows Use SSL until you type one.",
        ),
    )
    use_ssl: bool = Field(
        True,
        title=QT_TRANSLATE_NOOP("settings", "Use SSL"),
        description=QT_TRANSLATE_NOOP("settings", "Encrypts the connection from the start (implicit TLS)."),
    )
    starttls: Annotated[bool, Presentation(more=True)] = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "STARTTLS"),
        description=QT_TRANSLATE_NOOP("settings", "Connects in clear and then switches to encryption. Only without Use SSL."),
    )
    user_account_name: AccountName = Field(
        title=QT_TRANSLATE_NOOP("settings", "User Account Name"),
        description=QT_TRANSLATE_NOOP(
            "settings",
            "As the mail server knows it: often the whole email address, sometimes DOMAIN\\userName, "
            "or userName@domain.com\\sharedMailbox for a shared mailbox.",
        ),
    )
    password: Secret | None = Field(None, title=QT_TRANSLATE_NOOP("settings", "Password"), description=PASSWORD_DESCRIPTION)

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


class Microsoft365(OAuthApplication, AnyMailbox):
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


Mailbox = Annotated[Microsoft365 | EwsOAuth | EwsBasic | Imap | Pop3, Field(discriminator="type")]
MAILBOX_MODELS: dict[MailboxType, type[AnyMailbox]] = {
    MailboxType.MICROSOFT365: Microsoft365,
    MailboxType.EWS_OAUTH: EwsOAuth,
    MailboxType.EWS_BASIC: EwsBasic,
    MailboxType.IMAP: Imap,
    MailboxType.POP3: Pop3,
}
mailbox_adapter: TypeAdapter[Mailbox] = TypeAdapter(Mailbox, config=HIDE_INPUT)
"""Validates a mailbox of any type from a dict of its fields; raises pydantic's ValidationError (see `validation.findings`)."""


def default_port(mailbox_type: str, use_ssl: bool) -> int:
    """The port that goes with **Use SSL** until the user has typed one (IN-05)."""
    return {("imap", True): 993, ("imap", False): 143, ("pop3", True): 995}.get((mailbox_type, use_ssl), 110)
