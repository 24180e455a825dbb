"""Filter rules as a CSV file: written for spreadsheets, and read with the line of everything that is wrong (FIL-05)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from trackit_console.console.csv_cells import escaped, unescaped
from trackit_console.settings.filters import FilterRule, Filters
from trackit_console.settings.validation import findings
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

HEADINGS = ("List", "Text", "Enabled", "Applies to", "Direction")
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
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    writer.writerow(HEADINGS)
    for name in LISTS:
        for rule in getattr(filters, name):
            enabled = "true" if rule.enabled else "false"
            writer.writerow([name, escaped(rule.text), enabled, rule.applies_to, rule.direction])
    return text.getvalue()


def read_rules(content: bytes) -> RuleFile:
    """Reads what `rules_csv` wrote, or a list of texts with those headings. Missing columns have the values of a new rule."""
    file = RuleFile()
    if len(content) > LONGEST_FILE:
        file.wrong.append(_wrong(1, QT_TRANSLATE_NOOP("rules", "The file is too large to be a list of rules.")))
        return file
    text = _decoded(content)
    # A spreadsheet of a country that writes 1,5 separates by semicolons.
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        headings = [each.strip().casefold() for each in next(reader, [])]
        if not {"list", "text"} <= set(headings):
            missing = QT_TRANSLATE_NOOP(
                "rules", "The first line must have the headings List and Text. Export the rules to see one."
            )
            file.wrong.append(_wrong(1, missing))
            return file
        for cells in reader:
            if any(cell.strip() for cell in cells):
                _read_line(file, reader.line_num, dict(zip(headings, cells, strict=False)))
    except csv.Error:
        file.wrong.append(_wrong(reader.line_num, QT_TRANSLATE_NOOP("rules", "The file is not a CSV file from here on.")))
    return file


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("windows-1252", "replace")  # Excel's “CSV”, other than its “CSV UTF-8”


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
                "text": unescaped(cells.get("text", "")),
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
