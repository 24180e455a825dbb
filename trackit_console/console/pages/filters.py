"""**Email Filters**: whose mail is accepted, and the rules for senders and subjects (FIL-01 to FIL-06)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from PySide6.QtCore import QTimer

from trackit_console.console.compiled.ui_filters_page import Ui_FiltersPage
from trackit_console.console.context import Context
from trackit_console.console.display_text import translated
from trackit_console.console.field_texts import offer
from trackit_console.console.message_boxes import ask
from trackit_console.console.operations.filter_trials import Analysis
from trackit_console.console.pages.editing_page import EditingPage
from trackit_console.console.pages.filter_trial import FilterTrial
from trackit_console.console.pages.restart_banner import RestartBanner
from trackit_console.console.pages.rule_lists import LISTS, RuleLists
from trackit_console.console.pages.rule_pane import RulePane
from trackit_console.console.pages.rule_transfer import RuleTransfer
from trackit_console.domain.audit import Audited
from trackit_console.helpdesk.filter_matcher import RuleList
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import ACCEPT_FROM_LABELS, Filters
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.validation import Finding

if TYPE_CHECKING:
    from trackit_console.console.task import Task
    from trackit_console.store.snapshot import Snapshot

CHANGE_MS = 250
"""After a change the rules are analysed; several changes at once are analysed together."""


class FiltersPage(EditingPage[Filters]):
    """Edits a copy of the filters; **Save** keeps it."""

    audited = Audited.FILTERS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.ui = Ui_FiltersPage()
        self.ui.setupUi(self)
        self._draft: Filters | None = None
        self._before_delete: Filters | None = None
        self._analysis: Analysis | None = None
        self._analysing: Task | None = None
        self._mark: int | None = None
        self._change = QTimer(self, singleShot=True, interval=CHANGE_MS)
        self._change.timeout.connect(self._analyse)
        self.lists = RuleLists(self.ui, self)
        self.tables = self.lists.tables
        self.trial = FilterTrial(self.ui, self, lambda: self._draft)
        self.pane = RulePane(self.ui, self)
        self.transfer = RuleTransfer(self, lambda: self._draft, self._add_rules)
        self._banner = RestartBanner(self.ui.restart_banner, self)
        self.remember(self.ui.splitter, [780, 330])
        self.show_texts()
        self._connect()

    def show_texts(self) -> None:
        offer(self.ui.accept_from, ACCEPT_FROM_LABELS)
        self.lists.show_texts()
        self.trial.show_texts()
        self.pane.show_texts()
        restore = self.tr("Restore defaults")
        self.ui.sender_empty.show_text(self.tr("No rules for senders"), self.tr("No sender is filtered out."), restore)
        self.ui.subject_empty.show_text(self.tr("No rules for subjects"), self.tr("No subject is filtered out."), restore)
        self._show_rule_message("")
        self.show_findings(self.stored.findings if self.stored else ())
        if self._draft is not None:
            self.fill(self._draft)

    def _connect(self) -> None:
        self.ui.accept_from.activated.connect(self._accept_chosen)
        self.ui.add_button.clicked.connect(self.add)
        self.ui.new_rule.returnPressed.connect(self.add)
        self.ui.new_rule.textChanged.connect(self._show_rule)
        self.ui.delete_button.clicked.connect(self.delete)
        self.ui.take_back_button.clicked.connect(self.take_back)
        self.ui.import_button.clicked.connect(self.transfer.import_rules)
        self.ui.export_button.clicked.connect(self.transfer.export_rules)
        self.ui.restore_button.clicked.connect(self.restore)
        self.ui.save_button.clicked.connect(self.save)
        self.ui.discard_button.clicked.connect(self.discard)
        self.ui.tabs.currentChanged.connect(self._picked)
        self.lists.picked.connect(self._picked)
        self.lists.edited.connect(self._edited)
        self.lists.refused.connect(self._show_rule_message)
        self.lists.delete_pressed.connect(self.delete)
        self.lists.insert_pressed.connect(self.ui.new_rule.setFocus)
        for name in LISTS:
            getattr(self.ui, f"{name}_empty").pressed.connect(self.restore)

    @property
    def rule_list(self) -> RuleList:
        """The list of the open tab."""
        return LISTS[self.ui.tabs.currentIndex()]

    def values(self) -> dict[str, Any]:
        return dict(self._draft) if self._draft is not None else {}

    def take_over(self, fields: Mapping[str, Any]) -> None:
        if self._draft is not None:
            self.fill(self._draft.model_copy(update=dict(fields)))

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._banner.show_snapshot(snapshot)
        self.follow(snapshot.filters)
        # New mail changes the counters, and what the rules would have stopped.
        if snapshot.mark != self._mark:
            self._mark = snapshot.mark
            self._change.start()

    def show_findings(self, found: Sequence[Finding]) -> None:
        words = [translated(each.message) for each in found if each.field == "accept_from"]
        self.ui.accept_from_message.setText("\n".join(words))
        self.ui.accept_from_message.setVisible(bool(words))

    def fill(self, filters: Filters) -> None:
        # Before the widgets: filling them leads to `refresh_actions`, which compares with the draft.
        self._draft = filters
        self._before_delete = None
        self.ui.accept_from.setCurrentIndex(self.ui.accept_from.findData(filters.accept_from))
        self._show_lists()
        self.ui.tabs.setTabText(0, self.tr("Rules for Sender ({number})").format(number=len(filters.sender)))
        self.ui.tabs.setTabText(1, self.tr("Rules for Subject ({number})").format(number=len(filters.subject)))
        self._picked()
        self._change.start()
        self.trial.again()

    def _show_lists(self) -> None:
        assert self._draft is not None
        self.lists.show_rules(self._draft, self._analysis)
        for name in LISTS:
            some = bool(getattr(self._draft, name))
            self.tables[name].view.setVisible(some)
            getattr(self.ui, f"{name}_empty").setVisible(not some)

    def _rules(self, rule_list: RuleList) -> list[FilterRule]:
        rules: list[FilterRule] = getattr(self._draft, rule_list)
        return rules

    def _replace(self, rule_list: RuleList, rules: Sequence[FilterRule]) -> None:
        assert self._draft is not None
        self.fill(self._draft.model_copy(update={rule_list: list(rules)}))

    # ------------------------------------------------------------------ what there is to say about the rules

    def _analyse(self) -> None:
        if self._draft is None:
            return
        if self._analysing is not None:
            self._analysing.drop()
        work = partial(self.context.services.filters.analyse, self._draft)
        # A database that cannot be read is told by the banner of the window.
        self._analysing = self.context.tasks.run(work, owner=self, then=self._analysed, failed=lambda _problem: None, quiet=True)

    def _analysed(self, analysis: Analysis) -> None:
        self._analysis = analysis
        if self._draft is not None:
            self._show_lists()

    def _picked(self) -> None:
        self._show_rule()
        self.refresh_actions()

    def _show_rule(self) -> None:
        """Shows the rule that is being typed, else the selected one."""
        if self._draft is None:
            return
        try:
            typed = FilterRule(text=self.ui.new_rule.text())
            self.pane.show_typed(self._draft, self.rule_list, typed)
        except ValidationError:
            line = self.tables[self.rule_list].current
            self.pane.show_rule(self._draft, self.rule_list, line.position if line else None)

    # ------------------------------------------------------------------ actions

    def _accept_chosen(self) -> None:
        if self._draft is not None:
            self.fill(self._draft.model_copy(update={"accept_from": self.ui.accept_from.currentData()}))

    def add(self) -> None:
        """**Add** the text to the list of the open tab."""
        if self._draft is None:
            return
        try:
            rule = FilterRule(text=self.ui.new_rule.text())
        except ValidationError as error:
            self._show_rule_message(translated(findings(error)[0].message))
            return
        rules = self._rules(self.rule_list)
        if any(each.text.casefold() == rule.text.casefold() for each in rules):
            self._show_rule_message(self.tr("This rule is in the list already."))
            return
        self._show_rule_message("")
        self._replace(self.rule_list, [*rules, rule])
        self.lists.select(self.rule_list, len(rules))
        self.ui.new_rule.clear()

    def _add_rules(self, new: dict[str, list[FilterRule]]) -> None:
        assert self._draft is not None
        self.fill(self._draft.model_copy(update={name: [*self._rules(name), *new[name]] for name in LISTS}))

    def _edited(self, rule_list: RuleList, position: int, rule: FilterRule) -> None:
        self._show_rule_message("")
        rules = list(self._rules(rule_list))
        before, rules[position] = rules[position], rule
        self._replace(rule_list, rules)
        # A rule is known by its text: with another one it would be selected no more.
        if rule.text != before.text:
            self.lists.keep_selected(rule_list, position)

    def _show_rule_message(self, words: str) -> None:
        self.ui.new_rule_message.setText(words)
        self.ui.new_rule_message.setVisible(bool(words))

    def delete(self) -> None:
        """**Delete** the selected rules; **Take back** puts them where they were."""
        gone = {line.position for line in self.tables[self.rule_list].selection}
        if not gone or self._draft is None:
            return
        before = self._draft
        self._replace(self.rule_list, [each for at, each in enumerate(self._rules(self.rule_list)) if at not in gone])
        # After `_replace`: filling the form forgets a deletion that could be taken back.
        self._before_delete = before
        self.ui.done_message.setText(self.tr("Deleted rules: {number}").format(number=len(gone)))
        self.refresh_actions()

    def take_back(self) -> None:
        """**Take back** the last deletion."""
        if self._before_delete is not None:
            self.fill(self._before_delete)

    def restore(self) -> None:
        """**Restore defaults**: asks first, because all other rules are removed."""
        words = self.tr("Replace all rules by the 4 sender rules and 15 subject rules that come with the product?")
        buttons = [self.tr("Restore defaults"), self.tr("Cancel")]
        if self._draft is not None and ask(self, self.tr("Restore defaults"), words, buttons) == 0:
            self.fill(Filters(accept_from=self._draft.accept_from))

    def save(self) -> None:
        """**Save**: takes effect when the monitor is started again."""
        if self._draft is not None:
            self.keep(self.context.services.settings.save_filters, self._draft)

    def refresh_actions(self) -> None:
        self.ui.save_button.setEnabled(self.unsaved)
        self.ui.discard_button.setEnabled(self.unsaved)
        self.ui.delete_button.setEnabled(self.tables[self.rule_list].current is not None)
        self.ui.export_button.setEnabled(self._draft is not None)
        self.ui.done_message.setVisible(self._before_delete is not None)
        self.ui.take_back_button.setVisible(self._before_delete is not None)
