"""The two lists of filter rules: their columns, and editing in place (FIL-01, FIL-05)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from PySide6.QtCore import QObject, Qt, Signal

from trackit_console.console.display_text import label, moment, translated
from trackit_console.console.models.column import Column
from trackit_console.console.models.table import Table
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.widgets.shortcuts import shortcut_in
from trackit_console.helpdesk.filter_matcher import RuleList
from trackit_console.helpdesk.rule_faults import RuleFault, RuleFinding
from trackit_console.settings.filter_rules import APPLIES_TO_LABELS, DIRECTION_LABELS, FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.settings.pydantic_errors import findings
from trackit_console.store.singleton_settings import RuleCount
from trackit_console.user_messages import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from trackit_console.console.operations.filter_trials import Analysis
    from trackit_console.console.pages.page import Page

LISTS: tuple[RuleList, ...] = ("sender", "subject")
_NONE = RuleCount()
_TEXT = 1
_FIELDS = {_TEXT: "text", 2: "applies_to", 3: "direction"}
_NOTE = 6
FAULT_LABELS: dict[RuleFault, str] = {
    RuleFault.STOPS_EVERYTHING: QT_TRANSLATE_NOOP("rules", "Stops nearly all"),
    RuleFault.STOPS_PEOPLE: QT_TRANSLATE_NOOP("rules", "Stops people"),
    RuleFault.DUPLICATE: QT_TRANSLATE_NOOP("rules", "Duplicate"),
    RuleFault.NEVER_MATCHES: QT_TRANSLATE_NOOP("rules", "Never matches"),
    RuleFault.BRACKETS: QT_TRANSLATE_NOOP("rules", "Finds nobody"),
}
"""Of the faults that are warnings; remarks are told of the selected rule only."""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in its list; `position` is its place there, however the list is sorted on the screen."""

    rule_list: RuleList
    position: int
    rule: FilterRule
    count: RuleCount = _NONE
    finding: RuleFinding | None = None


class RuleLists(QObject):
    """The tables of the form `ui`. `edited` gives list, position and new rule; `refused` why an input was not taken."""

    edited = Signal(str, int, object)
    refused = Signal(str)
    picked = Signal()
    delete_pressed = Signal()
    insert_pressed = Signal()

    def __init__(self, ui: Any, page: Page) -> None:
        super().__init__(page)
        self._page = page
        self.tables = {name: self._table(getattr(ui, f"{name}_rules")) for name in LISTS}

    def _table(self, view: Any) -> Table[RuleLine]:
        model = TableModel(self._columns(), self._page, self._check, self._edit)
        table = Table(view, model, self._page.context.theme, self._page.context.window_settings)
        table.picked.connect(self.picked)
        view.setColumnHidden(_NOTE, True)
        # In the list only: in the field for a new rule, these keys edit the text.
        for key, slot in (
            (Qt.Key.Key_Delete, self.delete_pressed.emit),
            (Qt.Key.Key_Insert, self.insert_pressed.emit),
            (Qt.Key.Key_Space, partial(self._toggle, table)),
            (Qt.Key.Key_F2, partial(self._edit_current, table)),
        ):
            shortcut_in(view, key, slot)
        return table

    def show_texts(self) -> None:
        """Sets the headings in the present language."""
        for table in self.tables.values():
            table.retitle(self._columns())

    def _columns(self) -> list[Column[RuleLine]]:
        applies_to = {value: label(words) for value, words in APPLIES_TO_LABELS.items()}
        direction = {value: label(words) for value, words in DIRECTION_LABELS.items()}
        return [
            Column(self.tr("On"), lambda row: "", checked=lambda row: row.rule.enabled, order=lambda row: row.rule.enabled),
            Column(self.tr("Text"), lambda row: row.rule.text, stretch=True, edit=lambda row: row.rule.text, tip=self._tip),
            Column(
                self.tr("Applies to"),
                lambda row: applies_to[row.rule.applies_to],
                edit=lambda row: row.rule.applies_to,
                choices=applies_to,
            ),
            Column(
                self.tr("Direction"),
                lambda row: direction[row.rule.direction],
                edit=lambda row: row.rule.direction,
                choices=direction,
            ),
            Column(self.tr("Stopped"), lambda row: str(row.count.stopped), order=lambda row: row.count.stopped, right=True),
            Column(self.tr("Last"), self._last, order=lambda row: row.count.last_at.timestamp() if row.count.last_at else 0),
            Column(self.tr("Note"), _note, tone=lambda _row: "warn", tip=self._tip),
        ]

    @property
    def _now(self) -> datetime:
        return self._page.context.services.clock.now()

    def _last(self, row: RuleLine) -> str:
        return moment(row.count.last_at, self._now) if row.count.last_at else self.tr("Never")

    def _tip(self, row: RuleLine) -> str:
        return translated(row.finding.phrase) if row.finding else row.rule.text

    def show_rules(self, filters: Filters, analysis: Analysis | None) -> None:
        """Shows the rules; with the analysis of these very rules, also what there is to say about them."""
        counts: Mapping[tuple[str, str], RuleCount] = analysis.counts if analysis else {}
        known = analysis.findings if analysis is not None and analysis.filters is filters else {}
        for name in LISTS:
            rules: Sequence[FilterRule] = getattr(filters, name)
            lines = [
                RuleLine(name, at, rule, counts.get((name, rule.key), _NONE), next(iter(known.get((name, at), ())), None))
                for at, rule in enumerate(rules)
            ]
            table = self.tables[name]
            table.show_rows(lines, key=lambda row: (row.position, row.rule.text))
            table.view.setColumnHidden(_NOTE, not any(each.finding and each.finding.warning for each in lines))

    def select(self, rule_list: RuleList, position: int) -> None:
        """Selects the rule at `position`."""
        self.tables[rule_list].select(lambda row: row.position == position)

    def keep_selected(self, rule_list: RuleList, position: int) -> None:
        """Selects the rule at `position` while it is edited: the keyboard goes on from its cell."""
        table = self.tables[rule_list]
        table.select_rows([number for number, row in enumerate(table.model.rows) if row.position == position])

    # ------------------------------------------------------------------ editing in place

    def _check(self, line: RuleLine, enabled: bool) -> None:
        self.edited.emit(line.rule_list, line.position, line.rule.model_copy(update={"enabled": enabled}))

    def _toggle(self, table: Table[RuleLine]) -> None:
        """Switches the selected rules on, or off if all of them are on."""
        lines = table.selection
        enabled = not all(line.rule.enabled for line in lines)
        for line in lines:
            self._check(line, enabled)

    def _edit_current(self, table: Table[RuleLine]) -> None:
        """Edits the cell with the focus, or the text of its rule."""
        current = table.view.currentIndex()
        if current.isValid():
            table.view.edit(current if current.column() in _FIELDS else current.siblingAtColumn(_TEXT))

    def _edit(self, line: RuleLine, column: int, value: str) -> bool:
        try:
            rule = FilterRule.model_validate(line.rule.model_dump() | {_FIELDS[column]: value})
        except ValidationError as error:
            self.refused.emit(translated(findings(error)[0].message))
            return False
        if rule != line.rule:
            self.edited.emit(line.rule_list, line.position, rule)
        return True


def _note(row: RuleLine) -> str:
    fault = row.finding.fault if row.finding and row.finding.warning else None
    return label(FAULT_LABELS[fault], "rules") if fault else ""
