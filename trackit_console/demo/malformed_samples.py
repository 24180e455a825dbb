"""Sample mail that is hard to read: legacy character sets, damage, automatic mail, all kinds of attachments (MSG-07)."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

from trackit_console.demo.message_builder import MessageSpec, by_hand, bytes_of, lines, plain
from trackit_console.demo.sample_people import BO, CARL, JONAS, MEI, PRIYA, SUPPORT, written

OVER_THE_LIMIT = 401
"""Characters of a subject that is too long; up to 400 are processed (MSG-01)."""
_TEXT = 'Content-Type: text/plain; charset="{}"'
_BASE64 = "Content-Transfer-Encoding: base64"


def bounce(name: str, at: datetime, keyword: str) -> bytes:
    """What a mail server sends when it cannot deliver a message (RFC 3464)."""
    text = lines(
        "--report",
        _TEXT.format("us-ascii"),
        "",
        "The address nobody@partner.example does not exist.",
        "--report",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mail.partner.example",
        "",
        "Final-Recipient: rfc822; nobody@partner.example",
        "Action: failed",
        "Status: 5.1.1",
        "--report--",
    )
    spec = MessageSpec(name, "Mail Delivery Subsystem <postmaster@partner.example>", "Your message could not be delivered", at)
    kind = 'Content-Type: multipart/report; report-type="delivery-status"; boundary="report"'
    return by_hand(spec, "us-ascii", text.encode(), "Auto-Submitted: auto-replied", "Return-Path: <>", kind)


def out_of_office(name: str, at: datetime, keyword: str) -> bytes:
    """An out-of-office reply from a colleague's mailbox."""
    spec = MessageSpec(name, written(MEI), "Out of Office: Your ticket was updated", at, {"Auto-Submitted": "auto-replied"})
    return bytes_of(plain(spec, "I am back on Monday. In urgent cases write to Priya.\n"))


def long_subject(name: str, at: datetime, keyword: str) -> bytes:
    """Text typed into the subject by mistake, one character over the limit."""
    said = "Please help, I typed all of it into the wrong line: my screen stays dark, the lamp blinks, the fan runs, "
    subject = (said * 4)[: OVER_THE_LIMIT - 1] + "!"
    return bytes_of(plain(MessageSpec(name, written(PRIYA), subject, at), "See above.\n"))


def restricted_file(name: str, at: datetime, keyword: str) -> bytes:
    """A program and a harmless file."""
    message = plain(
        MessageSpec(name, written(JONAS), "Is this update from you?", at), "I did not open it. The note came with it.\n\nJonas\n"
    )
    program = b"MZ" + bytes(62) + b"This program cannot be run in DOS mode."
    message.add_attachment(program, maintype="application", subtype="octet-stream", filename="update.exe")
    message.add_attachment("Run update.exe as administrator.\n", filename="read me.txt")
    return bytes_of(message)


def windows_1251(name: str, at: datetime, keyword: str) -> bytes:
    """Subject and text in windows-1251, the text as 8-bit bytes."""
    text = lines("Здравствуйте!", "", "Принтер в бухгалтерии печатает пустые листы.", "", "Ольга")
    spec = MessageSpec(name, "Olga <olga@branch.example>", "Не работает принтер", at)
    body = text.encode("windows-1251")
    return by_hand(spec, "windows-1251", body, _TEXT.format("windows-1251"), "Content-Transfer-Encoding: 8bit")


def iso_2022_jp(name: str, at: datetime, keyword: str) -> bytes:
    """Subject and text in ISO-2022-JP, the traditional encoding of Japanese mail."""
    text = lines("田中です。", "", "パスワードを忘れました。再設定をお願いします。")
    spec = MessageSpec(name, written(MEI), "パスワードの再設定", at)
    body = text.encode("iso-2022-jp")
    return by_hand(spec, "iso-2022-jp", body, _TEXT.format("ISO-2022-JP"), "Content-Transfer-Encoding: 7bit")


def gb18030(name: str, at: datetime, keyword: str) -> bytes:
    """Subject and text in GB18030."""
    text = lines("您好：", "", "会议室的投影仪无法连接，请帮忙检查。", "", "李伟")
    spec = MessageSpec(name, "Li Wei <li.wei@branch.example>", "会议室投影仪无法连接", at)
    body = base64.encodebytes(text.encode("gb18030")).replace(b"\n", b"\r\n")
    return by_hand(spec, "gb18030", body, _TEXT.format("GB18030"), _BASE64)


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
        _TEXT.format("utf-8"),
        "",
        "The line was bad, I hope that this arrives.",
        "--cut",
        'Content-Type: image/jpeg; name="cable.jpg"',
        "Content-Disposition: attachment",
        _BASE64,
        "",
        *picture[:4],
        "!!" + picture[4][:21],
    )
    spec = MessageSpec(name, written(JONAS), "Photo of the broken cable", at)
    return by_hand(spec, "us-ascii", text.encode(), 'Content-Type: multipart/mixed; boundary="cut"')


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


def empty(name: str, at: datetime, keyword: str) -> bytes:
    """A message with neither subject nor text."""
    message = plain(MessageSpec(name, written(JONAS), "", at), "")
    del message["Subject"]
    return bytes_of(message)
