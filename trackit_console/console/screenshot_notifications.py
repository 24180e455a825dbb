"""The scenes of what is sent: notifications and reports, with their dialogs."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QWidget

from trackit_console.console import sample_data
from trackit_console.console.dialogs.notification import NotificationDialog
from trackit_console.console.dialogs.notification_schedule import NotificationScheduleDialog
from trackit_console.console.dialogs.notification_template import NotificationTemplateDialog
from trackit_console.console.dialogs.report import ReportDialog
from trackit_console.console.dialogs.report_preview import ReportPreviewDialog
from trackit_console.console.screenshot_wait import TIMEOUT_MS, wait
from trackit_console.console.window import MainWindow
from trackit_console.settings.default_notification_templates import TICKET_RECEIVED
from trackit_console.settings.quiet_hours import QuietHours
from trackit_console.store.row_mapping import Stored


def notifications_scenes(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """The dialogs, with a token and a time that are wrong, and the preview of a record and of a template's own HTML."""
    context = window.context
    notification = NotificationDialog(context, Stored(1, 1, sample_data.NOTIFICATION), window)
    notification.offer_templates(["Due soon (to the technician)", sample_data.NOTIFICATION.template])
    yield "dialog-notification", notification
    stopped = NotificationDialog(context, None, window)
    stopped.ui.event.setCurrentIndex(stopped.ui.event.findData("processing_stopped"))
    stopped.offer_templates([])
    stopped.validated()
    yield "dialog-notification-wrong", stopped
    template = NotificationTemplateDialog(context, Stored(1, 1, sample_data.NOTIFICATION_TEMPLATE), window)
    template.ui.text.setPlainText(sample_data.NOTIFICATION_TEMPLATE.text.replace("Due:", "Floor: {floor}\nDue:"))
    template.validated()
    template.ui.preview_record.setEditText("1")
    wait(TIMEOUT_MS, until=lambda: "Printer on floor 2" in template.ui.preview_subject.text())
    yield "dialog-notification-template", template
    formatted = NotificationTemplateDialog(context, None, window)
    formatted.binding.fill(dict(TICKET_RECEIVED) | {"html": "<h2>{record}</h2><p>Your request <b>{subject}</b> is with us.</p>"})
    formatted.ui.tabs.setCurrentIndex(1)
    formatted.show_preview()
    wait(TIMEOUT_MS, until=lambda: "with us" in formatted.ui.preview_html.toPlainText())
    yield "dialog-notification-template-html", formatted
    schedule = NotificationScheduleDialog(context.window_settings, Stored(1, 1, sample_data.NOTIFICATION_SCHEDULE), window)
    yield "dialog-notification-schedule", schedule
    wrong = NotificationScheduleDialog(context.window_settings, None, window)
    wrong.binding.fill({"whose": "addresses", "digest": "hourly", "quiet_hours": QuietHours(begins="20:00", ends="07:00")})
    wrong.ui.quiet_hours.editors["ends"].setText("25:00")
    wrong.show_fields()
    wrong.validated()
    yield "dialog-notification-schedule-wrong", wrong


def reports_scenes(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """The dialog, with recipients that are missing, and what each kind of report says now."""
    settings = window.context.window_settings
    yield "dialog-report", ReportDialog(settings, Stored(1, 1, sample_data.REPORTS_BY_MAIL[1]), window)
    proposed = ReportDialog(settings, None, window)
    proposed.propose()
    proposed.validated()
    yield "dialog-report-proposed", proposed
    for report in sample_data.REPORTS_BY_MAIL:
        shown = window.services.reports.render(Stored(0, 1, report))
        yield f"dialog-report-preview-{report.kind}", ReportPreviewDialog(window.context, shown, window)
