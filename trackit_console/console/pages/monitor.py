"""**Email Monitor Settings**: the settings of the monitor, and its state (MON-01 to MON-07)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from trackit_console.console.compiled.ui_monitor_page import Ui_MonitorPage
from trackit_console.console.context import Context
from trackit_console.console.display_text import ago, moment
from trackit_console.console.form_binding import Binding
from trackit_console.console.models.column import Column
from trackit_console.console.models.table import Table
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.pages.editing_page import EditingPage
from trackit_console.console.status_pills import mailbox_pill, mailbox_problem, monitor_pill
from trackit_console.console.widgets.pill import Tone
from trackit_console.domain.audit import Audited
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.validation import Finding, findings

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class MailboxLine:
    """A row of the list of mailboxes with their state."""

    id: int
    title: str
    tone: Tone
    words: str
    detail: str


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
        self.table = Table(self.ui.mailboxes, TableModel(self._columns(), self), context.theme, context.window_settings)
        self.show_texts()
        self._connect()

    def show_texts(self) -> None:
        self.binding.retranslate()
        self.table.retitle(self._columns())
        self.ui.no_mailbox.show_text(
            self.tr("No mailbox yet"),
            self.tr("There is nothing to fetch mail from."),
            self.tr("Incoming and Outgoing Emails"),
        )

    def _columns(self) -> list[Column[MailboxLine]]:
        return [
            Column(self.tr("Mailbox"), lambda row: row.title, stretch=True),
            Column(self.tr("State"), lambda row: row.words, tone=lambda row: row.tone, tip=lambda row: row.detail),
        ]

    def _connect(self) -> None:
        self.binding.edited.connect(self.refresh_actions)
        self.binding.left.connect(self._check_field)
        self.ui.save_button.clicked.connect(self.save)
        self.ui.discard_button.clicked.connect(self.discard)
        self.ui.start_button.clicked.connect(self.start)
        self.ui.stop_button.clicked.connect(self.stop)
        self.ui.restart_button.clicked.connect(self.restart)
        self.ui.restart_banner.pressed.connect(self.restart)
        self.ui.poll_button.clicked.connect(self.poll)
        self.ui.no_mailbox.pressed.connect(partial(self.context.open_page, "incoming"))

    # ------------------------------------------------------------------ settings

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
            self.ui.save_button.setEnabled(False)
            self.keep(self.context.services.save_monitor, made)

    def fill(self, settings: MonitorSettings) -> None:
        self.binding.fill(dict(settings))

    def show_findings(self, found: Sequence[Finding]) -> None:
        self.binding.show(found)

    # ------------------------------------------------------------------ the monitor

    def start(self) -> None:
        """**Start Now**: on the running host, or in this console if there is none."""
        self.do(partial(self.context.services.want, True))

    def stop(self) -> None:
        """**Stop Now**, on every host."""
        self.do(partial(self.context.services.want, False))

    def restart(self) -> None:
        """**Restart**: applies changed settings."""
        self.do(self.context.services.restart)

    def poll(self) -> None:
        """**Poll Now**, all mailboxes."""
        self.do(self.context.services.poll_now)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._show_templates([each.name for each in snapshot.ticket_templates])
        self.follow(snapshot.monitor)
        self._show_state(snapshot)
        self._show_mailboxes(snapshot)
        self.refresh_actions()

    def _show_templates(self, names: list[str]) -> None:
        if names == self._templates:
            return
        chosen = self.ui.ticket_template.currentData()
        self._templates = names
        self.ui.ticket_template.blockSignals(True)
        while self.ui.ticket_template.count() > 1:
            self.ui.ticket_template.removeItem(1)
        for name in names:
            self.ui.ticket_template.addItem(name, name)
        self.ui.ticket_template.setCurrentIndex(max(0, self.ui.ticket_template.findData(chosen)))
        self.ui.ticket_template.blockSignals(False)

    def _show_state(self, snapshot: Snapshot) -> None:
        tone, words = monitor_pill(snapshot)
        host, now = snapshot.running, self.context.services.clock.now()
        if host is not None and tone == "ok":
            words = self.tr("Running on {host}").format(host=host.name)
        self.ui.state_pill.show_state(tone, words)
        detail = self.tr("No monitor runs: mail waits in the mailboxes. Press Start Now.")
        if host is not None:
            text = self.tr("since {since} · heartbeat {heartbeat}")
            detail = text.format(since=moment(host.started_at, now), heartbeat=ago(host.heartbeat_at, now))
        self.ui.state_detail.setText(detail)
        changed = moment(snapshot.revision.changed_at, now)
        banner = self.tr("Settings changed at {time}. They take effect when the monitor is restarted.").format(time=changed)
        self.ui.restart_banner.show_text(banner if snapshot.restart_needed else "", self.tr("Restart"))

    def _show_mailboxes(self, snapshot: Snapshot) -> None:
        now = self.context.services.clock.now()
        lines = []
        for each in snapshot.mailboxes:
            state = snapshot.states.get(each.id)
            tone, words = mailbox_pill(each, state, now)
            detail = mailbox_problem(each, state)
            if state and state.error and state.next_poll_at and state.next_poll_at > now:
                words = self.tr("{state}, again in {seconds} s").format(
                    state=words, seconds=int((state.next_poll_at - now).total_seconds())
                )
            lines.append(MailboxLine(each.id, each.value.title, tone, words, detail))
        self.table.show_rows(lines, key=lambda row: row.id)
        self.ui.mailboxes.setVisible(bool(lines))
        self.ui.no_mailbox.setVisible(not lines)

    def refresh_actions(self, _edited: str = "") -> None:
        snapshot = self.context.watch.snapshot
        self.ui.save_button.setEnabled(self.unsaved)
        self.ui.discard_button.setEnabled(self.unsaved)
        wanted = snapshot is not None and snapshot.wanted.running
        self.ui.start_button.setEnabled(snapshot is not None and not wanted)
        self.ui.stop_button.setEnabled(wanted)
        self.ui.restart_button.setEnabled(wanted)
        self.ui.poll_button.setEnabled(wanted)
