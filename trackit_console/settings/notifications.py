"""Notifications: which mail is sent on an event, and to whom (NOT-01). Its text is a `NotificationTemplate`."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from trackit_console.settings.event_names import (
    CAUSED_BY_LABELS,
    EVENT_LABELS,
    EVENTS_WITHOUT_RECORD,
    MODULE_LABELS,
    CausedBy,
    EventName,
    RecordModule,
)
from trackit_console.settings.field_types import RequiredText, Settings
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.validation import rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP


def _tickets() -> list[RecordModule]:
    return ["Ticket"]


class Notification(Settings):
    """A mail that is sent on an event; off until an admin turns it on."""

    name: RequiredText = Field(
        title=QT_TRANSLATE_NOOP("settings", "Name"),
        description=QT_TRANSLATE_NOOP("settings", "What it is called in lists and in the outgoing mail; unique."),
    )
    enabled: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Enabled"),
        description=QT_TRANSLATE_NOOP("settings", "Whether this mail is sent."),
    )
    event: Annotated[EventName, Presentation(choices=EVENT_LABELS, restart=False)] = Field(
        "created",
        title=QT_TRANSLATE_NOOP("settings", "Event"),
        description=QT_TRANSLATE_NOOP("settings", "What has to happen for this mail to be sent."),
    )
    modules: Annotated[list[RecordModule], Presentation(choices=MODULE_LABELS, restart=False)] = Field(
        default_factory=_tickets,
        title=QT_TRANSLATE_NOOP("settings", "Modules"),
        description=QT_TRANSLATE_NOOP("settings", "The records that it is about."),
    )
    caused_by: Annotated[CausedBy, Presentation(choices=CAUSED_BY_LABELS, restart=False)] = Field(
        "anybody",
        title=QT_TRANSLATE_NOOP("settings", "Caused by"),
        description=QT_TRANSLATE_NOOP("settings", "Who has to be behind the event."),
    )
    recipients: Recipients = Field(
        default_factory=Recipients,
        title=QT_TRANSLATE_NOOP("settings", "Recipients"),
        description=QT_TRANSLATE_NOOP(
            "settings", "Who gets it. Nobody is told of what they did themselves, but the requestor of mail that arrived."
        ),
    )
    template: RequiredText = Field(
        title=QT_TRANSLATE_NOOP("settings", "Template"),
        description=QT_TRANSLATE_NOOP("settings", "The notification template with its subject and text, by name."),
    )

    @model_validator(mode="after")
    def _has_recipients(self) -> Self:
        given = self.recipients
        if self.event in EVENTS_WITHOUT_RECORD:
            if not (given.all_technicians or given.addresses):
                raise rule_error("recipients_without_record", "recipients")
        elif given.nobody:
            raise rule_error("recipients_required", "recipients")
        if not self.modules and self.event not in EVENTS_WITHOUT_RECORD:
            raise rule_error("required", "modules")
        return self
