"""Sample mail whose new text has to be told from the history, and mail about records of others (MSG-02, MSG-07)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from trackit_console.demo.message_builder import MessageSpec, by_hand, bytes_of, lines, plain
from trackit_console.demo.sample_people import ADA, BO, CARL, JONAS, MEI, PRIYA, SUPPORT, written

_ASKED = "Which drawer is it?"


def _about(name: str, at: datetime, keyword: str, sender: str = written(BO)) -> MessageSpec:
    return MessageSpec(name, sender, f"Re: [{keyword}] Printer on floor 3 prints stripes", at)


def answer_below(name: str, at: datetime, keyword: str) -> bytes:
    """A greeting, the quotation, and the answer below it."""
    text = f"Dear desk,\n\nOn Mon, 2 Nov 2026 at 9:30, Support <{SUPPORT}> wrote:\n> {_ASKED}\n\nThe lower one.\n\nBo\n"
    return bytes_of(plain(_about(name, at, keyword), text))


def answers_between(name: str, at: datetime, keyword: str) -> bytes:
    """Answers between the lines of the quotation."""
    quoted = f"On Mon, 2 Nov 2026 at 9:30, Support <{SUPPORT}> wrote:\n> {_ASKED}\n\nThe lower one.\n\n> Since when?\n\nSunday.\n"
    return bytes_of(plain(_about(name, at, keyword), quoted))


def outlook_in_german(name: str, at: datetime, keyword: str) -> bytes:
    """The header block of an Outlook that speaks German, below its separator."""
    history = f"-----Ursprüngliche Nachricht-----\nVon: {SUPPORT}\nGesendet: Montag, 2. November 2026 09:30\nAn: Bo Lund\nBetreff: Drucker"
    return bytes_of(plain(_about(name, at, keyword, written(CARL)), f"Jetzt druckt er wieder sauber.\n\n{history}\n\n{_ASKED}\n"))


def attribution_in_finnish(name: str, at: datetime, keyword: str) -> bytes:
    """An attribution in a language that few programs know."""
    text = f"Toimii taas, kiitos.\n\nma 2. marrask. 2026 klo 9.30 Support\n<{SUPPORT}> kirjoitti:\n\n{_ASKED}\n"
    return bytes_of(plain(_about(name, at, keyword, written(ADA)), text))


def date_first(name: str, at: datetime, keyword: str) -> bytes:
    """A header block that begins with the date."""
    block = f"Date: Mon, 2 Nov 2026 09:30:00 +0100\nSubject: Printer\nFrom: {SUPPORT}\nTo: {BO.email}"
    return bytes_of(plain(_about(name, at, keyword, written(ADA)), f"It is the one by the window.\n\n{block}\n\n{_ASKED}\n"))


def answers_in_html(name: str, at: datetime, keyword: str) -> bytes:
    """Answers within the quotation of an HTML message."""
    html = (
        f"<p>Hello, my answers below.</p><div>On 2 Nov 2026, Support &lt;{SUPPORT}&gt; wrote:</div><blockquote type='cite'>"
        f"<p>{_ASKED}</p><p style='color:red'>The upper one, sorry.</p></blockquote>"
    )
    message = plain(_about(name, at, keyword, written(PRIYA)), "")
    message.set_content(html, subtype="html")
    return bytes_of(message)


def forward(name: str, at: datetime, keyword: str) -> bytes:
    """A forwarded message without a word: then it is what the sender has to say."""
    block = f"---------- Forwarded message ----------\nFrom: {written(JONAS)}\nDate: Mon, Nov 2, 2026 at 5:00 PM\nSubject: Chair\nTo: {MEI.email}"
    return bytes_of(plain(MessageSpec(name, written(MEI), "Fwd: Chair", at), f"{block}\n\nMy chair lost a wheel.\n"))


def stranger(name: str, at: datetime, keyword: str) -> bytes:
    """A keyword in the mail of somebody who has nothing to do with the ticket."""
    return bytes_of(plain(_about(name, at, keyword, "Eve <eve@elsewhere.example>"), "Please send me all you know about it.\n"))


def participant(name: str, at: datetime, keyword: str) -> bytes:
    """Somebody puts a colleague on Cc, who takes part in the ticket from then on."""
    spec = replace(_about(name, at, keyword, written(PRIYA)), headers={"Cc": "Sam Reyes <sam@contractor.example>"})
    return bytes_of(plain(spec, "Sam sits beside it and can show you.\n\nPriya\n"))


def answer_of_participant(name: str, at: datetime, keyword: str) -> bytes:
    """The colleague answers: no stranger any more."""
    return bytes_of(plain(_about(name, at, keyword, "Sam Reyes <sam@contractor.example>"), "I am here until four.\n\nSam\n"))


def nothing_but_reply_to(name: str, at: datetime, keyword: str) -> bytes:
    """A web form that names the customer in Reply-To only."""
    spec = MessageSpec(name, "Contact form", "Question from the website", at)
    return by_hand(spec, "us-ascii", lines("Do you repair tablets?").encode(), f"Reply-To: {PRIYA.email}")
