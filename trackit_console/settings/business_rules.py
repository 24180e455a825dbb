"""Business rules: conditions under which something is done on an event (NOT-03). `helpdesk.business_rules` judges them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trackit_console.settings.event_names import EVENT_LABELS, EVENTS_WITHOUT_RECORD, MODULE_LABELS, EventName, RecordModule
from trackit_console.settings.field_types import RequiredText, Settings
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.rule_actions import Action
from trackit_console.settings.rule_conditions import Condition
from trackit_console.settings.rule_delay import Delay
from trackit_console.settings.validation import rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP


def _created() -> list[EventName]:
    return ["created"]


def _tickets() -> list[RecordModule]:
    return ["Ticket"]


class BusinessRule(Settings):
    """What is done on events under conditions; inactive until an admin turns it on."""

    name: RequiredText = Field(
        title=QT_TRANSLATE_NOOP("settings", "Name"),
        description=QT_TRANSLATE_NOOP("settings", "What it is called in lists and in the history of records; unique."),
    )
    enabled: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Enabled"),
        description=QT_TRANSLATE_NOOP("settings", "Whether the rule is in use."),
    )
    events: Annotated[list[EventName], Presentation(choices=EVENT_LABELS, restart=False)] = Field(
        default_factory=_created,
        title=QT_TRANSLATE_NOOP("settings", "Events"),
        description=QT_TRANSLATE_NOOP("settings", "What has to happen for the rule to be judged."),
    )
    modules: Annotated[list[RecordModule], Presentation(choices=MODULE_LABELS, restart=False)] = Field(
        default_factory=_tickets,
        title=QT_TRANSLATE_NOOP("settings", "Modules"),
        description=QT_TRANSLATE_NOOP("settings", "The records that it is about."),
    )
    match: Annotated[
        Literal["all", "any"],
        Presentation(
            choices={
                "all": QT_TRANSLATE_NOOP("settings", "All conditions"),
                "any": QT_TRANSLATE_NOOP("settings", "Any condition"),
            },
            restart=False,
        ),
    ] = Field(
        "all",
        title=QT_TRANSLATE_NOOP("settings", "Must hold"),
        description=QT_TRANSLATE_NOOP("settings", "Whether all conditions have to hold, or one is enough."),
    )
    conditions: list[Condition] = Field(
        default_factory=list,
        title=QT_TRANSLATE_NOOP("settings", "Conditions"),
        description=QT_TRANSLATE_NOOP("settings", "What has to be so; without conditions it always is."),
    )
    delay: Delay | None = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "Delay"),
        description=QT_TRANSLATE_NOOP("settings", "Whether the actions wait for some time."),
    )
    actions: list[Action] = Field(
        default_factory=list,
        title=QT_TRANSLATE_NOOP("settings", "Actions"),
        description=QT_TRANSLATE_NOOP("settings", "What is done, in this order."),
    )
    stop_after: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Skip the rules behind it"),
        description=QT_TRANSLATE_NOOP("settings", "Where this rule acts, those behind it are not judged for the same event."),
    )

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if not self.events:
            raise rule_error("required", "events")
        if not self.modules and set(self.events) - EVENTS_WITHOUT_RECORD:
            raise rule_error("required", "modules")
        if not self.actions:
            raise rule_error("actions_required", "actions")
        return self
