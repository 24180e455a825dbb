"""The service levels that an admin may begin with (NOT-04)."""

from __future__ import annotations

from trackit_console.settings.default_notification_templates import DUE_SOON, OVERDUE
from trackit_console.settings.people import Priority
from trackit_console.settings.reminders import Reminder
from trackit_console.settings.service_levels import ServiceLevel


def _level(name: Priority, first_response: int, closing: int) -> ServiceLevel:
    reminders = [
        Reminder(limit="first_response", when="after", minutes=0, template=OVERDUE.name),
        Reminder(limit="closing", when="before", minutes=closing // 4, template=DUE_SOON.name),
        Reminder(limit="closing", when="after", minutes=0, template=OVERDUE.name),
    ]
    return ServiceLevel(
        name=name, priorities=[name], first_response_minutes=first_response, closing_minutes=closing, reminders=reminders
    )


DEFAULT_SERVICE_LEVELS = (
    _level("Urgent", 30, 4 * 60),
    _level("High", 60, 8 * 60),
    _level("Medium", 4 * 60, 3 * 8 * 60),
    _level("Low", 8 * 60, 5 * 8 * 60),
)
"""What an admin may begin with: one for each priority, turned off. By days of eight business hours."""
