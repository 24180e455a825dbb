"""What was repaired in a message is kept as a code and read as a sentence."""

from __future__ import annotations

import re

import pytest

from trackit_console.mail import ParseWarning, parse, warning_phrase

pytestmark = pytest.mark.covers("MSG-07")


@pytest.mark.parametrize("code", ParseWarning)
def test_every_code_is_a_word_for_scripts_and_has_a_sentence(code: ParseWarning) -> None:
    phrase = warning_phrase(code)
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", code.value)
    assert phrase.context == "mail" and re.fullmatch(r"[A-Z].*[.]", phrase.text)


def test_a_code_of_another_version_is_shown_as_it_is() -> None:
    assert str(warning_phrase("from_the_future")) == "from_the_future"


def test_message_has_codes_and_its_json_has_sentences() -> None:
    message = parse(b"From: ada@example.com\nDate: never\n\n")
    assert message.problems == (ParseWarning.UNREADABLE_DATE,)
    assert message.as_dict()["problems"] == ["The date of the message could not be read."]
