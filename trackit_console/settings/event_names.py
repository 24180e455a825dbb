"""The events on which notifications and business rules act, as admins choose them (NOT-01, NOT-03)."""

from __future__ import annotations

from typing import Literal

from trackit_console.user_messages import QT_TRANSLATE_NOOP

EventName = Literal[
    "created",
    "updated",
    "note_added",
    "assigned",
    "closed",
    "reopened",
    "email_received",
    "processing_stopped",
    "processing_resumed",
]
EVENT_LABELS: dict[str, str] = {
    "created": QT_TRANSLATE_NOOP("settings", "A record is created"),
    "updated": QT_TRANSLATE_NOOP("settings", "A record is changed"),
    "note_added": QT_TRANSLATE_NOOP("settings", "A note is added"),
    "assigned": QT_TRANSLATE_NOOP("settings", "A record is assigned"),
    "closed": QT_TRANSLATE_NOOP("settings", "A record is closed"),
    "reopened": QT_TRANSLATE_NOOP("settings", "A record is reopened"),
    "email_received": QT_TRANSLATE_NOOP("settings", "An email is received"),
    "processing_stopped": QT_TRANSLATE_NOOP("settings", "Email processing has stopped"),
    "processing_resumed": QT_TRANSLATE_NOOP("settings", "Email processing goes on again"),
}
RecordModule = Literal["Ticket", "Assignment", "Requestor", "Announcement"]
MODULE_LABELS: dict[str, str] = {
    "Ticket": QT_TRANSLATE_NOOP("settings", "Tickets"),
    "Assignment": QT_TRANSLATE_NOOP("settings", "Assignments"),
    "Requestor": QT_TRANSLATE_NOOP("settings", "Requestors"),
    "Announcement": QT_TRANSLATE_NOOP("settings", "Announcements"),
}
CausedBy = Literal["anybody", "requestor", "technician"]
CAUSED_BY_LABELS: dict[str, str] = {
    "anybody": QT_TRANSLATE_NOOP("settings", "Anybody"),
    "requestor": QT_TRANSLATE_NOOP("settings", "The requestor or somebody else outside"),
    "technician": QT_TRANSLATE_NOOP("settings", "A technician"),
}
EVENTS_WITHOUT_RECORD: frozenset[str] = frozenset({"processing_stopped", "processing_resumed"})
"""Events about a mailbox: they have neither a requestor nor an assigned technician."""
