"""The sample mail of the demo: 60 messages in the mailbox, and those that arrive while the console is open.

Each shows one thing that the product does with mail. They are made in `ordinary_samples`, `reply_samples`,
`automatic_samples`, `bounce_samples`, `attachment_samples`, `charset_samples`, `structure_samples` and `malformed_samples`;
`message_builder` makes the bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from trackit_console.demo import attachment_samples as attachment
from trackit_console.demo import automatic_samples as automatic
from trackit_console.demo import bounce_samples as bounces
from trackit_console.demo import charset_samples as charset
from trackit_console.demo import malformed_samples as odd
from trackit_console.demo import ordinary_samples as ordinary
from trackit_console.demo import reply_samples as reply
from trackit_console.demo import structure_samples as structure
from trackit_console.demo.message_builder import MessageSpec, bytes_of, plain
from trackit_console.demo.sample_people import BO, written

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


_SAME_AGAIN = "same-again"
"""Repeats the first message byte for byte, including its date."""

_WAITING: list[tuple[str, str, Make]] = [
    ("plain-text", "A plain message makes a ticket.", ordinary.plain_text),
    ("html-only", "A message in HTML alone makes a ticket with its text.", ordinary.html_only),
    ("attachments", "Attached files are kept with the note.", ordinary.attachments),
    ("inline-image", "A picture within the text is kept too.", ordinary.inline_image),
    ("unknown-sender", "A sender nobody knows becomes a requestor.", ordinary.unknown_sender),
    ("keyword", "A keyword in the subject adds a note to the ticket.", ordinary.keyword),
    ("older-keyword", "The older form of the keyword is read as well.", ordinary.older_keyword),
    ("reply", "A reply without a keyword finds its ticket by the message it answers.", ordinary.reply),
    (
        "keyword-without-record",
        "A keyword with a number that does not exist makes a new ticket.",
        ordinary.keyword_without_record,
    ),
    ("technician", "Mail from an address mapped to a technician becomes this technician's note.", ordinary.technician),
    ("bounce", "A bounce is stopped by a sender rule.", bounces.bounce),
    ("out-of-office", "An absence note is stopped by a subject rule.", automatic.out_of_office),
    ("long-subject", "A subject over 400 characters is set aside.", odd.long_subject),
    ("restricted-file", "A program is not added, the message is.", attachment.restricted_file),
    ("windows-1251", "Cyrillic letters in an older character set.", charset.windows_1251),
    ("iso-2022-jp", "Japanese letters in an older character set.", charset.iso_2022_jp),
    ("gb18030", "Chinese letters in their own character set.", charset.gb18030),
    ("format-flowed", "Lines that the sender's program broke are joined again.", odd.format_flowed),
    ("damaged", "A message that breaks off is read as far as it goes.", odd.damaged),
    ("nested-message", "A message attached to a message is kept whole.", attachment.nested_message),
    ("winmail-dat", "Outlook's winmail.dat is kept as a file.", attachment.winmail_dat),
    ("calendar-invitation", "An invitation is kept with the ticket.", attachment.calendar_invitation),
    (_SAME_AGAIN, "The same message a second time adds nothing.", ordinary.plain_text),
    ("long-thread", "A keyword in the text counts, one in the quoted history does not.", ordinary.long_thread),
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
    ("bounce-in-words", "A bounce of somebody else's message is stopped by a sender rule.", bounces.bounce_in_words),
    ("bounce-of-ours", "A bounce of our message is noted on its ticket.", bounces.bounce_of_ours),
    ("read-receipt", "A receipt makes no ticket.", bounces.read_receipt),
    ("byte-order-mark", "A byte order mark hides no header.", structure.byte_order_mark),
    ("lost-indents", "Headers whose indents got lost are read.", structure.lost_indents),
    ("raw-letters", "Letters in headers that should be encoded are read.", structure.raw_letters),
    ("doubled-brackets", "An address with doubled brackets and a comment is the sender's.", structure.doubled_brackets),
    ("thai", "Thai letters in a character set of Windows.", charset.thai),
    ("korean", "Korean letters under an old name of their character set.", charset.korean),
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
    ("laptop", "A new ticket.", ordinary.laptop),
    ("thanks", "A note on the first ticket.", ordinary.thanks),
    ("visitor", "A new ticket and a new requestor.", ordinary.visitor),
    ("second-bounce", "Stopped by a sender rule.", bounces.bounce),
    ("second-program", "A program is not added.", attachment.restricted_file),
    ("second-empty", "A ticket without a subject.", odd.empty),
]
