"""Technicians, requestors and ticket templates: what mail is matched with, and what tickets begin with."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from trackit_console.settings.field_types import EmailAddress, RequiredText, Settings, Subject

Priority = Literal["Low", "Medium", "High", "Urgent"]


class Technician(Settings):
    """Someone who works on records; mail from `email` and `mapped_addresses` is in this person's context (MSG-05)."""

    name: RequiredText = Field(title="Name")
    email: EmailAddress = Field(title="Email Address")
    mapped_addresses: list[EmailAddress] = Field(default_factory=list, title="Mapped Addresses")

    @property
    def addresses(self) -> tuple[str, ...]:
        """All addresses of this person, letter case folded."""
        return tuple(dict.fromkeys(each.casefold() for each in (self.email, *self.mapped_addresses)))


class Requestor(Settings):
    """Someone who asks the help desk for something (MSG-03)."""

    name: RequiredText = Field(title="Name")
    email: EmailAddress = Field(title="Email Address")


class TicketTemplate(Settings):
    """A form template: what a new ticket begins with. An empty `subject` keeps that of the message."""

    name: RequiredText = Field(title="Name")
    subject: Subject = Field("", title="Subject")
    priority: Priority = Field("Medium", title="Priority")


DEFAULT_TEMPLATE = TicketTemplate(name="Default")
"""What a ticket gets when no template is chosen, or the chosen one is gone (MON-04)."""
