"""Data retention: for how many days mail, history and archives are kept. 0 keeps them for ever."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from trackit_console.settings.field_types import Days, Settings
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.validation import rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP

FOR_EVER = 0
LEAST_DAYS = 62
"""Days of what the program itself looks back on: a report goes back 62 days, previews of filters and rules 30, loop protection one."""


def _check_least(days: int) -> int:
    if FOR_EVER < days < LEAST_DAYS:
        raise rule_error("kept_too_short", least=LEAST_DAYS)
    return days


_SHOWN = Presentation(unit=QT_TRANSLATE_NOOP("settings", "days"), zero=QT_TRANSLATE_NOOP("settings", "Keep for ever"))
Age = Annotated[Days, _SHOWN]
AgeOfWhatIsLookedAt = Annotated[Days, AfterValidator(_check_least), _SHOWN]


class Retention(Settings):
    """An age for each kind of data. What is older is removed by the monitor, a little at a time; a field is the name of its kind.

    The ledger of what was taken from the mailboxes has no age: it keeps a message from being taken twice.
    """

    activity: AgeOfWhatIsLookedAt = Field(
        FOR_EVER,
        title=QT_TRANSLATE_NOOP("settings", "Activity"),
        description=QT_TRANSLATE_NOOP(
            "settings",
            "What became of each message. Records and their notes stay, and no message is taken twice. At least 62 days: reports "
            "look back as far.",
        ),
    )
    messages: Age = Field(
        FOR_EVER,
        title=QT_TRANSLATE_NOOP("settings", "Original messages without attachments"),
        description=QT_TRANSLATE_NOOP(
            "settings",
            "The message as it came. The text stays as a note; the original cannot be shown or saved any more. Messages in "
            "quarantine stay.",
        ),
    )
    attachments: Age = Field(
        FOR_EVER,
        title=QT_TRANSLATE_NOOP("settings", "Original messages with attachments"),
        description=QT_TRANSLATE_NOOP(
            "settings",
            "The attachments of records are in these messages, and go with them. The names of the files stay on the record.",
        ),
    )
    archive: Age = Field(
        FOR_EVER,
        title=QT_TRANSLATE_NOOP("settings", "Processed-mail archive"),
        description=QT_TRANSLATE_NOOP(
            "settings",
            "Messages of POP3 mailboxes that were deleted on the server after they were archived here: the only copy. Those with "
            "attachments are removed only when they are older than both ages.",
        ),
    )
    outgoing_mail: AgeOfWhatIsLookedAt = Field(
        FOR_EVER,
        title=QT_TRANSLATE_NOOP("settings", "Outgoing mail"),
        description=QT_TRANSLATE_NOOP(
            "settings",
            "Mail that was sent, has failed or was discarded, with its tries. Mail that waits stays, and replies still find their "
            "record. At least 62 days.",
        ),
    )
    audit: AgeOfWhatIsLookedAt = Field(
        FOR_EVER,
        title=QT_TRANSLATE_NOOP("settings", "Audit"),
        description=QT_TRANSLATE_NOOP("settings", "Who changed which setting, and when. At least 62 days."),
    )
    scheduled_actions: AgeOfWhatIsLookedAt = Field(
        365,
        title=QT_TRANSLATE_NOOP("settings", "Completed reminders and delayed actions"),
        description=QT_TRANSLATE_NOOP(
            "settings",
            "They are kept so that none is done twice, and no page shows them. Those of open records stay. At least 62 days.",
        ),
    )
    quarantine: Age = Field(
        FOR_EVER,
        title=QT_TRANSLATE_NOOP("settings", "Decided quarantine"),
        description=QT_TRANSLATE_NOOP(
            "settings",
            "Why a message was once in quarantine, after it was retried or discarded. Messages that wait there are never removed.",
        ),
    )


KINDS: tuple[str, ...] = tuple(Retention.model_fields)
"""The kinds of data that have an age."""
