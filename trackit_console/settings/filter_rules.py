"""A rule of Email Filters: the text that it looks for, and whose mail it is about (FIL-03, FIL-04)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from trackit_console.settings.field_types import RuleText, Settings
from trackit_console.settings.presentation import Presentation
from trackit_console.user_messages import QT_TRANSLATE_NOOP

AppliesTo = Literal["technicians", "requestors", "both"]
Direction = Literal["receiving", "sending", "both"]
APPLIES_TO_LABELS: dict[str, str] = {
    "technicians": QT_TRANSLATE_NOOP("settings", "Technicians"),
    "requestors": QT_TRANSLATE_NOOP("settings", "Requestors"),
    "both": QT_TRANSLATE_NOOP("settings", "Both"),
}
DIRECTION_LABELS: dict[str, str] = {
    "receiving": QT_TRANSLATE_NOOP("settings", "Receive"),
    "sending": QT_TRANSLATE_NOOP("settings", "Send"),
    "both": QT_TRANSLATE_NOOP("settings", "Receive and send"),
}


class FilterRule(Settings):
    """A text that stops a message if the sender or the subject contains it (FIL-03, FIL-04)."""

    text: RuleText = Field(
        title=QT_TRANSLATE_NOOP("settings", "Text"),
        description=QT_TRANSLATE_NOOP(
            "settings", "Looked for in the sender or the subject, in capitals or not. Several addresses are separated by commas."
        ),
    )
    enabled: bool = Field(
        True,
        title=QT_TRANSLATE_NOOP("settings", "Enabled"),
        description=QT_TRANSLATE_NOOP("settings", "Whether the rule is in use."),
    )
    applies_to: Annotated[AppliesTo, Presentation(choices=APPLIES_TO_LABELS)] = Field(
        "both",
        title=QT_TRANSLATE_NOOP("settings", "Applies to"),
        description=QT_TRANSLATE_NOOP("settings", "Whose mail the rule is about."),
    )
    direction: Annotated[Direction, Presentation(choices=DIRECTION_LABELS)] = Field(
        "both",
        title=QT_TRANSLATE_NOOP("settings", "Direction"),
        description=QT_TRANSLATE_NOOP("settings", "Whether the rule is about mail that comes, that goes, or both."),
    )

    @property
    def key(self) -> str:
        """The text, letter case aside: rules of one key stop the same texts, and count together."""
        return self.text.casefold()

    @property
    def needles(self) -> tuple[str, ...]:
        """The texts to search for, case-folded; a comma-separated list of addresses counts as several."""
        parts = [part.strip() for part in self.text.split(",") if part.strip()]
        if "," in self.text and parts and all("@" in part for part in parts):
            return tuple(part.casefold() for part in parts if len(part) > 1)
        return (self.key,)
