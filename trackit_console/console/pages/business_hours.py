"""**Business Hours**: when the help desk is open, by which service levels count (NOT-04)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from trackit_console.console.compiled.ui_business_hours_page import Ui_BusinessHoursPage
from trackit_console.console.context import Context
from trackit_console.console.opening_text import OpeningText
from trackit_console.console.pages.form_page import FormPage
from trackit_console.console.widgets.holidays_field import by_date
from trackit_console.console.widgets.week_hours import by_day, together
from trackit_console.domain.audit import Audited
from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.people_checks import ENTRY
from trackit_console.settings.time_fields import WEEKDAY_LABELS
from trackit_console.settings.validation import Finding
from trackit_console.settings.validation_rules import CONTEXT
from trackit_console.store.row_mapping import Stored
from trackit_console.user_messages import Phrase

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot


class BusinessHoursPage(FormPage[BusinessHours]):
    """The week on the left, time zone and holidays on the right."""

    audited = Audited.BUSINESS_HOURS
    model = BusinessHours

    def __init__(self, context: Context) -> None:
        self._opening = OpeningText()
        super().__init__(context, Ui_BusinessHoursPage())
        self.show_texts()

    @property
    def save_operation(self) -> Callable[[Stored[BusinessHours]], None]:
        return self.context.services.settings.save_business_hours

    def values_of(self, settings: BusinessHours) -> dict[str, Any]:
        """In the form of the fields: entries that somebody else wrote may be put together in another way."""
        shown = {"hours": together(by_day(settings.hours)), "holidays": by_date(settings.holidays)}
        return super().values_of(settings) | shown

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.follow(snapshot.business_hours)
        self._show_now()

    def show_texts(self) -> None:
        super().show_texts()
        self._show_now()

    def refresh_actions(self, _edited: str = "") -> None:
        super().refresh_actions()
        self._show_now()

    def _show_now(self) -> None:
        """By what stands in the form, saved or not: so the effect is seen before it counts."""
        made, _ = self._read()
        words = self._opening.text(made, self.context.services.clock.now()) if made else ""
        self.ui.now_label.setText(words)
        self.ui.now_label.setVisible(bool(words))

    def _read(self) -> tuple[BusinessHours | None, list[Finding]]:
        made, found = super()._read()
        values = self.values() if found else {}
        return made, [_named(each, values) for each in found]


def _named(found: Finding, values: dict[str, Any]) -> Finding:
    """The finding at its field, saying of which day or holiday it is."""
    field, *path = found.field.split(".")
    if field not in ("hours", "holidays") or not path or not path[0].isdigit():
        return found
    entry = dict(values[field][int(path[0])])
    if field == "hours":
        name: object = Phrase(CONTEXT, WEEKDAY_LABELS[entry["days"][0]])
    else:
        name = entry["name"] or entry["date"]
    message = Phrase(CONTEXT, ENTRY, {"entry": name, "message": found.message}) if name else found.message
    return Finding(field, found.rule, message)
