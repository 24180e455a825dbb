"""What is wrong with stored settings, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from trackit_console.console.display_text import label, translated
from trackit_console.settings.validation import Finding

if TYPE_CHECKING:
    from trackit_console.store.row_mapping import Stored


def problem_of_settings(stored: Stored[Any]) -> str:
    """What is wrong with stored settings, a line for each field."""
    return "\n".join(_finding_text(type(stored.value), each) for each in stored.findings)


def _finding_text(model: type[BaseModel], found: Finding) -> str:
    field = model.model_fields.get(found.field)
    title = label(field.title or "") if field else ""
    return f"{title}: {translated(found.message)}" if title else translated(found.message)
