"""What is new in a reply and what is history, for the programs and languages of the field (MSG-07)."""

from __future__ import annotations

import pytest

from trackit_console.mail.replies import split_reply

QUOTE = "> Please restart it.\n> Help Desk\n"
OUTLOOK = "{}: Help Desk <help@example.com>\n{}: 23 November 2026 10:15\n{}: Ada Byrne\n{}: RE: Printer\n\nPlease restart it.\n"
HISTORIES = {
    "gmail english": f"On Mon, Nov 23, 2026 at 10:15 AM Help Desk <help@example.com> wrote:\n\n{QUOTE}",
    "gmail english, wrapped": f"On Mon, Nov 23, 2026 at 10:15 AM The Help Desk <\nhelp@example.com> wrote:\n\n{QUOTE}",
    "gmail english, from html": "On Mon, Nov 23, 2026 at 10:15 AM Help Desk <help@example.com> wrote:\n\nPlease restart it.\n",
    "gmail german": f"Am Mo., 23. Nov. 2026 um 10:15 Uhr schrieb Help Desk <help@example.com>:\n\n{QUOTE}",
    "gmail german, wrapped": f"Am Mo., 23. Nov. 2026 um 10:15 Uhr schrieb Help Desk <\nhelp@example.com>:\n\n{QUOTE}",
    "gmail french": f"Le lun. 23 nov. 2026 à 10:15, Help Desk <help@example.com> a écrit\u00a0:\n\n{QUOTE}",
    "gmail spanish": f"El lun, 23 nov 2026 a las 10:15, Help Desk (<help@example.com>) escribió:\n\n{QUOTE}",
    "gmail portuguese": f"Em seg., 23 de nov. de 2026 às 10:15, Help Desk <help@example.com> escreveu:\n\n{QUOTE}",
    "gmail italian": f"Il giorno lun 23 nov 2026 alle ore 10:15 Help Desk <help@example.com> ha scritto:\n\n{QUOTE}",
    "gmail dutch": f"Op ma 23 nov 2026 om 10:15 schreef Help Desk <help@example.com>:\n\n{QUOTE}",
    "gmail swedish": f"Den mån 23 nov. 2026 kl 10:15 skrev Help Desk <help@example.com>:\n\n{QUOTE}",
    "gmail russian": f"пн, 23 нояб. 2026\u202fг. в 10:15, Help Desk <help@example.com>:\n\n{QUOTE}",
    "gmail japanese": f"2026年11月23日(月) 10:15 Help Desk <help@example.com>:\n\n{QUOTE}",
    "outlook english": OUTLOOK.format("From", "Sent", "To", "Subject"),
    "outlook english, with a rule": "_" * 32 + "\n" + OUTLOOK.format("From", "Sent", "To", "Subject"),
    "outlook english, in stars": OUTLOOK.format("*From", "*Sent", "*To", "*Subject"),
    "outlook german": OUTLOOK.format("Von", "Gesendet", "An", "Betreff"),
    "outlook french": OUTLOOK.format("De\u00a0", "Envoyé\u00a0", "À\u00a0", "Objet\u00a0"),
    "outlook spanish": OUTLOOK.format("De", "Enviado el", "Para", "Asunto"),
    "outlook portuguese": OUTLOOK.format("De", "Enviada em", "Para", "Assunto"),
    "outlook chinese": OUTLOOK.format("发件人", "发送时间", "收件人", "主题"),
    "outlook original message": "-----Original Message-----\nFrom: Help Desk\nSent: Monday\n\nPlease restart it.\n",
    "outlook german original": "-----Ursprüngliche Nachricht-----\nVon: Help Desk\nGesendet: Montag\n\nBitte neu starten.\n",
    "apple mail": f"> On 23 Nov 2026, at 10:15, Help Desk <help@example.com> wrote:\n> \n{QUOTE}",
    "apple mail german": f"> Am 23.11.2026 um 10:15 schrieb Help Desk <help@example.com>:\n> \n{QUOTE}",
    "only marks of quotation": QUOTE,
    "forwarded": "---------- Forwarded message ---------\nFrom: Bo <bo@example.com>\nSubject: Help\n\nMy mouse died.\n",
    "forwarded by apple": "Begin forwarded message:\n\nFrom: Bo <bo@example.com>\nSubject: Help\n\nMy mouse died.\n",
    "reply line of a help desk": "##- Please type your reply above this line -##\nYour ticket was updated.\n",
}


@pytest.mark.covers("MSG-07")
@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())
def test_history_below_an_answer_is_quoted(history: str) -> None:
    assert split_reply(f"It works now.\n\nAda\n\n{history}") == ("It works now.\n\nAda", history.strip("\n"))


NEW = {
    "no history": "Hello,\n\nmy printer is broken.\nRegards\nAda",
    "a signature": "The screen is dark.\n\n-- \nAda Byrne\nDesk 4",
    "from and to as words": "Hello,\n\nFrom: Berlin I need a ticket\nTo: London\nThanks",
    "wrote as a word": "On Monday my boss wrote:\nthat the printer is broken",
    "a log": "Log:\n2026-11-23 10:15 error 5:\ncannot print\n----------\nend",
    "answers between the lines": "On 11/23/26 10:15, Help Desk wrote:\n> Floor?\n\nThird.\n\n> Colour?\n\nBlue.",
}


@pytest.mark.covers("MSG-07")
@pytest.mark.parametrize("text", NEW.values(), ids=NEW.keys())
def test_text_without_history_is_all_new(text: str) -> None:
    assert split_reply(text) == (text, "")


@pytest.mark.covers("MSG-07")
def test_answer_below_the_quotation_is_new() -> None:
    assert split_reply(f"On 11/23/26 10:15, Help Desk wrote:\n{QUOTE}\nIt works.\n") == (
        "It works.",
        f"On 11/23/26 10:15, Help Desk wrote:\n{QUOTE}".strip(),
    )


@pytest.mark.covers("MSG-07")
def test_footer_below_the_history_of_an_answer_belongs_to_the_history() -> None:
    new, quoted = split_reply(f"It works.\n\nOn 11/23/26 10:15, Help Desk wrote:\n{QUOTE}\n_____\nThe list's footer\n")
    assert new == "It works." and quoted.endswith("The list's footer")
