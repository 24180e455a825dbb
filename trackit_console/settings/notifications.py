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
from trackit_console.settings.notification_templates import (
    ASSIGNED,
    CLOSED,
    NEW_TICKET,
    NOTE_ADDED,
    PROCESSING_STOPPED,
    REOPENED,
    REQUESTOR_ANSWERED,
    TICKET_RECEIVED,
    NotificationTemplate,
)
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


def _notification(
    name: str,
    event: EventName,
    template: NotificationTemplate,
    recipients: Recipients,
    modules: tuple[RecordModule, ...] = ("Ticket",),
    caused_by: CausedBy = "anybody",
) -> Notification:
    return Notification(
        name=name,
        event=event,
        modules=list(modules),
        caused_by=caused_by,
        recipients=recipients,
        template=template.name,
    )


_REQUESTOR, _TECHNICIAN, _ALL = Recipients(requestor=True), Recipients(technician=True), Recipients(all_technicians=True)
DEFAULT_NOTIFICATIONS = (
    _notification("New ticket: confirm it to the requestor", "created", TICKET_RECEIVED, _REQUESTOR, caused_by="requestor"),
    _notification("New ticket: tell all technicians", "created", NEW_TICKET, _ALL),
    _notification("New record: tell its technician", "created", ASSIGNED, _TECHNICIAN, ("Ticket", "Assignment")),
    _notification("Assigned: tell the technician", "assigned", ASSIGNED, _TECHNICIAN, ("Ticket", "Assignment")),
    _notification("Note of a technician: tell the requestor", "note_added", NOTE_ADDED, _REQUESTOR, caused_by="technician"),
    _notification("Answer: tell the technician", "note_added", REQUESTOR_ANSWERED, _TECHNICIAN, caused_by="requestor"),
    _notification("Answer: tell all technicians", "note_added", REQUESTOR_ANSWERED, _ALL, caused_by="requestor"),
    _notification("Closed: tell the requestor", "closed", CLOSED, _REQUESTOR),
    _notification("Reopened: tell the technician", "reopened", REOPENED, _TECHNICIAN),
    _notification("Email processing has stopped: tell all technicians", "processing_stopped", PROCESSING_STOPPED, _ALL),
)
"""The notifications of a new database, all off. Their names are English: they are the admin's to change."""
