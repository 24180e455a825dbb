"""The fields that incoming mailboxes of all types have (IN-01, IN-12)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from trackit_console.settings.field_types import EmailAddress, Minutes, RequiredText, Settings, Text
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.text_rules import is_address
from trackit_console.user_messages import QT_TRANSLATE_NOOP

PASSWORD_DESCRIPTION = QT_TRANSLATE_NOOP(
    "settings", "Typed twice. A stored password is never shown; leave both fields empty to keep it."
)


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
        description=QT_TRANSLATE_NOOP("settings", "The folder that is read. With POP3 it is always the Inbox."),
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
