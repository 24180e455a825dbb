"""Sample mail with odd headers, odd parts and odd files, of which nothing may be lost (MSG-04, MSG-07)."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

from trackit_console.demo.message_builder import MessageSpec, by_hand, bytes_of, lines, plain
from trackit_console.demo.sample_people import BO, CARL, JONAS, MEI, PRIYA, written

_PDF = "Content-Type: application/pdf; name=scan.pdf"


def byte_order_mark(name: str, at: datetime, keyword: str) -> bytes:
    """A byte order mark before the first header."""
    return b"\xef\xbb\xbf" + bytes_of(plain(MessageSpec(name, written(BO), "Toner is empty", at), "Floor two.\n\nBo\n"))


def lost_indents(name: str, at: datetime, keyword: str) -> bytes:
    """A gateway removed the indents of folded headers."""
    received = b"Received: from relay.example\r\nby mx.demo.example with ESMTPS; Mon, 2 Nov 2026 09:30:04 +0100\r\n"
    return received + bytes_of(plain(MessageSpec(name, written(MEI), "The lift is stuck", at), "Third floor.\n\nMei\n"))


def raw_letters(name: str, at: datetime, keyword: str) -> bytes:
    """Letters in the headers as they are, in the character set that only the text names."""
    spec = MessageSpec(name, "Olga <olga@branch.example>", "SUBJECT", at)
    raw = by_hand(spec, "us-ascii", "Нужен новый картридж.\r\n".encode("koi8-r"), 'Content-Type: text/plain; charset="koi8-r"')
    return raw.replace(b"SUBJECT", "Картридж".encode("koi8-r"))


def doubled_brackets(name: str, at: datetime, keyword: str) -> bytes:
    """Doubled angle brackets and a comment within the address."""
    spec = MessageSpec(name, "Jonas Weber <<jonas.weber(private)@demo.example>>", "Second screen", at)
    return by_hand(spec, "us-ascii", lines("Mine stays dark.", "", "Jonas").encode())


def forgotten_semicolon(name: str, at: datetime, keyword: str) -> bytes:
    """A Content-Type without its semicolon."""
    body = lines("--cut", "Content-Type: text/plain", "", "See the scan.", "--cut", _PDF, "", "%PDF-1.4", "--cut--")
    return by_hand(
        MessageSpec(name, written(PRIYA), "Scan", at), "us-ascii", body.encode(), "Content-Type: multipart/mixed boundary=cut"
    )


def type_with_a_star(name: str, at: datetime, keyword: str) -> bytes:
    """A Content-Type that only says that there are parts."""
    body = lines("--cut", "Content-Type: text/plain", "", "Here is the other scan.", "--cut", _PDF, "", "%PDF-1.4", "--cut--")
    return by_hand(
        MessageSpec(name, written(PRIYA), "Scan 2", at), "us-ascii", body.encode(), "Content-Type: multipart/*; boundary=cut"
    )


def behind_the_end(name: str, at: datetime, keyword: str) -> bytes:
    """A part that a virus scanner put behind the end of the message."""
    body = lines(
        "--cut", "Content-Type: text/plain", "", "My badge does not open door four.", "--cut--", "--cut", _PDF, "", "%PDF-1.4"
    )
    return by_hand(
        MessageSpec(name, written(BO), "Badge", at), "us-ascii", body.encode(), 'Content-Type: multipart/mixed; boundary="cut"'
    )


def named_text(name: str, at: datetime, keyword: str) -> bytes:
    """The only text of the message claims to be a file."""
    more = ('Content-Type: text/plain; name="message.txt"', 'Content-Disposition: attachment; filename="message.txt"')
    return by_hand(
        MessageSpec(name, written(MEI), "Monitor", at), "us-ascii", lines("My monitor stays black.", "", "Mei").encode(), *more
    )


def uuencoded(name: str, at: datetime, keyword: str) -> bytes:
    """A file within the text."""
    encoded = binascii.b2a_uu(b"item,count\r\ntoner,2\r\n").decode().rstrip("\n")
    body = lines("The order is below.", "", "begin 644 order.csv", encoded, "`", "end")
    return by_hand(MessageSpec(name, written(CARL), "Order", at), "us-ascii", body.encode())


def signed(name: str, at: datetime, keyword: str) -> bytes:
    """A signed message, whose text can be read without a key (RFC 8551)."""
    inner = lines("Content-Type: text/plain", "", "Please reset my token. This mail is signed.").encode()
    data = _der(0x30, _oid("1.2.840.113549.1.7.1") + _der(0xA0, _der(0x04, inner)))
    content = _der(0x30, _der(0x02, b"\x01") + _der(0x31, b"") + data + _der(0x31, b""))
    envelope = _der(0x30, _oid("1.2.840.113549.1.7.2") + _der(0xA0, content))
    body = base64.encodebytes(envelope).replace(b"\n", b"\r\n")
    kind = 'Content-Type: application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"'
    return by_hand(MessageSpec(name, written(PRIYA), "Token", at), "us-ascii", body, kind, "Content-Transfer-Encoding: base64")


def _der(tag: int, content: bytes) -> bytes:
    """An element of ASN.1 in DER, as CMS is written (RFC 5652)."""
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x82]) + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


def _oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    digits = bytes([first * 40 + second])
    for number in rest:
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(number & 0x7F | 0x80)
        digits += bytes(reversed(groups))
    return _der(0x06, digits)


def disguised_program(name: str, at: datetime, keyword: str) -> bytes:
    """A program that calls itself a picture."""
    message = plain(MessageSpec(name, written(JONAS), "Photo of the error", at), "Can you open it?\n\nJonas\n")
    program = b"MZ" + bytes(62) + b"This program cannot be run in DOS mode."
    message.add_attachment(program, maintype="image", subtype="jpeg", filename="error.jpg")
    return bytes_of(message)


def huge_table(name: str, at: datetime, keyword: str) -> bytes:
    """A table that would fill gigabytes if its columns were aligned."""
    html = f"<table><tr><td><pre>{chr(10) * 40_000}x</pre></td><td>{'y' * 20_000}</td></tr></table><p>Sent by our system.</p>"
    message = plain(MessageSpec(name, "Reports <reports@partner.example>", "Weekly report", at), "")
    message.set_content(html, subtype="html")
    return bytes_of(message)
