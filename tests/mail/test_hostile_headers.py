"""Headers that are made to cost much: what they cost is bounded (SEC-03). Each message has about 25 MB or fits in one header."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

SIZE = 25_000_000
LETTERS = "ä\n" * 10
HOSTILE: dict[str, Callable[[], bytes]] = {
    "a header of 25 MB": lambda: b"X-Data: " + b"x" * SIZE + b"\nSubject: s\n\ntext",
    "a header of 25 MB in folds": lambda: b"X-Data: " + b"x\n " * (SIZE // 3) + b"\nSubject: s\n\ntext",
    "a name of 25 MB": lambda: b"Subject: s\n" + b"x" * SIZE + b": x\n\ntext",
    "a line of 25 MB": lambda: b"Subject: s\n" + b"x" * SIZE + b"\n\ntext",
    "a million headers": lambda: b"X-Data: x\n" * 2_500_000 + b"\ntext",
    "lines without indent": lambda: b"Subject: s\n" + b"x y\nX-Data: x\n" * (SIZE // 14) + b"\ntext",
    "blank lines among headers": lambda: b"Received: x\n\n" * (SIZE // 13),
    "separators": lambda: b"From x\n" * (SIZE // 7),
    "byte order marks": lambda: b"\xef\xbb\xbf" * (SIZE // 3),
    "blanks before anything": lambda: b" " * SIZE,
    "stray lines before a long header": lambda: b"stray\nFrom: a\nX-Data: " + b"x" * SIZE,
    "UTF-16": lambda: ("\ufeffSubject: s\n\n" + LETTERS * (SIZE // 40)).encode("utf-16-le"),
    "raw letters in every header": lambda: (
        b"X-Data: charset=euc-jp; charset=big5 \xe4\xff" + (b"X-Data: " + b"\xe4\x81" * 3_000 + b"\n") * 4_000
    ),
    "encoded words": lambda: b"Subject: " + b"=?utf-8?q?=C3?= " * 100_000 + b"\n\ntext",
    "encoded words without end": lambda: b"Subject: " + b"=?a?q?" * 100_000 + b"\n\ntext",
    "base64 words without padding": lambda: b"Subject: " + b"=?utf-8?b?YWI?= " * 100_000 + b"\n\ntext",
    "one word of blanks": lambda: b"Subject: =?utf-8?q?" + b" " * 60_000 + b"x\n\ntext",
    "words in unknown character sets": lambda: b"Subject: " + b"".join(b"=?x%d?q?=C3?= " % i for i in range(5_000)) + b"\n\ntext",
    "nested comments": lambda: b"From: " + b"(" * 30_000 + b")" * 30_000 + b" <a@b>\n\ntext",
    "comments that never end": lambda: b"From: " + b"(" * 30_000 + b"()" * 15_000 + b" <a@b>\n\ntext",
    "comments in an address": lambda: b"From: <" + b"a(x)" * 15_000 + b"@b>\n\ntext",
    "angle brackets": lambda: b"From: " + b"<" * 60_000 + b"\n\ntext",
    "addresses in angle brackets": lambda: b"From: " + b"<a@b>" * 12_000 + b"\n\ntext",
    "quotes with backslashes": lambda: b"From: " + b'"\\' * 30_000 + b"\n\ntext",
    "names without an address": lambda: b"From: " + b"a," * 30_000 + b"\n\ntext",
    "at signs": lambda: b"From: " + b"a @ " * 15_000 + b"\n\ntext",
    "pieces of a parameter": lambda: b"Content-Type: a/b" + b"".join(b"; x*%d*=%%41" % i for i in range(5_000)) + b"\n\ntext",
    "a date of months": lambda: b"Date: " + b"1 Nov " * 10_000 + b"\n\ntext",
    "Japanese escape sequences": lambda: b"Content-Type: text/plain; charset=iso-2022-jp\n\n" + b"\x1b$BF|\x1b(B" * (SIZE // 8),
    "Japanese": lambda: b"Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B" + b"F|" * (SIZE // 2),
    "short runs in EUC-JP": lambda: b"Content-Type: text/plain; charset=euc-jp\n\n" + b"\xc6\xfca" * (SIZE // 3),
    "broken letters in EUC-JP": lambda: b"Content-Type: text/plain; charset=euc-jp\n\n" + b"\x81\xc3" * (SIZE // 2),
}


@pytest.mark.covers("SEC-03")
@pytest.mark.timeout(20)
@pytest.mark.skipif(sys.platform != "linux", reason="measures a process by /proc")
@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_headers_cost_a_bounded_amount(raw: Callable[[], bytes]) -> None:
    from tests.mail.measured import cost_of

    cost = cost_of(raw())
    assert cost.megabytes < 200
    assert cost.seconds < 5  # alone on the machine it is below 1
