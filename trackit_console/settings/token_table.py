"""The tokens of notification templates: what each stands for and where it may stand (NOT-01).

How a template is read is in `tokens`; where the values come from is in `helpdesk.notifications.values`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trackit_console.user_messages import QT_TRANSLATE_NOOP


class TokenTopic(StrEnum):
    """What a notification has to be about for the token to have a value."""

    ALWAYS = "always"
    RECORD = "record"
    NOTE = "note"
    PROCESSING = "processing"


TOPIC_LABELS: dict[TokenTopic, str] = {
    TokenTopic.ALWAYS: QT_TRANSLATE_NOOP("settings", "Every notification"),
    TokenTopic.RECORD: QT_TRANSLATE_NOOP("settings", "Records"),
    TokenTopic.NOTE: QT_TRANSLATE_NOOP("settings", "Notes on records"),
    TokenTopic.PROCESSING: QT_TRANSLATE_NOOP("settings", "Email processing"),
}


@dataclass(frozen=True, slots=True)
class TokenDeclaration:
    """One token: `{name}` in a template. `sample` is its value in a preview.

    A token of another topic than the notification's has an empty value. One with `many_lines` cannot stand in a subject.
    """

    name: str
    title: str
    description: str
    topic: TokenTopic
    sample: str
    many_lines: bool = False


_DECLARED = (
    TokenDeclaration(
        "keyword",
        QT_TRANSLATE_NOOP("settings", "Keyword"),
        QT_TRANSLATE_NOOP("settings", "Names the record. In the subject, it brings replies back to the record."),
        TokenTopic.RECORD,
        "[Ticket - 12]",
    ),
    TokenDeclaration(
        "record",
        QT_TRANSLATE_NOOP("settings", "Record"),
        QT_TRANSLATE_NOOP("settings", "Module and number of the record."),
        TokenTopic.RECORD,
        "Ticket - 12",
    ),
    TokenDeclaration(
        "record_id",
        QT_TRANSLATE_NOOP("settings", "Number"),
        QT_TRANSLATE_NOOP("settings", "The number of the record alone."),
        TokenTopic.RECORD,
        "12",
    ),
    TokenDeclaration(
        "module",
        QT_TRANSLATE_NOOP("settings", "Module"),
        QT_TRANSLATE_NOOP("settings", "Ticket, Assignment, Requestor or Announcement."),
        TokenTopic.RECORD,
        "Ticket",
    ),
    TokenDeclaration(
        "subject",
        QT_TRANSLATE_NOOP("settings", "Subject"),
        QT_TRANSLATE_NOOP("settings", "The subject of the record."),
        TokenTopic.RECORD,
        "Printer on the second floor is offline",
    ),
    TokenDeclaration(
        "status",
        QT_TRANSLATE_NOOP("settings", "Status"),
        QT_TRANSLATE_NOOP("settings", "Open or Closed."),
        TokenTopic.RECORD,
        "Open",
    ),
    TokenDeclaration(
        "priority",
        QT_TRANSLATE_NOOP("settings", "Priority"),
        QT_TRANSLATE_NOOP("settings", "Low, Medium, High or Urgent."),
        TokenTopic.RECORD,
        "High",
    ),
    TokenDeclaration(
        "category",
        QT_TRANSLATE_NOOP("settings", "Category"),
        QT_TRANSLATE_NOOP("settings", "The category of the record; empty if it has none."),
        TokenTopic.RECORD,
        "Printers",
    ),
    TokenDeclaration(
        "due",
        QT_TRANSLATE_NOOP("settings", "Due"),
        QT_TRANSLATE_NOOP("settings", "When the record is due; empty if it has no due date."),
        TokenTopic.RECORD,
        "2026-11-27 17:00 (Europe/Berlin)",
    ),
    TokenDeclaration(
        "first_response_due",
        QT_TRANSLATE_NOOP("settings", "First response due"),
        QT_TRANSLATE_NOOP("settings", "When the service level wants the first response; empty if there is none."),
        TokenTopic.RECORD,
        "2026-11-26 16:00 (Europe/Berlin)",
    ),
    TokenDeclaration(
        "close_due",
        QT_TRANSLATE_NOOP("settings", "Closing due"),
        QT_TRANSLATE_NOOP("settings", "When the service level wants the record to be closed; empty if there is none."),
        TokenTopic.RECORD,
        "2026-11-27 17:00 (Europe/Berlin)",
    ),
    TokenDeclaration(
        "created",
        QT_TRANSLATE_NOOP("settings", "Created"),
        QT_TRANSLATE_NOOP("settings", "When the record was created."),
        TokenTopic.RECORD,
        "2026-11-26 14:05 (Europe/Berlin)",
    ),
    TokenDeclaration(
        "updated",
        QT_TRANSLATE_NOOP("settings", "Updated"),
        QT_TRANSLATE_NOOP("settings", "When the record was last changed."),
        TokenTopic.RECORD,
        "2026-11-26 14:20 (Europe/Berlin)",
    ),
    TokenDeclaration(
        "requestor_name",
        QT_TRANSLATE_NOOP("settings", "Requestor's name"),
        QT_TRANSLATE_NOOP("settings", "The name of the requestor, or the address if there is no name."),
        TokenTopic.RECORD,
        "Bo Lindqvist",
    ),
    TokenDeclaration(
        "requestor_email",
        QT_TRANSLATE_NOOP("settings", "Requestor's address"),
        QT_TRANSLATE_NOOP("settings", "The email address of the requestor."),
        TokenTopic.RECORD,
        "bo@example.com",
    ),
    TokenDeclaration(
        "technician_name",
        QT_TRANSLATE_NOOP("settings", "Technician's name"),
        QT_TRANSLATE_NOOP("settings", "The name of the technician who works on the record; empty if nobody does."),
        TokenTopic.RECORD,
        "Ada Byrne",
    ),
    TokenDeclaration(
        "technician_email",
        QT_TRANSLATE_NOOP("settings", "Technician's address"),
        QT_TRANSLATE_NOOP("settings", "The email address of the technician who works on the record."),
        TokenTopic.RECORD,
        "ada@example.com",
    ),
    TokenDeclaration(
        "note_text",
        QT_TRANSLATE_NOOP("settings", "Text of the note"),
        QT_TRANSLATE_NOOP("settings", "What was written, without the mail that it quotes."),
        TokenTopic.NOTE,
        "It prints again since this morning.\nThank you!",
        many_lines=True,
    ),
    TokenDeclaration(
        "note_author",
        QT_TRANSLATE_NOOP("settings", "Author of the note"),
        QT_TRANSLATE_NOOP("settings", "Who wrote the note."),
        TokenTopic.NOTE,
        "Bo Lindqvist",
    ),
    TokenDeclaration(
        "quoted_text",
        QT_TRANSLATE_NOOP("settings", "Quoted text of the note"),
        QT_TRANSLATE_NOOP("settings", "The mail that the note quotes."),
        TokenTopic.NOTE,
        "> Have you switched it off and on again?",
        many_lines=True,
    ),
    TokenDeclaration(
        "history",
        QT_TRANSLATE_NOOP("settings", "History"),
        QT_TRANSLATE_NOOP("settings", "The last notes of the record, the newest first. Requestors do not get private notes."),
        TokenTopic.RECORD,
        "2026-11-26 14:20 (Europe/Berlin), Bo Lindqvist:\nIt prints again since this morning.",
        many_lines=True,
    ),
    TokenDeclaration(
        "event",
        QT_TRANSLATE_NOOP("settings", "Event"),
        QT_TRANSLATE_NOOP("settings", "What happened, in words."),
        TokenTopic.ALWAYS,
        "A note was added.",
    ),
    TokenDeclaration(
        "reason",
        QT_TRANSLATE_NOOP("settings", "Reason"),
        QT_TRANSLATE_NOOP("settings", "Why it happened, in words; empty if there is nothing to say."),
        TokenTopic.ALWAYS,
        "The requestor answered by email.",
    ),
    TokenDeclaration(
        "rule",
        QT_TRANSLATE_NOOP("settings", "Rule"),
        QT_TRANSLATE_NOOP("settings", "The name of the rule that sends the notification."),
        TokenTopic.ALWAYS,
        "Tell the requestor about new notes",
    ),
    TokenDeclaration(
        "response_url",
        QT_TRANSLATE_NOOP("settings", "Response URL"),
        QT_TRANSLATE_NOOP("settings", "The link to the record for technicians: the Response URL of the monitor's settings."),
        TokenTopic.ALWAYS,
        "https://helpdesk.example.com/TrackIt?module=Ticket&id=12",
    ),
    TokenDeclaration(
        "self_service_response_url",
        QT_TRANSLATE_NOOP("settings", "Self Service Response URL"),
        QT_TRANSLATE_NOOP(
            "settings", "The link to the record for requestors: the Self Service Response URL of the monitor's settings."
        ),
        TokenTopic.ALWAYS,
        "https://helpdesk.example.com/TrackIt/SelfService?module=Ticket&id=12",
    ),
    TokenDeclaration(
        "mailbox",
        QT_TRANSLATE_NOOP("settings", "Mailbox"),
        QT_TRANSLATE_NOOP("settings", "The mailbox whose email processing has stopped or goes on."),
        TokenTopic.PROCESSING,
        "Support",
    ),
    TokenDeclaration(
        "error",
        QT_TRANSLATE_NOOP("settings", "Error"),
        QT_TRANSLATE_NOOP("settings", "Why email processing has stopped, and what to do."),
        TokenTopic.PROCESSING,
        "mail.example.com refused the password of support@example.com. Type the password again.",
    ),
    TokenDeclaration(
        "help_desk",
        QT_TRANSLATE_NOOP("settings", "Help desk"),
        QT_TRANSLATE_NOOP("settings", "The name that the help desk sends mail with."),
        TokenTopic.ALWAYS,
        "Contoso Help Desk",
    ),
    TokenDeclaration(
        "today",
        QT_TRANSLATE_NOOP("settings", "Today"),
        QT_TRANSLATE_NOOP("settings", "The date on which the notification is written."),
        TokenTopic.ALWAYS,
        "2026-11-26",
    ),
)
TOKENS: dict[str, TokenDeclaration] = {each.name: each for each in _DECLARED}
"""All tokens by name, in the order in which a list shows them."""
SAMPLE_VALUES: dict[str, str] = {each.name: each.sample for each in _DECLARED}
"""A value for every token: what a preview shows."""
