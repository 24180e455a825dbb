"""Files that are encoded within the text, or in rare transfer encodings, become attachments (MSG-07)."""

from __future__ import annotations

import zlib

import pytest

from tests.mail.packed import binhex, uuencoded
from trackit_console.mail import Message, ParseWarning, parse

pytestmark = pytest.mark.covers("MSG-07")

DATA = bytes(range(256)) * 3 + b"aaaaaaaaaa"


def yenc(data: bytes, name: bytes = b"a.bin", checksum: int | None = None) -> bytes:
    shifted = bytes((byte + 42) % 256 for byte in data)
    escaped = b"".join(b"=" + bytes([(byte + 64) % 256]) if byte in b"\0\t\n\r=." else bytes([byte]) for byte in shifted)
    lines = b"\r\n".join(escaped[at : at + 128] for at in range(0, len(escaped), 128))
    end = b"=yend size=%d crc32=%08x\r\n" % (len(data), zlib.crc32(data) if checksum is None else checksum)
    return b"=ybegin line=128 size=%d name=%s\r\n" % (len(data), name) + lines + b"\r\n" + end


def base64_block(data: bytes) -> bytes:
    import base64

    return b"begin-base64 644 a.bin\n" + base64.encodebytes(data) + b"====\n"


def mail(text: bytes, headers: bytes = b"") -> Message:
    return parse(b"From: ada@example.com\n" + headers + b"\n" + text)


@pytest.mark.parametrize(
    "block",
    [uuencoded(b"a.bin", DATA), uuencoded(b"a.bin", DATA).replace(b"\n", b"\r\n"), base64_block(DATA), yenc(DATA), binhex(b"a.bin", DATA)],
    ids=["uuencode", "uuencode with CRLF", "begin-base64", "yenc", "binhex"],
)  # fmt: skip
def test_file_in_the_text_becomes_an_attachment_and_the_text_around_it_stays(block: bytes) -> None:
    message = mail(b"See the file.\n\n" + block + b"\nRegards\n")
    assert message.text.split() == ["See", "the", "file.", "Regards"]
    assert [(file.name, file.content) for file in message.attachments] == [("a.bin", DATA)]
    assert message.problems == ()


def test_several_files_keep_their_order() -> None:
    message = mail(b"Two:\n" + uuencoded(b"1.bin", b"one") + uuencoded(b"2.bin", b"") + b"end of story\n")
    assert [(file.name, file.content) for file in message.attachments] == [("1.bin", b"one"), ("2.bin", b"")]
    assert message.text == "Two:\nend of story"


def test_checksums_and_stripped_blanks_of_old_programs_are_understood() -> None:
    lines = uuencoded(b"a.bin", DATA).split(b"\n")
    with_checksums = b"\n".join([lines[0], *(line + b"#" for line in lines[1:-3]), *lines[-3:]])
    blanks = uuencoded(b"b.bin", b"abc" + bytes(42)).replace(b"`", b" ")
    stripped = b"\n".join(line.rstrip() for line in blanks.split(b"\n"))
    message = mail(with_checksums + stripped)
    assert [file.content for file in message.attachments] == [DATA, b"abc" + bytes(42)]


@pytest.mark.parametrize(
    "prose",
    [
        "begin with the printer\nend",
        "begin 644 is what the log says\nnothing more",
        "Please\nbegin 644 x\nTHE QUICK BROWN FOX JUMPS OVER THE LAZY DOG\nend",
        "begin 644 x",
        "=ybegin line=128 size=1 name=x\nno end",
        "====\nbegin-base64 644 x\nQUJD\nno end",
        "=yend size=0\n=ybegin line=128 size=1 name=x\nno end",
        "(This file must be converted with BinHex 4.0)\n\nSo says the sender: it did not work",
    ],
)
def test_prose_about_encoded_files_stays_as_it_is(prose: str) -> None:
    message = mail(prose.encode())
    assert (message.text, message.attachments) == (prose, ())


def test_file_that_breaks_off_is_kept_and_named() -> None:
    message = mail(b"Cut:\n" + uuencoded(b"a.bin", DATA)[:400])
    assert message.text == "Cut:" and DATA.startswith(message.attachments[0].content[:200])
    assert ParseWarning.BROKEN_ENCODING in message.problems


def test_wrong_checksum_of_yenc_is_named() -> None:
    message = mail(b"\n" + yenc(DATA, checksum=1))
    assert message.attachments[0].content == DATA and ParseWarning.BROKEN_ENCODING in message.problems


def yenc_part(data: bytes, first: int, last: int, number: int, total: int, checksum: int | None = None) -> bytes:
    """One part of `data`, as posting programs write it: the size and the checksum of the whole stand in each."""
    piece = data[first:last]
    block = yenc(piece).split(b"\r\n", 1)[1].rpartition(b"=yend")[0]
    begin = b"=ybegin part=%d total=%d line=128 size=%d name=a.bin\r\n" % (number, total, len(data))
    end = b"=yend size=%d part=%d crc32=%08x pcrc32=%08x\r\n"
    place = b"=ypart begin=%d end=%d\r\n" % (first + 1, last)
    return begin + place + block + end % (len(piece), number, zlib.crc32(data), checksum or zlib.crc32(piece))


@pytest.mark.parametrize("number", [1, 2])
def test_a_piece_of_a_yenc_file_is_kept_and_called_one(number: int) -> None:
    first, last = (0, 300) if number == 1 else (300, len(DATA))
    message = mail(b"See:\n" + yenc_part(DATA, first, last, number, 2))
    assert [(file.name, file.content) for file in message.attachments] == [("a.bin", DATA[first:last])]
    assert (message.text, message.problems) == ("See:", (ParseWarning.PIECE_OF_FILE,))


def test_a_yenc_file_whose_only_part_is_here_is_whole() -> None:
    message = mail(b"See:\n" + yenc_part(DATA, 0, len(DATA), 1, 1))
    assert ([file.content for file in message.attachments], message.problems) == ([DATA], ())


def test_a_damaged_piece_is_both() -> None:
    message = mail(b"See:\n" + yenc_part(DATA, 0, 300, 1, 2, checksum=1))
    assert set(message.problems) == {ParseWarning.PIECE_OF_FILE, ParseWarning.BROKEN_ENCODING}


def test_a_piece_as_transfer_encoding_is_called_one() -> None:
    headers = b"Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: x-yenc\n"
    message = mail(yenc_part(DATA, 0, 300, 1, 2), headers)
    assert (message.attachments[0].content, message.problems) == (DATA[:300], (ParseWarning.PIECE_OF_FILE,))


@pytest.mark.parametrize("name", [b"x-uuencode", b"UUENCODE", b"uue", b"x-uue"])
def test_transfer_encoding_by_any_name_of_uuencode(name: bytes) -> None:
    headers = b"Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: " + name + b"\n"
    (file,) = mail(uuencoded(b"other.zip", DATA), headers).attachments
    assert (file.name, file.content) == ("a.zip", DATA)


def test_yenc_as_transfer_encoding() -> None:
    headers = b"Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: x-yenc\n"
    assert mail(yenc(DATA), headers).attachments[0].content == DATA


def test_part_that_only_claims_uuencode_is_kept_as_it_is() -> None:
    message = mail(b"no such block", b"Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: x-uuencode\n")
    assert message.attachments[0].content == b"no such block" and ParseWarning.BROKEN_ENCODING in message.problems


def test_binhex_part_has_the_name_inside() -> None:
    message = mail(binhex(b"Plan 2.txt", DATA), b"Content-Type: application/mac-binhex40\n")
    assert [(file.name, file.content) for file in message.attachments] == [("Plan 2.txt", DATA)]


def test_binhex_file_with_nothing_but_a_resource_fork_is_that_fork() -> None:
    message = mail(binhex(b"Font", b"", DATA), b"Content-Type: application/mac-binhex40\n")
    assert [(each.name, each.content) for each in message.attachments] == [("Font", DATA)]


def test_broken_binhex_part_is_kept_and_named() -> None:
    message = mail(b"nothing of the sort", b"Content-Type: application/mac-binhex40; name=a.hqx\n")
    assert message.attachments[0].name == "a.hqx" and ParseWarning.NOT_UNPACKED in message.problems
