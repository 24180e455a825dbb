"""Whatever bytes are packed in a message: reading them answers, and costs no more than the budget."""

from __future__ import annotations

import struct

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.mail.packed import COMPRESSED, SIGNED, attached, attribute, binhex, cms, prop, properties, tnef, uuencoded
from trackit_console.mail.budget import Budget
from trackit_console.mail.calendar_text import calendar_to_text
from trackit_console.mail.compressed_rtf import decompressed
from trackit_console.mail.enriched_text import enriched_to_text, richtext_to_text
from trackit_console.mail.rtf import read_rtf
from trackit_console.mail.smime import open_smime
from trackit_console.mail.text_files import files_within
from trackit_console.mail.tnef import read_tnef
from trackit_console.mail.tnef_message import TnefMessage

pytestmark = pytest.mark.covers("SEC-03")

WHOLE = [
    tnef(attribute(0x9003, properties(prop(0x1E, 0x37, b"s\0"), prop(0x102, 0x1009, b"x" * 20))), attached(b"a", b"b" * 9)),
    cms(SIGNED, b"Content-Type: text/plain\n\nx" * 3, True, 7),
    cms(COMPRESSED, b"x\x9c"),
    b"text\n" + uuencoded(b"x", b"y" * 90) + binhex(b"x", b"yz" * 9) + b"=ybegin size=1 name=x\nk\n=yend size=1\n",
    struct.pack("<II", 40, 30) + b"LZFu\0\0\0\0" + b"\x03\0\x0a\0rcpg125B2\x0a\xf3 hel\x09\0 bw\x05\xb0ld}\x0a\x80\x0f\xa0",
    rb"{\rtf1\ansi\fromhtml1{\fonttbl{\f0\fcharset204 A;}}\f0 \'c4\u8704?{\*\htmltag1 <p>}\htmlrtf x\htmlrtf0 y\par}",
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    raw = bytearray(draw(st.sampled_from(WHOLE)))
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(raw)))
        raw[at : at + draw(st.integers(0, 4))] = draw(st.one_of(st.binary(max_size=5), st.just(bytes(raw[at : at + 30]))))
    return bytes(raw)


def sizes(message: TnefMessage) -> int:
    return sum(len(file.data) + (sizes(file.message) if file.message else 0) for file in message.files)


@settings(max_examples=200, deadline=None)
@given(st.one_of(damaged(), st.binary(max_size=300)))
@example(b"\x78\x9f\x3e\x22")
@example(b"\x30\x80\xa0\x80\x24\x80")
def test_any_bytes_are_read_as_any_packed_format(data: bytes) -> None:
    budget = Budget(len(data))
    assert sizes(read_tnef(memoryview(data), budget)) <= 6 * len(data)
    assert len(open_smime(data, budget).content) <= budget.spent
    found, _ = files_within(data, budget)
    assert all(file.start < file.end <= len(data) for file in found)
    assert len(decompressed(memoryview(data), 500)[0]) <= 500
    read_rtf(data).text.encode()


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='<>/nlparmofi\n \\;:=BEGIN"VT', max_size=200))
def test_any_text_is_read_as_any_kind_of_text(text: str) -> None:
    for read in (enriched_to_text, richtext_to_text, calendar_to_text):
        assert len(read(text)) <= 2 * len(text) + 2
