"""Header blocks as they arrive: strange lines, raw letters, broken encoded words and parameters (MSG-07, SEC-03)."""

from __future__ import annotations

import pytest

from trackit_console.mail import ParseWarning, parse
from trackit_console.mail.encoded_words import decoded
from trackit_console.mail.parameters import with_parameters

pytestmark = pytest.mark.covers("MSG-07")

HEADERS = (
    b"From: Ada Byrne <ada@example.com>\nSubject: Lift\nMessage-ID: <1@example.com>\nContent-Type: text/plain; charset=utf-8\n"
)
BODY = b"\nStuck.\n"

BEFORE = {
    "byte order mark": (b"\xef\xbb\xbf", None),
    "mailbox separator": (b"From ada@example.com Mon Nov 23 10:15:00 2026\n", None),
    "byte order mark and separator": (b"\xef\xbb\xbf>From ada@example.com Mon Nov 23 10:15:00 2026\n", None),
    "separator and blank line": (b"From ada@example.com Mon Nov 23 10:15:00 2026\n\n", None),
    "banner": (b"*** This message was scanned ***\n", ParseWarning.STRAY_LINES),
    "banner and blank line": (b"*** This message was scanned ***\n\n", ParseWarning.STRAY_LINES),
    "answer of a POP3 server": (b"+OK 512 octets follow\n", ParseWarning.STRAY_LINES),
    "indent": (b"  ", None),
    "rest of a folded line": (b"\tby mx.example.com; Mon, 23 Nov 2026 10:15:00 +0100\n", ParseWarning.STRAY_LINES),
    "header and blank line": (b"X-Scanned: yes\n\n", ParseWarning.BLANK_LINE),
    "trace headers and blank lines": (b"Received: from mx.example.com\n\n\n", ParseWarning.BLANK_LINE),
}


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r\r\n"], ids=["LF", "CRLF", "CRCRLF"])
@pytest.mark.parametrize(("before", "problem"), BEFORE.values(), ids=BEFORE.keys())
def test_lines_before_the_headers_are_skipped(before: bytes, problem: ParseWarning | None, newline: bytes) -> None:
    message = parse((before + HEADERS + BODY).replace(b"\n", newline))
    assert (message.sender.address, message.subject, message.text) == ("ada@example.com", "Lift", "Stuck.")
    assert message.problems == ((problem,) if problem else ())


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "koi8-r"])
def test_message_saved_as_utf_16_is_read(codec: str, charset: str) -> None:
    text = "дверь" if charset == "koi8-r" else "Tür"
    raw = f"\ufeffFrom: ada@example.com\r\nSubject: {text}\r\nContent-Type: text/plain; charset={charset}\r\n\r\n{text}\r\n"
    message = parse(raw.encode(codec))
    assert (message.sender.address, message.subject, message.text) == ("ada@example.com", text, text)


def test_headers_go_on_after_a_blank_line_with_the_mime_headers() -> None:
    message = parse(b"From: ada@example.com\nSubject: Lift\n\nMIME-Version: 1.0\nContent-Type: text/html\n\n<b>Stuck.</b>")
    assert (message.text, message.problems) == ("Stuck.", (ParseWarning.BLANK_LINE,))


def test_parameters_without_indent_belong_to_the_header_above() -> None:
    message = parse(b'Subject: Lift\nContent-Type: multipart/mixed;\nboundary="b"\n\n--b\n\nStuck.\n--b--\n')
    assert (message.text, message.problems[0]) == ("Stuck.", ParseWarning.BROKEN_FOLD)


def test_text_right_below_the_headers_is_kept() -> None:
    message = parse(b"From: ada@example.com\nX-Mailer: a\nThe lift = stuck\n\nAgain.")
    assert message.text == "The lift = stuck\n\nAgain."


QUOTING = {
    "a reply": (
        b"From: ada@example.com\nSubject: Re: Lift\nMessage-ID: <2@x>\n\n",
        b"From: bo@example.com\nTo: ada@example.com\nSubject: Lift\nDate: Mon, 23 Nov 2026 10:15:00 +0100\n\nStuck.",
    ),
    "a reply without a subject": (
        b"From: ada@example.com\nMessage-ID: <2@x>\n\n",
        b"To: ada@example.com\nDate: Mon, 23 Nov 2026 10:15:00 +0100\nSubject: Lift\n\nStuck.",
    ),
    "all headers of another message": (b"From: ada@example.com\n\n", HEADERS + BODY),
    "headers of a bounced message": (
        b"From: MAILER-DAEMON@example.com\nSubject: failed\n\n",
        b"Return-Path: <a@x>\nReceived: from x\nContent-Type: text/plain\nSubject: Lift\n\nStuck.",
    ),
    "a form": (b"From: ada@example.com\n\n", b"Subject: Lift\nRoom: 12\nUrgent: yes\n\nStuck."),
    "no headers at all": (b"\n", b"Look at this.\n\nFrom: bo@example.com\nTo: ada@example.com\nSubject: Lift\n\nStuck."),
}


@pytest.mark.parametrize(("headers", "body"), QUOTING.values(), ids=QUOTING.keys())
def test_headers_that_the_text_quotes_stay_in_the_text(headers: bytes, body: bytes) -> None:
    assert parse(headers + body).text == body.strip(b"\n").decode()


RAW = {
    "the character set of the text": (b"Subject: \xc4\xd7\xc5\xd2\xd8\nContent-Type: text/plain; charset=koi8-r\n\n", "дверь"),
    "the character set of the first part": (
        b"Subject: \x83v\x83\x8a\x83\x93\x83^\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; "
        b"charset=Shift_JIS\n\nx\n--b--\n",
        "プリンタ",
    ),
    "the character set of an encoded word": (b"Subject: \xef\xee\nFrom: =?windows-1251?q?=C0?= <a@x>\n\n", "по"),
    "UTF-8 cut within a character": (
        b"Subject: \xc3\x9cber T\xc3\xbcren\xc3\nContent-Type: text/plain; charset=iso-8859-1\n\n",
        "Über Türen\ufffd",
    ),
    "windows-1252 if none is named": (b"Subject: T\xfcr\n\n", "Tür"),
    "windows-1252 if what is named fails": (b"Subject: T\xfcr\nContent-Type: text/plain; charset=us-ascii\n\n", "Tür"),
    "windows-1252 if what is named is not for headers": (b"Subject: T\xfcr\nContent-Type: text/plain; charset=utf-16\n\n", "Tür"),
    "escape sequences": (b"Subject: \x1b$B%W%j%s%?\x1b(B 1\n\n", "プリンタ 1"),
}


@pytest.mark.parametrize(("raw", "subject"), RAW.values(), ids=RAW.keys())
def test_raw_letters_of_a_header_are_read_in_the_character_set_named_elsewhere(raw: bytes, subject: str) -> None:
    message = parse(raw)
    assert message.subject == subject
    assert ParseWarning.RAW_HEADER in message.problems


WORDS = {
    "raw letters": ("=?iso-8859-1?q?Größe?=", "Größe"),
    "raw letters beside encoded ones": ("=?koi8-r?q?д=D7ерь?=", "дверь"),
    "raw letters that are not in the character set": ("=?iso-8859-1?q?дверь?=", "дверь"),
    "a character cut in two": ("=?utf-8?q?T=C3?= =?utf-8?q?=BCr?=", "Tür"),
    "a character cut between two encodings": ("=?utf-8?q?T=C3?= =?UTF-8?b?vHI=?=", "Tür"),
    "base64 cut in two": ("=?utf-8?b?VMO8cm?= =?utf-8?b?U=?=", "Türe"),
    "base64 without padding, twice": ("=?utf-8?b?VMO8cg?= =?utf-8?b?VMO8cg?=", "TürTür"),
    "blanks": ("=?utf-8?q?T=C3=BCr zu ?= =?utf-8?q?und?=", "Tür zu und"),
    "blanks around the names": ("=? utf-8 ?q?T=C3=BCr?=", "Tür"),
    "a question mark": ("=?utf-8?q?T=C3=BCr? zu?=", "Tür? zu"),
    "no end": ("Re: =?utf-8?q?T=C3=BCr", "Re: Tür"),
    "no end before another": ("=?utf-8?q?T=C3=BC =?utf-8?q?r?=", "Tür"),
    "cut within base64": ("=?utf-8?b?VMO8c", "Tü"),
    "no character set": ("=??q?T=C3=BCr?=", "Tür"),
    "a language": ("=?utf-8*de?q?T=C3=BCr?=", "Tür"),
    "glued to text": ("a=?utf-8?q?=C3=BC?=b", "aüb"),
    "two character sets": ("=?utf-8?q?=C3=BC?= =?iso-8859-1?q?=FC?=", "üü"),
    "a byte order mark": ("=?utf-8?b?77u/VMO8cg==?=", "Tür"),
    "a line break": ("=?utf-8?q?a=0D=0ABcc:_b?=", "a Bcc: b"),
    "nothing": ("=?utf-8?q??=", ""),
    "only a beginning": ("=?utf-8?", "=?utf-8?"),
}


@pytest.mark.parametrize(("value", "text"), WORDS.values(), ids=WORDS.keys())
def test_encoded_words_are_read_leniently(value: str, text: str) -> None:
    assert decoded(value, []) == text


NAMES = {
    "encoded word": ('a/b; name="=?utf-8?q?T=C3=BCr.pdf?="', "Tür.pdf"),
    "encoded word without quotes": ("a/b; name==?utf-8?q?T=C3=BCr.pdf?=", "Tür.pdf"),
    "encoded word in pieces": ('a/b; name*0="=?utf-8?q?T=C3"; name*1="=BCr.pdf?="', "Tür.pdf"),
    "two encoded words in pieces": ('a/b; name*0="=?utf-8?q?T=C3=BC?="; name*1=" =?utf-8?q?r.pdf?="', "Tür.pdf"),
    "percent signs": ("a/b; name*=utf-8''T%C3%BCr.pdf", "Tür.pdf"),
    "percent signs in pieces": ("a/b; name*1*=r.pdf; name*0*=utf-8''T%C3%BC", "Tür.pdf"),
    "percent signs without an asterisk": ("a/b; name=\"UTF-8''T%C3%BCr.pdf\"", "Tür.pdf"),
    "percent signs in quotes": ("a/b; name*=\"utf-8''T%C3%BCr.pdf\"", "Tür.pdf"),
    "apostrophes that are part of the name": ("a/b; name=\"it's Bo's 5%.pdf\"", "it's Bo's 5%.pdf"),
    "what looks like an encoded word": ("a/b; name*=utf-8''%3D%3Futf-8%3Fq%3Fx%3F%3D", "=?utf-8?q?x?="),
    "no semicolon after quotes": ('a/b; charset="utf-8" name="Tür.pdf"', "Tür.pdf"),
}


@pytest.mark.parametrize(("value", "name"), NAMES.values(), ids=NAMES.keys())
def test_file_name_is_read_from_a_parameter(value: str, name: str) -> None:
    assert with_parameters(value, [])[1]["name"] == name


def test_header_after_one_of_many_megabytes_is_read() -> None:
    message = parse(b"From: ada@example.com\nX-Data: " + b"x" * 5_000_000 + b"\nSubject: Lift\n\nStuck.")
    assert (message.subject, message.text) == ("Lift", "Stuck.")


def test_text_after_a_million_headers_is_read() -> None:
    message = parse(b"Subject: Lift\n" + b"X-Data: x\n" * 1_000_000 + b"\nStuck.")
    assert (message.subject, message.text, message.problems[0]) == ("Lift", "Stuck.", ParseWarning.MANY_HEADERS)
