"""What the screenshots show: every page and dialog, in the states that an admin meets."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QWidget

from trackit_console.console.pages.registry import PAGES
from trackit_console.console.screenshot_configuration_file import configuration_file_scenes
from trackit_console.console.screenshot_definitions import business_rules_scenes, service_levels_scenes
from trackit_console.console.screenshot_dialogs import dialogs_scenes
from trackit_console.console.screenshot_lists import filters_scenes, people_scenes
from trackit_console.console.screenshot_logs import audit_scenes, logs_scenes
from trackit_console.console.screenshot_notifications import notifications_scenes, reports_scenes
from trackit_console.console.screenshot_records import quarantine_scenes, records_scenes, unchecked_commands_scenes
from trackit_console.console.screenshot_retention import backups_scenes, retention_scenes
from trackit_console.console.screenshot_wait import SETTLE_MS, wait
from trackit_console.console.window import MainWindow


def scenes(window: MainWindow, filled: bool) -> Iterator[tuple[str, QWidget]]:
    """Every page and dialog of a window whose database is filled, or empty."""
    state = "filled" if filled else "empty"
    for name in PAGES:
        window.open_page(name)
        wait(SETTLE_MS)
        yield f"page-{name}-{state}", window
    if filled:
        yield from records_scenes(window)
        yield from quarantine_scenes(window)
        yield from people_scenes(window)
        yield from filters_scenes(window)
        yield from notifications_scenes(window)
        yield from service_levels_scenes(window)
        yield from business_rules_scenes(window)
        yield from reports_scenes(window)
        yield from backups_scenes(window)
        yield from retention_scenes(window)
        yield from audit_scenes(window)
        yield from logs_scenes(window)
        yield from configuration_file_scenes(window)
    else:
        yield from unchecked_commands_scenes(window)
    yield from dialogs_scenes(window, filled)
