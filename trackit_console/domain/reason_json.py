"""Reasons as they are kept: a JSON list of codes with facts, nested ones included; sentences are made when they are shown."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from trackit_console.domain.records import AppliedReason
from trackit_console.user_messages import Phrase, phrase_by_code

_NESTED = "$reason"
_PHRASE = "$phrase"


def reasons_to_json(reasons: Sequence[AppliedReason]) -> str:
    """The text that `reasons_from_json` reads again."""
    return json.dumps([[each.code, facts_to_plain(each.facts)] for each in reasons], ensure_ascii=False)


def reasons_from_json(text: str | None) -> tuple[AppliedReason, ...]:
    """The reasons in a column; none where it is empty."""
    return tuple(AppliedReason(code, facts_from_plain(facts)) for code, facts in json.loads(text)) if text else ()


def reason_codes(text: str | None) -> tuple[str, ...]:
    """The codes of the reasons in a column, without their facts."""
    return tuple(code for code, _ in json.loads(text)) if text else ()


def facts_to_plain(facts: Mapping[str, object]) -> dict[str, Any]:
    """Facts as JSON can hold them: text, numbers, and nested reasons and phrases as an object with one key."""
    return {name: _plain(value) for name, value in facts.items()}


def _plain(value: object) -> Any:
    if isinstance(value, AppliedReason):
        return {_NESTED: [value.code, facts_to_plain(value.facts)]}
    if isinstance(value, Phrase) and value.code:
        return {_PHRASE: [value.code, facts_to_plain(value.facts)]}
    return value if isinstance(value, int | float) else str(value)


def facts_from_plain(facts: Mapping[str, Any]) -> dict[str, object]:
    """The facts again."""
    return {name: _fact(value) for name, value in facts.items()}


def _fact(value: Any) -> object:
    # A mapping is always one of ours: `_plain` keeps whatever comes from a message as text, so mail cannot forge a reason.
    if isinstance(value, dict) and _NESTED in value:
        code, facts = value[_NESTED]
        return AppliedReason(code, facts_from_plain(facts))
    if isinstance(value, dict) and _PHRASE in value:
        code, facts = value[_PHRASE]
        made = phrase_by_code(code)
        return made(**facts_from_plain(facts)) if made else code  # the code of a newer version is shown as it is
    return value
