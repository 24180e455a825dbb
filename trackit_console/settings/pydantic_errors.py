"""What pydantic finds wrong, as findings of our validation rules."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from trackit_console.settings.validation import Finding
from trackit_console.settings.validation_rules import CONTEXT, RULES
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

_EXPECTED = {
    "int": QT_TRANSLATE_NOOP("settings", "a whole number"),
    "string": QT_TRANSLATE_NOOP("settings", "text"),
    "bool": QT_TRANSLATE_NOOP("settings", "true or false"),
    "list": QT_TRANSLATE_NOOP("settings", "a list"),
    "date": QT_TRANSLATE_NOOP("settings", "a date such as 2027-03-31"),
    "model": QT_TRANSLATE_NOOP("settings", "a group of settings"),
    "dict": QT_TRANSLATE_NOOP("settings", "a group of settings"),
    "json": QT_TRANSLATE_NOOP("settings", "a group of settings"),
}


_NAMES = ("extra_forbidden", "invalid_key")
"""Errors about the name of a field, not about a value."""


def findings(error: ValidationError, discriminators: Iterable[str] = ()) -> list[Finding]:
    """Converts pydantic's errors to findings.

    `discriminators` are the values (`imap`, `basic`, ...) that pydantic adds to the location of an error inside a union.
    They are not part of the file, so they are left out of the field's path.
    """
    hidden = set(discriminators)
    # Without the input, which may be a secret: `hide_input_in_errors` hides it in the text of the error alone.
    return [_finding(dict(each), hidden) for each in error.errors(include_url=False, include_input=False)]


def _finding(error: dict[str, object], hidden: set[str]) -> Finding:
    place = error["loc"]
    assert isinstance(place, tuple)
    facts = dict(error.get("ctx") or {})  # type: ignore[call-overload]
    kind = str(error["type"])
    named = kind in _NAMES
    culprit = str(facts.pop("_field", "") or facts.get("discriminator", "")).strip("'")
    facts.pop("_message", None)
    path = [str(part) for at, part in enumerate(place) if part not in hidden or (named and at == len(place) - 1)]
    rule, facts = _rule(kind, facts)
    return Finding(".".join([*path, culprit] if culprit else path), rule, Phrase(CONTEXT, RULES[rule], facts))


def _rule(kind: str, facts: dict[str, object]) -> tuple[str, dict[str, object]]:
    if kind in RULES:
        return kind, facts
    if kind in ("missing", "union_tag_not_found"):
        return "required", {}
    if kind in _NAMES:
        return "unknown_field", {}
    if kind == "literal_error":
        return "not_a_choice", {"choices": facts["expected"]}
    if kind == "union_tag_invalid":
        return "not_a_choice", {"choices": facts["expected_tags"]}
    if kind == "enum":
        return "not_a_choice", {"choices": facts["expected"]}
    return "wrong_type", {"expected": _EXPECTED.get(kind.partition("_")[0], kind)}
