"""Whether a definition can be used and is enabled, as a pill (NOT-01 to NOT-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from trackit_console.console.widgets.pill import Tone

if TYPE_CHECKING:
    from trackit_console.store.row_mapping import Stored


def definition_pill(stored: Stored[Any]) -> tuple[Tone, str]:
    """A notification, rule, service level, report or schedule: whether its settings can be used, enabled or not."""
    if stored.findings:
        return "bad", QCoreApplication.translate("status_pills", "Settings wrong")
    if not stored.value.enabled:
        return "dim", QCoreApplication.translate("status_pills", "Disabled")
    return "ok", QCoreApplication.translate("status_pills", "Enabled")
