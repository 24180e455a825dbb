"""Whether a condition of a business rule holds, with the sentence that tells an admin why (NOT-03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trackit_console.helpdesk.business_rules.value_labels import value_label
from trackit_console.settings.rule_conditions import CONDITION_CHOICES, CONDITION_LABELS, Condition
from trackit_console.settings.validation_rules import CONTEXT as SETTINGS
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

_IS = QT_TRANSLATE_NOOP("helpdesk", "{field} is {actual}.")
_IS_ANOTHER = QT_TRANSLATE_NOOP("helpdesk", "{field} is {actual}, not {value}.")
_IS_TEXT = QT_TRANSLATE_NOOP("helpdesk", "{field} is “{actual}”.")
_IS_ANOTHER_TEXT = QT_TRANSLATE_NOOP("helpdesk", "{field} is “{actual}”, not “{value}”.")
# The label of this field has the verb: "Sender is a".
_IS_A = QT_TRANSLATE_NOOP("helpdesk", "{field} {actual}.")
_IS_ANOTHER_ROLE = QT_TRANSLATE_NOOP("helpdesk", "{field} {actual}, not {value}.")
_IS_EMPTY_NOT = QT_TRANSLATE_NOOP("helpdesk", "{field} is empty, not “{value}”.")
_IS_EMPTY = QT_TRANSLATE_NOOP("helpdesk", "{field} is empty.")
_IS_FILLED = QT_TRANSLATE_NOOP("helpdesk", "{field} is “{actual}”, not empty.")
_LIST = QT_TRANSLATE_NOOP("helpdesk", "{first}, {rest}")
_HELD: Mapping[str, str] = {
    "contains": QT_TRANSLATE_NOOP("helpdesk", "{field} contains “{value}”: “{actual}”."),
    "begins_with": QT_TRANSLATE_NOOP("helpdesk", "{field} begins with “{value}”: “{actual}”."),
    "ends_with": QT_TRANSLATE_NOOP("helpdesk", "{field} ends with “{value}”: “{actual}”."),
}
_NOT_HELD: Mapping[str, str] = {
    "contains": QT_TRANSLATE_NOOP("helpdesk", "{field} does not contain “{value}”: “{actual}”."),
    "begins_with": QT_TRANSLATE_NOOP("helpdesk", "{field} does not begin with “{value}”: “{actual}”."),
    "ends_with": QT_TRANSLATE_NOOP("helpdesk", "{field} does not end with “{value}”: “{actual}”."),
}
OPPOSITES: Mapping[str, str] = {"is_not": "is", "does_not_contain": "contains", "is_not_empty": "is_empty"}
"""The operators that hold where another one does not, with that one."""


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """A condition and whether it holds; `actual` are the values that it was compared with, none where the field is empty."""

    condition: Condition
    holds: bool
    actual: tuple[str, ...]

    @property
    def phrase(self) -> Phrase:
        """Why it holds or not: “Priority is Medium, not High.”, for example."""
        condition = self.condition
        operator = OPPOSITES.get(condition.operator, condition.operator)
        return Phrase(
            "helpdesk",
            self._sentence(operator, self.holds is (operator == condition.operator)),
            {
                "field": Phrase(SETTINGS, CONDITION_LABELS[condition.field]),
                "value": value_label(condition.field, condition.value),
                "actual": _listed([value_label(condition.field, each) for each in self.actual]),
            },
        )

    def _sentence(self, operator: str, found: bool) -> str:
        if operator == "is_empty":
            return _IS_FILLED if self.actual else _IS_EMPTY
        if not self.actual:
            return _IS_EMPTY_NOT if operator == "is" else _IS_EMPTY
        if self.condition.field == "sender_role":
            return _IS_A if found else _IS_ANOTHER_ROLE
        if operator == "is" and self.condition.field in CONDITION_CHOICES:
            return _IS if found else _IS_ANOTHER
        if operator == "is":
            return _IS_TEXT if found else _IS_ANOTHER_TEXT
        return (_HELD if found else _NOT_HELD)[operator]


def _listed(values: Sequence[Phrase | str]) -> Phrase | str:
    if len(values) < 2:
        return values[0] if values else ""
    return Phrase("helpdesk", _LIST, {"first": values[0], "rest": _listed(values[1:])})
