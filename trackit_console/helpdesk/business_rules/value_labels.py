"""How the values of conditions and of fields that rules set are shown (NOT-03)."""

from __future__ import annotations

from trackit_console.settings.rule_conditions import CONDITION_CHOICES
from trackit_console.settings.validation_rules import CONTEXT as SETTINGS
from trackit_console.user_messages import Phrase

SHOWN_CHARACTERS = 200
"""Characters of a value that a sentence repeats: the text of a note may have megabytes."""


def value_label(field: str, value: str) -> Phrase | str:
    """How a value of `field` is shown: by its label where there is a list of them, otherwise as it is, shortened."""
    choices = CONDITION_CHOICES.get(field, {})
    label = next((text for code, text in choices.items() if code.lower() == value.lower()), None)
    if label is not None:
        return Phrase(SETTINGS, label)
    return value if len(value) <= SHOWN_CHARACTERS else value[: SHOWN_CHARACTERS - 1] + "…"
