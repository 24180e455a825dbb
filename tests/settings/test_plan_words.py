"""The words of an import's preview: no change is left out, and none reads as if nothing changed (DB-06)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.settings.samples import SAMPLES
from trackit_console.settings.configuration import Configuration
from trackit_console.settings.configuration_plan import plan_import
from trackit_console.settings.differing_parts import differing_parts
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.settings.plan_words import LONGEST, ChangeWords, change_lines, item_words
from trackit_console.settings.value_words import ValueWords

pytestmark = pytest.mark.covers("DB-06")
LETTER = "We have received your message and will answer as soon as we can. " * 6
TEXTS = st.text("ab …\n", max_size=12).map(lambda text: text * 40) | st.text("ab …\n", max_size=600)


def told(part: str, before: Any, after: Any) -> ChangeWords:
    """The one field that changes."""
    old, new = (Configuration.model_construct(version=1, **{part: each}) for each in (before, after))
    [words] = [each for item in plan_import(old, new).items for each in item_words(item, ValueWords())]
    return words


def of_template(before: str, after: str) -> ChangeWords:
    sample: Any = SAMPLES["notification-template"]
    old, new = ([sample.model_copy(update={"text": text})] for text in (before, after))
    return told("notification_templates", old, new)


def of_rules(before: list[FilterRule], after: list[FilterRule]) -> ChangeWords:
    return told("filters", Filters(sender=before), Filters(sender=after))


def rules(*numbers: int, **fields: Any) -> list[FilterRule]:
    return [FilterRule(text=f"ads{number}@example.com", **fields) for number in numbers]


def test_a_long_text_is_cut_around_the_first_difference() -> None:
    words = of_template(LETTER, f"{LETTER}Yours, Ada")
    assert words.short == (
        "…message and will answer as soon as we can.",
        "…message and will answer as soon as we can. Yours, Ada",
    )
    assert (words.before, words.after) == (LETTER, f"{LETTER}Yours, Ada")


def test_a_long_text_that_differs_early_is_cut_behind_a_word() -> None:
    before, after = of_template(LETTER, f"Dear Bo, {LETTER}").short
    assert before.startswith("We have") and before.endswith(" we can. We…")
    assert after.startswith("Dear Bo, We have") and after.endswith(" as soon as we…")


def test_what_fits_into_a_line_is_not_cut() -> None:
    words = of_template("Hello", "Hello, Ada")
    assert words.short == (words.before, words.after) == ("Hello", "Hello, Ada")
    assert change_lines(words) == [f"{words.title}: Hello → Hello, Ada"]


@given(TEXTS, TEXTS)
@example("a" * 500, "a" * 500 + "b")
@example("a b" * 100, "a b" * 100 + " ")
def test_texts_that_differ_never_read_the_same_and_fit(before: str, after: str) -> None:
    if before != after:
        words = of_template(before, after)
        assert words.short[0] != words.short[1] and max(map(len, words.short)) <= LONGEST
        assert words.before != words.after


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("two words", "two  words", ('"two words"', '"two\\u0020 words"')),
        ("a\nb", "a\n\nb", ('"a\\nb"', '"a\\n\\nb"')),
        ("é", "e\u0301", ('"\\u00e9"', '"e\\u0301"')),
        ("ab", "a\u200bb", ('"ab"', '"a\\u200bb"')),
    ],
    ids=["a blank more", "an empty line more", "an accent of its own", "an invisible character"],
)
def test_what_an_eye_cannot_tell_apart_is_written_out(before: str, after: str, shown: tuple[str, str]) -> None:
    assert of_template(before, after).short == shown


def test_every_item_of_a_list_that_changes_is_told() -> None:
    words = of_rules(rules(*range(40)), rules(*range(20), enabled=False) + rules(*range(50, 75)))
    assert [(each.before, each.after) for each in words.items] == [
        *((f"ads{number}@example.com", f"ads{number}@example.com, Enabled: no") for number in range(20)),
        *((f"ads{number}@example.com", "") for number in range(20, 40)),
        *(("", f"ads{number}@example.com") for number in range(50, 75)),
    ]
    assert words.after.count(";") == 44 and "more" not in words.after
    lines = change_lines(words)
    assert lines[1:3] == ["    - ads0@example.com", "    + ads0@example.com, Enabled: no"]
    assert len(lines) == 1 + 20 * 2 + 20 + 25


def test_an_item_there_twice_is_told_when_one_goes() -> None:
    words = of_rules(rules(1, 1, 2), rules(1, 3))
    assert (words.before, words.after) == ("ads1@example.com; ads2@example.com", "ads3@example.com")


def test_another_order_of_a_list_is_told() -> None:
    words = of_rules(rules(1, 2), rules(2, 1))
    assert (words.before, words.after) == ("ads1@example.com; ads2@example.com", "ads2@example.com; ads1@example.com")
    assert of_rules(rules(1, 2), rules(2, 1, 3)).after == "ads3@example.com; the others in another order"
    assert of_rules(rules(1, 2), rules(3, 1, 2)).after == "ads3@example.com"


def test_a_list_of_something_new_is_told_item_by_item() -> None:
    words = told("restricted_file_types", None, ["exe", "js"])
    assert (words.before, words.after) == ("", "exe, js")
    assert [each.after for each in words.items] == ["exe", "js"]


def test_a_whole_text_is_listed_line_by_line() -> None:
    lines = change_lines(of_template("Dear Bo,\nhello", "Dear Bo,\nhello again"))
    assert lines[1:] == ["    - Dear Bo,", "    - hello", "    + Dear Bo,", "    + hello again"]


def test_words_without_a_blank_are_cut_anywhere() -> None:
    assert differing_parts("a" * 300, "a" * 300 + "b", 200) == ("…" + "a" * 40, "…" + "a" * 40 + "b")
