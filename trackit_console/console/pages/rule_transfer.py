"""**Import** and **Export** of filter rules as a CSV file (FIL-05)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from trackit_console.console.display_text import translated
from trackit_console.console.message_boxes import ask
from trackit_console.console.rule_csv import LONGEST_FILE, RuleFile, read_rules, rules_csv
from trackit_console.files import read_file, write_file
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters

if TYPE_CHECKING:
    from trackit_console.console.pages.page import Page

LINES_SHOWN = 15
"""Wrong lines that the question names; of the others it tells the number."""


class RuleTransfer(QObject):
    """`filters` answers the rules of the form, `add` takes rules by list into it, to be saved or not."""

    def __init__(
        self, page: Page, filters: Callable[[], Filters | None], add: Callable[[dict[str, list[FilterRule]]], None]
    ) -> None:
        super().__init__(page)
        self._page = page
        self._filters = filters
        self._add = add

    def export_rules(self) -> None:
        """**Export**: both lists, as they stand in the form."""
        filters = self._filters()
        name, _ = QFileDialog.getSaveFileName(self._page, self.tr("Export rules"), "filter-rules.csv", "CSV (*.csv)")
        if name and filters is not None:
            # With a byte order mark: without it Excel takes UTF-8 for the code page of Windows.
            content = rules_csv(filters).encode("utf-8-sig")
            self._page.do(lambda: write_file(Path(name), content))

    def import_rules(self) -> None:
        """**Import**: shows what the file holds, and adds its rules to those of the form."""
        name, _ = QFileDialog.getOpenFileName(self._page, self.tr("Import rules"), "", "CSV (*.csv)")
        if name:
            self._page.do(lambda: read_rules(read_file(Path(name), LONGEST_FILE)), then=self._offer)

    def _offer(self, file: RuleFile) -> None:
        filters = self._filters()
        if filters is None:
            return
        new = file.new_for(filters)
        number = sum(map(len, new.values()))
        title = self.tr("Import rules")
        words = [self.tr("New rules in the file: {number}.").format(number=number)]
        if file.count > number:
            words.append(self.tr("In the lists already: {number}.").format(number=file.count - number))
        if file.wrong:
            words.append(self.tr("Errors: {number}. Nothing is imported from these lines.").format(number=len(file.wrong)))
        if number == 0:
            ask(self._page, title, " ".join(words), [self.tr("Close")], self._lines(file))
            return
        go = self.tr("Import the other lines") if file.wrong else self.tr("Import")
        if ask(self._page, title, " ".join(words), [go, self.tr("Cancel")], self._lines(file)) == 0:
            self._add(new)

    def _lines(self, file: RuleFile) -> str:
        lines = [
            self.tr("Line {number}: {message}").format(number=each.number, message=translated(each.message))
            for each in file.wrong[:LINES_SHOWN]
        ]
        if len(file.wrong) > LINES_SHOWN:
            lines.append(self.tr("and {number} more").format(number=len(file.wrong) - LINES_SHOWN))
        return "\n".join(lines)
