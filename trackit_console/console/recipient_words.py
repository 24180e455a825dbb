"""Who gets a mail, in words for a list (NOT-01)."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from trackit_console.console.display_text import label
from trackit_console.settings.recipients import Recipients

_PEOPLE = ("requestor", "technician", "all_technicians", "participants")


def recipients_text(recipients: Recipients) -> str:
    """The people that are ticked, then the addresses."""
    people = [label(Recipients.model_fields[name].title or "") for name in _PEOPLE if getattr(recipients, name)]
    return QLocale().createSeparatedList([*people, *recipients.addresses])
