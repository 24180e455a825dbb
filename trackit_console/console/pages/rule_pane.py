"""What the selected rule, or the one that is being typed, would have stopped lately, and what is odd about it (FIL-06)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from trackit_console.console.dialogs.mail_list import MailListDialog
from trackit_console.console.display_text import translated
from trackit_console.console.widgets.notice import show_notice
from trackit_console.helpdesk.filter_matcher import RuleList
from trackit_console.helpdesk.filter_preview import PREVIEW_DAYS
from trackit_console.helpdesk.rule_faults import RuleFault
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters

if TYPE_CHECKING:
    from trackit_console.console.operations.filter_trials import RuleReport
    from trackit_console.console.pages.page import Page
    from trackit_console.console.task import Task

TYPING_MS = 250


class RulePane(QObject):
    """The card `rule_card` of the form `ui`."""

    def __init__(self, ui: Any, page: Page) -> None:
        super().__init__(page)
        self._ui = ui
        self._page = page
        self._task: Task | None = None
        self._asked: tuple[Filters, RuleList, int, bool] | None = None
        self._report: RuleReport | None = None
        self._pause = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._pause.timeout.connect(self._examine)
        ui.show_examples_button.clicked.connect(self.show_examples)
        self.show_texts()

    def show_texts(self) -> None:
        """Shows the same in the present language."""
        self._show(self._report)

    def show_rule(self, filters: Filters, rule_list: RuleList, position: int | None) -> None:
        """Shows the rule of the form's `filters` at `position`, after a pause; None: no rule is selected."""
        self._ask(None if position is None else (filters, rule_list, position, False))

    def show_typed(self, filters: Filters, rule_list: RuleList, rule: FilterRule) -> None:
        """Shows a rule that is being typed, as the last one of its list."""
        rules = [*getattr(filters, rule_list), rule]
        self._ask((filters.model_copy(update={rule_list: rules}), rule_list, len(rules) - 1, True))

    def _ask(self, asked: tuple[Filters, RuleList, int, bool] | None) -> None:
        if self._task is not None:
            self._task.drop()
        self._asked = asked
        self._show(None)
        self._pause.start()

    def _examine(self) -> None:
        if self._asked is None:
            return
        filters, rule_list, position, _ = self._asked
        work = partial(self._page.context.services.filters.examine, filters, rule_list, position)
        # A database that cannot be read is told by the banner of the window.
        self._task = self._page.context.tasks.run(
            work, owner=self, then=self._show, failed=lambda _problem: self._show(None), quiet=True
        )

    def _show(self, report: RuleReport | None) -> None:
        self._report = report
        new = self._asked is not None and self._asked[3]
        self._ui.rule_heading.setText(self.tr("New rule") if new else self.tr("Selected rule"))
        self._ui.rule_preview.setText(self._preview_words(report))
        self._ui.show_examples_button.setVisible(bool(report and report.alone.examples))
        findings = report.findings if report else ()
        words = "\n".join(translated(each.phrase) for each in findings)
        show_notice(self._ui.rule_findings, words, "warn" if any(each.warning for each in findings) else "dim")

    def _preview_words(self, report: RuleReport | None) -> str:
        if self._asked is None:
            return self.tr("Select a rule to see what it would have stopped in the last {days} days.").format(days=PREVIEW_DAYS)
        if report is None:
            return self.tr("Looking at the mail of the last {days} days…").format(days=PREVIEW_DAYS)
        words = self.tr("In the last {days} days this rule would have stopped {number} of {asked} messages.")
        lines = [words.format(days=PREVIEW_DAYS, number=report.alone.messages, asked=report.asked)]
        others = report.alone.messages - report.decides
        if others > 0 and report.rule.enabled and all(each.fault is not RuleFault.COVERED for each in report.findings):
            lines.append(self.tr("Another rule stops {number} of them first.").format(number=others))
        return " ".join(lines)

    def show_examples(self) -> None:
        """**Show them**: the newest messages that the rule would have stopped."""
        if self._report is not None:
            title = self.tr("What “{rule}” would have stopped").format(rule=self._report.rule.text)
            dialog = MailListDialog(title, self._report.alone.examples, self._page.context, self._page)
            dialog.open()
