"""**Email Monitor Settings**: the settings of the monitor, and its state (MON-01 to MON-07)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from trackit_console.console.compiled.ui_monitor_page import Ui_MonitorPage
from trackit_console.console.context import Context
from trackit_console.console.pages.form_page import FormPage
from trackit_console.console.pages.monitor_control import MonitorControl
from trackit_console.console.pages.monitor_mailboxes import MonitorMailboxes
from trackit_console.console.pages.monitor_web_address import MonitorWebAddress
from trackit_console.domain.audit import Audited
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.store.row_mapping import Stored

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot


class MonitorPage(FormPage[MonitorSettings]):
    """Settings on the left, the monitor on the right."""

    audited = Audited.MONITOR_SETTINGS
    model = MonitorSettings

    def __init__(self, context: Context) -> None:
        super().__init__(context, Ui_MonitorPage())
        self.control = MonitorControl(self.ui, self)
        self.mailboxes = MonitorMailboxes(self.ui, self)
        self.web_addresses = [MonitorWebAddress(self.ui, name, self) for name in ("response_url", "self_service_response_url")]
        self.show_texts()
        self.ui.no_mailbox.pressed.connect(partial(self.context.open_page, "incoming"))

    @property
    def save_operation(self) -> Callable[[Stored[MonitorSettings]], None]:
        return self.context.services.settings.save_monitor

    def show_texts(self) -> None:
        super().show_texts()
        self.mailboxes.show_texts()
        for each in self.web_addresses:
            each.show_texts()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._show_templates([each.name for each in snapshot.ticket_templates])
        # After the templates: one that is not in the list yet would be added as unknown.
        self.follow(snapshot.monitor)
        self.control.show_snapshot(snapshot)
        self.mailboxes.show_snapshot(snapshot, self.context.services.clock.now())
        self.refresh_actions()

    def _show_templates(self, names: list[str]) -> None:
        combo = self.ui.ticket_template
        chosen = combo.currentData()
        # One that was renamed or deleted stays while it is chosen: `follow` replaces it, unless there are unsaved edits.
        offered = names if chosen in (None, *names) else [*names, chosen]
        if offered == [combo.itemData(at) for at in range(1, combo.count())]:
            return
        # Refilling a list moves its selection, which must not count as an edit.
        combo.blockSignals(True)
        while combo.count() > 1:
            combo.removeItem(1)
        for name in offered:
            combo.addItem(name, name)
        combo.setCurrentIndex(max(0, combo.findData(chosen)))
        combo.blockSignals(False)

    def refresh_actions(self, _edited: str = "") -> None:
        super().refresh_actions()
        # No ticket is reopened, so there is no time within which it would be.
        self.ui.reopen_days_field.setEnabled(self.ui.closed_tickets.currentData() != "new_ticket")
        self.control.refresh_actions(self.context.watch.snapshot)
