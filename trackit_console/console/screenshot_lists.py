"""The scenes of lists: records, activity, quarantine, audit, backups, logs, people, filters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtWidgets import QWidget

from trackit_console.console import sample_data
from trackit_console.console.dialogs.csv_import import ImportDialog
from trackit_console.console.dialogs.requestor import RequestorDialog
from trackit_console.console.dialogs.route import RouteDialog
from trackit_console.console.dialogs.technician import TechnicianDialog
from trackit_console.console.dialogs.ticket_template import TemplateDialog
from trackit_console.console.message_boxes import question_box
from trackit_console.console.pages.undo_question import conflict_question, words_of
from trackit_console.console.screenshot_wait import SETTLE_MS, TIMEOUT_MS, wait
from trackit_console.console.window import MainWindow
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.records import Module, RecordRef
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.store.backup_errors import BackupFolderMissing
from trackit_console.store.backup_status import BackupStatus
from trackit_console.store.row_mapping import Stored


def audit_scenes(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
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


def records_scenes(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
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


def quarantine_scenes(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
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


def backups_scenes(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
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


def unchecked_commands_scenes(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
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


def people_scenes(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
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


def retention_scenes(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
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


def logs_scenes(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
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


def filters_scenes(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
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
