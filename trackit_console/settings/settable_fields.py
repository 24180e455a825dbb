"""The fields of a record that business rules can set (NOT-03)."""

from __future__ import annotations

from typing import Annotated, Literal

from trackit_console.settings.presentation import Presentation
from trackit_console.settings.rule_conditions import CONDITION_LABELS

SettableField = Annotated[
    Literal["status", "priority", "category"],
    Presentation(choices={name: CONDITION_LABELS[name] for name in ("status", "priority", "category")}, restart=False),
]
