"""Email Filters: rules for sender and subject, and whose mail is accepted (FIL-01 to FIL-04)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from trackit_console.settings.default_filter_rules import DEFAULT_SENDER_RULES, DEFAULT_SUBJECT_RULES
from trackit_console.settings.field_types import Settings
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.presentation import Presentation
from trackit_console.user_messages import QT_TRANSLATE_NOOP

AcceptFrom = Literal["everyone", "requestors", "technicians", "requestors_and_technicians"]

ACCEPT_FROM_LABELS: dict[str, str] = {
    "everyone": QT_TRANSLATE_NOOP("settings", "Do not filter (process everything)"),
    "requestors": QT_TRANSLATE_NOOP("settings", "Requestors"),
    "technicians": QT_TRANSLATE_NOOP("settings", "Technicians"),
    "requestors_and_technicians": QT_TRANSLATE_NOOP("settings", "Requestors and Technicians"),
}


class Filters(Settings):
    """Which senders and subjects are not processed; a new database has the documented rules (FIL-01, FIL-02)."""

    accept_from: Annotated[AcceptFrom, Presentation(choices=ACCEPT_FROM_LABELS)] = Field(
        "everyone",
        title=QT_TRANSLATE_NOOP("settings", "Filter Inbound email by only accepting email from existing"),
        description=QT_TRANSLATE_NOOP("settings", "Whose mail is accepted: everybody's, or only that of people who are known."),
    )
    sender: list[FilterRule] = Field(
        default_factory=lambda: list(DEFAULT_SENDER_RULES),
        title=QT_TRANSLATE_NOOP("settings", "Rules for Sender"),
        description=QT_TRANSLATE_NOOP("settings", "A message whose sender contains one of these texts is not processed."),
    )
    subject: list[FilterRule] = Field(
        default_factory=lambda: list(DEFAULT_SUBJECT_RULES),
        title=QT_TRANSLATE_NOOP("settings", "Rules for Subject"),
        description=QT_TRANSLATE_NOOP("settings", "A message whose subject contains one of these texts is not processed."),
    )
