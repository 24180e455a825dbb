"""Sample mail as people write it: new tickets, replies, keywords, files (MSG-01 to MSG-05)."""

from __future__ import annotations

from datetime import datetime
from struct import pack
from zlib import compress, crc32

from trackit_console.demo.message_builder import DOMAIN, MessageSpec, bytes_of, plain
from trackit_console.demo.sample_people import ADA, BO, JONAS, MEI, PRIYA, written


def plain_text(name: str, at: datetime, keyword: str) -> bytes:
    """A plain message."""
    text = 'Hi,\n\nthe VPN drops every ten minutes when I work from home. It says "Error 809".\n\nThanks\nJonas\n'
    return bytes_of(plain(MessageSpec(name, written(JONAS), "VPN drops every ten minutes", at), text))


def html_only(name: str, at: datetime, keyword: str) -> bytes:
    """A message in HTML alone, with a script in it."""
    message = plain(MessageSpec(name, written(PRIYA), "New colleague starts on Monday", at), "")
    message.set_content(
        "<html><body><p>Hello,</p><p><b>Sam Reyes</b> starts on Monday and needs:</p>"
        "<ul><li>a laptop with docking station</li><li>an account in the CRM</li><li>a badge</li></ul>"
        "<script>alert('not shown')</script><p>Priya</p></body></html>\n",
        subtype="html",
    )
    return bytes_of(message)


def attachments(name: str, at: datetime, keyword: str) -> bytes:
    """A PDF and a table."""
    spec = MessageSpec(name, written(MEI), "Expense report does not open", at)
    message = plain(spec, "The PDF stays empty, the table is what should be in it.\n\nMei\n")
    message.add_attachment(b"%PDF-1.4\n%%EOF\n", maintype="application", subtype="pdf", filename="Expenses October.pdf")
    message.add_attachment("date,amount\n2026-10-02,41.20\n2026-10-19,8.75\n", subtype="csv", filename="expenses.csv")
    return bytes_of(message)


def inline_image(name: str, at: datetime, keyword: str) -> bytes:
    """A picture within the text."""
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


def unknown_sender(name: str, at: datetime, keyword: str) -> bytes:
    """A message from somebody whom nobody knows."""
    spec = MessageSpec(name, "Lena Fischer <lena@partner.example>", "Access to the supplier portal", at)
    return bytes_of(plain(spec, "Hello,\n\nI am new at Partner Ltd. and need access to your supplier portal.\n\nLena Fischer\n"))


def keyword(name: str, at: datetime, keyword: str) -> bytes:
    """A reply with the keyword in its subject."""
    spec = MessageSpec(name, written(BO), f"Re: [{keyword}] Printer on floor 3 prints stripes", at)
    return bytes_of(plain(spec, "The stripes are gone after the second cleaning run. Thank you!\n\nBo\n"))


def older_keyword(name: str, at: datetime, keyword: str) -> bytes:
    """A reply with the keyword of the older release."""
    spec = MessageSpec(name, written(BO), f"Re: Printer ref#{keyword.replace(' ', '')}", at)
    return bytes_of(plain(spec, "Sorry, they are back. This is a reply to a message of the older release.\n\nBo\n"))


def reply(name: str, at: datetime, keyword: str) -> bytes:
    """A reply without a keyword."""
    before = f"<plain-text@{DOMAIN}>"
    spec = MessageSpec(name, written(JONAS), "Re: VPN drops every ten minutes", at, {"In-Reply-To": before, "References": before})
    return bytes_of(plain(spec, "One more thing: on the phone's hotspot it stays connected.\n\nJonas\n"))


def keyword_without_record(name: str, at: datetime, keyword: str) -> bytes:
    """A reply with the keyword of a ticket that does not exist."""
    spec = MessageSpec(name, written(MEI), "Re: [Ticket - 4711] Monitor flickers", at)
    return bytes_of(plain(spec, "It flickers again, as it did two years ago.\n\nMei\n"))


def technician(name: str, at: datetime, keyword: str) -> bytes:
    """A reply from an address that is mapped to a technician."""
    spec = MessageSpec(name, f"Ada <{ADA.mapped_addresses[0]}>", f"Re: [{keyword}] Printer on floor 3 prints stripes", at)
    return bytes_of(plain(spec, "I ordered a new drum. It comes on Thursday.\n\nAda, from her phone\n"))


def long_thread(name: str, at: datetime, keyword: str) -> bytes:
    """A reply with one keyword in its text and another in the quoted history."""
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


def laptop(name: str, at: datetime, keyword: str) -> bytes:
    """A plain message that arrives later."""
    return bytes_of(
        plain(MessageSpec(name, written(JONAS), "Laptop does not wake up", at), "After lunch it stays black.\n\nJonas\n")
    )


def thanks(name: str, at: datetime, keyword: str) -> bytes:
    """A reply that arrives later."""
    spec = MessageSpec(name, written(BO), f"Re: [{keyword}] Printer on floor 3 prints stripes", at)
    return bytes_of(plain(spec, "The new drum is in, all pages are clean.\n\nBo\n"))


def visitor(name: str, at: datetime, keyword: str) -> bytes:
    """A message from somebody else whom nobody knows."""
    spec = MessageSpec(name, "Tom Hale <tom@visitor.example>", "WLAN for visitors", at)
    return bytes_of(plain(spec, "How do I get into the network for visitors tomorrow?\n\nTom Hale\n"))
