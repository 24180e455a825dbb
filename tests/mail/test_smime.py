"""Signed mail is read without a key; encrypted mail is named (MSG-07, RFC 8551)."""

from __future__ import annotations

import base64
import zlib

import pytest

from tests.mail.packed import COMPRESSED, ENVELOPED, SIGNED, cms, element
from trackit_console.mail import Message, ParseWarning, parse

pytestmark = pytest.mark.covers("MSG-07")

ENTITY = (
    b"Content-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\nContent-Type: text/plain\r\n\r\nThe badge is lost.\r\n"
    b"--in\r\nContent-Type: application/pdf; name=form.pdf\r\n\r\n%PDF-1.4\r\n--in--\r\n"
)


def smime(packed: bytes, kind: bytes = b"application/pkcs7-mime; smime-type=signed-data; name=smime.p7m") -> Message:
    headers = b"From: ada@example.com\nContent-Type: " + kind + b"\nContent-Transfer-Encoding: base64\n\n"
    return parse(headers + base64.encodebytes(packed))


def assert_read(message: Message) -> None:
    assert message.text == "The badge is lost."
    assert [file.name for file in message.attachments] == ["form.pdf", "smime.p7m"]


@pytest.mark.parametrize("indefinite", [False, True])
@pytest.mark.parametrize("piece", [0, 7, 1_000])
def test_signed_message_is_read_however_its_lengths_are_written(indefinite: bool, piece: int) -> None:
    message = smime(cms(SIGNED, ENTITY, indefinite, piece))
    assert_read(message)
    assert message.problems == ()


@pytest.mark.parametrize(
    "kind",
    [
        b"application/x-pkcs7-mime; name=smime.p7m",
        b"application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
        b"application/octet-stream; name=smime.p7m",
    ],
)
def test_content_decides_whether_a_message_is_signed(kind: bytes) -> None:
    assert_read(smime(cms(SIGNED, ENTITY), kind))


def test_compressed_message_is_read() -> None:
    assert_read(
        smime(cms(COMPRESSED, zlib.compress(ENTITY)), b"application/pkcs7-mime; smime-type=compressed-data; name=smime.p7m")
    )


def test_compressed_message_within_a_signed_one_is_read() -> None:
    inner = b"Content-Type: application/pkcs7-mime; name=inner.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    message = smime(cms(SIGNED, inner + base64.encodebytes(cms(COMPRESSED, zlib.compress(ENTITY)))))
    assert message.text == "The badge is lost."
    assert [file.name for file in message.attachments] == ["form.pdf", "inner.p7m", "smime.p7m"]


def test_encrypted_message_is_named_and_kept() -> None:
    message = smime(cms(ENVELOPED, b"secret"))
    assert message.problems == (ParseWarning.ENCRYPTED,)
    assert [file.name for file in message.attachments] == ["smime.p7m"]


def test_signed_file_that_is_no_message_stays_a_file() -> None:
    message = smime(cms(SIGNED, b"<?xml version='1.0'?><invoice/>"), b"application/pkcs7-mime; name=invoice.xml.p7m")
    assert (message.text, message.problems) == ("", ())
    assert [file.name for file in message.attachments] == ["invoice.xml.p7m"]


def test_certificates_without_content_stay_a_file() -> None:
    only = element(0x30, element(2, b"\1") + element(0x31, b"") + element(0x30, element(6, bytes.fromhex("2a864886f70d010701"))))
    message = smime(element(0x30, element(6, SIGNED) + element(0xA0, only)))
    assert (len(message.attachments), message.problems) == (1, ())


def test_signed_message_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    message = smime(cms(SIGNED, ENTITY)[:-30])
    assert message.text == "The badge is lost." and ParseWarning.NOT_UNPACKED in message.problems
    assert message.attachments[-1].name == "smime.p7m"


@pytest.mark.covers("SEC-03")
@pytest.mark.parametrize("packed", [b"", b"\x30", b"\x30\x80" * 50_000, b"\x30\x88" + b"\xff" * 40, b"\x24\x80\0\0", b"no ASN.1"])
def test_broken_structure_stays_a_file_and_is_named(packed: bytes) -> None:
    message = smime(packed)
    assert message.attachments[0].content == packed and ParseWarning.NOT_UNPACKED in message.problems


@pytest.mark.covers("SEC-03")
def test_compressed_message_is_not_inflated_without_limit() -> None:
    bomb = zlib.compress(b"Content-Type: text/plain\r\n\r\n" + bytes(60_000_000))
    message = smime(cms(COMPRESSED, bomb))
    assert ParseWarning.NOT_UNPACKED in message.problems and message.attachments[-1].name == "smime.p7m"
