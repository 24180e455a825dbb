"""State and buttons of the monitor on the Email Monitor Settings page (MON-05, MON-07)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from trackit_console.console.display_text import ago, moment
from trackit_console.console.pages.restart_banner import RestartBanner
from trackit_console.console.status_pills import monitor_pill

if TYPE_CHECKING:
    from trackit_console.console.pages.page import Page
    from trackit_console.store.snapshot import Snapshot


class MonitorControl(QObject):
    """**Start Now**, **Stop Now**, **Restart** and **Poll Now** of the form `ui`, and what the monitor is doing."""

    def __init__(self, ui: Any, page: Page) -> None:
        super().__init__(page)
        self._ui = ui
        self._page = page
        self._monitor = page.context.services.monitor
        self._clock = page.context.services.clock
        ui.start_button.clicked.connect(self.start)
        ui.stop_button.clicked.connect(self.stop)
        ui.restart_button.clicked.connect(self.restart)
        self._restart_banner = RestartBanner(ui.restart_banner, page)
        ui.poll_button.clicked.connect(self.poll)

    def start(self) -> None:
        """**Start Now**: on the running host, or in this console if there is none."""
        self._page.do(partial(self._monitor.set_wanted, True))

    def stop(self) -> None:
        """**Stop Now**, on every host."""
        self._page.do(partial(self._monitor.set_wanted, False))

    def restart(self) -> None:
        """**Restart**: applies changed settings."""
        self._page.do(self._monitor.restart)

    def poll(self) -> None:
        """**Poll Now**, all mailboxes."""
        self._page.do(self._monitor.poll_now)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Shows what the monitor is doing, and whether it must be restarted for changed settings."""
        tone, words = monitor_pill(snapshot)
        host, now = snapshot.running, self._clock.now()
        if host is not None and tone == "ok":
            words = self.tr("Running on {host}").format(host=host.name)
        self._ui.state_pill.show_state(tone, words)
        detail = self.tr("No monitor runs: mail waits in the mailboxes. Press Start Now.")
        if host is not None:
            text = self.tr("since {since} · heartbeat {heartbeat}")
            detail = text.format(since=moment(host.started_at, now), heartbeat=ago(host.heartbeat_at, now))
        self._ui.state_detail.setText(detail)
        self._restart_banner.show_snapshot(snapshot)

    def refresh_actions(self, snapshot: Snapshot | None) -> None:
        """Enables what can be done; nothing before the first snapshot."""
        wanted = snapshot is not None and snapshot.wanted.running
        self._ui.start_button.setEnabled(snapshot is not None and not wanted)
        self._ui.stop_button.setEnabled(wanted)
        self._ui.restart_button.setEnabled(wanted)
        self._ui.poll_button.setEnabled(wanted)
