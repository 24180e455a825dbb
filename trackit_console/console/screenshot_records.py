"""The scenes of what becomes of mail: records, quarantine, unchecked commands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtWidgets import QWidget

from trackit_console.console.dialogs.route import RouteDialog
from trackit_console.console.screenshot_wait import SETTLE_MS, TIMEOUT_MS, wait
from trackit_console.console.window import MainWindow
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.records import Module, RecordRef


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
