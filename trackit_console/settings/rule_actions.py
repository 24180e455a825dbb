"""The actions of business rules: what is done to a record, or because of it (NOT-03)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from trackit_console.settings.field_types import RequiredText, Settings, Text
from trackit_console.settings.linked_record_actions import CreateLinkedRecord, UpdateLinkedRecords
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.rule_conditions import check_value
from trackit_console.settings.settable_fields import SettableField
from trackit_console.settings.text_rules import check_not_empty
from trackit_console.settings.tokens import TemplateText
from trackit_console.settings.validation import rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP


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
