"""Email Monitor Settings: schedule, post action, unknown senders, notifications (MON-01 to MON-06, MSG-03)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, Strict, model_validator

from trackit_console.settings.field_types import Count, Days, Megabytes, Minutes, RequiredText, Settings, WebAddress
from trackit_console.settings.post_action import POST_ACTION_LABELS, PostAction
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.validation import rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP


def _as_a_number(value: object) -> object:
    """Accepts numbers only: YAML's `yes` would become 1, and 1 deletes mail."""
    return value if type(value) in (int, PostAction) else ""


UnknownSenders = Literal["create_requestor", "no_requestor", "refuse"]
UNKNOWN_SENDER_LABELS: dict[str, str] = {
    "create_requestor": QT_TRANSLATE_NOOP("settings", "Create a requestor and a ticket"),
    "no_requestor": QT_TRANSLATE_NOOP("settings", "Create a ticket without a requestor"),
    "refuse": QT_TRANSLATE_NOOP("settings", "Refuse"),
}


ClosedTickets = Literal["reopen", "new_ticket"]
CLOSED_TICKET_LABELS: dict[str, str] = {
    "reopen": QT_TRANSLATE_NOOP("settings", "Reopen the ticket"),
    "new_ticket": QT_TRANSLATE_NOOP("settings", "Create a new ticket that refers to it"),
}
KeywordFromStrangers = Literal["accept", "new_ticket"]
KEYWORD_FROM_STRANGERS_LABELS: dict[str, str] = {
    "accept": QT_TRANSLATE_NOOP("settings", "Add it to the record, and say so in its history"),
    "new_ticket": QT_TRANSLATE_NOOP("settings", "Create a new ticket"),
}


class MonitorSettings(Settings):
    """Settings of the email monitor. Changes take effect when it is restarted (MON-05)."""

    poll_interval: Annotated[Minutes, Presentation(unit=QT_TRANSLATE_NOOP("settings", "minutes"))] = Field(
        5,
        title=QT_TRANSLATE_NOOP("settings", "Poll Interval"),
        description=QT_TRANSLATE_NOOP("settings", "How often each mailbox is checked for new mail."),
    )
    emails_to_process: Annotated[Count, Presentation(unit=QT_TRANSLATE_NOOP("settings", "per check"))] = Field(
        50,
        title=QT_TRANSLATE_NOOP("settings", "Emails to Process"),
        description=QT_TRANSLATE_NOOP("settings", "How many messages are taken from each mailbox at each check, at most."),
    )
    message_size_limit: Annotated[Megabytes, Presentation(unit=QT_TRANSLATE_NOOP("settings", "MB"))] = Field(
        100,
        title=QT_TRANSLATE_NOOP("settings", "Largest message"),
        description=QT_TRANSLATE_NOOP("settings", "A larger message is not downloaded. It is set aside, and the others go on."),
    )
    post_action: Annotated[PostAction, Strict(False), BeforeValidator(_as_a_number), Presentation(choices=POST_ACTION_LABELS)] = (
        Field(
            PostAction.MOVE,
            title=QT_TRANSLATE_NOOP("settings", "After a message is processed"),
            description=QT_TRANSLATE_NOOP(
                "settings",
                "What happens to the message on the mail server. POP3 knows neither read mail nor folders: there a message that is to "
                "be marked stays as it is, and one that is to be moved is deleted once it is kept in the database.",
            ),
        )
    )
    unknown_senders: Annotated[UnknownSenders, Presentation(choices=UNKNOWN_SENDER_LABELS)] = Field(
        "create_requestor",
        title=QT_TRANSLATE_NOOP("settings", "Mail from unknown senders"),
        description=QT_TRANSLATE_NOOP(
            "settings", "What happens when the sender is neither a technician nor a requestor. Refused mail is set aside."
        ),
    )
    closed_tickets: Annotated[ClosedTickets, Presentation(choices=CLOSED_TICKET_LABELS)] = Field(
        "reopen",
        title=QT_TRANSLATE_NOOP("settings", "Reply to a closed ticket"),
        description=QT_TRANSLATE_NOOP(
            "settings", "What happens when a person answers to a closed ticket. Automatic mail never reopens one."
        ),
    )
    keyword_from_strangers: Annotated[KeywordFromStrangers, Presentation(choices=KEYWORD_FROM_STRANGERS_LABELS)] = Field(
        "accept",
        title=QT_TRANSLATE_NOOP("settings", "Keyword from someone else"),
        description=QT_TRANSLATE_NOOP(
            "settings",
            "What happens to mail with the keyword of a record from a person who is neither its requestor nor a technician, and who "
            "was not on its mail before.",
        ),
    )
    reopen_days: Annotated[Days, Presentation(unit=QT_TRANSLATE_NOOP("settings", "days"))] = Field(
        14,
        title=QT_TRANSLATE_NOOP("settings", "Reopen a closed ticket within"),
        description=QT_TRANSLATE_NOOP("settings", "A reply to a ticket that was closed earlier than that becomes a new ticket."),
    )
    response_url: WebAddress | None = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "Response URL"),
        description=QT_TRANSLATE_NOOP("settings", "Where links for technicians lead, such as http://host:80/TrackIt."),
    )
    self_service_response_url: WebAddress | None = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "Self Service Response URL"),
        description=QT_TRANSLATE_NOOP("settings", "Where links for requestors lead, such as http://host:80/TrackIt/SelfService."),
    )
    email_event_logging: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Enable Email Event Logging on the Track-It! Server"),
        description=QT_TRANSLATE_NOOP("settings", "Writes what happens to each message to the log files."),
    )
    create_ticket_on_authentication_failure: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Create a ticket when email processing has stopped due to an authentication error"),
        description=QT_TRANSLATE_NOOP("settings", "Reports it in the help desk when a mailbox refuses its password."),
    )
    ticket_template: Annotated[RequiredText | None, Presentation(empty=QT_TRANSLATE_NOOP("settings", "None"))] = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "Select Ticket Template"),
        description=QT_TRANSLATE_NOOP("settings", "What that ticket begins with."),
    )

    @model_validator(mode="after")
    def _template_for_the_ticket(self) -> Self:
        if self.create_ticket_on_authentication_failure and not self.ticket_template:
            raise rule_error("template_required", "ticket_template")
        return self
