"""Which email commands are turned on, by module and action, and who is trusted to check senders (MSG-06)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from trackit_console.settings.field_types import ServerName, Settings
from trackit_console.settings.presentation import Presentation
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class CommandSwitches(Settings):
    """The switches: the part `email_commands` of the configuration file."""

    create_ticket: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Create tickets"),
        description=QT_TRANSLATE_NOOP("settings", "Requestors may do this as well."),
    )
    update_ticket: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Update tickets"),
        description=QT_TRANSLATE_NOOP(
            "settings", "Change fields, assign, close and reopen. Requestors may close and reopen their own tickets."
        ),
    )
    delete_ticket: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Delete tickets"),
        description=QT_TRANSLATE_NOOP("settings", "A deleted ticket is gone with its notes. For technicians alone."),
    )
    create_assignment: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Create assignments"),
        description=QT_TRANSLATE_NOOP("settings", "For technicians alone."),
    )
    update_assignment: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Update assignments"),
        description=QT_TRANSLATE_NOOP(
            "settings", "Change fields, assign, close and reopen. Requestors may close and reopen their own assignments."
        ),
    )
    delete_assignment: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Delete assignments"),
        description=QT_TRANSLATE_NOOP("settings", "A deleted assignment is gone with its notes. For technicians alone."),
    )
    create_requestor: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Create requestors"),
        description=QT_TRANSLATE_NOOP("settings", "For technicians alone. New senders become requestors without a command."),
    )
    update_requestor: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Update requestors"),
        description=QT_TRANSLATE_NOOP("settings", "Change name and email address. For technicians alone."),
    )
    delete_requestor: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Delete requestors"),
        description=QT_TRANSLATE_NOOP("settings", "Tickets of a deleted requestor stay, without one. For technicians alone."),
    )
    create_announcement: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Create announcements"),
        description=QT_TRANSLATE_NOOP("settings", "For technicians alone."),
    )
    update_announcement: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Update announcements"),
        description=QT_TRANSLATE_NOOP("settings", "Change subject, text and expiry. For technicians alone."),
    )
    delete_announcement: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Delete announcements"),
        description=QT_TRANSLATE_NOOP("settings", "A deleted announcement is gone with its notes. For technicians alone."),
    )


class EmailCommands(CommandSwitches):
    """The switches and the trusted server, which are edited on one page and stored in one row."""

    trusted_server: Annotated[
        ServerName | None, Presentation(empty=QT_TRANSLATE_NOOP("settings", "None; commands that need the check are refused"))
    ] = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "Trusted server for sender checks"),
        description=QT_TRANSLATE_NOOP(
            "settings",
            "The name that your receiving mail server writes at the beginning of its Authentication-Results headers, such as "
            "mx.example.com. Anybody can write any address into From; this server tells whether it is genuine. For Exchange "
            "Online, which writes no name, enter protection.outlook.com.",
        ),
    )

    @property
    def lacks_trusted_server(self) -> bool:
        """Whether commands are turned on that are refused as long as no trusted server is named."""
        on = {name for name in CommandSwitches.model_fields if getattr(self, name)}
        # A ticket is created for anybody; everything else may take the word of the trusted server.
        return self.trusted_server is None and bool(on - {"create_ticket"})
