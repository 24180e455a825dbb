"""Messages that the sender's program has split into several (RFC 2046 section 5.2.2); they are not put together."""

from __future__ import annotations

import pytest

from trackit_console.mail import ParseWarning, parse

pytestmark = pytest.mark.covers("MSG-07")


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        (b"number=2; total=3", "part 2 of 3 of a longer message"),
        (b"number=2", "part 2 of a longer message"),
        (b'number="3"; total="3"', "part 3 of 3 of a longer message"),
        (b"total=3", "attachment"),
        (b"number=../2; total=3", "attachment"),
        (b"number=2; total=3; name=plan", "plan"),
    ],
)
def test_a_piece_is_a_file_that_says_which_one_it_is(parameters: bytes, name: str) -> None:
    headers = b'From: ada@example.com\nContent-Type: message/partial; id="x@example.com"; ' + parameters
    message = parse(headers + b"\n\nContent-Type: text/plain\n\nFirst half\n")
    assert [(file.name, file.content_type) for file in message.attachments] == [(name, "message/partial")]
    assert b"First half" in message.attachments[0].content
    assert message.problems == (ParseWarning.ONE_PIECE,)
