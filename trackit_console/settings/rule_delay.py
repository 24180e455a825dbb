"""The delay of the actions of a business rule (NOT-03)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from trackit_console.settings.field_types import Settings
from trackit_console.settings.limits import IntRange
from trackit_console.settings.presentation import Presentation
from trackit_console.user_messages import QT_TRANSLATE_NOOP

DelayUnit = Literal["minutes", "hours", "business_hours"]
DELAY_UNIT_LABELS: dict[str, str] = {
    "minutes": QT_TRANSLATE_NOOP("settings", "minutes"),
    "hours": QT_TRANSLATE_NOOP("settings", "hours"),
    "business_hours": QT_TRANSLATE_NOOP("settings", "business hours"),
}
Unless = Literal["nothing", "answered", "closed", "changed"]
UNLESS_LABELS: dict[str, str] = {
    "nothing": QT_TRANSLATE_NOOP("settings", "in any case"),
    "answered": QT_TRANSLATE_NOOP("settings", "unless a technician answered meanwhile"),
    "closed": QT_TRANSLATE_NOOP("settings", "unless the record was closed meanwhile"),
    "changed": QT_TRANSLATE_NOOP("settings", "unless anything happened to the record meanwhile"),
}


class Delay(Settings):
    """The actions wait; the conditions are judged again then."""

    amount: Annotated[int, IntRange(1, 9999)] = Field(
        4,
        title=QT_TRANSLATE_NOOP("settings", "After"),
        description=QT_TRANSLATE_NOOP("settings", "How long after the event the actions are done."),
    )
    unit: Annotated[DelayUnit, Presentation(choices=DELAY_UNIT_LABELS, restart=False)] = Field(
        "business_hours",
        title=QT_TRANSLATE_NOOP("settings", "Unit"),
        description=QT_TRANSLATE_NOOP("settings", "Business hours are those of the help desk."),
    )
    unless: Annotated[Unless, Presentation(choices=UNLESS_LABELS, restart=False)] = Field(
        "answered",
        title=QT_TRANSLATE_NOOP("settings", "Unless"),
        description=QT_TRANSLATE_NOOP("settings", "What makes the actions needless."),
    )
