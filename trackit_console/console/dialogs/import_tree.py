"""The preview of an import as a tree: parts, what is in them, and fields (DB-06)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from trackit_console.console.display_text import label, tip
from trackit_console.console.setting_words import SETTING_WORDS
from trackit_console.settings.configuration_parts import PART_TITLES
from trackit_console.settings.import_plan import ImportPlan, ItemState, PlannedItem
from trackit_console.settings.plan_words import change_words

MOST_SHOWN = 500
"""Things of a part. Ten thousand requestors that are added look all the same."""
MOST_EXPANDED = 20
WHAT_WIDTH, VALUE_WIDTH = 280, 240


def show_plan(tree: QTreeWidget, plan: ImportPlan) -> None:
    """Fills `tree`; what stays the same is only counted."""
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
        single = len(items) == 1 and not items[0].name
        for item in changing[:MOST_SHOWN]:
            owner = row if single else QTreeWidgetItem(row, [item.name, "", _state_words()[item.state]])
            _add_fields(owner, item)
            owner.setExpanded(len(changing) <= MOST_EXPANDED)
        if len(changing) > MOST_SHOWN:
            QTreeWidgetItem(
                row, [QCoreApplication.translate("import_tree", "and {count} more").format(count=len(changing) - MOST_SHOWN)]
            )
        row.setExpanded(bool(changing))
    tree.setColumnWidth(0, WHAT_WIDTH)
    tree.setColumnWidth(1, VALUE_WIDTH)


def as_text(plan: ImportPlan) -> str:
    """The preview as lines, for the clipboard."""
    lines = []
    for part, items in _parts(plan):
        lines.append(f"{label(PART_TITLES[part])}: {_summary(part, items, plan)}")
        for item in items:
            if item.state is not ItemState.SAME:
                if item.name:
                    lines.append(f"  {item.name}: {_state_words()[item.state]}")
                lines += [
                    f"    {title}: {before} → {after}" if before else f"    {title}: {after}"
                    for title, before, after in _fields(item)
                ]
    return "\n".join(lines)


def _parts(plan: ImportPlan) -> list[tuple[str, list[PlannedItem]]]:
    return [(part, list(items)) for part, items in groupby(plan.items, key=lambda each: each.part)]


def _add_fields(row: QTreeWidgetItem, item: PlannedItem) -> None:
    for title, before, after in _fields(item):
        made = QTreeWidgetItem(row, [title, before, after])
        for column, words in enumerate((title, before, after)):
            made.setToolTip(column, tip(words))


def _fields(item: PlannedItem) -> list[tuple[str, str, str]]:
    """Title, value now and value after; of something new there is none now."""
    found = []
    for change in item.changes:
        title, before, after = change_words(change, SETTING_WORDS)
        found.append((title, before if item.state is ItemState.CHANGED else "", after))
    return found


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
