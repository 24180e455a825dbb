"""Sample mail with attachments of all kinds (MSG-04, MSG-07)."""

from __future__ import annotations

from datetime import datetime, timedelta

from trackit_console.demo.message_builder import MessageSpec, bytes_of, lines, plain
from trackit_console.demo.sample_people import BO, CARL, JONAS, PRIYA, SUPPORT, written


def restricted_file(name: str, at: datetime, keyword: str) -> bytes:
    """A program and a harmless file."""
    message = plain(
        MessageSpec(name, written(JONAS), "Is this update from you?", at), "I did not open it. The note came with it.\n\nJonas\n"
    )
    program = b"MZ" + bytes(62) + b"This program cannot be run in DOS mode."
    message.add_attachment(program, maintype="application", subtype="octet-stream", filename="update.exe")
    message.add_attachment("Run update.exe as administrator.\n", filename="read me.txt")
    return bytes_of(message)


def nested_message(name: str, at: datetime, keyword: str) -> bytes:
    """A forwarded message, attached as it came."""
    inner = plain(
        MessageSpec("suspicious", "Bank <security@bank.invalid>", "Your account is locked", at - timedelta(hours=2)),
        "Click here at once.\n",
    )
    message = plain(MessageSpec(name, written(BO), "Fwd: is this one genuine?", at), "I have no account at that bank.\n\nBo\n")
    message.add_attachment(inner)
    return bytes_of(message)


def winmail_dat(name: str, at: datetime, keyword: str) -> bytes:
    """What Outlook sends to people whom it takes for users of Exchange: the begin of a TNEF stream."""
    message = plain(MessageSpec(name, written(CARL), "Minutes of the migration meeting", at), "Please file these.\n")
    stream = (0x223E9F78).to_bytes(4, "little") + b"\x01\x00"
    message.add_attachment(stream, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    return bytes_of(message)


def calendar_invitation(name: str, at: datetime, keyword: str) -> bytes:
    """An invitation (RFC 5545, RFC 6047)."""
    message = plain(MessageSpec(name, written(PRIYA), "Invitation: walk through the new server room", at), "Tomorrow at ten?\n")
    calendar = lines(
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Demo//EN",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        f"UID:{name}@demo.example",
        f"DTSTAMP:{at:%Y%m%dT%H%M%SZ}",
        f"DTSTART:{at + timedelta(days=1):%Y%m%dT100000Z}",
        "SUMMARY:Walk through the new server room",
        f"ORGANIZER:mailto:{PRIYA.email}",
        f"ATTENDEE:mailto:{SUPPORT}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    message.add_alternative(calendar, subtype="calendar", params={"method": "REQUEST"})
    return bytes_of(message)
