"""Two deliveries of one mail have one identity; another mail has another (RUN-03)."""

from __future__ import annotations

import base64
import quopri

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trackit_console.mail import content_identity, parse

pytestmark = pytest.mark.covers("RUN-03")

TEXT = "Grüße aus Köln,\n\nmein Drucker raucht.  \n> zitiert \nFrom here on: nothing. \n"


def quoted_printable(text: str, charset: str = "utf-8") -> bytes:
    encoded = quopri.encodestring(text.encode(charset))
    return b"Content-Type: text/plain; charset=%s\nContent-Transfer-Encoding: quoted-printable\n\n%s\n" % (
        charset.encode(),
        encoded,
    )


def in_base64(text: str, charset: str = "utf-8") -> bytes:
    encoded = base64.encodebytes(text.replace("\n", "\r\n").encode(charset))
    return b"Content-Type: text/plain; charset=%s\nContent-Transfer-Encoding: base64\n\n%s" % (charset.encode(), encoded)


def eight_bit(text: str, charset: str = "utf-8") -> bytes:
    return b"Content-Type: text/plain; charset=%s\nContent-Transfer-Encoding: 8bit\n\n%s" % (
        charset.encode(),
        text.encode(charset),
    )


IMAGE = b"Content-Type: image/png; name=shot.png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n"
LOG = b"Content-Type: text/plain\nContent-Disposition: attachment; filename=a.log\n\nline 1  \nline 2\n"
FROM = b"From: =?utf-8?q?J=C3=BCrgen_Au?= <ju@example.com>\n"
SUBJECT = b"Subject: =?utf-8?b?RHJ1Y2tlciBpbSAyLiBTdG9jaw==?= raucht\n"
DATE = b"Date: Mon, 23 Nov 2026 10:15:00 +0100\n"
HEADERS = b"To: help@example.com\nMessage-ID: <1@example.com>\n" + FROM + SUBJECT + DATE


def mail(body: bytes = b"", headers: bytes = HEADERS, files: bytes = IMAGE + b"--b1\n" + LOG, boundary: bytes = b"b1") -> bytes:
    raw = headers + b"Content-Type: multipart/mixed; boundary=b1\n\n--b1\n" + (body or quoted_printable(TEXT)) + b"--b1\n" + files
    return (raw + b"--b1--\n").replace(b"b1", boundary)


COPIES = {
    "base64": mail(in_base64(TEXT)),
    "base64 in another character set": mail(in_base64(TEXT, "iso-8859-1")),
    "8bit": mail(eight_bit(TEXT)),
    "8bit in another character set": mail(eight_bit(TEXT, "windows-1252")),
    "another boundary": mail(boundary=b"=_another"),
    "line ends": mail().replace(b"\n", b"\r\n"),
    "blanks trimmed at line ends": b"\n".join(line.rstrip() for line in mail(eight_bit(TEXT)).split(b"\n")),
    "trace headers": b"Received: from a by b; Mon, 23 Nov 2026 10:15:09 +0100\nDelivered-To: bo@example.com\nX-Spam: no\n"
    + mail(),
    "another recipient": mail(headers=HEADERS.replace(b"help@", b"desk@") + b"Cc: bo@example.com\n"),
    "another message id": mail(headers=HEADERS.replace(b"<1@", b"<2@")),
    "another encoding of subject and sender": mail(
        headers=b'From: "J\xc3\xbcrgen Au" <ju@Example.com>\nSubject: Drucker im\n 2. Stock raucht\n' + DATE
    ),
    "the time in another zone": mail(headers=FROM + SUBJECT + b"Date: 23 Nov 2026 09:15:00 GMT\n"),
    "an mbox file on the way": mail(eight_bit(TEXT.replace("From ", ">From "))),
    "flowing text": mail(eight_bit(TEXT).replace(b"text/plain", b"text/plain; format=flowed")),
}
OTHERS = {
    "another word": mail(quoted_printable(TEXT.replace("raucht", "brennt"))),
    "a word more": mail(quoted_printable(TEXT + "Danke")),
    "another subject": mail(headers=HEADERS.replace(b" raucht", b" brennt")),
    "another sender": mail(headers=HEADERS.replace(b"<ju@", b"<bo@")),
    "a second later": mail(headers=HEADERS.replace(b"10:15:00", b"10:15:01")),
    "no date": mail(headers=FROM + SUBJECT),
    "another file": mail(files=IMAGE.replace(b"iVB", b"aVB") + b"--b1\n" + LOG),
    "another name of a file": mail(files=IMAGE.replace(b"shot", b"shoot") + b"--b1\n" + LOG),
    "another line in a text file": mail(files=IMAGE + b"--b1\n" + LOG.replace(b"line 2", b"line 3")),
    "a file less": mail(files=IMAGE),
}


def identity(raw: bytes) -> str:
    return content_identity(parse(raw))


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES.keys())
def test_copy_on_another_way_has_the_same_identity(copy: bytes) -> None:
    assert identity(copy) == identity(mail())


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_another_message_has_another_identity(other: bytes) -> None:
    assert identity(other) != identity(mail())


def test_message_that_says_nothing_has_an_identity() -> None:
    assert len(identity(b"")) == 64


WORDS = st.lists(st.text(st.characters(categories=("L", "N", "So", "Sc")), min_size=1, max_size=12), min_size=1, max_size=20)


@settings(max_examples=200, deadline=None)
@given(WORDS, st.data())
def test_encoding_keeps_the_identity_and_any_other_word_changes_it(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    at = data.draw(st.integers(0, len(words) - 1))
    other = " ".join([*words[:at], words[at] + data.draw(st.sampled_from("aé字")), *words[at + 1 :]])
    ways = [identity(encode(text)) for encode in (quoted_printable, in_base64, eight_bit)]
    assert set(ways) == {ways[0]}
    assert identity(quoted_printable(other)) != ways[0]
