"""The banner that says that saved settings take effect when the monitor is restarted (MON-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from trackit_console.console.display_text import moment
from trackit_console.console.widgets.banner import Banner

if TYPE_CHECKING:
    from trackit_console.console.pages.page import Page
    from trackit_console.store.snapshot import Snapshot


class RestartBanner(QObject):
    """Shown while a running monitor works with older settings; its button restarts it."""

    def __init__(self, banner: Banner, page: Page) -> None:
        super().__init__(page)
        self._banner = banner
        self._page = page
        banner.pressed.connect(self._restart)

    def _restart(self) -> None:
        self._page.do(self._page.context.services.monitor.restart)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Shows or hides the banner."""
        changed = moment(snapshot.revision.changed_at, self._page.context.services.clock.now())
        words = self.tr("Settings changed at {time}. They take effect when the monitor is restarted.").format(time=changed)
        self._banner.show_text(words if snapshot.restart_needed else "", self.tr("Restart"))
