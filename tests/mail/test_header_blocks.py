"""Header blocks and separators above history, in the languages of the field, and lists that are none (MSG-07)."""

from __future__ import annotations

import pytest

from trackit_console.mail.replies import split_reply

pytestmark = pytest.mark.covers("MSG-07")

LABELS = {
    "bulgarian": "От Изпратено До Относно",
    "chinese": "发件人 发送时间 收件人 主题",
    "chinese, traditional": "寄件者 寄件日期 收件者 主旨",
    "croatian": "Šalje Poslano Prima Predmet".replace("Šalje", "Od"),
    "czech": "Od Odesláno Komu Předmět",
    "danish": "Fra Sendt Til Emne",
    "dutch": "Van Verzonden Aan Onderwerp",
    "english": "From Sent To Subject",
    "finnish": "Lähettäjä Lähetetty Vastaanottaja Aihe",
    "french": "De\u00a0 Envoyé\u00a0 À\u00a0 Objet\u00a0",
    "german": "Von Gesendet An Betreff",
    "greek": "Από Στάλθηκε Προς Θέμα",
    "hebrew": "מאת נשלח אל נושא",
    "hungarian": "Feladó Elküldve Címzett Tárgy",
    "italian": "Da Inviato A Oggetto",
    "japanese": "差出人 送信日時 宛先 件名",
    "polish": "Od Wysłano Do Temat",
    "portuguese": "De Enviada Para Assunto",
    "romanian": "De Trimis Către Subiect",
    "russian": "От Отправлено Кому Тема",
    "slovak": "Od Odoslané Komu Predmet",
    "spanish": "De Enviado Para Asunto",
    "swedish": "Från Skickat Till Ämne",
    "turkish": "Kimden Gönderildi Kime Konu",
    "ukrainian": "Від Надіслано Кому Тема",
}
VALUES = ("Help Desk <help@desk.example>", "2 November 2026 17:02", "Ada Byrne", "Toner")


def block(labels: str, line: str = "{}: {}") -> str:
    return "\n".join(line.format(label, value) for label, value in zip(labels.split(" "), VALUES, strict=True))


BLOCKS = {name: block(labels) for name, labels in LABELS.items()} | {
    "korean": "보낸 사람: Help Desk <help@desk.example>\n보낸 날짜: 2026년 11월 2일\n받는 사람: Ada\n제목: Toner",
    "bold": block(LABELS["english"], "*{}:* {}"),
    "bold, colon outside": block(LABELS["english"], "*{}*: {}"),
    "indented": block(LABELS["english"], "  {}: {}"),
    "full-width colon": block(LABELS["chinese"], "{}：{}"),
    "blank lines between": block(LABELS["english"], "{}: {}\n").rstrip(),
    "date first": "Date: Mon, 2 Nov 2026 17:02:00 +0100\nSubject: Toner\nFrom: help@desk.example\nTo: ada@example.com",
    "recipient before the date": "De : Help Desk <help@desk.example>\nÀ : Ada\nEnvoyé le : 2 novembre 2026 17h02\nObjet : Toner",
    "reply-to": "From: Help Desk <help@desk.example>\nReply-To: help@desk.example\nDate: 2 Nov 2026\nTo: Ada\nSubject: Toner",
    "wrapped": "From: Help Desk [mailto:\nhelp@desk.example]\nSent: 2 Nov 2026\nTo: Ada <ada@example.com>;\n Bo <bo@example.com>\nSubject: x",
    "without addresses": "От: Help Desk\nОтправлено: \u200e2\u200e \u200eноября\u200e \u200e2026\nКому: Ada",
    "without a subject": "De : Help Desk<mailto:help@desk.example>\nEnvoyé le :lundi 2 novembre 2026 17:02\nÀ : ada@example.com",
    "a rule above": "________________________________\n" + block(LABELS["english"]),
    "a rule and a blank line above": "==========\n\n" + block(LABELS["english"]),
    "a title of an unknown language": "-----Mesazhi origjinal-----\n" + block(LABELS["english"]),
    "croatian title": "-----Izvorna poruka-----\n" + block(LABELS["english"]),
    "title of two lines": "-----Original Message-----\nFrom: Help Desk\nSent: Monday",
    "quoted": "> " + block(LABELS["english"], "> {}: {}").removeprefix("> "),
}


@pytest.mark.parametrize("above", ["It works.\n\nAda\n\n", "It works.\n\nAda\n"], ids=["after a blank line", "directly below"])
@pytest.mark.parametrize("lines", BLOCKS.values(), ids=BLOCKS.keys())
def test_header_block_begins_the_history(lines: str, above: str) -> None:
    history = f"{lines}\n\n> Did the toner help?" if lines.startswith(">") else f"{lines}\n\nDid the toner help?"
    assert split_reply(above + history) == ("It works.\n\nAda", history)


@pytest.mark.parametrize(
    "title",
    ["Original Message", "Ursprüngliche Nachricht", "Message d’origine", "Пересылаемое сообщение", "原始邮件", "Původní zpráva"],
)
def test_title_alone_begins_the_history(title: str) -> None:
    assert split_reply(f"It works.\n\n-------- {title} --------\nDid it help?")[0] == "It works."


SPAM = "Return-Path: <win@spam.example>\nFrom: Prize <win@spam.example>\nTo: ada@example.com\nSubject: You won\nDate: Mon, 2 Nov 2026 17:02"
OWN_LISTS = {
    "a journey": "From: Berlin\nTo: London\nDate: 23.11.2026\nPassengers: 2\nPlease book it.",
    "pasted headers": f"{SPAM}\nPlease block this sender.",
    "pasted headers, technical ones last": SPAM.split("\n", 1)[1] + "\nMessage-ID: <1@spam.example>\n\nPlease block this sender.",
    "pasted log": "10:15 queue:\nFrom: <ada@example.com>\nDate: 2026-11-23 10:15\nstatus=bounced\nWhat does it mean?",
    "sentences": "I parse mail that comes\nfrom: john@example.com\nand\nfrom: jane@example.com\nsince 2026.",
    "an error report": "Subject: printer\nStatus: broken\nTo: be repaired by 23.11.2026",
    "a title of one's own": "----- error log -----\ncannot print\n----- end -----\nThanks.",
    "markdown": "## Points\n----\n1. fast\n----\nThanks.",
}


@pytest.mark.parametrize("text", OWN_LISTS.values(), ids=OWN_LISTS.keys())
def test_list_of_the_sender_is_no_header_block(text: str) -> None:
    assert split_reply(f"Hello desk,\n\n{text}") == (f"Hello desk,\n\n{text}", "")


def test_headers_that_a_sentence_introduces_are_not_history() -> None:
    pasted = "This spam came in:\n\nFrom: win@spam.example\nTo: ada@example.com\nSubject: You won\nDate: 2 Nov 2026\n\nPlease block it."
    assert split_reply(pasted) == (pasted, "")
