"""What is wrong with a line of a CSV file with people or templates, in words."""

from __future__ import annotations

from collections.abc import Callable

from trackit_console.settings.people import Technician, TicketTemplate
from trackit_console.settings.validation import Finding
from trackit_console.settings.validation_rules import CONTEXT
from trackit_console.user_messages import Phrase

_TITLES = {name: field.title for model in (Technician, TicketTemplate) for name, field in model.model_fields.items()}


def finding_words(found: Finding, say: Callable[[Phrase], str]) -> str:
    """A finding with the name of its column, for a list of wrong lines."""
    title = _TITLES.get(found.field)
    return f"{say(Phrase(CONTEXT, title))}: {say(found.message)}" if title else say(found.message)
