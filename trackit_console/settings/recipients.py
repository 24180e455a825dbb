"""Who gets a mail (NOT-01)."""

from __future__ import annotations

from pydantic import Field

from trackit_console.settings.field_types import EmailAddress, Settings
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class Recipients(Settings):
    """Everybody who is ticked, each once and in a mail of their own; never who caused the event, but a requestor whose mail arrived."""

    requestor: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Requestor"),
        description=QT_TRANSLATE_NOOP(
            "settings", "The requestor of the record. If their own email became it, this confirms that it arrived."
        ),
    )
    technician: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Assigned technician"),
        description=QT_TRANSLATE_NOOP("settings", "The technician to whom the record is assigned."),
    )
    all_technicians: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "All technicians"),
        description=QT_TRANSLATE_NOOP("settings", "Every technician of the help desk."),
    )
    participants: bool = Field(
        False,
        title=QT_TRANSLATE_NOOP("settings", "Everybody on the thread"),
        description=QT_TRANSLATE_NOOP("settings", "Who wrote mail on the record, or was on its To and Cc."),
    )
    addresses: list[EmailAddress] = Field(
        default_factory=list,
        title=QT_TRANSLATE_NOOP("settings", "Further addresses"),
        description=QT_TRANSLATE_NOOP("settings", "Fixed addresses, such as that of a team."),
    )

    @property
    def nobody(self) -> bool:
        """Whether nothing is ticked and no address is given."""
        return not (self.requestor or self.technician or self.all_technicians or self.participants or self.addresses)
