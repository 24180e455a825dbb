"""Reports that are sent by email (NOT-02)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trackit_console.settings.field_types import EmailAddress, RequiredText, Settings
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.schedules import Schedule
from trackit_console.settings.validation import rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP

ReportKind = Literal["mail_activity", "open_tickets", "service_levels"]
REPORT_LABELS: dict[str, str] = {
    "mail_activity": QT_TRANSLATE_NOOP("settings", "Mail activity"),
    "open_tickets": QT_TRANSLATE_NOOP("settings", "Open tickets"),
    "service_levels": QT_TRANSLATE_NOOP("settings", "Service levels"),
}


class Report(Settings):
    """A report, its schedule, and who gets it. It is about the time since it was due before."""

    name: RequiredText = Field(
        title=QT_TRANSLATE_NOOP("settings", "Name"),
        description=QT_TRANSLATE_NOOP("settings", "The subject of the mail; unique."),
    )
    enabled: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Enabled"),
        description=QT_TRANSLATE_NOOP("settings", "Whether it is sent by schedule."),
    )
    kind: Annotated[ReportKind, Presentation(choices=REPORT_LABELS, restart=False)] = Field(
        "mail_activity",
        title=QT_TRANSLATE_NOOP("settings", "Report"),
        description=QT_TRANSLATE_NOOP("settings", "What it is about."),
    )
    schedule: Schedule = Field(
        default_factory=Schedule,
        title=QT_TRANSLATE_NOOP("settings", "Schedule"),
        description=QT_TRANSLATE_NOOP("settings", "When it is sent."),
    )
    recipients: list[EmailAddress] = Field(
        default_factory=list,
        title=QT_TRANSLATE_NOOP("settings", "Recipients"),
        description=QT_TRANSLATE_NOOP("settings", "The addresses that get it."),
    )
    attach_csv: bool = Field(
        True,
        title=QT_TRANSLATE_NOOP("settings", "Attach the data as CSV"),
        description=QT_TRANSLATE_NOOP("settings", "A file with all rows, for a spreadsheet."),
    )

    @model_validator(mode="after")
    def _has_recipients(self) -> Self:
        if not self.recipients:
            raise rule_error("required", "recipients")
        return self


def proposed_report(time_zone: str) -> Report:
    """What a first report could be: the mail of the week, on Monday morning. Who gets it is for an admin to say, so it is not valid yet."""
    schedule = Schedule(repeat="weekly", time_zone=time_zone)
    return Report.model_construct(name="Mail of the week", enabled=True, schedule=schedule)
