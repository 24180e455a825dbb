"""The actions of business rules that make or change linked records (NOT-03)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from trackit_console.settings.event_names import MODULE_LABELS
from trackit_console.settings.field_types import Settings, Text
from trackit_console.settings.people import PRIORITY_LABELS, Priority
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.rule_conditions import check_value
from trackit_console.settings.settable_fields import SettableField
from trackit_console.settings.text_rules import check_not_empty
from trackit_console.settings.tokens import TemplateLine, TemplateText
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class CreateLinkedRecord(Settings):
    """Creates a record that belongs to this one."""

    type: Literal["create_record"] = "create_record"
    module: Annotated[Literal["Ticket", "Assignment", "Announcement"], Presentation(choices=MODULE_LABELS, restart=False)] = (
        Field(
            "Assignment",
            title=QT_TRANSLATE_NOOP("settings", "Module"),
            description=QT_TRANSLATE_NOOP("settings", "What kind of record it is."),
        )
    )
    subject: Annotated[TemplateLine, AfterValidator(check_not_empty)] = Field(
        title=QT_TRANSLATE_NOOP("settings", "Subject"),
        description=QT_TRANSLATE_NOOP("settings", "Its subject; it may have the tokens of notification templates."),
    )
    text: TemplateText = Field(
        "",
        title=QT_TRANSLATE_NOOP("settings", "Text"),
        description=QT_TRANSLATE_NOOP("settings", "Its first note; it may have the tokens of notification templates."),
    )
    priority: Annotated[Priority, Presentation(choices=PRIORITY_LABELS, restart=False)] = Field(
        "Medium",
        title=QT_TRANSLATE_NOOP("settings", "Priority"),
        description=QT_TRANSLATE_NOOP("settings", "Its priority."),
    )
    technician: Annotated[Text, Presentation(empty=QT_TRANSLATE_NOOP("settings", "nobody"), restart=False)] = Field(
        "",
        title=QT_TRANSLATE_NOOP("settings", "Technician"),
        description=QT_TRANSLATE_NOOP("settings", "To whom it is assigned, by email address; empty for nobody."),
    )


class UpdateLinkedRecords(Settings):
    """Sets a field of the records that are linked with this one."""

    type: Literal["update_linked"] = "update_linked"
    module: Annotated[
        Literal["Ticket", "Assignment", "Announcement"] | None,
        Presentation(choices=MODULE_LABELS, empty=QT_TRANSLATE_NOOP("settings", "all modules"), restart=False),
    ] = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "Module"),
        description=QT_TRANSLATE_NOOP("settings", "Which of them."),
    )
    field: SettableField = Field(
        "status",
        title=QT_TRANSLATE_NOOP("settings", "Field"),
        description=QT_TRANSLATE_NOOP("settings", "The field that is set."),
    )
    value: Text = Field(
        "closed",
        title=QT_TRANSLATE_NOOP("settings", "Value"),
        description=QT_TRANSLATE_NOOP("settings", "What it is set to."),
    )

    @model_validator(mode="after")
    def _fits_the_field(self) -> Self:
        check_value(self.field, self.value)
        return self
