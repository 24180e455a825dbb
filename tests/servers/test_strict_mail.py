"""That the strict reader of sent mail finds each fault, and none in a good message."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from tests.servers.strict_mail import faults_of

GOOD = (
    b"From: Support <support@example.com>\r\n"
    b'To: Bo Derek <bo@example.com>, "Doe, J." <jo@example.com>\r\n'
    b"Subject: =?utf-8?q?Dr=C3=BCcker?= is =?utf-8?b?ZXJsZWRpZ3Q=?=\r\n"
    b"Date: Thu, 26 Nov 2026 04:42:56 +0100\r\n"
    b"Message-ID: <1.2@example.com>\r\n"
    b"In-Reply-To: <0.1@example.com>\r\n"
    b"References: <0.0@example.com>\r\n <0.1@example.com>\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n"
    b"\r\n"
    b"Gr=C3=BC=C3=9Fe\r\n"
)
MULTIPART = GOOD.partition(b"Content-Type")[0] + (
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
    b"--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n--b--\r\n"
)


@pytest.mark.parametrize("raw", [GOOD, MULTIPART], ids=["text", "multipart"])
def test_a_good_message_has_no_faults(raw: bytes) -> None:
    assert faults_of(raw) == []


def test_what_the_standard_library_writes_has_no_faults() -> None:
    message = EmailMessage()
    message["From"], message["To"] = "Ünal <support@example.com>", ", ".join(f"user{each}@example.com" for each in range(30))
    message["Subject"] = "Der Drucker im zweiten Stock druckt schon wieder nur halbe Seiten – bitte um Hilfe"
    message["Date"], message["Message-ID"] = "Thu, 26 Nov 2026 04:42:56 +0000", "<1@example.com>"
    message.set_content("Grüße\n" * 5)
    message.add_alternative("<p>Grüße</p>\n", subtype="html")
    message.add_attachment(bytes(range(256)) * 9, maintype="application", subtype="pdf", filename="Übersicht.pdf")
    # 77: it writes the comma after an address without counting it.
    assert faults_of(message.as_bytes(policy=SMTP.clone(cte_type="7bit", max_line_length=77))) == []


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        (b"Gr=C3", b"a\nb", "bare LF"),
        (b"Gr=C3", b"a\rb", "bare CR"),
        (b"Gr=C3", b"a\0b", "NUL"),
        (b"Gr=C3", b"x" * 999, "octets"),
        (b"=9Fe\r\n", b"=9Fe", "last line"),
        (b"<0.0@example.com>\r\n ", b"<0.0@example.com> " * 5, "could be folded"),
        (b"References: ", b"References: \r\n \r\n ", "white space alone"),
        (b"MIME-Version: 1.0", b"Mime Version 1.0", "not a header field"),
        (b"Support <", "Süpport <".encode(), "not ASCII"),
        (b"Support <", b'"=?utf-8?q?x?=" <', "in quotes"),
        (b"=?utf-8?q?Dr=C3=BCcker?=", b"=?utf-8?q?Dr=C3?=", "cannot be decoded"),
        (b"=?utf-8?q?Dr=C3=BCcker?=", b"=?nonsense?q?Dr?=", "cannot be decoded"),
        (b"=?utf-8?q?Dr=C3=BCcker?=", b"=?utf-8?q?a b?=", "not an encoded word"),
        (b"=?utf-8?q?Dr=C3=BCcker?=", b"=?utf-8?q?" + b"a" * 64 + b"?=", "encoded word of 76"),
        (b"MIME-Version: 1.0\r\n", b"", "MIME-Version: missing"),
        (b"Date:", b"X-Date:", "Date: missing"),
        (b"From:", b"X-From:", "From: missing"),
        (b"Message-ID: <1.2@example.com>\r\n", b"Message-ID: <1.2@example.com>\r\n" * 2, "more than once"),
        (b"To: ", b"Cc: a@example.com\r\nCc: b@example.com\r\nTo: ", "Cc: given more than once"),
        (b"To: ", b"Bcc: a@example.com\r\nTo: ", "Bcc"),
        (b"Support <support@example.com>", b"a@example.com, b@example.com", "Sender"),
        (b"Bo Derek <", b"Bo D. <", "not a list of addresses"),
        (b"<bo@example.com>", b"<bo@example.com", "not a list of addresses"),
        (b"<bo@example.com>", b"<bo@>", "not a list of addresses"),
        (b"<bo@example.com>", b"<bo..x@example.com>", "not a list of addresses"),
        (b"<bo@example.com>", b"<" + b"b" * 65 + b"@e.com>", "more than 64"),
        (b"Thu, 26", b"Fri, 26", "not a Fri"),
        (b"26 Nov 2026", b"31 Nov 2026", "no such date"),
        (b"+0100", b"CET", "not a date"),
        (b"<1.2@example.com>", b"1.2@example.com", "not an id"),
        (b"<0.1@example.com>\r\nRef", b"yours of today\r\nRef", "not a list of ids"),
        (b"Gr=C3=BC", "Grü".encode(), "8-bit content in quoted-printable"),
        (b"Gr=C3=BC", b"Gr=c3=bc", "not quoted-printable"),
        (b"Gr=C3=BC", b"Gr=C3", "not utf-8"),
        (b"quoted-printable", b"binary", "the transfer encoding"),
        (b"quoted-printable", b"base64", "not base64"),
    ],
)
def test_each_fault_is_found(old: bytes, new: bytes, word: str) -> None:
    assert old in GOOD
    assert any(word in fault for fault in faults_of(GOOD.replace(old, new))), faults_of(GOOD.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        (b"--b--", b"", "CloseBoundaryNotFound"),
        (b'"b"', b'"c"', "StartBoundaryNotFound"),
        (b'; boundary="b"', b"", "NoBoundary"),
        (b"QUJD", b"QUJ", "not base64"),
        (b"hello", "grün".encode(), "8-bit content in 7bit"),
        (b"text/plain\r\n", b"text/plain\r\nContent-Transfer-Encoding: 8bit\r\n", "within a part that says 7bit"),
    ],
)
def test_each_fault_of_the_parts_is_found(old: bytes, new: bytes, word: str) -> None:
    assert old in MULTIPART
    assert any(word in fault for fault in faults_of(MULTIPART.replace(old, new)))


def test_utf8_in_headers_is_right_with_smtputf8() -> None:
    raw = GOOD.replace(b"Support <support@", "Ünal <ünal@".encode())
    assert faults_of(raw, smtputf8=True) == []
    assert faults_of(raw) == ["From: not ASCII"]
