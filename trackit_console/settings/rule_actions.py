"""The actions of business rules: what is done to a record, or because of it (NOT-03)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from trackit_console.settings.event_names import MODULE_LABELS
from trackit_console.settings.field_types import RequiredText, Settings, Text
from trackit_console.settings.people import PRIORITY_LABELS, Priority
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.rule_conditions import CONDITION_LABELS, check_value
from trackit_console.settings.text_rules import check_not_empty
from trackit_console.settings.tokens import TemplateLine, TemplateText
from trackit_console.settings.validation import rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP

SettableField = Annotated[
    Literal["status", "priority", "category"],
    Presentation(choices={name: CONDITION_LABELS[name] for name in ("status", "priority", "category")}, restart=False),
]


class SendNotification(Settings):
    """Sends a mail by a notification template."""

    type: Literal["send_notification"] = "send_notification"
    template: RequiredText = Field(
        title=QT_TRANSLATE_NOOP("settings", "Template"),
        description=QT_TRANSLATE_NOOP("settings", "The notification template with its subject and text, by name."),
    )
    recipients: Recipients = Field(
        default_factory=Recipients,
        title=QT_TRANSLATE_NOOP("settings", "Recipients"),
        description=QT_TRANSLATE_NOOP("settings", "Who gets it. Nobody is told of what they did themselves."),
    )

    @model_validator(mode="after")
    def _has_recipients(self) -> Self:
        if self.recipients.nobody:
            raise rule_error("recipients_required", "recipients")
        return self


class SetField(Settings):
    """Sets a field of the record."""

    type: Literal["set_field"] = "set_field"
    field: SettableField = Field(
        "priority",
        title=QT_TRANSLATE_NOOP("settings", "Field"),
        description=QT_TRANSLATE_NOOP("settings", "The field that is set."),
    )
    value: Text = Field(
        "",
        title=QT_TRANSLATE_NOOP("settings", "Value"),
        description=QT_TRANSLATE_NOOP("settings", "What it is set to."),
    )

    @model_validator(mode="after")
    def _fits_the_field(self) -> Self:
        check_value(self.field, self.value)
        return self


class AssignTo(Settings):
    """Assigns the record."""

    type: Literal["assign"] = "assign"
    technician: Annotated[Text, Presentation(empty=QT_TRANSLATE_NOOP("settings", "nobody"), restart=False)] = Field(
        "",
        title=QT_TRANSLATE_NOOP("settings", "Technician"),
        description=QT_TRANSLATE_NOOP("settings", "The technician by email address; empty for nobody."),
    )


class AddNoteToRecord(Settings):
    """Adds a note to the record."""

    type: Literal["add_note"] = "add_note"
    text: Annotated[TemplateText, AfterValidator(check_not_empty)] = Field(
        title=QT_TRANSLATE_NOOP("settings", "Text"),
        description=QT_TRANSLATE_NOOP("settings", "The note; it may have the tokens of notification templates."),
    )
    private: bool = Field(
        True,
        title=QT_TRANSLATE_NOOP("settings", "For technicians alone"),
        description=QT_TRANSLATE_NOOP("settings", "The note is not shown to requestors."),
    )


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


Action = Annotated[
    SendNotification | SetField | AssignTo | AddNoteToRecord | CreateLinkedRecord | UpdateLinkedRecords,
    Field(discriminator="type"),
]
ACTION_LABELS: dict[str, str] = {
    "send_notification": QT_TRANSLATE_NOOP("settings", "Send a notification"),
    "set_field": QT_TRANSLATE_NOOP("settings", "Set a field"),
    "assign": QT_TRANSLATE_NOOP("settings", "Assign the record"),
    "add_note": QT_TRANSLATE_NOOP("settings", "Add a note"),
    "create_record": QT_TRANSLATE_NOOP("settings", "Create a linked record"),
    "update_linked": QT_TRANSLATE_NOOP("settings", "Update the linked records"),
}
