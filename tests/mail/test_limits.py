"""What is bounded, and what happens beyond: kept as an attachment or left out, and said (SEC-03). No time is asserted."""

from __future__ import annotations

import encodings
import pkgutil
import struct
import sys
import tracemalloc
import zlib
from collections.abc import Callable

import pytest

from tests.mail.packed import COMPRESSED, SIGNED, attribute, binhex, cms, prop, properties, tnef
from trackit_console.mail import ParseWarning, find_keywords, parse
from trackit_console.mail.charsets import to_text
from trackit_console.mail.limits import (
    ADDRESSES_LIMIT,
    DEPTH_LIMIT,
    HEADER_LENGTH_LIMIT,
    HEADERS_LIMIT,
    IDS_LIMIT,
    KEYWORDS_LIMIT,
    PARTS_LIMIT,
    TEXT_BYTES_LIMIT,
    TEXT_LIMIT,
)
from trackit_console.mail.replies import split_reply

pytestmark = pytest.mark.covers("SEC-03")


def test_parts_beyond_the_limit_are_kept_as_one_attachment() -> None:
    parts = b"".join(b"--b\nContent-Disposition: attachment; filename=f%d\n\nfile %d\n" % (i, i) for i in range(PARTS_LIMIT + 3))
    message = parse(b"Content-Type: multipart/mixed; boundary=b\n\n" + parts + b"--b--\n")
    assert len(message.attachments) == PARTS_LIMIT + 1
    assert b"file %d\n" % (PARTS_LIMIT + 2) in message.attachments[-1].content
    assert ParseWarning.MANY_PARTS in message.problems


def test_of_a_huge_invitation_no_more_is_decoded_than_is_read() -> None:
    event = b"BEGIN:VEVENT\nSUMMARY:Budget 2027\nEND:VEVENT\n"
    raw = b"Content-Type: text/calendar\n\n" + event + "X-NOTE:\N{GRINNING FACE}\n".encode() * 1_000_000
    tracemalloc.start()
    message = parse(raw)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "Budget 2027" in message.text
    assert message.attachments[0].size > 12_000_000
    assert peak < 3 * len(raw)


def nested(depth: int) -> bytes:
    if depth == 0:
        return b"\nthe innermost text\n"
    return b"Content-Type: multipart/mixed; boundary=d%dx\n\n--d%dx\n%s\n--d%dx--\n" % (depth, depth, nested(depth - 1), depth)


def test_nesting_up_to_the_limit_is_read() -> None:
    assert parse(nested(DEPTH_LIMIT)).text == "the innermost text"


def test_nesting_beyond_the_limit_is_kept_as_an_attachment() -> None:
    message = parse(nested(DEPTH_LIMIT + 1))
    assert message.text == "" and b"the innermost text" in message.attachments[0].content
    assert ParseWarning.DEEP_NESTING in message.problems


def test_long_header_is_cut() -> None:
    message = parse(b"Subject: " + b"z" * (HEADER_LENGTH_LIMIT + 1) + b"\nX-After: 1\n\nstill here")
    assert message.subject == "z" * HEADER_LENGTH_LIMIT and message.text == "still here"
    assert ParseWarning.LONG_HEADER in message.problems


def test_headers_beyond_the_limit_are_left_out_and_the_text_stays() -> None:
    message = parse(b"X-Header: 1\n" * HEADERS_LIMIT + b"Subject: too late\n\nthe text")
    assert (message.subject, message.text) == ("", "the text")
    assert ParseWarning.MANY_HEADERS in message.problems


def test_addresses_beyond_the_limit_are_left_out() -> None:
    message = parse(b"To: " + b",".join(b"p%d@example.com" % i for i in range(ADDRESSES_LIMIT + 1)) + b"\n\n")
    assert len(message.to) == ADDRESSES_LIMIT
    assert ParseWarning.MANY_ADDRESSES in message.problems


def test_of_very_many_references_the_last_count() -> None:
    message = parse(b"References: " + b" ".join(b"<%d@x>" % i for i in range(IDS_LIMIT + 5)) + b"\n\n")
    assert len(message.references) == IDS_LIMIT and message.references[-1] == f"{IDS_LIMIT + 4}@x"


def test_keywords_beyond_the_limit_are_left_out() -> None:
    assert len(find_keywords("", " ".join(f"[Ticket - {i}]" for i in range(1, 1_000)))) == KEYWORDS_LIMIT


BOUNCE = b"Return-Path: <>\nFrom: MAILER-DAEMON@x.example\nSubject: Undeliverable\n\n"
REPORT = (
    b"From: MAILER-DAEMON@x.example\nContent-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"
)
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
    "padding everywhere": b"Content-Transfer-Encoding: base64\nContent-Type: image/png\n\n" + b"a=" * 500_000 + b"-",
    "one boundary for all": b"Content-Type: multipart/mixed; boundary=b\n\n"
    + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 20_000,
    "headers without indent": b"Subject: a\nb\n" * 70_000,
    "open comments in an address": b"From: <" + b"(a" * 30_000 + b"\n\n",
    "bounce of one word": BOUNCE + b"a" * 500_000,
    "bounce of open addresses": BOUNCE + b"a@" * 250_000,
    "bounce of open labels": BOUNCE + b"recipient: " * 50_000,
    "bounce of quoted lines": BOUNCE + (b">" * 39 + b"\n") * 12_000,
    "bounce of separators": BOUNCE + b"--- original message\n" * 25_000,
    "bounce of ids": BOUNCE + b"Message-ID:\n" * 40_000,
    "report of many recipients": REPORT + b"Final-Recipient: rfc822; a@b.example\n\n" * 100_000,
    "report of one long field": REPORT + b"Status: 5\n" + b" x\n" * 500_000,
    "report of tiny groups": REPORT + b"abc:\n\n" * 200_000,
    "subject of labels": b"From: mailer-daemon@x\nSubject: " + b"[a] " * 15_000 + b"\n\n",
    "cids": b"Content-Type: text/html\n\n" + b"cid:" * 200_000,
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_repetition_is_read_in_bounded_time(raw: bytes) -> None:
    message = parse(raw)
    find_keywords(message.subject, message.new_text)
    assert len(message.text) <= 4 * len(raw)


FLOWED = b"Content-Type: text/plain; format=flowed\n\n"
HTML = b"Content-Type: text/html; charset=utf-8\n\n"
BASE64 = b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n"
PARTS = b"Content-Type: multipart/mixed; boundary=b\n\n"
TNEF = b"Content-Type: application/ms-tnef\n\n"
SMIME = b"Content-Type: application/pkcs7-mime\n\n"
# Each token repeats the last 17 bytes that were written.
LONG_RTF = b"\0\0\0\0\xff\xff\xff\x7fLZFu\0\0\0\0" + (b"\xff" + b"\x0c\xef" * 8) * 1_000_000
LARGE: dict[str, Callable[[], bytes]] = {
    "flowing lines of one letter": lambda: FLOWED + b"a \n" * 8_000_000,
    "quoted flowing lines": lambda: FLOWED + b">> a\n>a \n" * 2_400_000,
    "lines of one letter": lambda: b"\n" + b"ab\n" * 8_000_000,
    "many texts": lambda: PARTS + (b"--b\n" + FLOWED + b"a \n" * 20_000) * 400,
    "table rows in many htmls": lambda: PARTS + (b"--b\n" + HTML + b"<table>" + b"<tr><td>a<td>b" * 3_400) * 490,
    "six htmls of 4 MB": lambda: PARTS + (b"--b\n" + HTML + b"<td>" * 1_000_000) * 6,
    "hidden elements in many htmls": lambda: PARTS + (b"--b\n" + HTML + b"<div style='display:none'>" * 1_900) * 490,
    "one wide letter in many htmls": lambda: PARTS + (b"--b\n" + HTML + b"\xf0\x9f\x98\x80" + b"<p>abc</p>" * 5_000) * 480,
    "one wide letter in a text": lambda: b"\n\xf0\x9f\x98\x80" + b"abc def\n" * 3_100_000,
    "bytes that utf-7 lacks": lambda: b"Content-Type: text/plain; charset=utf-7\n\n" + b"\x81" * 25_000_000,
    "bytes that a code page lacks": lambda: b"Content-Type: text/plain; charset=windows-874\n\n" + b"\xff\xfe\xfd" * 8_000_000,
    "flowing quoted blank lines": lambda: FLOWED + b">\n" * 12_500_000,
    "less-than signs and slashes": lambda: HTML + b"</" * 12_500_000,
    "one number": lambda: HTML + b"&#" + b"9" * 25_000_000,
    "many htmls": lambda: PARTS + (b"--b\nContent-Type: text/html\n\n" + b"<p>a<td>b " * 5_000) * 490,
    "a text that claims to be base64": lambda: BASE64 + b"a b " * 6_000_000,
    "many beginnings of files": lambda: b"\n" + b"begin 644 x\n" * 2_000_000,
    "many empty files": lambda: b"\n" + b"begin 644 x\n`\nend\n" * 1_400_000,
    "one large file in the text": lambda: b"\nbegin 644 x\n" + (b"M" + b"#" * 60 + b"\n") * 400_000 + b"`\nend\n",
    "capital letters below a beginning": lambda: b"\nbegin 644 x\n" + b"!A\n" * 8_000_000 + b"end\n",
    "many beginnings of yenc": lambda: b"\n" + b"=ybegin line=1 size=2 name=x\n" * 850_000,
    "runs of binhex": lambda: b"\n" + binhex(b"x", b"x\x90\xff" * 4_000_000).replace(b'"', b"!"),
    "attributes of winmail.dat": lambda: TNEF + tnef(attribute(0x8000, b"") * 2_000_000),
    "files of winmail.dat": lambda: TNEF + tnef(attribute(0x9002, b"", 2) * 2_000_000),
    "properties of winmail.dat": lambda: (
        TNEF + tnef(attribute(0x9003, struct.pack("<I", 3_000_000) + prop(3, 1, b"abcd") * 3_000_000))
    ),
    "rtf of winmail.dat": lambda: TNEF + tnef(attribute(0x9003, properties(prop(0x102, 0x1009, LONG_RTF)))),
    "pieces of signed mail": lambda: SMIME + cms(SIGNED, b"Content-Type: text/plain\n\n" + b"x" * 8_000_000, True, 1),
    "compressed mail": lambda: SMIME + cms(COMPRESSED, zlib.compress(b"Content-Type: text/plain\n\n" + b"ab \n" * 50_000_000)),
    "reports": lambda: (
        b"From: MAILER-DAEMON@x.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        + (b"--b\nContent-Type: message/delivery-status\n\n" + b"Final-Recipient: rfc822; a@b\nAction: failed\n\n" * 1_300) * 400
    ),
    "padded base64 in many parts": lambda: (
        b"Content-Type: multipart/mixed; boundary=b\n\n"
        + (b"--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n" + b"YQ==\n" * 10_000) * 490
    ),
    "incomplete base64": lambda: b"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n" + b"a=" * 12_500_000,
    "an html text": lambda: b"Content-Type: text/html; charset=utf-8\n\n" + b"<p>\xf0\x9f\x98\x80" * 3_500_000,
}


@pytest.mark.skipif(sys.platform != "linux", reason="measures a process by /proc")
@pytest.mark.parametrize("raw", LARGE.values(), ids=LARGE.keys())
def test_message_of_25_mb_costs_a_bounded_amount(raw: Callable[[], bytes]) -> None:
    from tests.mail.measured import cost_of

    cost = cost_of(raw())
    assert cost.megabytes < 200
    assert cost.seconds < 6  # processor time; alone on the machine it is below 2, and the square of the length takes minutes
    assert len(cost.text) < 2 * TEXT_LIMIT


def test_very_long_text_is_cut_and_kept_whole_as_an_attachment() -> None:
    message = parse(b"\n" + b"a" * TEXT_LIMIT + b"the end")
    assert message.text == "a" * TEXT_LIMIT
    assert message.attachments[0].name == "text.txt" and message.attachments[0].content.endswith(b"the end")
    assert ParseWarning.LONG_TEXT in message.problems


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_text_of_too_many_bytes_is_cut_at_a_line_and_kept_whole_as_an_attachment(kind: str) -> None:
    lines = "\u00e4\n".encode("utf-8") * (TEXT_BYTES_LIMIT // 3 + 1)
    message = parse(f"Content-Type: text/{kind}; charset=utf-8\n\n".encode() + lines + b"the end")
    assert message.text.startswith("\u00e4") and set(message.text) <= {"\u00e4", "\n", " "}
    assert len(message.attachments) == 1 and message.attachments[0].content.endswith(b"the end")
    assert ParseWarning.LONG_TEXT in message.problems and ParseWarning.WRONG_CHARSET not in message.problems


def test_text_of_utf_16_is_not_cut_within_a_letter() -> None:
    text = "\n\u010a" * (TEXT_BYTES_LIMIT // 4) + "the end"
    message = parse(b"Content-Type: text/plain; charset=utf-16le\n\n" + text.encode("utf-16le"))
    assert ParseWarning.LONG_TEXT in message.problems and ParseWarning.WRONG_CHARSET not in message.problems


def test_a_long_text_that_is_a_file_already_is_one_attachment() -> None:
    message = parse(b"Content-Type: text/plain; name=a.log\nContent-Disposition: inline\n\n" + b"a" * (TEXT_LIMIT + 1))
    assert [attachment.name for attachment in message.attachments] == ["a.log"]


def test_made_up_character_sets_do_not_stay_in_memory() -> None:
    for i in range(300):
        to_text(b"\xe4", f"made-up-{i}", [])
    kept = [name for name in encodings._cache if "made" in name]
    assert kept == []


def test_every_character_set_of_python_is_known_under_its_own_name() -> None:
    names = {module.name for module in pkgutil.iter_modules(encodings.__path__)}
    no_text = {name for name in names if name.endswith("_codec") or name.endswith("_escape")}
    no_text |= {"aliases", "charmap", "idna", "mbcs", "oem", "palmos", "punycode", "rot_13", "undefined"}
    problems: list[ParseWarning] = []
    for name in sorted(names - no_text):
        to_text(b"\xe4", name, problems)
    assert ParseWarning.UNKNOWN_CHARSET not in problems


def test_history_in_a_text_of_many_lines_is_found_near_its_top() -> None:
    text = "Thanks.\n\nOn 11/23/26 10:15, Ada <ada@example.com> wrote:\n" + "> line\n" * 100_000
    assert split_reply(text)[0] == "Thanks."
