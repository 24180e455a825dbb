"""What holds for any bytes: `parse` answers, values are safe, and nothing of the text is lost."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.mail import expectations
from trackit_console.mail import Message, find_keywords, parse, write_keyword
from trackit_console.mail.attachments import safe_name
from trackit_console.mail.keywords import ID_LIMIT, MODULES
from trackit_console.mail.limits import NAME_LENGTH_LIMIT
from trackit_console.mail.replies import split_reply

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
RAW = [expectations.raw(name) for name in expectations.NAMES]
SPLICES = st.sampled_from(
    [b"\r\n", b"\n\n", b"--", b'"', b"=?utf-8?B?", b"=?", b"?=", b"\0", b"\xff\xfe", b";", b"<", b">", b"(", b"Content-Type: "]
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A message of the corpus with pieces cut out, doubled or replaced."""
    raw = bytearray(draw(st.sampled_from(RAW))[:8_000])
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(raw)))
        until = min(len(raw), at + draw(st.integers(0, 40)))
        raw[at:until] = draw(st.one_of(SPLICES, st.binary(max_size=8), st.just(bytes(raw[at:until]) * 2)))
    return bytes(raw)


def assert_safe(message: Message) -> None:
    lines = [message.subject, message.message_id or "", *message.in_reply_to, *message.references]
    for address in (message.sender, *message.to, *message.cc, *message.reply_to):
        lines += [address.name, address.address]
    lines += [attachment.name for attachment in message.attachments] + [a.content_id or "" for a in message.attachments]
    lines += [a.content_type for a in message.attachments] + [message.automatic.sign if message.automatic else ""]
    lines += (*message.bounce.recipients, message.bounce.status, message.bounce.of_message_id or "") if message.bounce else ()
    lines.append(message.answers_withheld or "")
    assert not [line for line in lines if CONTROL.search(line)]
    assert all(attachment.name == safe_name(attachment.name) != "" for attachment in message.attachments)
    json.dumps(message.as_dict(), ensure_ascii=False).encode()


@pytest.mark.covers("MSG-07", "SEC-03")
@settings(max_examples=250, deadline=None)
@given(st.binary(max_size=2_000))
@example(b"Content-Type: multipart/mixed; boundary=a\n\n--a--")
@example(b"From: " + b"(" * 5_000)
@example(b"Date: " + b"9" * 5_000)
def test_any_bytes_become_a_safe_message(raw: bytes) -> None:
    assert_safe(parse(raw))


@pytest.mark.covers("MSG-07", "SEC-03")
@settings(max_examples=250, deadline=None)
@given(mutated())
def test_any_damaged_message_becomes_a_safe_message(raw: bytes) -> None:
    assert_safe(parse(raw))


LINES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "",
            "> quoted",
            ">",
            "On 11/23/26 10:15, Ada Byrne <ada@example.com> wrote:",
            "ada@example.com> wrote:",
            "-----Original Message-----",
            "From: Ada",
            "Sent: Monday",
            "To: Bo",
            "Subject: x",
            "_" * 32,
            "--",
        ]
    ),
)


@pytest.mark.covers("MSG-07")
@settings(max_examples=250)
@given(st.lists(LINES, max_size=25))
def test_splitting_a_reply_loses_no_line(lines: list[str]) -> None:
    text = "\n".join(lines)
    new, quoted = split_reply(text)
    whole = _text_lines(text)
    assert sorted(_text_lines(f"{new}\n{quoted}")) == sorted(whole)
    assert all(_is_subsequence(_text_lines(part), whole) for part in (new, quoted))


def _text_lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n") if line.strip()]


def _is_subsequence(part: list[str], whole: list[str]) -> bool:
    remaining = iter(whole)
    return all(line in remaining for line in part)


@pytest.mark.covers("MSG-02")
@given(st.sampled_from(MODULES), st.integers(1, ID_LIMIT), st.text(alphabet="ab \n", max_size=20))
def test_a_written_keyword_is_read_again(module: str, number: int, around: str) -> None:
    written = write_keyword(module, number)
    in_subject, in_body = find_keywords(f"{around}{written}{around}", ""), find_keywords("", f"{around}{written.upper()}")
    assert [(k.module, k.id, k.place) for k in (*in_subject, *in_body)] == [(module, number, "subject"), (module, number, "body")]


@pytest.mark.covers("SEC-03")
@settings(max_examples=250)
@given(st.text())
@example("a" * 199 + "\u00e4.txt")
@example("e\u0301" * 300)
def test_a_safe_name_is_no_path_and_stays_as_it_is(name: str) -> None:
    safe = safe_name(name)
    assert not set(safe) & set('/\\<>:"|?*') and not safe.endswith((".", " ")) and safe not in (".", "..")
    assert not [letter for letter in safe if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert len(safe.encode()) <= NAME_LENGTH_LIMIT
    assert safe_name(safe) == safe
