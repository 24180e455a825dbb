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
    "reply line in german": "##- Bitte geben Sie Ihre Antwort oberhalb dieser Zeile ein. -##\nIhr Ticket wurde aktualisiert.\n",
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


ATTRIBUTION = "On 11/23/26 10:15, Help Desk wrote:"


@pytest.mark.covers("MSG-07")
def test_answer_below_the_quotation_is_new() -> None:
    assert split_reply(f"{ATTRIBUTION}\n{QUOTE}\nIt works.\n") == ("It works.", f"{ATTRIBUTION}\n{QUOTE}".strip())


@pytest.mark.covers("MSG-07")
@pytest.mark.parametrize("above", ["Dear desk,", "It works.", "Hello!\n\nIt works, thanks."])
@pytest.mark.parametrize("below", ["It is in room 4.\nPlease come.", "Regards\nAda"])
def test_text_above_and_below_the_quotation_is_new(above: str, below: str) -> None:
    new, quoted = split_reply(f"{above}\n\n{ATTRIBUTION}\n{QUOTE}\n{below}")
    assert [line for line in new.split("\n") if line] == [line for line in f"{above}\n{below}".split("\n") if line]
    assert quoted == f"{ATTRIBUTION}\n{QUOTE}".strip()


@pytest.mark.covers("MSG-07")
def test_answer_below_a_separator_and_an_attribution_is_new() -> None:
    assert split_reply(f"------- Original Message -------\n\n{ATTRIBUTION}\n\n{QUOTE}\nIt works.")[0] == "It works."


@pytest.mark.covers("MSG-07")
def test_older_history_below_an_answer_is_quoted() -> None:
    older = "-----Original Message-----\nFrom: Ada <ada@example.com>\nSent: 22 November 2026\nSubject: Printer\n\nIt is broken."
    new, quoted = split_reply(f"{ATTRIBUTION}\n{QUOTE}\nIt works.\n\n{older}")
    assert new == "It works." and quoted.endswith(older) and quoted.startswith(ATTRIBUTION)


BETWEEN = {
    "after blank lines": "> Which floor?\n\nThird.\n\n> Which colour?\n\nBlue.",
    "without blank lines": "> Which floor?\nThird.\n> Which colour?\nBlue.",
    "below long lines": f"> {'Which floor is it on, if I may ask, ' * 2}please?\nThird.\n> Which colour?",
    "below long lines without an end": f"> {'Which floor is it on, if I may ask, ' * 2}please\nThird.\n> Which colour?",
    "after a quotation of many lines": "> line\n" * 6_000 + "\nThird.\n\n> Which colour?\n\nBlue.",
    "within a quotation of many lines": "> line\n" * 4_000 + "\nThird.\n\n" + "> line\n" * 4_000,
}


@pytest.mark.covers("MSG-07")
@pytest.mark.parametrize("between", BETWEEN.values(), ids=BETWEEN.keys())
def test_answers_between_quoted_lines_are_kept_with_the_questions(between: str) -> None:
    text = f"Dear desk,\n\n{ATTRIBUTION}\n{between}".strip("\n")
    assert split_reply(text) == (text, "")


@pytest.mark.covers("MSG-07")
def test_answer_below_a_quotation_of_very_many_lines_is_new() -> None:
    new, quoted = split_reply(f"Dear desk,\n\n{ATTRIBUTION}\n" + "> line\n" * 20_000 + "\nIt works.\nAda\n")
    assert new.split() == ["Dear", "desk,", "It", "works.", "Ada"]
    assert quoted == ATTRIBUTION + "\n> line" * 20_000


@pytest.mark.covers("MSG-07")
def test_wrapped_end_of_a_quoted_line_is_no_answer() -> None:
    wrapped = f"> {'please look whether the printer has toner, and ' * 2}that\nit is on.\n> Help Desk"
    assert split_reply(f"It works.\n\n{ATTRIBUTION}\n{wrapped}") == ("It works.", f"{ATTRIBUTION}\n{wrapped}")


ONLY_HISTORY = {
    "forwarded": HISTORIES["forwarded"],
    "forwarded by outlook": HISTORIES["outlook english"],
    "a reply without a word": HISTORIES["gmail english"],
    "a greeting alone": f"Dear desk,\n\n{HISTORIES['gmail english, from html']}",
    "a greeting without a comma": f"Hallo Frau Byrne\n\n{HISTORIES['outlook german']}",
    "answers in the quotation": f"Hello,\n\nplease find my answers below in red.\n\n{HISTORIES['outlook english']}",
    "antworten im text": f"Hallo,\n\nmeine Antworten stehen unten im Text.\n\n{HISTORIES['outlook german']}",
}


@pytest.mark.covers("MSG-07")
@pytest.mark.parametrize("text", ONLY_HISTORY.values(), ids=ONLY_HISTORY.keys())
def test_history_with_no_answer_beside_it_is_what_the_sender_has_to_say(text: str) -> None:
    assert split_reply(text) == (text.strip("\n"), "")


@pytest.mark.covers("MSG-07")
@pytest.mark.parametrize("answer", ["Hello", "Yes", "Thanks!", "Many thanks,", "ok.", ":+1:"])
def test_short_answer_is_no_greeting(answer: str) -> None:
    assert split_reply(f"{answer}\n\n{HISTORIES['gmail english']}")[0] == answer


@pytest.mark.covers("MSG-07")
@pytest.mark.parametrize(
    "signature", ["-- \nAda Byrne", "Sent from my iPhone", "Gesendet von Outlook für Android<https://example.com>"]
)
def test_signature_above_the_history_is_new(signature: str) -> None:
    assert split_reply(f"It works.\n\n{signature}\n\n{HISTORIES['outlook english']}")[0] == f"It works.\n\n{signature}"


@pytest.mark.covers("MSG-07")
@pytest.mark.parametrize("footer", ["_____\nThe list's footer", "-- \nAda Byrne\nDesk 4"])
def test_footer_below_the_history_of_an_answer_belongs_to_the_history(footer: str) -> None:
    new, quoted = split_reply(f"It works.\n\n{ATTRIBUTION}\n{QUOTE}\n{footer}\n")
    assert new == "It works." and quoted.endswith(footer)


OWN_MARKS = {
    "python": "I typed:\n>>> import printer\n>>> printer.go()\nTraceback",
    "python at the end": "I typed\n\n>>> import printer\n>>> printer.go()",
    "a shell at the end": "The output of the command is this:\n\n> ping printer\n> timed out",
    "a quotation within the text": "You asked\n\n> Which floor?\n\nand I say the third.",
    "prompts above an attribution": f"I get:\n> timed out\n\n{ATTRIBUTION}\n> What do you get?",
    "a table": "| a | b |\n| 1 | 2 |",
}


@pytest.mark.covers("MSG-07")
@pytest.mark.parametrize("text", OWN_MARKS.values(), ids=OWN_MARKS.keys())
def test_lines_of_the_sender_that_look_quoted_are_new(text: str) -> None:
    assert split_reply(text)[0] == text.partition(f"\n\n{ATTRIBUTION}")[0]
