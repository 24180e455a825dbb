"""**Business Rules**: what is done on events under conditions, and trying it (NOT-03)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trackit_console.console.compiled.ui_business_rules_page import Ui_BusinessRulesPage
from trackit_console.console.context import Context
from trackit_console.console.display_text import translated
from trackit_console.console.pages.business_rule_list import BusinessRuleList
from trackit_console.console.pages.definition_page import DefinitionPage
from trackit_console.console.pages.object_list import ObjectList
from trackit_console.settings.business_rules import BusinessRule

if TYPE_CHECKING:
    from trackit_console.helpdesk.business_rules.rule_findings import RuleFinding


class BusinessRulesPage(DefinitionPage):
    """The list, **Try it** below it, and a banner when rules undo each other or ask for what is not there."""

    def __init__(self, context: Context) -> None:
        # Before the base class, whose constructor calls `show_texts`.
        self._findings: Sequence[RuleFinding] = ()
        self._trial_begun = False
        super().__init__(context, Ui_BusinessRulesPage())
        self.remember(self.ui.splitter, [380, 320])
        self.ui.trial.begin(context, self._selected_rule)
        self._trial_begun = True
        self._tried: list[tuple[int, int]] = []
        self.current.picked.connect(self._rules_shown)

    def make_lists(self) -> Sequence[ObjectList]:
        return (BusinessRuleList(self.ui, self, self.context.services.business_rules),)

    def show_texts(self) -> None:
        super().show_texts()
        self._show_findings(self._findings)

    def refresh(self) -> None:
        super().refresh()
        if self._trial_begun:
            self.ui.trial.read_records()
        find = self.context.services.rule_trials.findings
        self.context.tasks.run(find, owner=self, then=self._show_findings, failed=lambda _problem: None, quiet=True)

    def refresh_actions(self) -> None:
        super().refresh_actions()
        self.ui.trial_card.setVisible(bool(self.current.table.model.rows))

    def _rules_shown(self) -> None:
        """The answers of **Try it** go when a rule was changed since: they are about rules as they were."""
        rules = [(row.id, row.version) for row in self.current.table.model.rows]
        if rules != self._tried and not self.ui.search.text().strip():
            self._tried = rules
            self.ui.trial.forget()
        self.ui.trial.refresh()

    def _selected_rule(self) -> BusinessRule | None:
        stored = self.current.table.current
        return stored.value if stored is not None and not stored.findings else None

    def _show_findings(self, findings: Sequence[RuleFinding]) -> None:
        self._findings = findings
        self.ui.banner.show_text("\n".join(translated(each.phrase) for each in findings))
