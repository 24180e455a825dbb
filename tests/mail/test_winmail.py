"""Files and text in winmail.dat are unpacked (MSG-07, MS-OXTNEF)."""

from __future__ import annotations

import base64
import struct

import pytest

from tests.mail.packed import BINARY, NUMBER, OBJECT, TEXT, UNICODE, attached, attribute, prop, properties, tnef
from trackit_console.mail import Message, ParseWarning, parse

pytestmark = pytest.mark.covers("MSG-07")

TNEF_TYPE = b"application/ms-tnef; name=winmail.dat"
# The example of MS-OXRTFCP section 4.1: "hello world".
COMPRESSED = bytes.fromhex("2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0")
PLAN = attached(b"PLAN~1.TXT", b"see level two", prop(UNICODE, 0x3707, "Plan für Ebene 2.txt\0".encode("utf-16-le")))
EMBEDDED_ID = bytes.fromhex("0703020000000000c000000000000046")


def mail(packed: bytes, text: bytes = b"", kind: bytes = TNEF_TYPE) -> Message:
    body = b"--b\nContent-Type: text/plain\n\n" + text + b"\n--b\nContent-Type: " + kind
    encoded = b"\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(packed) + b"--b--\n"
    return parse(b"From: ada@example.com\nContent-Type: multipart/mixed; boundary=b\n\n" + body + encoded)


def uncompressed(rtf: bytes) -> bytes:
    return struct.pack("<II", len(rtf) + 12, len(rtf)) + b"MELA\0\0\0\0" + rtf


def names(message: Message) -> list[str]:
    return [file.name for file in message.attachments]


@pytest.mark.parametrize("kind", [TNEF_TYPE, b"application/octet-stream", b"application/vnd.ms-tnef; name=x.bin"])
def test_file_is_unpacked_under_its_long_name_in_place_of_winmail_dat(kind: bytes) -> None:
    message = mail(tnef(PLAN), b"The plan.", kind)
    assert (message.text, names(message), message.problems) == ("The plan.", ["Plan für Ebene 2.txt"], ())
    assert message.attachments[0].content == b"see level two"


def test_file_in_a_property_has_its_type_and_content_id() -> None:
    picture = attached(
        b"image001.png",
        b"",
        prop(BINARY, 0x3701, b"\x89PNG"),
        prop(TEXT, 0x370E, b"image/png\0"),
        prop(TEXT, 0x3712, b"logo@example.com\0"),
    )
    html = attribute(0x9003, properties(prop(BINARY, 0x1013, b"<p>See <img src='cid:logo@example.com'></p>")))
    (file,) = mail(tnef(html, picture)).attachments
    assert (file.content, file.content_type, file.content_id, file.inline) == (b"\x89PNG", "image/png", "logo@example.com", True)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (prop(UNICODE, 0x1000, "Tür 4 klemmt.\0".encode("utf-16-le")), "Tür 4 klemmt."),
        (prop(TEXT, 0x1000, "Дверь не закрывается.\0".encode("cp1251")), "Дверь не закрывается."),
        (prop(BINARY, 0x1013, b"<p>Door <b>4</b> is stuck.</p>"), "Door 4 is stuck."),
        (prop(BINARY, 0x1009, COMPRESSED), "hello world"),
        (prop(BINARY, 0x1009, uncompressed(rb"{\rtf1\ansi\ansicpg1251 \'c4\'e2\'e5\'f0\'fc\par 4}")), "Дверь\n4"),
        (
            prop(BINARY, 0x1009, uncompressed(rb"{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\b\htmlrtf0 Door 4{\*\htmltag72 </p>}}}")),
            "Door 4",
        ),
    ],
    ids=["unicode", "code page", "html", "compressed rtf", "rtf", "html in rtf"],
)  # fmt: skip
def test_its_text_is_read_when_the_message_has_no_other(entry: bytes, expected: str) -> None:
    packed = tnef(attribute(0x9007, struct.pack("<II", 1251, 0)), attribute(0x9003, properties(entry)), PLAN)
    message = mail(packed)
    assert (message.text, names(message)) == (expected, ["Plan für Ebene 2.txt"])
    assert mail(packed, b"Mine.").text == "Mine."


def test_text_of_the_oldest_form_is_read() -> None:
    assert mail(tnef(attribute(0x800C, b"Door 4 is stuck.\0"))).text == "Door 4 is stuck."


def test_code_page_of_html_is_that_of_the_internet() -> None:
    page = prop(NUMBER, 0x3FDE, struct.pack("<I", 65001))
    message = mail(tnef(attribute(0x9003, properties(page, prop(BINARY, 0x1013, "<p>Tür</p>".encode())))))
    assert message.text == "Tür"


def test_attached_message_becomes_its_text_and_its_files() -> None:
    inner = tnef(attribute(0x9003, properties(prop(TEXT, 0x37, b"Old/plan\0"), prop(TEXT, 0x1000, b"As discussed.\0"))), PLAN)
    message = mail(tnef(attached(b"Untitled", b"", prop(OBJECT, 0x3701, EMBEDDED_ID + inner))), b"See below.")
    assert names(message) == ["Old_plan.txt", "Plan für Ebene 2.txt"]
    assert (message.text, message.attachments[0].content) == ("See below.", b"As discussed.")


def test_named_and_multiple_properties_are_skipped() -> None:
    named = struct.pack("<HH16sII", TEXT, 0x8001, bytes(16), 1, 6) + b"a\0b\0\0\0\0\0" + struct.pack("<II", 1, 3) + b"abc\0"
    several = struct.pack("<HHI", 0x1003, 0x6001, 3) + bytes(12)
    packed = tnef(attribute(0x9003, properties(named, several, prop(TEXT, 0x1000, b"Door 4.\0"))))
    assert (mail(packed).text, mail(packed).problems) == ("Door 4.", ())


def test_damaged_winmail_dat_gives_what_it_has_and_is_kept() -> None:
    message = mail(tnef(PLAN, attached(b"b.txt", b"x" * 200))[:-150], b"The plan.")
    assert names(message) == ["Plan für Ebene 2.txt", "b.txt", "winmail.dat"]
    assert message.problems == (ParseWarning.NOT_UNPACKED,)


def test_meeting_keeps_its_winmail_dat_because_only_that_has_the_time() -> None:
    message = mail(tnef(attribute(0x8008, b"IPM.Microsoft Schedule.MtgReq\0"), PLAN), b"Meet?")
    assert names(message) == ["Plan für Ebene 2.txt", "winmail.dat"] and message.problems == ()


def test_winmail_dat_with_nothing_but_properties_leaves_no_file() -> None:
    assert mail(tnef(attribute(0x8008, b"IPM.Microsoft Mail.Note\0")), b"Only words.").attachments == ()


def test_very_long_rtf_is_cut_and_kept() -> None:
    message = mail(tnef(attribute(0x9003, properties(prop(BINARY, 0x1009, uncompressed(rb"{\rtf1 " + b"word " * 300_000))))))
    assert message.text.startswith("word word") and ParseWarning.NOT_UNPACKED in message.problems
    assert names(message)[0] == "winmail.dat"
