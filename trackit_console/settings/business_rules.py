"""Business rules: conditions under which something is done on an event (NOT-03). `helpdesk.business_rules` judges them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from trackit_console.settings.event_names import EVENT_LABELS, EVENTS_WITHOUT_RECORD, MODULE_LABELS, EventName, RecordModule
from trackit_console.settings.field_types import RequiredText, Settings, Text
from trackit_console.settings.limits import IntRange
from trackit_console.settings.people import PRIORITY_LABELS, Priority
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.text_rules import check_not_empty
from trackit_console.settings.tokens import TemplateLine, TemplateText
from trackit_console.settings.validation import rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP

ConditionField = Literal[
    "subject",
    "text",
    "status",
    "priority",
    "category",
    "source",
    "template",
    "requestor",
    "requestor_email",
    "technician",
    "sender",
    "sender_role",
    "changed_field",
    "mailbox",
]
CONDITION_LABELS: dict[str, str] = {
    "subject": QT_TRANSLATE_NOOP("settings", "Subject"),
    "text": QT_TRANSLATE_NOOP("settings", "Text of the note"),
    "status": QT_TRANSLATE_NOOP("settings", "Status"),
    "priority": QT_TRANSLATE_NOOP("settings", "Priority"),
    "category": QT_TRANSLATE_NOOP("settings", "Category"),
    "source": QT_TRANSLATE_NOOP("settings", "Ticket Source"),
    "template": QT_TRANSLATE_NOOP("settings", "Ticket Template"),
    "requestor": QT_TRANSLATE_NOOP("settings", "Requestor's name"),
    "requestor_email": QT_TRANSLATE_NOOP("settings", "Requestor's address"),
    "technician": QT_TRANSLATE_NOOP("settings", "Assigned technician"),
    "sender": QT_TRANSLATE_NOOP("settings", "Sender's address"),
    "sender_role": QT_TRANSLATE_NOOP("settings", "Sender is a"),
    "changed_field": QT_TRANSLATE_NOOP("settings", "Changed field"),
    "mailbox": QT_TRANSLATE_NOOP("settings", "Mailbox"),
}
Operator = Literal["is", "is_not", "contains", "does_not_contain", "begins_with", "ends_with", "is_empty", "is_not_empty"]
OPERATOR_LABELS: dict[str, str] = {
    "is": QT_TRANSLATE_NOOP("settings", "is"),
    "is_not": QT_TRANSLATE_NOOP("settings", "is not"),
    "contains": QT_TRANSLATE_NOOP("settings", "contains"),
    "does_not_contain": QT_TRANSLATE_NOOP("settings", "does not contain"),
    "begins_with": QT_TRANSLATE_NOOP("settings", "begins with"),
    "ends_with": QT_TRANSLATE_NOOP("settings", "ends with"),
    "is_empty": QT_TRANSLATE_NOOP("settings", "is empty"),
    "is_not_empty": QT_TRANSLATE_NOOP("settings", "is not empty"),
}
WITHOUT_VALUE: frozenset[str] = frozenset({"is_empty", "is_not_empty"})
STATUS_LABELS: dict[str, str] = {
    "open": QT_TRANSLATE_NOOP("settings", "Open"),
    "waiting": QT_TRANSLATE_NOOP("settings", "Waiting"),
    "closed": QT_TRANSLATE_NOOP("settings", "Closed"),
}
SENDER_ROLE_LABELS: dict[str, str] = {
    "technician": QT_TRANSLATE_NOOP("settings", "technician"),
    "requestor": QT_TRANSLATE_NOOP("settings", "requestor"),
    "unknown": QT_TRANSLATE_NOOP("settings", "unknown sender"),
}
SOURCE_LABELS: dict[str, str] = {
    "email": QT_TRANSLATE_NOOP("settings", "Email"),
    "email_monitor": QT_TRANSLATE_NOOP("settings", "System - Email Monitor"),
}
CHANGED_FIELD_LABELS: dict[str, str] = {
    "subject": QT_TRANSLATE_NOOP("settings", "Subject"),
    "status": QT_TRANSLATE_NOOP("settings", "Status"),
    "priority": QT_TRANSLATE_NOOP("settings", "Priority"),
    "category": QT_TRANSLATE_NOOP("settings", "Category"),
    "due_at": QT_TRANSLATE_NOOP("settings", "Due"),
    "expires_at": QT_TRANSLATE_NOOP("settings", "Expires"),
}
CONDITION_CHOICES: dict[str, dict[str, str]] = {
    "status": STATUS_LABELS,
    "priority": PRIORITY_LABELS,
    "source": SOURCE_LABELS,
    "sender_role": SENDER_ROLE_LABELS,
    "changed_field": CHANGED_FIELD_LABELS,
}
"""Fields with a fixed list of values; they are compared by **is** and **is not** alone."""


SettableField = Annotated[
    Literal["status", "priority", "category"],
    Presentation(choices={name: CONDITION_LABELS[name] for name in ("status", "priority", "category")}, restart=False),
]


def _check_value(field: str, value: str) -> None:
    """Refuses a value that the field cannot have."""
    choices = CONDITION_CHOICES.get(field)
    if choices and value not in choices:
        raise rule_error("not_a_choice", "value", choices=", ".join(choices))
    if not choices and not value:
        raise rule_error("required", "value")


class Condition(Settings):
    """One comparison; letter case aside."""

    field: Annotated[ConditionField, Presentation(choices=CONDITION_LABELS, restart=False)] = Field(
        "subject",
        title=QT_TRANSLATE_NOOP("settings", "Field"),
        description=QT_TRANSLATE_NOOP("settings", "What is compared."),
    )
    operator: Annotated[Operator, Presentation(choices=OPERATOR_LABELS, restart=False)] = Field(
        "contains",
        title=QT_TRANSLATE_NOOP("settings", "Comparison"),
        description=QT_TRANSLATE_NOOP("settings", "How it is compared. Letter case does not matter."),
    )
    value: Text = Field(
        "",
        title=QT_TRANSLATE_NOOP("settings", "Value"),
        description=QT_TRANSLATE_NOOP("settings", "What it is compared with."),
    )

    @model_validator(mode="after")
    def _fits_the_field(self) -> Self:
        if self.field in CONDITION_CHOICES and self.operator not in ("is", "is_not"):
            raise rule_error("not_a_choice", "operator", choices="is, is_not")
        if self.operator not in WITHOUT_VALUE:
            _check_value(self.field, self.value)
        return self


# ------------------------------------------------------------------ actions


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
        _check_value(self.field, self.value)
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
        _check_value(self.field, self.value)
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

# ------------------------------------------------------------------ delay

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


# ------------------------------------------------------------------ rule


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
