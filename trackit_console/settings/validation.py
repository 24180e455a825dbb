"""What violates a validation rule: the finding to show, and the error to raise in a validator (IN-07, T-04).

`field_types` applies the rules to fields; the fields are declared in the models.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic_core import PydanticCustomError

from trackit_console.settings.validation_rules import CONTEXT, RULES
from trackit_console.user_messages import Phrase


@dataclass(frozen=True, slots=True)
class Finding:
    """A violated rule: the field (`port` or `mailboxes.0.port`), the rule and the message."""

    field: str
    rule: str
    message: Phrase

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


def finding(field: str, rule: str, **facts: object) -> Finding:
    """The finding that `field` violates `rule`."""
    return Finding(field, rule, Phrase(CONTEXT, RULES[rule], facts))


def rule_error(rule: str, field: str = "", **facts: object) -> PydanticCustomError:
    """The error to raise in a validator; `field` names the field if the validator sees the whole model."""
    return PydanticCustomError(rule, "{_message}", {"_message": RULES[rule], "_field": field, **facts})
