"""Loop protection: what becomes of automatic mail, and when nothing is answered any more (MSG-08)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from trackit_console.settings.field_types import Count, Settings
from trackit_console.settings.presentation import Presentation
from trackit_console.user_messages import QT_TRANSLATE_NOOP

AutomaticMail = Literal["activity", "ticket_for_notifications", "ticket"]
AUTOMATIC_MAIL_LABELS: dict[str, str] = {
    "activity": QT_TRANSLATE_NOOP("settings", "Only a line in the activity"),
    "ticket_for_notifications": QT_TRANSLATE_NOOP("settings", "A ticket for alerts and other notifications of programs"),
    "ticket": QT_TRANSLATE_NOOP("settings", "A ticket for all of it"),
}
_PER_HOUR = QT_TRANSLATE_NOOP("settings", "an hour")


class LoopProtection(Settings):
    """Mail beyond these limits is taken like any other; only answers to it are held back."""

    automatic_mail: Annotated[AutomaticMail, Presentation(choices=AUTOMATIC_MAIL_LABELS)] = Field(
        "activity",
        title=QT_TRANSLATE_NOOP("settings", "Automatic mail that belongs to no record"),
        description=QT_TRANSLATE_NOOP(
            "settings",
            "What becomes of absence notes and of other mail that a program wrote. Choose tickets if a monitoring system reports to "
            "this help desk by email. On a record, such mail is always a note.",
        ),
    )
    answers_per_sender: Annotated[Count, Presentation(unit=_PER_HOUR)] = Field(
        20,
        title=QT_TRANSLATE_NOOP("settings", "Messages of one sender"),
        description=QT_TRANSLATE_NOOP("settings", "Further messages of the sender are taken, but not answered."),
    )
    answers_per_record: Annotated[Count, Presentation(unit=_PER_HOUR)] = Field(
        5,
        title=QT_TRANSLATE_NOOP("settings", "Messages of one sender about one record"),
        description=QT_TRANSLATE_NOOP("settings", "Further messages of the sender about the record are taken, but not answered."),
    )
    answers_to_same_text: Annotated[Count, Presentation(unit=_PER_HOUR)] = Field(
        3,
        title=QT_TRANSLATE_NOOP("settings", "Messages with the same subject and text"),
        description=QT_TRANSLATE_NOOP(
            "settings",
            "Whoever sent them: a program may change its address every time. Further ones are taken, but not answered.",
        ),
    )
    answers_per_mailbox: Annotated[Count, Presentation(unit=_PER_HOUR)] = Field(
        500,
        title=QT_TRANSLATE_NOOP("settings", "Messages in one mailbox"),
        description=QT_TRANSLATE_NOOP("settings", "Further messages are taken, but not answered, whoever sent them."),
    )
    mails_to_recipient: Annotated[Count, Presentation(unit=_PER_HOUR)] = Field(
        60,
        title=QT_TRANSLATE_NOOP("settings", "Mails to one recipient"),
        description=QT_TRANSLATE_NOOP(
            "settings", "Further notifications to the recipient are not sent; the record's history says so."
        ),
    )
    mails_to_recipient_about_record: Annotated[Count, Presentation(unit=_PER_HOUR)] = Field(
        10,
        title=QT_TRANSLATE_NOOP("settings", "Mails to one recipient about one record"),
        description=QT_TRANSLATE_NOOP(
            "settings", "Further notifications to the recipient about the record are not sent; its history says so."
        ),
    )
    answers_in_a_day: Count = Field(
        20,
        title=QT_TRANSLATE_NOOP("settings", "Answers to one sender in 24 hours"),
        description=QT_TRANSLATE_NOOP(
            "settings",
            "Further messages of a sender outside are taken, but cause no mail to the sender: a program that answers slowly stays "
            "below the limits of an hour. As many messages with the same subject and text are answered, whoever sent them.",
        ),
    )
