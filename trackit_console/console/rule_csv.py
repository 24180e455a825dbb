"""Filter rules as a CSV file: written for spreadsheets, and read with the line of everything that is wrong (FIL-05)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from trackit_console.settings.csv_files import decoded, read_rows, unguarded, write_rows
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.settings.pydantic_errors import findings
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

HEADINGS = ("List", "Text", "Enabled", "Applies to", "Direction")
_HEADINGS = frozenset(each.casefold() for each in HEADINGS)
LISTS = ("sender", "subject")
_BOOLEANS = {"true": True, "yes": True, "1": True, "": True, "false": False, "no": False, "0": False}
LONGEST_FILE = 10_000_000
"""Bytes; 10,000 rules have about 500,000."""


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A line that is no rule, counted from 1, and why."""

    number: int
    message: Phrase


@dataclass(slots=True)
class RuleFile:
    """What a file holds: rules by list, and what is wrong with the other lines."""

    rules: dict[str, list[FilterRule]] = field(default_factory=lambda: {name: [] for name in LISTS})
    wrong: list[WrongLine] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(map(len, self.rules.values()))

    def new_for(self, filters: Filters) -> dict[str, list[FilterRule]]:
        """The rules that are not in `filters` yet, letter case aside, each once."""
        return {name: _without(getattr(filters, name), rules) for name, rules in self.rules.items()}


def rules_csv(filters: Filters) -> str:
    """Both lists. Values are those of the configuration file, so that any language reads them back."""
    rows: list[Sequence[str]] = [HEADINGS]
    for name in LISTS:
        for rule in getattr(filters, name):
            rows.append([name, rule.text, "true" if rule.enabled else "false", rule.applies_to, rule.direction])
    return write_rows(rows)


def read_rules(content: bytes) -> RuleFile:
    """Reads what `rules_csv` wrote, or a list of texts with those headings. Missing columns have the values of a new rule."""
    file = RuleFile()
    rows = read_rows(decoded(content), _headings_among)
    heading = next(rows, None)
    headings = [each.strip().casefold() for each in (heading.cells or ())] if heading else []
    if not {"list", "text"} <= set(headings):
        missing = QT_TRANSLATE_NOOP("rules", "The first line must have the headings List and Text. Export the rules to see one.")
        file.wrong.append(_wrong(1, missing))
        return file
    for row in rows:
        if row.cells is None:
            file.wrong.append(_wrong(row.line, QT_TRANSLATE_NOOP("rules", "The file is not a CSV file from here on.")))
        else:
            _read_line(file, row.line, dict(zip(headings, row.cells, strict=False)))
    return file


def _headings_among(cells: Sequence[str]) -> int:
    return sum(each.strip().casefold() in _HEADINGS for each in cells)


def _read_line(file: RuleFile, number: int, cells: Mapping[str, str]) -> None:
    name = cells.get("list", "").strip().casefold()
    if name not in LISTS:
        file.wrong.append(_wrong(number, QT_TRANSLATE_NOOP("rules", "List must be sender or subject.")))
        return
    enabled = cells.get("enabled", "").strip().casefold()
    if enabled not in _BOOLEANS:
        file.wrong.append(_wrong(number, QT_TRANSLATE_NOOP("rules", "Enabled must be true or false.")))
        return
    try:
        rule = FilterRule.model_validate(
            {
                "text": unguarded(cells.get("text", "")),
                "enabled": _BOOLEANS[enabled],
                "applies_to": cells.get("applies to", "").strip().casefold() or "both",
                "direction": cells.get("direction", "").strip().casefold() or "both",
            }
        )
    except ValidationError as error:
        file.wrong += [WrongLine(number, each.message) for each in findings(error)]
        return
    file.rules[name].append(rule)


def _wrong(number: int, text: str) -> WrongLine:
    return WrongLine(number, Phrase("rules", text))


def _without(present: Iterable[FilterRule], rules: Iterable[FilterRule]) -> list[FilterRule]:
    known = {_key(each) for each in present}
    new: list[FilterRule] = []
    for rule in rules:
        if _key(rule) not in known:
            known.add(_key(rule))
            new.append(rule)
    return new


def _key(rule: FilterRule) -> tuple[str, str, str]:
    return rule.text.casefold(), rule.applies_to, rule.direction
