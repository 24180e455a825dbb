"""Technicians, requestors and ticket templates."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from trackit_console.domain.addresses import address_key
from trackit_console.settings.field_types import EmailAddress, RequiredText, Settings, Subject
from trackit_console.settings.presentation import Presentation
from trackit_console.user_messages import QT_TRANSLATE_NOOP

NAME = QT_TRANSLATE_NOOP("settings", "Name")
EMAIL = QT_TRANSLATE_NOOP("settings", "Email Address")
Priority = Literal["Low", "Medium", "High", "Urgent"]
PRIORITY_LABELS: dict[str, str] = {
    "Low": QT_TRANSLATE_NOOP("settings", "Low"),
    "Medium": QT_TRANSLATE_NOOP("settings", "Medium"),
    "High": QT_TRANSLATE_NOOP("settings", "High"),
    "Urgent": QT_TRANSLATE_NOOP("settings", "Urgent"),
}


class Technician(Settings):
    """A person who works on records. Mail from `email` and `mapped_addresses` counts as theirs (MSG-05)."""

    name: RequiredText = Field(
        title=NAME, description=QT_TRANSLATE_NOOP("settings", "Shown on the records and notes of this person.")
    )
    email: EmailAddress = Field(title=EMAIL, description=QT_TRANSLATE_NOOP("settings", "Unique among technicians."))
    mapped_addresses: list[EmailAddress] = Field(
        default_factory=list,
        title=QT_TRANSLATE_NOOP("settings", "Mapped Addresses"),
        description=QT_TRANSLATE_NOOP(
            "settings", "Further addresses of this person: mail from them counts as this technician's."
        ),
    )

    @property
    def addresses(self) -> tuple[str, ...]:
        """The keys of all addresses of this person (`domain.addresses`)."""
        return tuple(dict.fromkeys(address_key(each) for each in (self.email, *self.mapped_addresses)))


class Requestor(Settings):
    """A person who writes to the help desk (MSG-03)."""

    name: RequiredText = Field(
        title=NAME, description=QT_TRANSLATE_NOOP("settings", "Shown on the records that this person reported.")
    )
    email: EmailAddress = Field(title=EMAIL, description=QT_TRANSLATE_NOOP("settings", "Unique among requestors."))


class TicketTemplate(Settings):
    """A template with the initial values of a ticket. An empty `subject` keeps that of the message."""

    name: RequiredText = Field(
        title=NAME, description=QT_TRANSLATE_NOOP("settings", "Mailboxes and the monitor name the template by it; unique.")
    )
    subject: Subject = Field(
        "",
        title=QT_TRANSLATE_NOOP("settings", "Subject"),
        description=QT_TRANSLATE_NOOP("settings", "The subject of the ticket; leave it empty to keep that of the message."),
    )
    priority: Annotated[Priority, Presentation(choices=PRIORITY_LABELS)] = Field(
        "Medium",
        title=QT_TRANSLATE_NOOP("settings", "Priority"),
        description=QT_TRANSLATE_NOOP("settings", "The priority that the ticket begins with."),
    )


DEFAULT_TEMPLATE = TicketTemplate(name="Default")
"""Used when no template is chosen, or the chosen one no longer exists (MON-04)."""
