"""The sample mail of the demo: 60 messages in the mailbox, and those that arrive while the console is open.

Each shows one thing that the product does with mail. More of them are in `reply_samples`, `automatic_samples`,
`structure_samples` and `malformed_samples`; `message_builder` makes the bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from struct import pack
from zlib import compress, crc32

from trackit_console.demo import automatic_samples as automatic
from trackit_console.demo import malformed_samples as odd
from trackit_console.demo import reply_samples as reply
from trackit_console.demo import structure_samples as structure
from trackit_console.demo.message_builder import DOMAIN, MessageSpec, bytes_of, plain
from trackit_console.demo.sample_people import ADA, BO, JONAS, MEI, PRIYA, written

APART = timedelta(minutes=3)
"""Time between the dates of two messages."""

Make = Callable[[str, datetime, str], bytes]
"""Makes the raw message from the sample's name, its date, and the keyword of the ticket that already exists."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A raw message and a sentence about what it shows."""

    name: str
    shows: str
    raw: bytes


def opening(at: datetime) -> bytes:
    """The message that creates the ticket to which other samples reply."""
    spec = MessageSpec("opening", written(BO), "Printer on floor 3 prints stripes", at - APART * (len(_WAITING) + 20))
    text = "Hello,\n\nevery page from PRN-3-02 has grey stripes since this morning.\nWe changed the toner already.\n\nBo\n"
    return bytes_of(plain(spec, text))


def waiting(at: datetime, keyword: str) -> list[Sample]:
    """The 60 messages in the mailbox at the time `at`, oldest first. `keyword` is that of the first ticket: `Ticket - 1`."""
    count = len(_WAITING)
    samples = [
        Sample(name, shows, make(name, at - APART * (count - number), keyword))
        for number, (name, shows, make) in enumerate(_WAITING)
    ]
    return [replace(each, raw=samples[0].raw) if each.name == _SAME_AGAIN else each for each in samples]


def arriving(at: datetime, keyword: str) -> list[Sample]:
    """The messages that arrive one by one later."""
    return [Sample(name, shows, make(name, at, keyword)) for name, shows, make in _ARRIVING]


def _plain_text(name: str, at: datetime, keyword: str) -> bytes:
    text = 'Hi,\n\nthe VPN drops every ten minutes when I work from home. It says "Error 809".\n\nThanks\nJonas\n'
    return bytes_of(plain(MessageSpec(name, written(JONAS), "VPN drops every ten minutes", at), text))


def _html_only(name: str, at: datetime, keyword: str) -> bytes:
    message = plain(MessageSpec(name, written(PRIYA), "New colleague starts on Monday", at), "")
    message.set_content(
        "<html><body><p>Hello,</p><p><b>Sam Reyes</b> starts on Monday and needs:</p>"
        "<ul><li>a laptop with docking station</li><li>an account in the CRM</li><li>a badge</li></ul>"
        "<script>alert('not shown')</script><p>Priya</p></body></html>\n",
        subtype="html",
    )
    return bytes_of(message)


def _attachments(name: str, at: datetime, keyword: str) -> bytes:
    spec = MessageSpec(name, written(MEI), "Expense report does not open", at)
    message = plain(spec, "The PDF stays empty, the table is what should be in it.\n\nMei\n")
    message.add_attachment(b"%PDF-1.4\n%%EOF\n", maintype="application", subtype="pdf", filename="Expenses October.pdf")
    message.add_attachment("date,amount\n2026-10-02,41.20\n2026-10-19,8.75\n", subtype="csv", filename="expenses.csv")
    return bytes_of(message)


def _inline_image(name: str, at: datetime, keyword: str) -> bytes:
    message = plain(
        MessageSpec(name, written(PRIYA), "Urgent: what does this message mean?", at), "See the picture in the message.\n"
    )
    message.add_alternative(
        '<html><body><p>Outlook shows this since today:</p><img src="cid:screen@demo"></body></html>\n', subtype="html"
    )
    html = message.get_payload(1)
    html.add_related(  # type: ignore[union-attr]
        _png(), maintype="image", subtype="png", cid="<screen@demo>", filename="screen.png", disposition="inline"
    )
    return bytes_of(message)


def _png() -> bytes:
    """A PNG image of a single red pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", crc32(kind + data))

    header = pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")


def _unknown_sender(name: str, at: datetime, keyword: str) -> bytes:
    spec = MessageSpec(name, "Lena Fischer <lena@partner.example>", "Access to the supplier portal", at)
    return bytes_of(plain(spec, "Hello,\n\nI am new at Partner Ltd. and need access to your supplier portal.\n\nLena Fischer\n"))


def _keyword(name: str, at: datetime, keyword: str) -> bytes:
    spec = MessageSpec(name, written(BO), f"Re: [{keyword}] Printer on floor 3 prints stripes", at)
    return bytes_of(plain(spec, "The stripes are gone after the second cleaning run. Thank you!\n\nBo\n"))


def _older_keyword(name: str, at: datetime, keyword: str) -> bytes:
    spec = MessageSpec(name, written(BO), f"Re: Printer ref#{keyword.replace(' ', '')}", at)
    return bytes_of(plain(spec, "Sorry, they are back. This is a reply to a message of the older release.\n\nBo\n"))


def _reply(name: str, at: datetime, keyword: str) -> bytes:
    before = f"<plain-text@{DOMAIN}>"
    spec = MessageSpec(name, written(JONAS), "Re: VPN drops every ten minutes", at, {"In-Reply-To": before, "References": before})
    return bytes_of(plain(spec, "One more thing: on the phone's hotspot it stays connected.\n\nJonas\n"))


def _keyword_without_record(name: str, at: datetime, keyword: str) -> bytes:
    spec = MessageSpec(name, written(MEI), "Re: [Ticket - 4711] Monitor flickers", at)
    return bytes_of(plain(spec, "It flickers again, as it did two years ago.\n\nMei\n"))


def _technician(name: str, at: datetime, keyword: str) -> bytes:
    spec = MessageSpec(name, f"Ada <{ADA.mapped_addresses[0]}>", f"Re: [{keyword}] Printer on floor 3 prints stripes", at)
    return bytes_of(plain(spec, "I ordered a new drum. It comes on Thursday.\n\nAda, from her phone\n"))


def _long_thread(name: str, at: datetime, keyword: str) -> bytes:
    spec = MessageSpec(name, written(PRIYA), "AW: RE: Fwd: Stripes", at)
    text = (
        f"Ours has stripes too, please add it to [ {keyword.lower()} ].\n\nPriya\n\n"
        "On Mon, Nov 2, 2026 at 9:12 AM Bo Lund <bo.lund@demo.example> wrote:\n"
        "> Is yours all right?\n>\n"
        "> On Mon, Nov 2, 2026 at 9:03 AM Mei Tanaka <mei.tanaka@demo.example> wrote:\n"
        ">> Floor 2 prints well.\n>>\n"
        ">> On Mon, Nov 2, 2026 at 8:55 AM Bo Lund <bo.lund@demo.example> wrote:\n"
        ">>> Does anybody else see stripes? See [Ticket - 4711].\n"
    )
    return bytes_of(plain(spec, text))


def _laptop(name: str, at: datetime, keyword: str) -> bytes:
    return bytes_of(
        plain(MessageSpec(name, written(JONAS), "Laptop does not wake up", at), "After lunch it stays black.\n\nJonas\n")
    )


def _thanks(name: str, at: datetime, keyword: str) -> bytes:
    spec = MessageSpec(name, written(BO), f"Re: [{keyword}] Printer on floor 3 prints stripes", at)
    return bytes_of(plain(spec, "The new drum is in, all pages are clean.\n\nBo\n"))


def _visitor(name: str, at: datetime, keyword: str) -> bytes:
    spec = MessageSpec(name, "Tom Hale <tom@visitor.example>", "WLAN for visitors", at)
    return bytes_of(plain(spec, "How do I get into the network for visitors tomorrow?\n\nTom Hale\n"))


_SAME_AGAIN = "same-again"
"""Repeats the first message byte for byte, including its date."""

_WAITING: list[tuple[str, str, Make]] = [
    ("plain-text", "A plain message makes a ticket.", _plain_text),
    ("html-only", "A message in HTML alone makes a ticket with its text.", _html_only),
    ("attachments", "Attached files are kept with the note.", _attachments),
    ("inline-image", "A picture within the text is kept too.", _inline_image),
    ("unknown-sender", "A sender nobody knows becomes a requestor.", _unknown_sender),
    ("keyword", "A keyword in the subject adds a note to the ticket.", _keyword),
    ("older-keyword", "The older form of the keyword is read as well.", _older_keyword),
    ("reply", "A reply without a keyword finds its ticket by the message it answers.", _reply),
    ("keyword-without-record", "A keyword with a number that does not exist makes a new ticket.", _keyword_without_record),
    ("technician", "Mail from an address mapped to a technician becomes this technician's note.", _technician),
    ("bounce", "A bounce is stopped by a sender rule.", odd.bounce),
    ("out-of-office", "An absence note is stopped by a subject rule.", odd.out_of_office),
    ("long-subject", "A subject over 400 characters is set aside.", odd.long_subject),
    ("restricted-file", "A program is not added, the message is.", odd.restricted_file),
    ("windows-1251", "Cyrillic letters in an older character set.", odd.windows_1251),
    ("iso-2022-jp", "Japanese letters in an older character set.", odd.iso_2022_jp),
    ("gb18030", "Chinese letters in their own character set.", odd.gb18030),
    ("format-flowed", "Lines that the sender's program broke are joined again.", odd.format_flowed),
    ("damaged", "A message that breaks off is read as far as it goes.", odd.damaged),
    ("nested-message", "A message attached to a message is kept whole.", odd.nested_message),
    ("winmail-dat", "Outlook's winmail.dat is kept as a file.", odd.winmail_dat),
    ("calendar-invitation", "An invitation is kept with the ticket.", odd.calendar_invitation),
    (_SAME_AGAIN, "The same message a second time adds nothing.", _plain_text),
    ("long-thread", "A keyword in the text counts, one in the quoted history does not.", _long_thread),
    ("empty", "Neither subject nor text: still a ticket.", odd.empty),
    ("answer-below", "An answer below the quotation is new text.", reply.answer_below),
    ("answers-between", "Answers between quoted lines stay together with them.", reply.answers_between),
    ("outlook-in-german", "The history of a German Outlook is folded.", reply.outlook_in_german),
    ("attribution-in-finnish", "The history is found in any language.", reply.attribution_in_finnish),
    ("date-first", "A header block may begin with the date.", reply.date_first),
    ("answers-in-html", "Answers within a quotation in HTML are not folded away.", reply.answers_in_html),
    ("forward", "A message forwarded without a word is the message.", reply.forward),
    ("stranger", "A keyword from somebody else is noted as such.", reply.stranger),
    ("participant", "Whoever is on Cc takes part in the ticket.", reply.participant),
    ("answer-of-participant", "The answer of somebody who takes part is no stranger's.", reply.answer_of_participant),
    ("nothing-but-reply-to", "The sender may stand in Reply-To alone.", reply.nothing_but_reply_to),
    ("absence-on-ticket", "An absence note about a ticket is noted, and opens nothing.", automatic.absence_on_ticket),
    ("absence-in-french", "An absence note without a ticket is a line in the activity.", automatic.absence_in_french),
    ("vacation", "A vacation program gives itself away by a header.", automatic.vacation),
    ("alert", "An alert becomes what Loop protection says; a line in the activity by default.", automatic.alert),
    ("own-mail", "The help desk's own mail makes no ticket.", automatic.own_mail),
    ("mailing-list", "A person's mail by a mailing list is taken, but not answered.", automatic.mailing_list),
    ("bulk", "Mail that asks not to be answered is taken all the same.", automatic.bulk),
    ("bounce-in-words", "A bounce of somebody else's message is stopped by a sender rule.", automatic.bounce_in_words),
    ("bounce-of-ours", "A bounce of our message is noted on its ticket.", automatic.bounce_of_ours),
    ("read-receipt", "A receipt makes no ticket.", automatic.read_receipt),
    ("byte-order-mark", "A byte order mark hides no header.", structure.byte_order_mark),
    ("lost-indents", "Headers whose indents got lost are read.", structure.lost_indents),
    ("raw-letters", "Letters in headers that should be encoded are read.", structure.raw_letters),
    ("doubled-brackets", "An address with doubled brackets and a comment is the sender's.", structure.doubled_brackets),
    ("thai", "Thai letters in a character set of Windows.", structure.thai),
    ("korean", "Korean letters under an old name of their character set.", structure.korean),
    ("forgotten-semicolon", "A file is found although a semicolon is missing.", structure.forgotten_semicolon),
    ("type-with-a-star", "Parts are found although their type is unknown.", structure.type_with_a_star),
    ("behind-the-end", "A file behind the end of a message is kept.", structure.behind_the_end),
    ("named-text", "Text that claims to be a file is the text.", structure.named_text),
    ("uuencoded", "A file within the text is taken out of it.", structure.uuencoded),
    ("signed", "A signed message is read without a key.", structure.signed),
    ("disguised-program", "A program that calls itself a picture is not added.", structure.disguised_program),
    ("huge-table", "A hostile table costs no memory.", structure.huge_table),
]

_ARRIVING: list[tuple[str, str, Make]] = [
    ("laptop", "A new ticket.", _laptop),
    ("thanks", "A note on the first ticket.", _thanks),
    ("visitor", "A new ticket and a new requestor.", _visitor),
    ("second-bounce", "Stopped by a sender rule.", odd.bounce),
    ("second-program", "A program is not added.", odd.restricted_file),
    ("second-empty", "A ticket without a subject.", odd.empty),
]
