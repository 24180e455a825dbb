"""What an import would change, in words: for its preview on screen and on the command line (DB-06).

Two values that differ never read the same, and nothing that changes is left out: who shows the short form of a change has
the whole to show as well. Where one long text is cut is in `differing_parts`.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from dataclasses import dataclass, replace
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from trackit_console.settings.configuration_parts import PART_TITLES
from trackit_console.settings.differing_parts import differing_parts
from trackit_console.settings.field_changes import ItemChanges, item_changes
from trackit_console.settings.import_plan import ItemState, PlannedChange, PlannedItem, SecretState
from trackit_console.settings.value_words import ValueWords
from trackit_console.user_messages import QT_TRANSLATE_NOOP

LONGEST = 200
"""Characters of a value in its short form."""
SECRETS = {
    SecretState.STORED: QT_TRANSLATE_NOOP("settings", "the stored one"),
    SecretState.FROM_FILE: QT_TRANSLATE_NOOP("settings", "the one in the file"),
}
OTHER_ORDER = QT_TRANSLATE_NOOP("settings", "the others in another order")


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """The title of a field, and its values now and after the import: whole, of a list only what differs.

    What is new has no value `before`. `items` are the items of a list one by one; they have no title, and one that is added
    or taken away has one value.
    """

    title: str
    before: str
    after: str
    items: tuple[ChangeWords, ...] = ()

    @property
    def short(self) -> tuple[str, str]:
        """Both values in a line each of at most `LONGEST` characters, with the place where they begin to differ."""
        return differing_parts(_one_line(self.before), _one_line(self.after), LONGEST)

    @property
    def is_cut(self) -> bool:
        """Whether the short form is not the whole."""
        return self.short != (self.before, self.after)


def item_words(item: PlannedItem, words: ValueWords) -> list[ChangeWords]:
    """The fields of `item` that would change."""
    whole = replace(words, many=sys.maxsize)
    return [_change_words(change, item.state is ItemState.ADDED, whole) for change in item.changes]


def change_lines(told: ChangeWords) -> list[str]:
    """A change as text: its short form, and below it all that this leaves out, marked like lines of a diff."""
    before, after = told.short
    lines = [f"{told.title}: {before} → {after}" if before else f"{told.title}: {after}"]
    if told.is_cut:
        for each in told.items or (told,):
            lines += [f"    - {line}" for line in each.before.splitlines()]
            lines += [f"    + {line}" for line in each.after.splitlines()]
    return lines


def _change_words(change: PlannedChange, added: bool, words: ValueWords) -> ChangeWords:
    field, before, after = change.fields[-1], change.before, change.after
    title = _title(change, words)
    if isinstance(after, list) and isinstance(before, list | None):
        found = item_changes(*to_jsonable_python((before or [], after)))
        # Where only the order differs, all of the list is told.
        if found.added or found.removed or found.changed:
            return _list_words(title, field, found, added, words)
    return ChangeWords(title, *_both(field, before, after, words, added=added))


def _title(change: PlannedChange, words: ValueWords) -> str:
    if change.path in PART_TITLES and not change.fields[0].title:  # a part that is one value
        return words.say(PART_TITLES[change.path])
    return " › ".join(map(words.title, change.path.split("."), change.fields))


def _list_words(title: str, field: FieldInfo, found: ItemChanges, added: bool, words: ValueWords) -> ChangeWords:
    old, new = ([pair[side] for pair in found.changed] for side in (0, 1))
    before, after = _both(field, [*old, *found.removed], [*new, *found.added], words, added=added)
    items = [ChangeWords("", *_both(field, *pair, words)) for pair in found.changed]
    items += [ChangeWords("", words.line(field, each), "") for each in found.removed]
    items += [ChangeWords("", "", words.line(field, each)) for each in found.added]
    if found.reordered:
        after = f"{after}; {words.say(OTHER_ORDER)}"
        items.append(ChangeWords("", "", words.say(OTHER_ORDER)))
    return ChangeWords(title, before, after, tuple(items))


def _both(field: FieldInfo, before: Any, after: Any, words: ValueWords, *, added: bool = False) -> tuple[str, str]:
    """Two values in words; as JSON where an eye could not tell the words apart, such as one blank from two."""
    if added:
        return "", _value(field, after, words)
    said = _value(field, before, words), _value(field, after, words)
    if _visible(said[0]) != _visible(said[1]):
        return said
    return _written_out(before), _written_out(after)


def _value(field: FieldInfo, value: Any, words: ValueWords) -> str:
    return words.say(SECRETS[value]) if isinstance(value, SecretState) else words.value(field, value, "; ")


def _written_out(value: Any) -> str:
    # Of several blanks, a tool tip shows one.
    return re.sub(" (?= )", r"\\u0020", json.dumps(to_jsonable_python(value)))


def _visible(text: str) -> str:
    """What an eye sees of `text` in a line: no invisible characters, and one form of a letter with an accent."""
    return _one_line("".join(each for each in unicodedata.normalize("NFKC", text) if each.isprintable() or each.isspace()))


def _one_line(text: str) -> str:
    return " ".join(text.split())
