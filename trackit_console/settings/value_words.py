"""Values of settings in words, for a preview: as the forms show them, without Qt (DB-06)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from trackit_console.settings.configuration_plan import PART_TITLES, FieldChange, SecretState
from trackit_console.settings.field_types import is_secret
from trackit_console.settings.presentation import presentation_of
from trackit_console.user_messages import QT_TRANSLATE_NOOP

Say = Callable[[str], str]
"""Translates a text of the context "settings"."""
LONGEST = 200
EMPTY = QT_TRANSLATE_NOOP("settings", "empty")
YES = QT_TRANSLATE_NOOP("settings", "yes")
NO = QT_TRANSLATE_NOOP("settings", "no")
SECRETS = {
    SecretState.STORED: QT_TRANSLATE_NOOP("settings", "the stored one"),
    SecretState.FROM_FILE: QT_TRANSLATE_NOOP("settings", "the one in the file"),
}


def title_of(change: FieldChange, say: Say) -> str:
    """The label of the field, behind those of the groups in which it stands."""
    titles = [say(each.title) for each in change.fields if each.title]
    plain = change.path.rpartition(".")[2].replace("_", " ").capitalize()
    return ": ".join(titles) or say(PART_TITLES.get(change.path, plain))


def words_of(change: FieldChange, say: Say) -> tuple[str, str]:
    """The value before and after the import."""
    info = change.fields[-1] if change.fields else None
    before, after = value_words(info, change.before, say), value_words(info, change.after, say)
    if isinstance(change.before, list) and isinstance(change.after, list):
        # Of a long list only what differs; where only the order does, all of it.
        gone = [each for each in change.before if each not in change.after]
        new = [each for each in change.after if each not in change.before]
        if gone or new:
            before, after = value_words(info, gone, say), value_words(info, new, say)
    return _short(before), _short(after)


def value_words(info: FieldInfo | None, value: Any, say: Say) -> str:
    """`value` as the form shows it. A secret is never among the values of a plan; one in a nested model is left out."""
    shown = presentation_of(info) if info is not None else None
    if value in (None, "", []):
        return say(shown.empty) if shown and shown.empty else say(EMPTY)
    if isinstance(value, SecretState):
        return say(SECRETS[value])
    # Before the choices: True equals 1, which may be one of them.
    if isinstance(value, bool):
        return say(YES) if value else say(NO)
    if isinstance(value, list):
        return ", ".join(value_words(info, each, say) for each in value)
    if isinstance(value, BaseModel):
        return _model_words(value, say)
    if shown and value in shown.choices:
        return say(shown.choices[value])
    if isinstance(value, date):
        return value.isoformat()
    text = str(value.value if isinstance(value, Enum) else value)
    return f"{text} {say(shown.unit)}" if shown and shown.unit else text


def _model_words(value: BaseModel, say: Say) -> str:
    """The fields that are not as they would be anyway, such as `(Text: ads@example.com; Enabled: no)`."""
    said = []
    for name, info in type(value).model_fields.items():
        each = getattr(value, name)
        if not is_secret(info) and each != info.get_default(call_default_factory=True, validated_data={}):
            said.append(f"{say(info.title or name)}: {value_words(info, each, say)}")
    return f"({'; '.join(said)})"


def _short(words: str) -> str:
    one_line = " ".join(words.split())
    return one_line if len(one_line) <= LONGEST else one_line[: LONGEST - 1] + "…"
