"""What the screenshots show: every page and dialog, in the states that an admin meets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from trackit_console.console import sample_data
from trackit_console.console.conflicts import SavedByAnother, field_choices
from trackit_console.console.dialogs.business_rule import BusinessRuleDialog, RuleTrialDialog
from trackit_console.console.dialogs.conflict import conflict_dialog
from trackit_console.console.dialogs.csv_import import ImportDialog
from trackit_console.console.dialogs.database import DatabaseDialog
from trackit_console.console.dialogs.enter_recovery_key import EnterRecoveryKeyDialog
from trackit_console.console.dialogs.export_configuration import ExportConfigurationDialog
from trackit_console.console.dialogs.help import HelpDialog
from trackit_console.console.dialogs.import_configuration import ImportConfigurationDialog
from trackit_console.console.dialogs.mailbox import MailboxDialog
from trackit_console.console.dialogs.message import MessageDialog
from trackit_console.console.dialogs.notification import NotificationDialog
from trackit_console.console.dialogs.notification_schedule import NotificationScheduleDialog
from trackit_console.console.dialogs.notification_template import NotificationTemplateDialog
from trackit_console.console.dialogs.object_dialog import RequestorDialog, TechnicianDialog, TemplateDialog
from trackit_console.console.dialogs.outgoing import OutgoingDialog
from trackit_console.console.dialogs.recovery_key import RecoveryKeyDialog
from trackit_console.console.dialogs.reminders_field import ReminderDialog
from trackit_console.console.dialogs.report import ReportDialog
from trackit_console.console.dialogs.report_preview import ReportPreviewDialog
from trackit_console.console.dialogs.route import RouteDialog
from trackit_console.console.dialogs.service_level import ServiceLevelDialog
from trackit_console.console.message_boxes import problem_box, question_box
from trackit_console.console.operations.databases import Choice
from trackit_console.console.pages.registry import PAGES
from trackit_console.console.pages.undo_question import conflict_question, words_of
from trackit_console.console.trust import confirmation
from trackit_console.console.window import MainWindow
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.records import Module, RecordRef
from trackit_console.settings.database import SqliteTarget
from trackit_console.settings.filters import FilterRule, Filters
from trackit_console.settings.mailbox import MailboxType
from trackit_console.settings.notification_templates import DUE_SOON, OVERDUE, TICKET_RECEIVED
from trackit_console.settings.schedules import QuietHours
from trackit_console.settings.validation import finding
from trackit_console.store.backup_errors import BackupFolderMissing
from trackit_console.store.backup_status import BackupStatus
from trackit_console.store.errors import DatabaseLocked
from trackit_console.store.odbc_drivers import PREFERRED
from trackit_console.store.row_mapping import Stored
from trackit_console.store.secrets import KEY_BYTES, SecretBox
from trackit_console.transports.steps import DATABASE_STEPS, MAILBOX_STEPS, Step

TIMEOUT_MS = 20_000
SETTLE_MS = 400


def wait(milliseconds: int, until: Callable[[], bool] = lambda: False) -> None:
    """Runs the event loop until `until` is true, at most for this time."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    poll = QTimer(interval=20)
    poll.timeout.connect(lambda: loop.quit() if until() else None)
    poll.start()
    loop.exec()
    poll.stop()


def scenes(window: MainWindow, filled: bool) -> Iterator[tuple[str, QWidget]]:
    """Every page and dialog of a window whose database is filled, or empty."""
    state = "filled" if filled else "empty"
    for name in PAGES:
        window.open_page(name)
        wait(SETTLE_MS)
        yield f"page-{name}-{state}", window
    if filled:
        yield from _records(window)
        yield from _quarantine(window)
        yield from _people(window)
        yield from _filters(window)
        yield from _notifications(window)
        yield from _service_levels(window)
        yield from _business_rules(window)
        yield from _reports(window)
        yield from _backups(window)
        yield from _retention(window)
        yield from _audit(window)
        yield from _logs(window)
        yield from _configuration_file(window)
    else:
        yield from _unchecked_commands(window)
    yield from _dialogs(window, filled)


def _audit(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """A change of a list, the question before a change is undone, and what somebody changed since."""
    services = window.services
    for by, minutes, days in (("CONTOSO\\ada", 2, 16), ("CONTOSO\\grace", 2, 0)):
        with services.database.begin() as transaction:
            now = transaction.settings.monitor()
            changed = now.value.model_copy(
                update={"poll_interval": now.value.poll_interval + minutes, "reopen_days": now.value.reopen_days + days}
            )
            transaction.settings.save_monitor(Stored(now.id, now.version, changed), by)
    with services.database.begin() as transaction:
        filters = transaction.settings.filters()
        rules = [*filters.value.sender[2:], FilterRule(text="offers@spam.example", applies_to="requestors")]
        changed_rules = Stored(filters.id, filters.version, filters.value.model_copy(update={"sender": rules}))
        transaction.settings.save_filters(changed_rules, "CONTOSO\\grace")
    window.open_page("audit")
    page: Any = window.pages["audit"]
    wait(TIMEOUT_MS, until=lambda: bool(page.table.model.rows) and page.table.model.rows[0].kind == "email_filters")
    page.ui.entries.selectRow(0)
    wait(SETTLE_MS)
    yield "page-audit-rules", window
    entries = page.table.model.rows
    yield "dialog-undo-changed-since", conflict_question(window, services.audit.plan(entries[2].id))
    title, words, detail, action = words_of(services.audit.plan(entries[0].id))
    yield "dialog-undo", question_box(window, title, words, [action, "Cancel"], detail)


def _records(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """A record with fields, links and notes, a reply to it, what was done with it, and a list in which nothing is found."""
    window.open_page("records", "Ticket - 1")
    page: Any = window.pages["records"]
    wait(TIMEOUT_MS, until=lambda: page.ui.record_heading.text().startswith("Ticket 1:"))
    wait(SETTLE_MS)
    yield "page-records-ticket", window
    page.ui.note_text.setPlainText("A new drum is on its way. It prints until then, with grey edges.")
    page.ui.reply_by_email.setChecked(True)
    wait(SETTLE_MS)
    yield "page-records-reply", window
    page.discard()
    page.ui.close_button.click()
    wait(TIMEOUT_MS, until=page.ui.done_row.isVisible)
    wait(SETTLE_MS)
    yield "page-records-closed", window
    page.ui.undo_button.click()
    wait(SETTLE_MS)
    page.ui.search.setText("nowhere")
    wait(TIMEOUT_MS, until=page.ui.empty.isVisible)
    yield "page-records-none", window
    window.open_page("records", "Ticket - 2")
    wait(TIMEOUT_MS, until=lambda: page.ui.record_heading.text().startswith("Ticket 2:"))
    wait(SETTLE_MS)
    yield "page-records-came-back", window
    window.open_page("records", "Requestor - 1")
    wait(TIMEOUT_MS, until=lambda: page.ui.record_heading.text().startswith("Requestor 1:"))
    wait(SETTLE_MS)
    yield "page-records-requestor", window
    page.filter.admit(RecordRef(Module.TICKET, 1))


def _quarantine(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """A message that waits for a decision, the question which record it is added to, and a search in which nothing is found."""
    window.open_page("activity")
    page: Any = window.pages["activity"]
    wait(TIMEOUT_MS, until=lambda: page.table.select(lambda row: row.outcome is Outcome.QUARANTINED))
    wait(SETTLE_MS)
    yield "page-activity-quarantine", window
    for name, words in (("found", "Ticket - 1"), ("missing", "99")):
        dialog = RouteDialog(window.context, window)
        dialog.ui.record.setText(words)
        wait(TIMEOUT_MS, until=lambda shown=dialog: bool(shown.ui.subject.text()))  # type: ignore[misc]
        yield f"dialog-route-{name}", dialog
    page.ui.search.setText("nowhere")
    wait(TIMEOUT_MS, until=page.ui.empty.isVisible)
    yield "page-activity-none", window
    page.ui.search.clear()


def _backups(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """Backups, one that failed, a wrong folder, and the question before a restore."""
    with window.services.database.begin() as transaction:
        status = BackupStatus(since=window.services.clock.now() - timedelta(days=3)).made(window.services.clock.now())
        transaction.backup_status.save(status)
    window.services.backups.back_up_now()
    window.open_page("backups")
    page: Any = window.pages["backups"]
    page.read()
    wait(TIMEOUT_MS, until=lambda: page.table.shown > 0 and not page.ui.trouble.isVisible())
    page.ui.backups.selectRow(0)
    wait(SETTLE_MS)
    yield "page-backups-made", window
    preview = window.services.backups.preview(page.table.current.file.path)
    detail = "\n\n".join(page.restoring.consequences(preview))
    question = f"Restore {page.table.current.file.path.name}?"
    yield "dialog-restore", question_box(window, "Restore", question, ["Restore", "Cancel"], detail)
    page.binding.fill({"folder": "backups"})
    page.save()
    with window.services.database.begin() as transaction:
        failed = transaction.backup_status.read().failed(BackupFolderMissing("[WinError 53]", folder=r"\\nas\backups"))
        transaction.backup_status.save(failed)
    wait(SETTLE_MS * 4)
    yield "page-backups-failed", window
    page.discard()


def _unchecked_commands(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """Commands that are turned on without a server that could tell whether the sender is genuine."""
    window.open_page("email_commands")
    page: Any = window.pages["email_commands"]
    page.binding.fill({"trusted_server": "https://mx.contoso.com"})
    page.save()
    yield "page-email_commands-wrong", window
    page.discard()
    page.ui.create_ticket.click()
    page.ui.update_ticket.click()
    wait(SETTLE_MS)
    yield "page-email_commands-unchecked", window
    page.discard()


def _people(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """The technicians, a search without hits, the dialogs, and what importing a file would do."""
    window.open_page("people")
    page: Any = window.pages["people"]
    page.ui.search.setText("joe")
    wait(TIMEOUT_MS, until=lambda: page.current.table.shown == 1)
    page.ui.requestors.selectRow(0)
    wait(SETTLE_MS)
    yield "page-people-came-back", window
    page.ui.search.clear()
    page.ui.tabs.setCurrentIndex(1)
    wait(SETTLE_MS)
    yield "page-people-technicians", window
    page.ui.search.setText("nobody")
    wait(SETTLE_MS * 2)
    yield "page-people-search", window
    page.ui.search.clear()
    page.ui.tabs.setCurrentIndex(0)
    wait(SETTLE_MS)
    settings = window.context.window_settings
    technician = TechnicianDialog(settings, Stored(1, 1, sample_data.TECHNICIAN), window)
    technician.ui.mapped_addresses.new_line.setText("ada at home")
    technician.validated()
    yield "dialog-technician", technician
    yield "dialog-requestor", RequestorDialog(settings, None, window)
    yield "dialog-template", TemplateDialog(settings, Stored(1, 1, sample_data.TEMPLATE), window)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        file = Path(folder, "people.csv")
        file.write_text(sample_data.PEOPLE_CSV, encoding="utf-8-sig")
        importing = ImportDialog(window.context, window.services.requestors, file, window)
        wait(TIMEOUT_MS, until=lambda: bool(importing.table.shown))
        yield "dialog-import", importing


def _business_rules(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """What rules would do to a record and with past mail, and the dialog, filled and with things that are wrong."""
    context = window.context
    context.services.business_rules.add_all(sample_data.UNDOING_RULES)
    window.open_page("business_rules")
    page: Any = window.pages["business_rules"]
    wait(TIMEOUT_MS, until=lambda: bool(page.current.table.shown))
    wait(TIMEOUT_MS, until=page.ui.banner.isVisible)  # by then the rules that were just added have been read
    wait(SETTLE_MS)
    page.ui.trial.ui.try_record.setEditText("1")
    page.ui.trial.try_on_record()
    wait(TIMEOUT_MS, until=lambda: page.ui.trial.ui.try_results.topLevelItemCount() > 1)
    yield "page-business_rules-tried", window
    page.ui.trial.try_on_mail()
    wait(TIMEOUT_MS, until=lambda: page.ui.trial.results.shows_mail)
    yield "page-business_rules-mail", window
    offers = context.services.rule_trials.offers()
    rule = BusinessRuleDialog(context, Stored(1, 1, sample_data.BUSINESS_RULE), window)
    rule.offer(offers)
    yield "dialog-business-rule", rule
    actions = BusinessRuleDialog(context, Stored(1, 1, sample_data.BUSINESS_RULE), window)
    actions.offer(offers)
    actions.show()
    wait(SETTLE_MS)
    bar = actions.ui.scroll.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    yield "dialog-business-rule-actions", actions
    wrong = BusinessRuleDialog(context, Stored(1, 1, sample_data.BUSINESS_RULE), window)
    wrong.offer(offers)
    wrong.ui.conditions.rows[1].value.line.clear()
    wrong.ui.actions.rows[2].form.editors["text"].setPlainText("Please call {customer}.")
    wrong.show()
    wrong.validated()
    yield "dialog-business-rule-wrong", wrong
    trying = RuleTrialDialog(context, sample_data.BUSINESS_RULE, window)
    trying.trial.ui.try_record.setEditText("1")
    trying.trial.try_on_record()
    wait(TIMEOUT_MS, until=lambda: trying.trial.ui.try_results.topLevelItemCount() > 0)
    yield "dialog-rule-trial", trying


def _notifications(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
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


def _service_levels(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """A service level, one of its reminders, what is wrong with either, and hours that are wrong."""
    settings, high = window.context.window_settings, sample_data.SERVICE_LEVELS[1]
    names = [DUE_SOON.name, OVERDUE.name]
    dialog = ServiceLevelDialog(settings, Stored(1, 1, high), window)
    dialog.ui.reminders.list.setCurrentRow(1)
    yield "dialog-service_level", dialog
    empty = ServiceLevelDialog(settings, None, window)
    empty.validated()
    yield "dialog-service_level-wrong", empty
    reminder = ReminderDialog(settings, Stored(1, 1, high.reminders[1]), window)
    reminder.offer_templates(names)
    yield "dialog-reminder", reminder
    nobody = ReminderDialog(settings, None, window)
    nobody.offer_templates(names)
    nobody.ui.recipients.addresses.new_line.setText("ada at home")
    nobody.validated()
    yield "dialog-reminder-wrong", nobody
    window.open_page("business_hours")
    page: Any = window.pages["business_hours"]
    wait(TIMEOUT_MS, until=lambda: bool(page.ui.holidays.rows))
    page.ui.hours.days["friday"].more_button.click()
    page.ui.holidays.add()
    page.save()
    wait(SETTLE_MS)
    yield "page-business_hours-wrong", window
    page.discard()
    window.open_page("records")
    records: Any = window.pages["records"]
    records.ui.status.setCurrentIndex(records.ui.status.findData("overdue"))
    wait(SETTLE_MS)
    yield "page-records-overdue", window
    records.filter.show_all()


def _reports(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
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


def _retention(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """Ages as they are typed: what is older now, and one that reports do not allow."""
    window.open_page("retention")
    page: Any = window.pages["retention"]
    page.ui.messages.setValue(90)
    page.ui.archive.setValue(365)
    page.ui.outgoing_mail.setValue(30)
    page.save()
    wait(TIMEOUT_MS, until=lambda: page.ui.messages_preview.text() == page.tr("Nothing is older now."))
    wait(SETTLE_MS)
    yield "page-retention-wrong", window
    page.discard()


def _logs(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """What went wrong, some lines of it selected, and a search without hits."""
    window.open_page("logs")
    page: Any = window.pages["logs"]
    page.ui.level.setCurrentIndex(1)
    wait(TIMEOUT_MS, until=lambda: page.list.model.rowCount() in range(1, 40))
    page.ui.lines.selectRow(page.list.model.rowCount() - 1)
    yield "page-logs-errors", window
    page.ui.search.setText("nowhere")
    wait(TIMEOUT_MS, until=page.ui.empty.isVisible)
    yield "page-logs-none", window
    page.ui.search.clear()
    page.ui.level.setCurrentIndex(0)
    wait(SETTLE_MS)


def _configuration_file(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """The export with a passphrase, and what a file would change, one that is sealed, and one that is wrong."""
    context = window.context
    exporting = ExportConfigurationDialog(context, window)
    exporting.ui.file.setText("C:/Backup/trackit-configuration.yaml")
    exporting.ui.with_secrets.setChecked(True)
    exporting.ui.passphrase.setText(sample_data.SEALED_UNDER)
    exporting.ui.confirm.setText(sample_data.SEALED_UNDER[:-1])
    yield "dialog-export-configuration", exporting
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        file = Path(folder, "configuration.yaml")
        file.write_text(sample_data.CONFIGURATION, encoding="utf-8")
        importing = ImportConfigurationDialog(context, file, window)
        wait(TIMEOUT_MS, until=lambda: not importing.running)
        yield "dialog-import-configuration", importing
        wrong = Path(folder, "wrong.yaml")
        wrong.write_text(
            sample_data.CONFIGURATION.replace("poll_interval: 10", "poll_interval: 0\n  colour: red"), encoding="utf-8"
        )
        refused = ImportConfigurationDialog(context, wrong, window)
        wait(TIMEOUT_MS, until=lambda: not refused.running)
        yield "dialog-import-configuration-wrong", refused
        sealed = Path(folder, "sealed.yaml")
        context.services.configuration_files.export(sealed, sample_data.SEALED_UNDER)
        asking = ImportConfigurationDialog(context, sealed, window)
        wait(TIMEOUT_MS, until=lambda: not asking.running)
        asking.ui.passphrase.setText("another passphrase")
        asking.read()
        wait(TIMEOUT_MS, until=lambda: not asking.running)
        yield "dialog-import-configuration-passphrase", asking


def _filters(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """A rule that is being typed beside a message that is tried, and very many rules."""
    window.open_page("filters")
    page: Any = window.pages["filters"]
    page.ui.tabs.setCurrentIndex(1)
    page.ui.new_rule.setText("printer")
    page.ui.try_sender.setText("MAILER-DAEMON@relay.contoso.com")
    page.ui.try_subject.setText("Re: printer on floor 2")
    wait(TIMEOUT_MS, until=lambda: bool(page.ui.try_result.text() and page.ui.rule_findings.text()))
    wait(SETTLE_MS)
    yield "page-filters-trying", window
    page.ui.new_rule.clear()
    page.ui.tabs.setCurrentIndex(0)
    page.fill(Filters(sender=[FilterRule(text=f"newsletter{number}@fabrikam.example") for number in range(10_000)]))
    page.lists.select("sender", 5_000)
    wait(TIMEOUT_MS, until=lambda: "would have" in page.ui.rule_preview.text())
    wait(SETTLE_MS)
    yield "page-filters-many", window
    for editor in (page.ui.try_sender, page.ui.try_subject):
        editor.clear()
    page.discard()


def _dialogs(window: MainWindow, filled: bool) -> Iterator[tuple[str, QWidget]]:
    def nothing(*_arguments: Any) -> Iterator[Step]:
        return iter(())

    parts = (window.tasks, window.context.window_settings, nothing)
    if not filled:
        for kind in MailboxType:
            yield f"dialog-mailbox-{kind}-new", _new_mailbox(parts, kind)
        wrong = MailboxDialog(*parts)
        wrong.ui.type.setCurrentIndex(3)
        wrong.ui.server.setText("https://mail.contoso.com")
        wrong.validated()
        yield "dialog-mailbox-wrong", wrong
        yield "dialog-outgoing-empty", OutgoingDialog(*parts)
        yield "dialog-help", HelpDialog("incoming-mailbox", window)
        yield "dialog-help-picture", HelpDialog("mailbox-imap", window)
        yield "dialog-problem", problem_box(window, DatabaseLocked("database is locked"))[0]
        return
    yield from _databases(window)
    yield from _recovery_key(window)
    for name, steps in sample_data.REPORTS.items():
        dialog = MailboxDialog(*parts, stored=Stored(1, 1, sample_data.MAILBOX), templates=["Default"])
        dialog.ui.steps.begin(MAILBOX_STEPS)
        for step in steps:
            dialog.ui.steps.show_step(step)
        yield f"dialog-mailbox-{name}", dialog
    more = MailboxDialog(*parts, stored=Stored(1, 1, sample_data.MAILBOX))
    more.ui.more_button.setChecked(True)
    more.resize(more.width(), 1250)
    yield "dialog-mailbox-more", more
    yield from _providers(parts)
    yield from _account_states(window, parts)
    yield (
        "dialog-outgoing-filled",
        OutgoingDialog(*parts, stored=Stored(1, 1, sample_data.OUTGOING), mailboxes=[sample_data.MAILBOX]),
    )
    at_microsoft = sample_data.OUTGOING.model_copy(update={"smtp_server_name": "smtp.office365.com"})
    ending = OutgoingDialog(*parts, stored=Stored(1, 1, at_microsoft), mailboxes=[sample_data.MAILBOX])
    yield "dialog-outgoing-password-at-microsoft", ending
    by_oauth = OutgoingDialog(*parts, stored=Stored(1, 1, at_microsoft), mailboxes=[sample_data.MAILBOX])
    by_oauth.ui.notice.button.click()
    yield "dialog-outgoing-microsoft365", by_oauth
    question = "Delete the mailbox Support?"
    yield "dialog-question", question_box(window, "Delete mailbox", question, ["Delete", "Cancel"], "Tickets stay.")
    letter = sample_data.LETTER
    yield "dialog-message", MessageDialog("Printer on floor 2", letter.decode(), letter.decode(), window, letter)


def _databases(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """The embedded database, and a SQL Server whose certificate is its own."""
    parts = (window.tasks, window.context.window_settings)
    databases = window.services.databases
    file = Path("C:/Users/ada/AppData/Local/TrackItConsole/trackit.sqlite3")
    yield "dialog-database-embedded", DatabaseDialog(databases, Choice(SqliteTarget(), list(PREFERRED), file), *parts)
    server = DatabaseDialog(databases, Choice(sample_data.DATABASE, list(PREFERRED), file), *parts)
    server.ui.steps.begin(DATABASE_STEPS)
    for step in sample_data.DATABASE_REPORT:
        server.ui.steps.show_step(step)
    yield "dialog-database-server", server


def _recovery_key(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """The bar after the key was changed, the last step of a new database, and the key of one that is in use."""
    services = window.services
    services.database.rotate_key("CONTOSO\\ada")
    window.open_page("tiles")
    wait(TIMEOUT_MS, until=window.recovery_keys.bar.isVisible)
    wait(SETTLE_MS)
    yield "page-tiles-recovery-key", window
    key = SecretBox(bytes(7 * each % 256 for each in range(KEY_BYTES))).recovery_key()
    confirm, change = services.databases.confirm_key, services.databases.change_key
    yield "dialog-recovery-key-new", RecoveryKeyDialog(key, window.tasks, confirm)
    yield "dialog-recovery-key", RecoveryKeyDialog(key, window.tasks, confirm, change)
    yield "dialog-recovery-key-enter", EnterRecoveryKeyDialog(services.databases, window.tasks)
    services.databases.confirm_key(services.database.recovery_key)
    wait(TIMEOUT_MS, until=window.recovery_keys.bar.isHidden)


def _new_mailbox(parts: tuple[Any, ...], kind: MailboxType) -> MailboxDialog:
    """The empty form of one type (IN-01)."""
    dialog = MailboxDialog(*parts)
    dialog.ui.type.setCurrentIndex(dialog.ui.type.findData(kind.value))
    return dialog


def _providers(parts: tuple[Any, ...]) -> Iterator[tuple[str, QWidget]]:
    """What is said of a provider, and where Microsoft ended what the type does (IN-16, IN-18)."""
    gmail = _new_mailbox(parts, MailboxType.IMAP)
    gmail.ui.provider.setCurrentIndex(gmail.ui.provider.findText("Gmail, Google Workspace"))
    yield "dialog-mailbox-gmail", gmail
    microsoft = _new_mailbox(parts, MailboxType.IMAP)
    microsoft.ui.provider.setCurrentIndex(microsoft.ui.provider.findText("Microsoft 365"))
    yield "dialog-mailbox-password-at-microsoft", microsoft
    yield "dialog-mailbox-ews-ended", MailboxDialog(*parts, stored=Stored(1, 1, sample_data.EWS))


def _account_states(window: MainWindow, parts: tuple[Any, ...]) -> Iterator[tuple[str, QWidget]]:
    """Microsoft 365 with a certificate, settings changed by hand, the question whether to trust a certificate, and a conflict."""
    microsoft = MailboxDialog(
        *parts,
        read_certificate=lambda _path, _password: sample_data.CLIENT_CERTIFICATE,
        stored=Stored(1, 1, sample_data.MICROSOFT365),
    )
    microsoft.resize(microsoft.width(), 1000)
    wait(TIMEOUT_MS, until=lambda: bool(microsoft.ui.certificate_file_details.text()))
    yield "dialog-mailbox-microsoft365", microsoft
    wrong = sample_data.MAILBOX.model_copy(update={"port": 0})
    found = (finding("port", "whole_number", least=1, most=65535),)
    yield "dialog-mailbox-changed-by-hand", MailboxDialog(*parts, stored=Stored(1, 1, wrong, found))
    title, words, buttons, detail = confirmation(sample_data.CERTIFICATE)
    yield "dialog-trust", question_box(window, title, words, buttons, detail)
    changed = sample_data.MAILBOX.model_copy(update={"port": 1993, "server": "mx.contoso.com"})
    mine = dict(sample_data.MAILBOX) | {"server": "imap.contoso.com"}
    problem = SavedByAnother(Stored(1, 2, changed), "CONTOSO\\grace", window.services.clock.now())
    yield "dialog-conflict", conflict_dialog(window, problem, list(field_choices(sample_data.MAILBOX, mine, changed)))
