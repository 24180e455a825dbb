"""The scenes of the lists that admins edit: people and filter rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtWidgets import QWidget

from trackit_console.console import sample_data
from trackit_console.console.dialogs.csv_import import ImportDialog
from trackit_console.console.dialogs.requestor import RequestorDialog
from trackit_console.console.dialogs.technician import TechnicianDialog
from trackit_console.console.dialogs.ticket_template import TemplateDialog
from trackit_console.console.screenshot_wait import SETTLE_MS, TIMEOUT_MS, wait
from trackit_console.console.window import MainWindow
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.store.row_mapping import Stored


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
