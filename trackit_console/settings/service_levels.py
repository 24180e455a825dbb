"""Service levels: how soon records are answered and closed, and who is reminded (NOT-04). In business time (`business_hours`)."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from trackit_console.settings.event_names import MODULE_LABELS
from trackit_console.settings.field_types import RequiredText, Settings
from trackit_console.settings.limits import IntRange
from trackit_console.settings.notification_templates import DUE_SOON, OVERDUE
from trackit_console.settings.people import PRIORITY_LABELS, Priority
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.validation import rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP

LimitName = Literal["first_response", "closing"]
LIMIT_LABELS: dict[str, str] = {
    "first_response": QT_TRANSLATE_NOOP("settings", "First response"),
    "closing": QT_TRANSLATE_NOOP("settings", "Closing"),
}
BeforeOrAfter = Literal["before", "after"]
BEFORE_OR_AFTER_LABELS: dict[str, str] = {
    "before": QT_TRANSLATE_NOOP("settings", "Before it is due"),
    "after": QT_TRANSLATE_NOOP("settings", "After it was due"),
}
LevelModule = Literal["Ticket", "Assignment", "Announcement"]
"""A requestor has nothing that could be due."""
LEVEL_MODULE_LABELS: dict[str, str] = {name: MODULE_LABELS[name] for name in get_args(LevelModule)}
LimitMinutes = Annotated[int, IntRange(1, 525_600)]
ReminderMinutes = Annotated[int, IntRange(0, 525_600)]
_MINUTES = QT_TRANSLATE_NOOP("settings", "minutes")


def _tickets() -> list[LevelModule]:
    return ["Ticket"]


class Reminder(Settings):
    """A mail before or after a due time."""

    limit: Annotated[LimitName, Presentation(choices=LIMIT_LABELS, restart=False)] = Field(
        "closing",
        title=QT_TRANSLATE_NOOP("settings", "Due time"),
        description=QT_TRANSLATE_NOOP("settings", "The due time that it is about."),
    )
    when: Annotated[BeforeOrAfter, Presentation(choices=BEFORE_OR_AFTER_LABELS, restart=False)] = Field(
        "before",
        title=QT_TRANSLATE_NOOP("settings", "When"),
        description=QT_TRANSLATE_NOOP("settings", "Whether it is sent before the due time or after it."),
    )
    minutes: Annotated[ReminderMinutes, Presentation(unit=_MINUTES, restart=False)] = Field(
        60,
        title=QT_TRANSLATE_NOOP("settings", "Distance"),
        description=QT_TRANSLATE_NOOP("settings", "How long before or after the due time, in business time."),
    )
    recipients: Recipients = Field(
        default_factory=lambda: Recipients(technician=True),
        title=QT_TRANSLATE_NOOP("settings", "Recipients"),
        description=QT_TRANSLATE_NOOP("settings", "Who is reminded."),
    )
    template: RequiredText = Field(
        title=QT_TRANSLATE_NOOP("settings", "Template"),
        description=QT_TRANSLATE_NOOP("settings", "The notification template with its subject and text, by name."),
    )

    @model_validator(mode="after")
    def _has_recipients(self) -> Self:
        if self.recipients.nobody:
            raise rule_error("recipients_required", "recipients")
        return self


class ServiceLevel(Settings):
    """Due times for the records that it is about. A record has the first enabled one that fits it."""

    name: RequiredText = Field(
        title=QT_TRANSLATE_NOOP("settings", "Name"), description=QT_TRANSLATE_NOOP("settings", "Shown on the records; unique.")
    )
    enabled: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Enabled"),
        description=QT_TRANSLATE_NOOP("settings", "Whether new records get it."),
    )
    modules: Annotated[list[LevelModule], Presentation(choices=LEVEL_MODULE_LABELS, restart=False)] = Field(
        default_factory=_tickets,
        title=QT_TRANSLATE_NOOP("settings", "Modules"),
        description=QT_TRANSLATE_NOOP("settings", "The records that it is about."),
    )
    priorities: Annotated[list[Priority], Presentation(choices=PRIORITY_LABELS, restart=False)] = Field(
        default_factory=list,
        title=QT_TRANSLATE_NOOP("settings", "Priorities"),
        description=QT_TRANSLATE_NOOP("settings", "The priorities that it is about; none means all."),
    )
    first_response_minutes: Annotated[
        LimitMinutes | None, Presentation(unit=_MINUTES, empty=QT_TRANSLATE_NOOP("settings", "no due time"), restart=False)
    ] = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "First response within"),
        description=QT_TRANSLATE_NOOP("settings", "Business time until a technician has answered."),
    )
    closing_minutes: Annotated[
        LimitMinutes | None, Presentation(unit=_MINUTES, empty=QT_TRANSLATE_NOOP("settings", "no due time"), restart=False)
    ] = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "Closed within"),
        description=QT_TRANSLATE_NOOP("settings", "Business time until the record is closed."),
    )
    around_the_clock: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Around the clock"),
        description=QT_TRANSLATE_NOOP("settings", "Every hour counts, not only the business hours."),
    )
    pause_while_waiting: bool = Field(
        True,
        title=QT_TRANSLATE_NOOP("settings", "Pause while the record is waiting"),
        description=QT_TRANSLATE_NOOP("settings", "The time with the status Waiting does not count."),
    )
    reminders: list[Reminder] = Field(
        default_factory=list,
        title=QT_TRANSLATE_NOOP("settings", "Reminders"),
        description=QT_TRANSLATE_NOOP("settings", "Mails before and after the due times."),
    )

    @model_validator(mode="after")
    def _has_a_due_time(self) -> Self:
        if self.first_response_minutes is None and self.closing_minutes is None:
            raise rule_error("due_time_required", "first_response_minutes")
        if not self.modules:
            raise rule_error("required", "modules")
        for at, reminder in enumerate(self.reminders):
            limit = self.first_response_minutes if reminder.limit == "first_response" else self.closing_minutes
            if limit is None:
                raise rule_error("reminder_without_due_time", f"reminders.{at}.limit")
            if reminder.when == "before" and reminder.minutes >= limit:
                raise rule_error("reminder_too_early", f"reminders.{at}.minutes")
        return self


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
