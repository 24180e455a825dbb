"""Email Filters: rules for sender and subject, accepted senders, restricted file types (FIL-01 to FIL-04, MSG-04)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from trackit_console.settings.field_types import RuleText, Settings
from trackit_console.settings.presentation import Presentation
from trackit_console.user_messages import QT_TRANSLATE_NOOP

AcceptFrom = Literal["everyone", "requestors", "technicians", "requestors_and_technicians"]
AppliesTo = Literal["technicians", "requestors", "both"]
Direction = Literal["receiving", "sending", "both"]

ACCEPT_FROM_LABELS: dict[str, str] = {
    "everyone": QT_TRANSLATE_NOOP("settings", "Do not filter (process everything)"),
    "requestors": QT_TRANSLATE_NOOP("settings", "Requestors"),
    "technicians": QT_TRANSLATE_NOOP("settings", "Technicians"),
    "requestors_and_technicians": QT_TRANSLATE_NOOP("settings", "Requestors and Technicians"),
}
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


def _rules(*texts: str) -> list[FilterRule]:
    return [FilterRule(text=text) for text in texts]


DEFAULT_SENDER_RULES = _rules("Postmaster", "Mail Delivery Subsystem", "System Administrator", "Mailer-Daemon")
DEFAULT_SUBJECT_RULES = _rules(
    "Undeliverable Mail",
    "Returned Mail",
    "Mail System Error",
    "Delivery Error",
    "Undeliverable:",
    "Failure Notice",
    "Nondeliverable Mail",
    "Mail Delivery Failure",
    "Message Status - undeliverable",
    "Warning: Could not send message",
    "Delivery Notification: Delivery has failed",
    "Mail Undeliverable: Failure Detected",
    "Message Status - opened",
    "Returned Mail: Service Unavailable",
    "Out of Office",
)
DEFAULT_RESTRICTED_FILE_TYPES = [
    "exe",
    "com",
    "bat",
    "cmd",
    "cpl",
    "dll",
    "hta",
    "jar",
    "js",
    "jse",
    "jsp",
    "lnk",
    "msc",
    "msi",
    "msp",
    "pif",
    "ps1",
    "reg",
    "scr",
    "sct",
    "vb",
    "vbe",
    "vbs",
    "wsc",
    "wsf",
    "wsh",
]


class Filters(Settings):
    """Which senders and subjects are not processed; a new database has the documented rules (FIL-01, FIL-02)."""

    accept_from: Annotated[AcceptFrom, Presentation(choices=ACCEPT_FROM_LABELS)] = Field(
        "everyone",
        title=QT_TRANSLATE_NOOP("settings", "Filter Inbound email by only accepting email from existing"),
        description=QT_TRANSLATE_NOOP("settings", "Whose mail is accepted: everybody's, or only that of people who are known."),
    )
    sender: list[FilterRule] = Field(
        default_factory=lambda: list(DEFAULT_SENDER_RULES),
        title=QT_TRANSLATE_NOOP("settings", "Rules for Sender"),
        description=QT_TRANSLATE_NOOP("settings", "A message whose sender contains one of these texts is not processed."),
    )
    subject: list[FilterRule] = Field(
        default_factory=lambda: list(DEFAULT_SUBJECT_RULES),
        title=QT_TRANSLATE_NOOP("settings", "Rules for Subject"),
        description=QT_TRANSLATE_NOOP("settings", "A message whose subject contains one of these texts is not processed."),
    )
