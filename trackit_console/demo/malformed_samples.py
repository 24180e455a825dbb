"""Sample mail that is hard to read: odd subjects, lines that were broken, damage (MSG-01, MSG-07)."""

from __future__ import annotations

import base64
from datetime import datetime

from trackit_console.demo.message_builder import BASE64, PLAIN_TEXT, MessageSpec, by_hand, bytes_of, lines, plain
from trackit_console.demo.sample_people import JONAS, PRIYA, written

OVER_THE_LIMIT = 401
"""Characters of a subject that is too long; up to 400 are processed (MSG-01)."""


def long_subject(name: str, at: datetime, keyword: str) -> bytes:
    """Text typed into the subject by mistake, one character over the limit."""
    said = "Please help, I typed all of it into the wrong line: my screen stays dark, the lamp blinks, the fan runs, "
    subject = (said * 4)[: OVER_THE_LIMIT - 1] + "!"
    return bytes_of(plain(MessageSpec(name, written(PRIYA), subject, at), "See above.\n"))


def format_flowed(name: str, at: datetime, keyword: str) -> bytes:
    """Paragraphs wrapped by the sender's program, as format=flowed (RFC 3676)."""
    text = lines(
        "The scanner in the mail room sends its files to a folder that I cannot ",
        "see any more since the move to the new file server. Could you please ",
        "give me the right to read it?",
        "",
        "Priya",
        "-- ",
        "Priya Nair, Mail Room",
    )
    spec = MessageSpec(name, written(PRIYA), "Folder of the scanner", at)
    return by_hand(spec, "us-ascii", text.encode(), 'Content-Type: text/plain; charset="us-ascii"; format=flowed')


def damaged(name: str, at: datetime, keyword: str) -> bytes:
    """A message that breaks off in the middle of its attachment."""
    picture = base64.encodebytes(bytes(range(256)) * 2).decode().splitlines()
    text = lines(
        "--cut",
        PLAIN_TEXT.format("utf-8"),
        "",
        "The line was bad, I hope that this arrives.",
        "--cut",
        'Content-Type: image/jpeg; name="cable.jpg"',
        "Content-Disposition: attachment",
        BASE64,
        "",
        *picture[:4],
        "!!" + picture[4][:21],
    )
    spec = MessageSpec(name, written(JONAS), "Photo of the broken cable", at)
    return by_hand(spec, "us-ascii", text.encode(), 'Content-Type: multipart/mixed; boundary="cut"')


def empty(name: str, at: datetime, keyword: str) -> bytes:
    """A message with neither subject nor text."""
    message = plain(MessageSpec(name, written(JONAS), "", at), "")
    del message["Subject"]
    return bytes_of(message)
