"""**Email Monitor Settings**: the settings of the monitor, and its state (MON-01 to MON-07)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from trackit_console.console.compiled.ui_monitor_page import Ui_MonitorPage
from trackit_console.console.context import Context
from trackit_console.console.form_binding import Binding
from trackit_console.console.pages.editing_page import EditingPage
from trackit_console.console.pages.monitor_control import MonitorControl
from trackit_console.console.pages.monitor_mailboxes import MonitorMailboxes
from trackit_console.domain.audit import Audited
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.validation import Finding, findings

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot


class MonitorPage(EditingPage[MonitorSettings]):
    """Settings on the left, the monitor on the right."""

    audited = Audited.MONITOR_SETTINGS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.ui = Ui_MonitorPage()
        self.ui.setupUi(self)
        self._templates: list[str] = []
        self.binding = Binding(self.ui, MonitorSettings.model_fields, self)
        self.binding.describe(MonitorSettings)
        self.control = MonitorControl(self.ui, self)
        self.mailboxes = MonitorMailboxes(self.ui, self)
        self.show_texts()
        self._connect()

    def show_texts(self) -> None:
        self.binding.retranslate()
        self.mailboxes.show_texts()

    def _connect(self) -> None:
        self.binding.edited.connect(self.refresh_actions)
        self.binding.left.connect(self._check_field)
        self.ui.save_button.clicked.connect(self.save)
        self.ui.discard_button.clicked.connect(self.discard)
        self.ui.no_mailbox.pressed.connect(partial(self.context.open_page, "incoming"))

    def values(self) -> dict[str, Any]:
        return self.binding.values(MonitorSettings)

    def values_of(self, settings: MonitorSettings) -> dict[str, Any]:
        return {name: value for name, value in settings if name in self.binding.names}

    def take_over(self, fields: Mapping[str, Any]) -> None:
        self.binding.fill(fields)

    def _read(self) -> tuple[MonitorSettings | None, list[Finding]]:
        try:
            return MonitorSettings.model_validate(self.values()), []
        except ValidationError as error:
            return None, findings(error)

    def _check_field(self, name: str) -> None:
        self.binding.show(self._read()[1], [name])

    def save(self) -> None:
        """**Save**: takes effect when the monitor is started again."""
        made, found = self._read()
        self.binding.show(found)
        self.binding.focus_first(found)
        if made is not None:
            # A second click before the answer would run into a conflict with the first.
            self.ui.save_button.setEnabled(False)
            self.keep(self.context.services.settings.save_monitor, made)

    def fill(self, settings: MonitorSettings) -> None:
        self.binding.fill(dict(settings))

    def show_findings(self, found: Sequence[Finding]) -> None:
        self.binding.show(found)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._show_templates([each.name for each in snapshot.ticket_templates])
        # After the templates: one that is not in the list yet would be added as unknown.
        self.follow(snapshot.monitor)
        self.control.show_snapshot(snapshot)
        self.mailboxes.show_snapshot(snapshot, self.context.services.clock.now())
        self.refresh_actions()

    def _show_templates(self, names: list[str]) -> None:
        if names == self._templates:
            return
        chosen = self.ui.ticket_template.currentData()
        self._templates = names
        # Refilling a list moves its selection, which must not count as an edit.
        self.ui.ticket_template.blockSignals(True)
        while self.ui.ticket_template.count() > 1:
            self.ui.ticket_template.removeItem(1)
        for name in names:
            self.ui.ticket_template.addItem(name, name)
        self.ui.ticket_template.setCurrentIndex(max(0, self.ui.ticket_template.findData(chosen)))
        self.ui.ticket_template.blockSignals(False)

    def refresh_actions(self, _edited: str = "") -> None:
        self.ui.save_button.setEnabled(self.unsaved)
        self.ui.discard_button.setEnabled(self.unsaved)
        self.control.refresh_actions(self.context.watch.snapshot)
