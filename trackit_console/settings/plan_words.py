"""What an import would change, in words: for its preview on screen and on the command line (DB-06)."""

from __future__ import annotations

from typing import Any

from pydantic.fields import FieldInfo

from trackit_console.settings.configuration_parts import PART_TITLES
from trackit_console.settings.import_plan import PlannedChange, SecretState
from trackit_console.settings.value_words import ValueWords
from trackit_console.user_messages import QT_TRANSLATE_NOOP

LONGEST = 200
"""Characters of a value."""
SECRETS = {
    SecretState.STORED: QT_TRANSLATE_NOOP("settings", "the stored one"),
    SecretState.FROM_FILE: QT_TRANSLATE_NOOP("settings", "the one in the file"),
}


def change_words(change: PlannedChange, words: ValueWords) -> tuple[str, str, str]:
    """The title of the field, its value now and after the import, each in one line."""
    if change.path in PART_TITLES and not change.fields[0].title:  # a part that is one value
        title = words.say(PART_TITLES[change.path])
    else:
        title = " › ".join(map(words.title, change.path.split("."), change.fields))
    before, after = change.before, change.after
    if isinstance(before, list) and isinstance(after, list):
        # Of a long list only what differs; where only the order does, all of it.
        gone, new = ([each for each in one if each not in other] for one, other in ((before, after), (after, before)))
        if gone or new:
            before, after = gone, new
    field = change.fields[-1]
    return title, _short(field, before, words), _short(field, after, words)


def _short(field: FieldInfo, value: Any, words: ValueWords) -> str:
    line = words.say(SECRETS[value]) if isinstance(value, SecretState) else words.line(field, value)
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
