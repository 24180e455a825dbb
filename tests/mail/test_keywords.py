"""Keywords as they are typed, and what only looks like one (MSG-02)."""

from __future__ import annotations

import pytest

from trackit_console.mail import Keyword, find_keywords, write_keyword

pytestmark = pytest.mark.covers("MSG-02")

READ = {
    "as we write it": ("[Ticket - 123]", "Ticket", 123),
    "without blanks": ("[Ticket-123]", "Ticket", 123),
    "with more blanks": ("[  ticket  -  123  ]", "Ticket", 123),
    "in capitals": ("[ASSIGNMENT - 7]", "Assignment", 7),
    "with a non-breaking blank": ("[Requestor\u00a0-\u00a07]", "Requestor", 7),
    "with a dash of a word processor": ("[Announcement \u2013 7]", "Announcement", 7),
    "with blanks that are not seen": ("[Ticket\u200b -\u00ad \u2060123\ufeff]", "Ticket", 123),
    "with an ideographic blank": ("[Ticket\u3000-\u3000123]", "Ticket", 123),
    "with a minus sign": ("[Ticket \u2212 123]", "Ticket", 123),
    "broken into two lines": ("[Ticket -\n123]", "Ticket", 123),
    "with leading zeros": ("[Ticket - 000123]", "Ticket", 123),
    "the largest id": ("[Ticket - 2147483647]", "Ticket", 2147483647),
    "the older form": ("ref#Ticket-123", "Ticket", 123),
    "the older form in a sentence": ("see REF#ticket-123.", "Ticket", 123),
}
NOT_READ = {
    "id zero": "[Ticket - 0]",
    "an id beyond 32 bits": "[Ticket - 2147483648]",
    "an endless id": "[Ticket - " + "9" * 10_000 + "]",
    "a negative id": "[Ticket - -1]",
    "another module": "[Invoice - 123]",
    "no closing bracket": "[Ticket - 123",
    "round brackets": "(Ticket - 123)",
    "no id": "[Ticket - ]",
    "a letter that only folds to one of ours": "[Reque\u017ftor - 7]",
    "digits of another script": "[Ticket - \u0661\u0662]",
    "the older form inside a word": "xref#Ticket-123",
}


@pytest.mark.parametrize(("text", "module", "number"), READ.values(), ids=READ.keys())
def test_keyword_is_read(text: str, module: str, number: int) -> None:
    assert find_keywords(f"Re: {text} printer", "") == (Keyword(module, number, "subject"),)
    assert find_keywords("", f"Hello\n{text}\n") == (Keyword(module, number, "body"),)


@pytest.mark.parametrize("text", NOT_READ.values(), ids=NOT_READ.keys())
def test_text_that_only_looks_like_a_keyword_is_none(text: str) -> None:
    assert find_keywords(text, text) == ()


def test_subject_comes_before_the_text_and_each_record_once() -> None:
    found = find_keywords("[Ticket - 2] [Ticket - 1]", "[Requestor - 3] [Ticket - 1]")
    assert [(keyword.module, keyword.id) for keyword in found] == [("Ticket", 2), ("Ticket", 1), ("Requestor", 3)]


def test_keyword_in_a_quoted_line_does_not_count() -> None:
    assert find_keywords("", "> about [Ticket - 9]\nmine is [Ticket - 1]") == (Keyword("Ticket", 1, "body"),)


def test_keyword_is_written_as_documented() -> None:
    assert write_keyword("Ticket", 123) == "[Ticket - 123]"
