"""Email Monitor Settings: schedule, what happens to processed mail, unknown senders, notices (MON-01 to MON-06, MSG-03)."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, Strict, model_validator

from trackit_console.settings.field_types import Count, Days, Megabytes, Minutes, RequiredText, Settings, WebAddress
from trackit_console.settings.validation import rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP

PROCESSED_FOLDER = "TrackItProcessedEmails"
POST_ACTION_PROPERTY = "featEmailProcessingPostAction"
"""The name of the row of `NAMSYSProperties` that holds the post action (MON-06)."""


class PostAction(IntEnum):
    """What happens to a message once it is processed (MON-06); the values are those of the database."""

    MARK_READ = 0
    DELETE = 1
    MOVE = 2


POST_ACTION_LABELS = {
    PostAction.MARK_READ: QT_TRANSLATE_NOOP("settings", "Mark it as read"),
    PostAction.DELETE: QT_TRANSLATE_NOOP("settings", "Delete it"),
    PostAction.MOVE: QT_TRANSLATE_NOOP("settings", "Move it to TrackItProcessedEmails"),
}


def _as_a_number(value: object) -> object:
    """Only a number chooses: `yes` would mean 1, and 1 deletes mail."""
    return value if type(value) in (int, PostAction) else ""


UnknownSenders = Literal["create_requestor", "no_requestor", "refuse"]
UNKNOWN_SENDER_LABELS: dict[str, str] = {
    "create_requestor": QT_TRANSLATE_NOOP("settings", "Create a requestor and a ticket"),
    "no_requestor": QT_TRANSLATE_NOOP("settings", "Create a ticket without a requestor"),
    "refuse": QT_TRANSLATE_NOOP("settings", "Refuse"),
}


class MonitorSettings(Settings):
    """How the email monitor works. Changes take effect when it is started again (MON-05)."""

    poll_interval: Minutes = Field(5, title="Poll Interval")
    emails_to_process: Count = Field(50, title="Emails to Process")
    post_action: Annotated[PostAction, Strict(False), BeforeValidator(_as_a_number)] = Field(
        PostAction.MOVE, title="After a message is processed"
    )
    unknown_senders: UnknownSenders = Field("create_requestor", title="Mail from unknown senders")
    reopen_days: Days = Field(14, title="Reopen a closed ticket within")
    message_size_limit: Megabytes = Field(100, title="Largest message")
    response_url: WebAddress | None = Field(None, title="Response URL")
    self_service_response_url: WebAddress | None = Field(None, title="Self Service Response URL")
    email_event_logging: bool = Field(False, title="Enable Email Event Logging on the Track-It! Server")
    create_ticket_on_authentication_failure: bool = Field(
        False, title="Create a ticket when email processing has stopped due to an authentication error"
    )
    ticket_template: RequiredText | None = Field(None, title="Select Ticket Template")

    @model_validator(mode="after")
    def _template_for_the_ticket(self) -> Self:
        if self.create_ticket_on_authentication_failure and not self.ticket_template:
            raise rule_error("template_required", "ticket_template")
        return self
