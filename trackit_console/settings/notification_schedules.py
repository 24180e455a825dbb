"""Notification schedules: when recipients want no mail, or one mail instead of many."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from trackit_console.settings.field_types import EmailAddress, RequiredText, Settings
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.quiet_hours import QuietHours
from trackit_console.settings.schedules import Schedule
from trackit_console.settings.validation import rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP

Whose = Literal["technicians", "requestors", "addresses"]
WHOSE_LABELS: dict[str, str] = {
    "technicians": QT_TRANSLATE_NOOP("settings", "All technicians"),
    "requestors": QT_TRANSLATE_NOOP("settings", "All requestors"),
    "addresses": QT_TRANSLATE_NOOP("settings", "These addresses"),
}


def _off_in_yaml(value: object) -> object:
    """YAML 1.1 reads an unquoted off as false."""
    return "off" if value is False else value


Digest = Annotated[Literal["off", "hourly", "by_schedule"], BeforeValidator(_off_in_yaml)]
DIGEST_LABELS: dict[str, str] = {
    "off": QT_TRANSLATE_NOOP("settings", "Each by itself"),
    "hourly": QT_TRANSLATE_NOOP("settings", "Together, once an hour"),
    "by_schedule": QT_TRANSLATE_NOOP("settings", "Together, by schedule"),
}


class NotificationSchedule(Settings):
    """Holds notifications back for some recipients. The first enabled one that names a recipient counts."""

    name: RequiredText = Field(
        title=QT_TRANSLATE_NOOP("settings", "Name"), description=QT_TRANSLATE_NOOP("settings", "What it is called; unique.")
    )
    enabled: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Enabled"),
        description=QT_TRANSLATE_NOOP("settings", "Whether the schedule is in use."),
    )
    whose: Annotated[Whose, Presentation(choices=WHOSE_LABELS, restart=False)] = Field(
        "technicians",
        title=QT_TRANSLATE_NOOP("settings", "Recipients"),
        description=QT_TRANSLATE_NOOP("settings", "Whose mail is held back."),
    )
    addresses: list[EmailAddress] = Field(
        default_factory=list,
        title=QT_TRANSLATE_NOOP("settings", "Addresses"),
        description=QT_TRANSLATE_NOOP("settings", "The recipients, where it is not all technicians or all requestors."),
    )
    quiet_hours: QuietHours = Field(
        default_factory=QuietHours,
        title=QT_TRANSLATE_NOOP("settings", "Quiet Hours"),
        description=QT_TRANSLATE_NOOP("settings", "When nothing is sent. What is due then is sent when they end."),
    )
    digest: Annotated[Digest, Presentation(choices=DIGEST_LABELS, restart=False)] = Field(
        "off",
        title=QT_TRANSLATE_NOOP("settings", "Notifications are sent"),
        description=QT_TRANSLATE_NOOP("settings", "One mail for each event, or one that has them all."),
    )
    digest_schedule: Schedule = Field(
        default_factory=Schedule,
        title=QT_TRANSLATE_NOOP("settings", "Schedule"),
        description=QT_TRANSLATE_NOOP("settings", "When they are sent together."),
    )
    urgent_at_once: bool = Field(
        True,
        title=QT_TRANSLATE_NOOP("settings", "Send at once what is urgent"),
        description=QT_TRANSLATE_NOOP(
            "settings", "Notifications about records of the priority Urgent, and that email processing has stopped, do not wait."
        ),
    )

    @model_validator(mode="after")
    def _names_recipients(self) -> Self:
        if self.whose == "addresses" and not self.addresses:
            raise rule_error("required", "addresses")
        return self
