"""The reminders of a service level: mail before or after a due time (NOT-04)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trackit_console.settings.field_types import RequiredText, Settings
from trackit_console.settings.limits import IntRange
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
ReminderMinutes = Annotated[int, IntRange(0, 525_600)]
MINUTES = QT_TRANSLATE_NOOP("settings", "minutes")
"""The unit of due times and of reminders."""


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
    minutes: Annotated[ReminderMinutes, Presentation(unit=MINUTES, restart=False)] = Field(
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
