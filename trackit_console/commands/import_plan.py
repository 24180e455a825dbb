"""What an import would add and change, as `import --preview` tells it (DB-06, docs/interface.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trackit_console.commands.cli_context import answer

if TYPE_CHECKING:
    from trackit_console.settings.import_plan import ImportPlan, PlannedItem


def show_plan(plan: ImportPlan, *, as_json: bool) -> None:
    """What the import would do, in words or in the form of docs/interface.md."""
    from trackit_console.settings.import_plan import ItemState

    counts = {state.value: plan.count(state) for state in ItemState}
    if as_json:
        answer({"preview": {**counts, "items": [_as_answer(each) for each in plan.items], "reordered": list(plan.reordered)}})
        return
    for item in plan.items:
        if item.state is not ItemState.SAME:
            print("\n".join(_lines(item)))
    for part in plan.reordered:
        print(f"{part}: put into the order of the file")
    print(f"{counts['added']} added, {counts['changed']} changed, {counts['same']} the same. Nothing was imported.")


def _as_answer(item: PlannedItem) -> dict[str, Any]:
    from trackit_console.settings.import_plan import ItemState
    from trackit_console.settings.plan_words import item_words
    from trackit_console.settings.value_words import ValueWords

    fields = [
        {"field": change.path, "before": told.before if item.state is ItemState.CHANGED else None, "after": told.after}
        for change, told in zip(item.changes, item_words(item, ValueWords()), strict=True)
    ]
    return {"part": item.part, "name": item.name, "state": item.state.value, "fields": fields}


def _lines(item: PlannedItem) -> list[str]:
    from trackit_console.settings.plan_words import change_lines, item_words
    from trackit_console.settings.value_words import ValueWords

    lines = [f"{item.part}{f': {item.name}' if item.name else ''}  ({item.state.value})"]
    return lines + [f"    {line}" for told in item_words(item, ValueWords()) for line in change_lines(told)]
