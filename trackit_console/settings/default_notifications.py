"""The notifications that come with the product (NOT-01)."""

from __future__ import annotations

from trackit_console.settings.default_notification_templates import (
    ASSIGNED,
    CLOSED,
    NEW_TICKET,
    NOTE_ADDED,
    PROCESSING_STOPPED,
    REOPENED,
    REQUESTOR_ANSWERED,
    TICKET_RECEIVED,
)
from trackit_console.settings.event_names import CausedBy, EventName, RecordModule
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.settings.recipients import Recipients


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
