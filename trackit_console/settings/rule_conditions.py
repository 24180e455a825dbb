"""The conditions of business rules: what is compared, how, and with what (NOT-03)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trackit_console.settings.field_types import Settings, Text
from trackit_console.settings.people import PRIORITY_LABELS
from trackit_console.settings.presentation import Presentation
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


def check_value(field: str, value: str) -> None:
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
            check_value(self.field, self.value)
        return self
