"""**Email Filters**: whose mail is accepted, and the rules for senders and subjects (FIL-01 to FIL-05)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

from trackit_console.console.compiled.ui_filters_page import Ui_FiltersPage
from trackit_console.console.context import Context
from trackit_console.console.display_text import label, translated
from trackit_console.console.field_texts import offer
from trackit_console.console.message_boxes import ask
from trackit_console.console.models.column import Column
from trackit_console.console.models.table import Table
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.pages.editing_page import EditingPage
from trackit_console.domain.audit import Audited
from trackit_console.settings.filters import ACCEPT_FROM_LABELS, APPLIES_TO_LABELS, DIRECTION_LABELS, FilterRule, Filters
from trackit_console.settings.validation import findings

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in its list."""

    rule_list: str
    rule: FilterRule


class FiltersPage(EditingPage[Filters]):
    """Edits a copy of the filters; **Save** keeps it."""

    audited = Audited.FILTERS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.ui = Ui_FiltersPage()
        self.ui.setupUi(self)
        self._draft: Filters | None = None
        self.tables = {
            "sender": Table(
                self.ui.sender_rules, TableModel(self._columns(), self, self._check), context.theme, context.window_settings
            ),
            "subject": Table(
                self.ui.subject_rules, TableModel(self._columns(), self, self._check), context.theme, context.window_settings
            ),
        }
        self.show_texts()
        self._connect()

    def show_texts(self) -> None:
        offer(self.ui.accept_from, ACCEPT_FROM_LABELS)
        for table in self.tables.values():
            table.retitle(self._columns())
        self._show_rule_message("")
        if self._draft is not None:
            self.fill(self._draft)

    def _columns(self) -> list[Column[RuleLine]]:
        return [
            Column(self.tr("On"), lambda row: "", checked=lambda row: row.rule.enabled, order=lambda row: row.rule.enabled),
            Column(self.tr("Text"), lambda row: row.rule.text, stretch=True),
            Column(self.tr("Applies to"), lambda row: label(APPLIES_TO_LABELS[row.rule.applies_to])),
            Column(self.tr("Direction"), lambda row: label(DIRECTION_LABELS[row.rule.direction])),
        ]

    def _connect(self) -> None:
        self.ui.accept_from.activated.connect(self._accept_chosen)
        self.ui.add_button.clicked.connect(self.add)
        self.ui.new_rule.returnPressed.connect(self.add)
        self.ui.delete_button.clicked.connect(self.delete)
        self.ui.restore_button.clicked.connect(self.restore)
        self.ui.save_button.clicked.connect(self.save)
        self.ui.discard_button.clicked.connect(self.discard)
        self.ui.tabs.currentChanged.connect(self.refresh_actions)
        for table in self.tables.values():
            table.picked.connect(self.refresh_actions)
            # In the list only: in the field for a new rule, Delete deletes characters.
            QShortcut(QKeySequence(Qt.Key.Key_Delete), table.view, self.delete, context=Qt.ShortcutContext.WidgetShortcut)

    @property
    def rule_list(self) -> str:
        """The list of the open tab."""
        return "sender" if self.ui.tabs.currentIndex() == 0 else "subject"

    def values(self) -> dict[str, Any]:
        return dict(self._draft) if self._draft is not None else {}

    def take_over(self, fields: Mapping[str, Any]) -> None:
        if self._draft is not None:
            self.fill(self._draft.model_copy(update=dict(fields)))

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.follow(snapshot.filters)

    def fill(self, filters: Filters) -> None:
        # Before the widgets: filling them leads to `refresh_actions`, which compares with the draft.
        self._draft = filters
        self.ui.accept_from.setCurrentIndex(self.ui.accept_from.findData(filters.accept_from))
        for rule_list, rules in (("sender", filters.sender), ("subject", filters.subject)):
            self.tables[rule_list].show_rows([RuleLine(rule_list, rule) for rule in rules], key=lambda row: row.rule.text)
        self.ui.tabs.setTabText(0, self.tr("Rules for Sender ({number})").format(number=len(filters.sender)))
        self.ui.tabs.setTabText(1, self.tr("Rules for Subject ({number})").format(number=len(filters.subject)))
        self.refresh_actions()

    def _change(self, rule_list: str, rules: Sequence[FilterRule]) -> None:
        assert self._draft is not None
        self.fill(self._draft.model_copy(update={rule_list: list(rules)}))

    def _rules(self, rule_list: str) -> list[FilterRule]:
        assert self._draft is not None
        rules: list[FilterRule] = getattr(self._draft, rule_list)
        return rules

    # ------------------------------------------------------------------ actions

    def _accept_chosen(self) -> None:
        if self._draft is not None:
            self.fill(self._draft.model_copy(update={"accept_from": self.ui.accept_from.currentData()}))

    def add(self) -> None:
        """**Add** the text to the list of the open tab."""
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
        self._change(self.rule_list, [*rules, rule])
        self.tables[self.rule_list].select(lambda row: row.rule == rule)
        self.ui.new_rule.clear()

    def _show_rule_message(self, words: str) -> None:
        self.ui.new_rule_message.setText(words)
        self.ui.new_rule_message.setVisible(bool(words))

    def delete(self) -> None:
        """**Delete** the selected rule; undone by **Undo changes**."""
        line = self.tables[self.rule_list].current
        if line is not None:
            self._change(line.rule_list, [each for each in self._rules(line.rule_list) if each != line.rule])

    def _check(self, line: RuleLine, enabled: bool) -> None:
        changed = line.rule.model_copy(update={"enabled": enabled})
        self._change(line.rule_list, [changed if each == line.rule else each for each in self._rules(line.rule_list)])

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
