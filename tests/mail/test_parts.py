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
        "Grüße aus Köln",
        "Hallo",
        "Danke\n\nGruss",
        "Besprechungsraum\n\nReisekostenabrechnungsformular Kraftfahrzeughaftpflichtversicherung fehlt",
        "電梯故障，請派人來。",
        "Guten Tag Frau Müller wir haben seit heute früh keinen Strom mehr im dritten Stock",
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


@pytest.mark.parametrize("encoding", ["base-64", "Base64; x", "base64 (the usual)", '"base64"', "BASE64"])
def test_transfer_encoding_in_an_odd_spelling_is_understood(encoding: str) -> None:
    message = parse(f"Content-Type: text/plain\nContent-Transfer-Encoding: {encoding}\n\n".encode() + ENCODED)
    assert message.text == WORDS


FILE = b"Content-Type: application/pdf; name=a.pdf\n\n%PDF\n"


@pytest.mark.parametrize(
    "raw",
    [
        b'Content-Type: multipart/mixed; boundary="b "\n\n--b\n\nwords\n--b\n' + FILE + b"--b--\n",
        b"Content-Type: multipart/mixed; boundary=b\n\n--b  \n\nwords\n--b\t\n" + FILE + b"--b-- \n",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\n\nwords\r\n--b\r\n" + FILE + b"--b--",
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\nwords\n--bb\n"
        + FILE + b"--bb--\n--b--\n",
        b"Content-Type: multipart/mixed; boundary=bb\n\n--bb\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nwords\n--b--\n"
        b"--bb\n" + FILE + b"--bb--\n",
        b"Content-Type: MULTIPART\n\n--b\n\nwords\n--b\n" + FILE + b"--b--\n",
        b"Content-Type: mixed; boundary=b\n\n--b\n\nwords\n--b\n" + b"Content-Type: text/plain\n\n--b\n" + FILE + b"--b--\n",
        b"MIME-Version: 1.0\n\n--b\nContent-Type: text/plain\n\nwords\n--b\n" + FILE + b"--b--\n",
    ],
    ids=["blank in boundary", "blank after it", "mixed line ends", "prefix of inner", "inner is prefix", "no boundary", "no type", "nothing"],
)  # fmt: skip
def test_file_is_found_whatever_is_wrong_with_the_boundary(raw: bytes) -> None:
    message = parse(b"From: ada@example.com\n" + raw)
    assert (message.text.strip(), [file.name for file in message.attachments]) == ("words", ["a.pdf"])


def test_words_that_look_like_a_boundary_are_no_multipart() -> None:
    text = "See below\n--cut\nhere: nothing\n--cut--"
    assert parse(b"Content-Type: text/plain; boundary=cut\n\n" + text.encode()).text == text


def test_alternatives_that_are_not_shown_are_kept() -> None:
    parts = (b"--b\nContent-Type: text/html\n\n<p>%s</p>\n" % word for word in (b"first", b"second"))
    message = parse(b"Content-Type: multipart/alternative; boundary=b\n\n" + b"".join(parts) + b"--b--\n")
    assert message.text == "second" and message.attachments[0].content.strip() == b"<p>first</p>"


def test_footer_within_an_alternative_is_kept() -> None:
    inner = (
        b"Content-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: text/html\n\n<p>Words</p>\n--c\n\nList footer\n--c--\n"
    )
    message = parse(b"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nWords\n--b\n" + inner + b"--b--\n")
    assert message.text == "Words\n\nList footer"


def test_text_files_beside_an_empty_text_stay_files() -> None:
    log = b"Content-Type: text/plain; name=a.log\nContent-Disposition: attachment\n\nlines\n"
    message = parse(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\n\n--b\n" + log + b"--b--\n")
    assert message.text == "" and len(message.attachments) == 1


def test_inline_pgp_message_is_named() -> None:
    message = parse(b"\n-----BEGIN PGP MESSAGE-----\n\nhQEMA5vJ8mE5fQ4AAQf/YWJj\n-----END PGP MESSAGE-----\n")
    assert ParseWarning.ENCRYPTED in message.problems and "hQEMA5" in message.text


def test_alternatives_that_are_both_attached_are_the_body() -> None:
    part = b"--b\nContent-Type: text/%s\nContent-Disposition: attachment; filename=body.%s\n\n<p>Words</p>\n"
    raw = b"Content-Type: multipart/alternative; boundary=b\n\n" + part % (b"html", b"html") + b"--b--\n"
    both = raw.replace(b"--b--", part.replace(b"<p>Words</p>", b"Words") % (b"plain", b"txt") + b"--b--")
    assert [parse(raw).text, parse(both).text] == ["Words", "Words"]
    assert parse(both).html == "<p>Words</p>" and len(parse(both).attachments) == 2


def test_several_attached_texts_are_no_body() -> None:
    parts = b"".join(b"--b\nContent-Disposition: attachment; filename=%d.log\n\nline\n" % i for i in range(2))
    assert parse(b"Content-Type: multipart/mixed; boundary=b\n\n" + parts + b"--b--\n").text == ""


@pytest.mark.parametrize(
    ("kind", "text", "files"), [("x-notes", "Words", 0), ("markdown", "Words", 0), ("csv", "", 1), ("rtf", "", 1)]
)
def test_unknown_kind_of_text_is_read_when_there_is_no_other(kind: str, text: str, files: int) -> None:
    message = parse(f"Content-Type: text/{kind}\n\nWords\n".encode())
    assert (message.text, len(message.attachments)) == (text, files)


def test_file_that_is_encoded_after_the_last_part_is_kept() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nwords\n--b--\nbegin 644 a.txt\n#86)C\n`\nend\n"
    message = parse(raw)
    assert (message.text, [file.content for file in message.attachments]) == ("words", [b"abc"])
