"""The scenes of what was done and written: the audit and the logs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtWidgets import QWidget

from trackit_console.console.message_boxes import question_box
from trackit_console.console.pages.undo_question import conflict_question, words_of
from trackit_console.console.screenshot_wait import SETTLE_MS, TIMEOUT_MS, wait
from trackit_console.console.window import MainWindow
from trackit_console.settings.filter_rules import FilterRule
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
