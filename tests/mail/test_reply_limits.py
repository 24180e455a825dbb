"""Texts made to cost the split of replies time; a message's text has at most `TEXT_LIMIT` characters (SEC-03)."""

from __future__ import annotations

import time

import pytest

from trackit_console.mail.limits import TEXT_LIMIT
from trackit_console.mail.replies import split_reply

ATTRIBUTION = "On 11/23/26 10:15, Ada <ada@example.com> wrote:\n"
HOSTILE = {
    "lines of one letter": ("", "a\n"),
    "blank lines": ("a:\n", "\n"),
    "attributions": ("", "On Mon, Nov 2, 2026 at 5:02 PM Ada <ada@example.com> wrote:\n"),
    "almost attributions": ("", "On Mon, Nov 2 at 5:02 we wrote to ada@example.com:\n"),
    "verbs": ("", "On 1 wrote sent a écrit " * 10 + ":\n"),
    "dates": ("", "Nov 2 1.2.26 " * 20 + ":\n"),
    "times": ("", "1:11 2 " * 40 + ":\n"),
    "letters of words": ("", "абв" * 90 + ":\n"),
    "at signs": ("", "@" * 250 + ":\n"),
    "open brackets": ("", "<" * 250 + ":\n"),
    "one colon": ("", ":" * 299 + "\n"),
    "header lines": ("", "From: a\n"),
    "almost header blocks": ("", "Subject: ada@example.com 2026\nTo: b\n"),
    "separators": ("", "-- Original Message --\n"),
    "separators in the quotation": (ATTRIBUTION + "> a\n", "-- Original Message --\n> a\n"),
    "titles": ("", "----a----\nFrom: b\n"),
    "rules": ("", "-" * 290 + "\n"),
    "quoted lines": (ATTRIBUTION, "> a\n"),
    "blank quoted lines": (ATTRIBUTION, "> \n"),
    "quoted lines and blank ones": (ATTRIBUTION, "> a\n\n"),
    "marks in one line": (ATTRIBUTION + "> a\n" * 6_000, "> "),
    "attributions in the quotation": (ATTRIBUTION + "> a\n", ATTRIBUTION + "> a\n"),
}


@pytest.mark.covers("SEC-03")
@pytest.mark.parametrize(("beginning", "piece"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_split_in_bounded_time(beginning: str, piece: str) -> None:
    text = beginning + piece * (TEXT_LIMIT // len(piece))
    start = time.process_time()
    new, quoted = split_reply(text)
    assert time.process_time() - start < 2  # alone on the machine it is below 0.1
    assert sum(map(len, (new, quoted))) <= len(text) + 2
