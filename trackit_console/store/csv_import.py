"""Imports technicians, requestors and ticket templates from a CSV file, as the admin has seen it in the preview."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trackit_console.settings.people_csv_lines import CsvFile
from trackit_console.settings.people_csv_plan import LineState, PlannedLine, plan
from trackit_console.store.kept_objects import Repository
from trackit_console.store.row_mapping import Stored
from trackit_console.store.saving_errors import ChangedSincePreview


def plan_import(objects: Repository[Any], file: CsvFile[Any]) -> list[PlannedLine[Any]]:
    """What importing each line of `file` would do now."""
    return plan(file, [(each.id, each.version, each.value) for each in objects.all()])


def carry_out(objects: Repository[Any], file: CsvFile[Any], shown: Sequence[PlannedLine[Any]], by: str) -> None:
    """Imports the good lines of `file`; raises `ChangedSincePreview` if that would not do what was `shown`."""
    if plan_import(objects, file) != list(shown):
        raise ChangedSincePreview
    changed = [
        Stored(*each.replaces, each.value) for each in shown if each.state is LineState.CHANGED and each.replaces is not None
    ]
    objects.save_all(changed, by)
    objects.add_all([each.value for each in shown if each.state is LineState.ADDED], by)
