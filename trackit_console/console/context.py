"""What pages are given, so that they need no global application object."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSettings

from trackit_console.console.database_watch import Watch
from trackit_console.console.monitor_host import MonitorHost
from trackit_console.console.services import Services
from trackit_console.console.tasks import Tasks
from trackit_console.console.theme import Theme


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of a running console; `open_page` shows another page, optionally with an item to select there."""

    services: Services
    tasks: Tasks
    watch: Watch
    monitor: MonitorHost
    theme: Theme
    window_settings: QSettings
    open_page: Callable[..., None]
