"""What is bounded, and what happens beyond: kept as an attachment or left out, and said (SEC-03). No time is asserted."""

from __future__ import annotations

import tracemalloc

import pytest

from trackit_console.mail import find_keywords, parse, parse_warnings
from trackit_console.mail.addresses import ADDRESSES_LIMIT
from trackit_console.mail.headers import HEADER_LENGTH_LIMIT, HEADERS_LIMIT, IDS_LIMIT
from trackit_console.mail.keywords import KEYWORDS_LIMIT
from trackit_console.mail.parts import DEPTH_LIMIT, PARTS_LIMIT
from trackit_console.mail.replies import split_reply

pytestmark = pytest.mark.covers("SEC-03")


def test_parts_beyond_the_limit_are_kept_as_one_attachment() -> None:
    parts = b"".join(b"--b\nContent-Disposition: attachment; filename=f%d\n\nfile %d\n" % (i, i) for i in range(PARTS_LIMIT + 3))
    message = parse(b"Content-Type: multipart/mixed; boundary=b\n\n" + parts + b"--b--\n")
    assert len(message.attachments) == PARTS_LIMIT + 1
    assert b"file %d\n" % (PARTS_LIMIT + 2) in message.attachments[-1].content
    assert parse_warnings.MANY_PARTS in message.problems


def nested(depth: int) -> bytes:
    if depth == 0:
        return b"\nthe innermost text\n"
    return b"Content-Type: multipart/mixed; boundary=d%dx\n\n--d%dx\n%s\n--d%dx--\n" % (depth, depth, nested(depth - 1), depth)


def test_nesting_up_to_the_limit_is_read() -> None:
    assert parse(nested(DEPTH_LIMIT)).text == "the innermost text"


def test_nesting_beyond_the_limit_is_kept_as_an_attachment() -> None:
    message = parse(nested(DEPTH_LIMIT + 1))
    assert message.text == "" and b"the innermost text" in message.attachments[0].content
    assert parse_warnings.DEEP_NESTING in message.problems


def test_long_header_is_cut() -> None:
    message = parse(b"Subject: " + b"z" * (HEADER_LENGTH_LIMIT + 1) + b"\nX-After: 1\n\nstill here")
    assert message.subject == "z" * HEADER_LENGTH_LIMIT and message.text == "still here"
    assert parse_warnings.LONG_HEADER in message.problems


def test_headers_beyond_the_limit_are_left_out_and_the_text_stays() -> None:
    message = parse(b"X-Header: 1\n" * HEADERS_LIMIT + b"Subject: too late\n\nthe text")
    assert (message.subject, message.text) == ("", "the text")
    assert parse_warnings.MANY_HEADERS in message.problems


def test_addresses_beyond_the_limit_are_left_out() -> None:
    message = parse(b"To: " + b",".join(b"p%d@example.com" % i for i in range(ADDRESSES_LIMIT + 1)) + b"\n\n")
    assert len(message.to) == ADDRESSES_LIMIT
    assert parse_warnings.MANY_ADDRESSES in message.problems


def test_of_very_many_references_the_last_count() -> None:
    message = parse(b"References: " + b" ".join(b"<%d@x>" % i for i in range(IDS_LIMIT + 5)) + b"\n\n")
    assert len(message.references) == IDS_LIMIT and message.references[-1] == f"{IDS_LIMIT + 4}@x"


def test_keywords_beyond_the_limit_are_left_out() -> None:
    assert len(find_keywords("", " ".join(f"[Ticket - {i}]" for i in range(1, 1_000)))) == KEYWORDS_LIMIT


HOSTILE = {
    "open brackets": b"Subject: x\n\n" + b"[ " * 500_000,
    "open comments": b"From: " + b"(" * 60_000 + b"\n\n",
    "open quotes": b"From: " + b'\\"' * 30_000 + b"\n\n",
    "many at signs": b"From: " + b"@" * 60_000 + b",\n\n",
    "blanks in a name": b"From: a" + b" " * 60_000 + b"b\n\n",
    "open encoded words": b"Subject: " + b"=?" * 30_000 + b"\n\n",
    "semicolons": b"Content-Type: text/plain" + b"; " * 30_000 + b"\n\n",
    "blank lines": b"\r\n" * 500_000,
    "no line end": b"a: " * 500_000,
    "short boundary": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--bX\n" * 200_000,
    "blanks at line ends": b"Content-Type: text/html\n\n" + b"<pre>a" + b" " * 300_000 + b"b",
    "open html comments": b"Content-Type: text/html\n\n" + b"<!-- " * 100_000,
    "open scripts": b"Content-Type: text/html\n\n" + b"<script " * 100_000,
    "less-than signs": b"Content-Type: text/html\n\n" + b"<" * 500_000,
    "table of long lines": b"Content-Type: text/html\n\n<table><tr><td>" + b"y" * 100_000 + b"<tr><td>a" * 14_000,
    "padding": b"Content-Type: text/html\n\n" + b"<div style='padding-left:99999em'>a</div>" * 500,
    "attributions": b"\n" + b"On " + b"wrote " * 40 + b"10:15 a:b:\n" + b"On wrote 10:15 a:b:\n" * 50_000,
    "flowed": b"Content-Type: text/plain; format=flowed\n\n" + b"> a \n" * 100_000,
    "blanks in a folded header": b"Subject: a" + b" " * 60_000 + b"b\n c\n\n",
    "one word as an id": b"Message-ID: " + b"a" * 60_000 + b"\n\n",
    "blanks in a report": b"Content-Type: message/delivery-status\n\na: b" + b" " * 200_000 + b"c",
    "blanks after a guessed boundary": b"Content-Type: multipart/mixed\n\n" + (b"--b" + b" " * 60_000 + b"x\n") * 10,
    "broken letters": b"\n" + b"\x81\xc3" * 500_000,
    "tags without end": b"Content-Type: text/html\n\n" + b"<div>" * 400_000,
    "cids": b"Content-Type: text/html\n\n" + b"cid:" * 200_000,
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_repetition_is_read_in_bounded_time(raw: bytes) -> None:
    message = parse(raw)
    find_keywords(message.subject, message.new_text)
    assert len(message.text) <= 4 * len(raw)


def test_table_of_long_lines_is_not_padded_to_gigabytes() -> None:
    tracemalloc.start()
    parse(HOSTILE["table of long lines"])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50 * len(HOSTILE["table of long lines"])


def test_history_in_a_text_of_many_lines_is_found_near_its_top() -> None:
    text = "Thanks.\n\nOn 11/23/26 10:15, Ada <ada@example.com> wrote:\n" + "> line\n" * 100_000
    assert split_reply(text)[0] == "Thanks."
