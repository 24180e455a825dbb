"""The preview of an import as a tree: parts, what is in them, and fields (DB-06)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from trackit_console.console.display_text import label, tip
from trackit_console.console.setting_words import SETTING_WORDS
from trackit_console.settings.configuration_parts import PART_TITLES
from trackit_console.settings.differing_parts import differing_parts
from trackit_console.settings.import_plan import ImportPlan, ItemState, PlannedItem
from trackit_console.settings.plan_words import ChangeWords, change_lines, item_words

MOST_EXPANDED = 20
MOST_IN_TIP = 3000
"""Characters of a value in a tool tip: more would not fit on the screen."""
WHAT_WIDTH, VALUE_WIDTH = 280, 240
_UNFILLED = Qt.ItemDataRole.UserRole


def show_plan(tree: QTreeWidget, plan: ImportPlan) -> None:
    """Fills `tree`; what stays the same is only counted. Rows that are closed are left to `fill_row`."""
    tree.clear()
    tree.setColumnCount(3)
    tree.setHeaderLabels(
        [
            QCoreApplication.translate("import_tree", "What"),
            QCoreApplication.translate("import_tree", "Now"),
            QCoreApplication.translate("import_tree", "After the import"),
        ]
    )
    for part, items in _parts(plan):
        row = QTreeWidgetItem(tree, [label(PART_TITLES[part]), "", _summary(part, items, plan)])
        changing = [each for each in items if each.state is not ItemState.SAME]
        if len(items) == 1 and not items[0].name:
            _add_changes(row, item_words(items[0], SETTING_WORDS))
        else:
            _add_items(row, changing)
        row.setExpanded(bool(changing))
    tree.setColumnWidth(0, WHAT_WIDTH)
    tree.setColumnWidth(1, VALUE_WIDTH)


def fill_row(row: QTreeWidgetItem) -> None:
    """Adds the rows within one that is opened for the first time; the plan may have many times as many as a person opens."""
    holds = row.data(0, _UNFILLED)
    row.setData(0, _UNFILLED, None)
    if isinstance(holds, PlannedItem):
        _add_changes(row, item_words(holds, SETTING_WORDS))
    elif isinstance(holds, ChangeWords):
        _add_changes(row, holds.items)


def _add_items(part: QTreeWidgetItem, items: Sequence[PlannedItem]) -> None:
    states = _state_words()
    rows = [_unfilled([each.name, "", states[each.state]], each) for each in items]
    part.addChildren(rows)
    if len(rows) <= MOST_EXPANDED:
        for row in rows:
            _open(row)


def _add_changes(owner: QTreeWidgetItem, changes: Sequence[ChangeWords]) -> None:
    for told in changes:
        # What has room in a line needs no rows for the items of its list.
        items = told.items if told.is_cut else ()
        texts = [told.title, *told.short]
        row = _unfilled(texts, told) if items else QTreeWidgetItem(texts)
        for column, words in enumerate((told.title, *_tips(told))):
            row.setToolTip(column, tip(words))
        owner.addChild(row)
        if items and len(items) <= MOST_EXPANDED:
            _open(row)


def _unfilled(texts: list[str], holds: PlannedItem | ChangeWords) -> QTreeWidgetItem:
    row = QTreeWidgetItem(texts)
    row.setData(0, _UNFILLED, holds)
    row.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
    return row


def _open(row: QTreeWidgetItem) -> None:
    fill_row(row)
    row.setExpanded(True)


def _tips(told: ChangeWords) -> list[str]:
    """Both values whole, unless they are enormous: then where they begin to differ, and where the rest is."""
    whole = told.before, told.after
    shown = differing_parts(*whole, MOST_IN_TIP)
    note = QCoreApplication.translate("import_tree", "This is a part of the value. Copy has all of it.")
    return [part if part == value else f"{part}\n\n{note}" for part, value in zip(shown, whole, strict=True)]


def as_text(plan: ImportPlan) -> str:
    """The preview as lines, for the clipboard: nothing is left out of a value."""
    lines = []
    for part, items in _parts(plan):
        lines.append(f"{label(PART_TITLES[part])}: {_summary(part, items, plan)}")
        for item in items:
            if item.state is not ItemState.SAME:
                if item.name:
                    lines.append(f"  {item.name}: {_state_words()[item.state]}")
                lines += [f"    {line}" for told in item_words(item, SETTING_WORDS) for line in change_lines(told)]
    return "\n".join(lines)


def _parts(plan: ImportPlan) -> list[tuple[str, list[PlannedItem]]]:
    return [(part, list(items)) for part, items in groupby(plan.items, key=lambda each: each.part)]


def _summary(part: str, items: Sequence[PlannedItem], plan: ImportPlan) -> str:
    if len(items) == 1 and not items[0].name:
        return _state_words()[items[0].state]
    counts = [(state, sum(each.state is state for each in items)) for state in ItemState]
    words = [f"{count} {_state_words()[state].casefold()}" for state, count in counts if count]
    if part in plan.reordered:
        words.append(QCoreApplication.translate("import_tree", "put into the order of the file"))
    return ", ".join(words)


def _state_words() -> dict[ItemState, str]:
    return {
        ItemState.ADDED: QCoreApplication.translate("import_tree", "Added"),
        ItemState.CHANGED: QCoreApplication.translate("import_tree", "Changed"),
        ItemState.SAME: QCoreApplication.translate("import_tree", "The same"),
    }
