"""What becomes of transfer encodings that are not what they say (MSG-07, RFC 2045 section 6.8)."""

from __future__ import annotations

import base64

import pytest

from trackit_console.mail import ParseWarning, parse

pytestmark = pytest.mark.covers("MSG-07")

WORDS = "Nothing works any more, and nobody answers the telephone on the third floor. " * 5
ENCODED = base64.encodebytes(WORDS.encode())
LINES = ENCODED.splitlines(keepends=True)


def text_of(body: bytes) -> str:
    message = parse(b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n" + body)
    assert ParseWarning.BROKEN_ENCODING in message.problems
    return message.text


def test_damaged_letter_in_base64_costs_the_letters_around_it() -> None:
    damaged = text_of(b"".join([*LINES[:3], b"!" + LINES[3][1:], *LINES[4:]]))
    assert damaged.startswith(WORDS[:171]) and "%" not in damaged


def test_footer_below_base64_is_text() -> None:
    assert text_of(ENCODED + b"___\nThe list of all staff\n") == f"{WORDS}___\nThe list of all staff"


@pytest.mark.parametrize(
    "words",
    [
        "Test\nthis was never encoded at all",
        "Besprechungsraumreservierung Zimmer\nBesprechungsraumreservierung Saal",
        "Hello,\n\nthe lift is stuck.",
    ],
)
def test_text_that_only_claims_to_be_base64_is_read_as_it_is(words: str) -> None:
    assert text_of(words.encode()) == words


def test_base64_in_pieces_with_padding_of_their_own_is_read_to_its_end() -> None:
    raw = b"Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\n"
    pieces = b"\r\n".join(base64.b64encode(WORDS[at : at + 50].encode()) for at in range(0, len(WORDS), 50))
    assert parse(raw + pieces).attachments[0].content == WORDS.encode()


@pytest.mark.parametrize("closed", [True, False])
def test_multipart_that_repeats_the_boundary_around_it_keeps_all_parts(closed: bool) -> None:
    inner = b"--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--\n"
    message = parse(b"Content-Type: multipart/mixed; boundary=b\n\n" + inner + b"--b\n\nthree\n" + b"--b--\n" * closed)
    assert message.text == "one\n\ntwo\n\nthree"
