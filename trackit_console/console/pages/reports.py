"""**Reports**: mail that is sent by the clock, about mail, tickets and service levels (NOT-02)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale

from trackit_console.console.compiled.ui_reports_page import Ui_ReportsPage
from trackit_console.console.context import Context
from trackit_console.console.message_boxes import ask
from trackit_console.console.pages.definition_page import DefinitionPage
from trackit_console.console.pages.object_list import ObjectList
from trackit_console.console.pages.report_list import ReportList
from trackit_console.console.widgets.notice import show_notice

if TYPE_CHECKING:
    from trackit_console.monitor.rendered_report import RenderedReport
    from trackit_console.settings.reports import Report
    from trackit_console.store.row_mapping import Stored
    from trackit_console.store.snapshot import Snapshot


class ReportsPage(DefinitionPage):
    """One list, **Preview…** and **Run now…**, and a banner as long as there is no account that could send."""

    def __init__(self, context: Context) -> None:
        self._runs_mark: object = None
        # Before the base class, whose constructor calls `show_texts`.
        self._sent = ""
        super().__init__(context, Ui_ReportsPage())
        self.ui.banner.pressed.connect(partial(context.open_page, "incoming"))
        self.ui.result.pressed.connect(partial(context.open_page, "outgoing_mail"))
        self.ui.preview_button.clicked.connect(self.preview)
        self.ui.run_button.clicked.connect(self.run_now)

    def make_lists(self) -> Sequence[ObjectList]:
        self.reports = ReportList(self.ui, self, self.context.services.reports)
        return (self.reports,)

    def entered(self, target: Any = None) -> None:
        self._sent = ""
        self._show_result()
        super().entered(target)

    def show_texts(self) -> None:
        super().show_texts()
        self._show_result()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        super().show_snapshot(snapshot)
        words = self.tr("Nothing is sent until Outgoing Email is configured.") if snapshot.outgoing is None else ""
        self.ui.banner.show_text(words, self.tr("Configure Outgoing Email"))
        # A run is no change of settings: it shows in the outbox, and one that failed at its next minute.
        mark = (snapshot.outbox_mark, self.context.services.clock.now().replace(second=0, microsecond=0))
        if mark != self._runs_mark:
            self._runs_mark = mark
            self.refresh()

    def refresh_actions(self) -> None:
        super().refresh_actions()
        stored = self.current.table.current
        usable = stored is not None and not stored.findings
        for button in (self.ui.preview_button, self.ui.run_button, self.ui.enable_button):
            button.setEnabled(usable)
        show_notice(self.ui.trouble, self.reports.trouble_of(stored) if stored is not None else "", "warn")

    def preview(self) -> None:
        """**Preview…**: what the selected report would say now."""
        stored = self.current.table.current
        if stored is not None:
            self.do(partial(self.context.services.reports.render, stored), then=self._show_preview)

    def _show_preview(self, report: RenderedReport) -> None:
        from trackit_console.console.dialogs.report_preview import ReportPreviewDialog

        dialog = ReportPreviewDialog(self.context, report, self)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def run_now(self) -> None:
        """**Run now…**: sends the selected report to its recipients, after a question that names them."""
        stored: Stored[Report] | None = self.current.table.current
        if stored is None:
            return
        report = stored.value
        question = self.tr("Send the report {name} now?").format(name=report.name)
        recipients = QLocale().createSeparatedList(report.recipients)
        detail = self.tr("It goes to {recipients}. Its schedule stays as it is.").format(recipients=recipients)
        if ask(self, self.tr("Run now"), question, [self.tr("Send"), self.tr("Cancel")], detail) == 0:
            self.do(partial(self.context.services.reports.send_now, stored), then=self._show_sent)

    def _show_sent(self, report: RenderedReport) -> None:
        self._sent = report.subject
        self._show_result()

    def _show_result(self) -> None:
        words = ""
        if self._sent:
            snapshot = self.context.watch.snapshot
            runs = snapshot is not None and snapshot.running is not None
            words = (
                self.tr("The report {name} is in the outbox, and is sent within a minute.")
                if runs
                else self.tr("The report {name} is in the outbox. It is sent when the email monitor runs.")
            ).format(name=self._sent)
        self.ui.result.show_text(words, self.tr("Outgoing Mail"), warns=False)
