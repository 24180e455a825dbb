"""Mailboxes on an IMAP or POP3 server (IN-05, IN-09, IN-19)."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from trackit_console.settings.any_mailbox import PASSWORD_DESCRIPTION, AnyMailbox
from trackit_console.settings.certificates import CertificateCheck
from trackit_console.settings.field_types import AccountName, Port, Secret, ServerName
from trackit_console.settings.oauth import OAuthFields
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.text_rules import is_principal_name
from trackit_console.settings.validation import rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP

ImapAuthentication = Literal["password", "microsoft365"]
IMAP_AUTHENTICATION_LABELS: dict[str, str] = {
    "password": QT_TRANSLATE_NOOP("settings", "Password"),
    "microsoft365": QT_TRANSLATE_NOOP("settings", "Microsoft 365 with OAuth"),
}


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


class Imap(OAuthFields, ServerMailbox):
    """A mailbox on an IMAP server, with a password or, at Microsoft, with an app registration (XOAUTH2; IN-05, IN-19)."""

    type: Literal["imap"] = "imap"
    authentication: Annotated[ImapAuthentication, Presentation(choices=IMAP_AUTHENTICATION_LABELS)] = Field(
        "password",
        title=QT_TRANSLATE_NOOP("settings", "Authentication"),
        description=QT_TRANSLATE_NOOP(
            "settings", "A password, or for Exchange Online an app registration in Microsoft Entra (OAuth)."
        ),
    )

    @model_validator(mode="after")
    def _application_when_chosen(self) -> Self:
        if self.authentication == "microsoft365":
            for name in ("application_id", "directory_id"):
                if not getattr(self, name):
                    raise rule_error("required", name)
            if not is_principal_name(self.user_account_name):
                raise rule_error("principal_name", "user_account_name")
            if not (self.use_ssl or self.starttls):
                raise rule_error("oauth_in_clear", "use_ssl")
        return self


class Pop3(ServerMailbox):
    """A mailbox on a POP3 server (IN-05); it has no folders."""

    type: Literal["pop3"] = "pop3"


def default_port(mailbox_type: str, use_ssl: bool) -> int:
    """The port that goes with **Use SSL** until the user has typed one (IN-05)."""
    return {("imap", True): 993, ("imap", False): 143, ("pop3", True): 995}.get((mailbox_type, use_ssl), 110)
