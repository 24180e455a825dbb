"""Our reading beside that of the standard library, on every message of the corpus where the latter is right."""

from __future__ import annotations

import email
import email.message
import email.policy
import hashlib

import pytest

from tests.mail import expectations
from trackit_console.mail import parse

OURS_IS_RIGHT = {
    "banner-first": "we skip it, the standard library takes the headers for text",
    "base64-in-pieces": "we go on after padding",
    "blank-line-among-headers": "we read the headers below it too",
    "blank-lines-first": "we skip them, the standard library takes the headers for text",
    "byte-order-mark-first": "we skip it, the standard library takes the headers for text",
    "charset-gb2312-with-gb18030-letters": "we read the larger character set that is meant",
    "charset-is-a-python-codec": "we take idna for no character set",
    "charset-ks-c-5601-1989": "we know the character set",
    "charset-says-utf-8-is-windows-1252": "we guess the raw letters of the subject",
    "charset-windows-874": "we know the character set",
    "external-body": "we keep the headers of the file that is elsewhere",
    "folds-without-indent": "we join the lines, the standard library takes the rest of the headers for text",
    "header-garbage-line": "we join the line to the header above it, the standard library takes the rest of the headers for text",
    "line-ends-doubled": "we take the doubled CR for one, the standard library for a blank line",
    "raw-headers-iso-2022-jp": "we decode it",
    "raw-headers-koi8-r": "we read raw letters in the character set of the text",
    "saved-as-utf-16": "we decode it",
    "subject-broken-encoded-words": "we decode a word that never ends",
    "subject-folded-with-tab": "we make the tab a blank",
    "subject-hides-a-header": "we keep it on one line",
    "subject-words-without-end": "we decode a word that never ends",
    "uuencode-as-transfer-encoding": "we know other spellings of it",
    "winmail-dat-with-a-file": "we unpack it",
}
COMPARED = [name for name in expectations.NAMES if name not in OURS_IS_RIGHT]


def by_the_standard_library(raw: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def digest(part: email.message.Message) -> str:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("name", COMPARED)
def test_subject_agrees_with_the_standard_library(name: str) -> None:
    theirs = by_the_standard_library(expectations.raw(name))
    assert parse(expectations.raw(name)).subject == (theirs["subject"] or "").strip()


@pytest.mark.parametrize("name", COMPARED)
def test_every_attachment_of_the_standard_library_is_ours_byte_for_byte(name: str) -> None:
    theirs = by_the_standard_library(expectations.raw(name))
    files = [part for part in theirs.walk() if part.is_attachment() or part.get_content_maintype() in ("application", "image")]
    inner = {id(part) for message in theirs.walk() if message.get_content_type() == "message/rfc822" for part in message.walk()}
    digests = {digest(part) for part in files if id(part) not in inner and not part.get_content_type().startswith("message/")}
    assert digests <= {attachment.sha256 for attachment in parse(expectations.raw(name)).attachments}
