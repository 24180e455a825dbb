"""Service levels: how soon records are answered and closed (NOT-04). In business time (`business_hours`)."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from trackit_console.settings.event_names import MODULE_LABELS
from trackit_console.settings.field_types import RequiredText, Settings
from trackit_console.settings.limits import IntRange
from trackit_console.settings.people import PRIORITY_LABELS, Priority
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.reminders import MINUTES, Reminder
from trackit_console.settings.validation import rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP

LevelModule = Literal["Ticket", "Assignment", "Announcement"]
"""A requestor has nothing that could be due."""
LEVEL_MODULE_LABELS: dict[str, str] = {name: MODULE_LABELS[name] for name in get_args(LevelModule)}
LimitMinutes = Annotated[int, IntRange(1, 525_600)]


def _tickets() -> list[LevelModule]:
    return ["Ticket"]


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
        LimitMinutes | None, Presentation(unit=MINUTES, empty=QT_TRANSLATE_NOOP("settings", "no due time"), restart=False)
    ] = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "First response within"),
        description=QT_TRANSLATE_NOOP("settings", "Business time until a technician has answered."),
    )
    closing_minutes: Annotated[
        LimitMinutes | None, Presentation(unit=MINUTES, empty=QT_TRANSLATE_NOOP("settings", "no due time"), restart=False)
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
