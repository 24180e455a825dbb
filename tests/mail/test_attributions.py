"""Attributions of the programs and languages of the field, and sentences that are none (MSG-07)."""

from __future__ import annotations

import pytest

from trackit_console.mail.limits import HISTORY_CANDIDATES_LIMIT
from trackit_console.mail.replies import split_reply

pytestmark = pytest.mark.covers("MSG-07")

DESK = "Help Desk <help@desk.example>"
ATTRIBUTIONS = {
    "gmail arabic": f"في الاثنين، 2 نوفمبر 2026 في 5:02 م تمت كتابة ما يلي بواسطة {DESK}:",
    "gmail bulgarian": f"На пн, 2.11.2026 г. в 17:02 {DESK} написа:",
    "gmail catalan": f"Missatge de {DESK} del dia dl., 2 de nov. 2026 a les 17:02, va escriure:",
    "gmail chinese": f"{DESK} 于2026年11月2日周一 17:02写道：",
    "gmail chinese, traditional": f"{DESK} 於 2026年11月2日 週一 下午5:02寫道：",
    "gmail croatian": f"pon, 2. stu 2026. u 17:02 {DESK} napisao je:",
    "gmail czech": f"po 2. 11. 2026 v 17:02 odesílatel {DESK} napsal:",
    "gmail danish": f"Den man. 2. nov. 2026 kl. 17.02 skrev {DESK}:",
    "gmail english, without a year": "On Mon, Nov 2 at 5:02 PM, Help Desk wrote:",
    "gmail estonian": f"Kuupäev E, 2. november 2026 kell 17:02 kirjutas kasutaja {DESK}:",
    "gmail finnish": f"ma 2. marrask. 2026 klo 17.02 {DESK} kirjoitti:",
    "gmail german, name first": f"{DESK} schrieb am Mo., 2. Nov. 2026, 17:02:",
    "gmail german, name first, wrapped": f"{DESK} schrieb am Mo., 2. Nov. 2026\num 17:02 Uhr:",
    "gmail greek": f"Στις Δευ 2 Νοε 2026 στις 5:02 μ.μ., ο χρήστης {DESK} έγραψε:",
    "gmail hebrew": "\u202bבתאריך יום ב׳, 2 בנוב׳ 2026 ב-17:02 מאת \u202aHelp Desk\u202c\u200f <\u202ahelp@desk.example\u202c\u200f>:\u202c",
    "gmail hungarian": f"{DESK} ezt írta (időpont: 2026. nov. 2., H, 17:02):",
    "gmail indonesian": f"Pada tanggal Sen, 2 Nov 2026 pukul 17.02 {DESK} menulis:",
    "gmail italian": f"Il giorno lun 2 nov 2026 alle ore 17:02 {DESK} ha scritto:",
    "gmail korean": f"2026년 11월 2일 (월) 오후 5:02, {DESK}님이 작성:",
    "gmail norwegian": f"man. 2. nov. 2026 kl. 17:02 skrev {DESK}:",
    "gmail polish": f"pon., 2 lis 2026 o 17:02 {DESK} napisał(a):",
    "gmail romanian": f"În lun., 2 nov. 2026 la 17:02, {DESK} a scris:",
    "gmail russian": f"пн, 2 нояб. 2026\u202fг. в 17:02, {DESK}:",
    "gmail serbian": f"пон, 2. нов 2026. у 17:02 {DESK} је написао/ла:",
    "gmail slovak": f"po 2. 11. 2026 o 17:02 {DESK} napísal(a):",
    "gmail slovenian": f"V V pon., 2. nov. 2026 ob 17:02 je oseba {DESK} napisala:",
    "gmail thai": f"ในวันที่ จ. 2 พ.ย. 2026 เวลา 17:02 {DESK} เขียนว่า:",
    "gmail turkish": f"{DESK}, 2 Kas 2026 Pzt, 17:02 tarihinde şunu yazdı:",
    "gmail ukrainian": f"пн, 2 лист. 2026\u202fр. о 17:02 {DESK} пише:",
    "gmail vietnamese": f"Vào Th 2, 2 thg 11, 2026 vào lúc 17:02 {DESK} đã viết:",
    "gmail of 2016": f"2026-11-02 17:02 GMT+01:00 {DESK}:",
    "apple mail french": f"Le 2 nov. 2026 à 17:02, {DESK} a écrit :",
    "apple mail dutch": f"Op 2 nov. 2026, om 17:02 heeft {DESK} het volgende geschreven:",
    "apple mail spanish": f"El 2 nov 2026, a las 17:02, {DESK} escribió:",
    "thunderbird english": "On 11/2/26 17:02, Help Desk wrote:",
    "thunderbird german": "Am 02.11.26 um 17:02 schrieb Help Desk:",
    "thunderbird italian": "Il 02/11/2026 17.02, Help Desk ha scritto:",
    "thunderbird polish": "W dniu 2.11.2026 o 17:02, Help Desk pisze:",
    "thunderbird portuguese": "Em 02/11/2026 17:02, Help Desk escreveu:",
    "italian by date": f"In data 2 novembre 2026 17:02:00 {DESK} ha scritto:",
    "polish by date": f"Dnia 2 listopada 2026 17:02 {DESK} napisał(a):",
    "proton": f"On Monday, November 2nd, 2026 at 17:02, {DESK} wrote:",
    "yahoo": f"On Monday, November 2, 2026, 05:02:10 PM GMT+1, {DESK} wrote:",
    "yahoo german": f"Am Montag, 2. November 2026, 17:02:10 MEZ hat {DESK} Folgendes geschrieben:",
    "yandex": '02.11.2026, 17:02, "Help Desk" <help@desk.example>:',
    "mail.ru": f"Понедельник,  2 ноября 2026, 17:02:10 +03:00 от {DESK}:",
    "netease": '在 2026-11-02 17:02:00，"Help Desk" <help@desk.example> 写道：',
    "zoho": f"---- On Mon, 02 Nov 2026 17:02:00 +0100 {DESK} wrote ----",
    "android": "---- Help Desk wrote ----",
    "notes": f"-----{DESK} wrote: -----",
    "without a colon": "On Mon, 2 Nov 2026 17:02:00 +0100 Help Desk <help@desk.example> wrote",
    "time first": '5:02 PM, November 2, 2026, "Help Desk" <help@desk.example>:',
    "name and address": f"{DESK} wrote:",
    "wrapped in the address": 'On Mon, Nov 2, 2026 at 5:02 PM "The Help Desk" <\nhelp@desk.example> wrote:',
    "wrapped before the address": "On Mon, Nov 2, 2026 at 5:02 PM The Help Desk of the Company\n<help@desk.example> wrote:",
    "wrapped before the verb": f"On Mon, Nov 2, 2026 at 5:02 PM {DESK}\nwrote:",
    "wrapped in the date": f"On Mon, Nov\n2, 2026 at 5:02 PM {DESK} wrote:",
    "wrapped before the name": f"On Nov 2, 2026, at 5:02 PM,\n{DESK} wrote:",
    "wrapped three times": "On Nov 2, 2026,\nat 17:02,\nHelp Desk <\nhelp@desk.example> wrote:",
    "wrapped around blank lines": "On Mon, 2 Nov 2026 at 17:02 Help Desk\n\n<\nmailto:help@desk.example\n> wrote:",
}


@pytest.mark.parametrize("quotation", ["\nDid the toner help?", "> Did the toner help?", "\n> Did the toner help?"])
@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
def test_attribution_begins_the_history(attribution: str, quotation: str) -> None:
    history = f"{attribution}\n{quotation}"
    assert split_reply(f"Yes, thank you.\nAda\n\n{history}") == ("Yes, thank you.\nAda", history)


WITH_QUOTES = {
    "name alone": "Ada Byrne wrote:",
    "name alone, german": "Ada Byrne schrieb:",
    "you": "At 11/2/2026 05:02 PM, you wrote:",
    "address alone": "Ada Byrne <ada@example.com>:",
    "unknown language": "2026.11.02 17:02 Help Desk <help@desk.example> skribis:",
}


@pytest.mark.parametrize("attribution", WITH_QUOTES.values(), ids=WITH_QUOTES.keys())
def test_less_evidence_is_enough_above_quoted_lines(attribution: str) -> None:
    assert split_reply(f"Yes.\n\n{attribution}\n> Did it help?")[0] == "Yes."


@pytest.mark.parametrize(
    "attribution",
    [each for name, each in ATTRIBUTIONS.items() if name.startswith(("gmail english", "gmail russian", "yandex", "proton"))],
)
def test_line_of_the_sender_directly_above_stays_new(attribution: str) -> None:
    assert split_reply(f"Yes, send it.\n{attribution}\n\n> Shall we?")[0] == "Yes, send it."


OWN_SENTENCES = {
    "a weekday": "Am Montag schrieb ich um 10:15 an den Hersteller:\nbitte liefern.",
    "a date and I": "On 23.11.2026 at 10:15 I wrote:\nplease restart it. Nobody did.",
    "a date and a vendor": "On 23.11.2026 our vendor wrote:\nthe part is not available.\nWhat now?",
    "a vendor and a time": "On 23.11.2026 at 10:15 our vendor wrote:\nit is not available.\nWhat now?",
    "what came": "On 23.11.2026 at 10:15 Acme Toner Ltd sent:\n- toner\n- paper",
    "you, without a quotation": "On Nov 26, 2026 you wrote:\nrestart it. I did, at 10:15.",
    "a request": "Please call me at 10:15 or mail bob@example.com with the following:\n- name\n- floor",
    "contacts": "Ask one of these:\nBob <bob@example.com>:\nprinters\nAda <ada@example.com>:\nscreens",
    "a meeting": "Meeting on 23.11.2026 with <bob@example.com> about these points:\n- printers",
    "a log": "2026-11-23 10:15:02 smtp: rejected <bob@example.com>:\n2026-11-23 10:15:03 smtp: gone",
    "a log of addresses": "2026-11-23 10:15:02 <bob@example.com>:\n2026-11-23 10:15:03 <ada@example.com>:\nend",
    "a command": "Here is what I get at 10:15:\n> ping printer\n> timed out",
    "python": "I typed\n>>> import socket\n>>> socket.x",
    "contents": "1. Introduction:\n2. Printers at 10:15:\n3. Screens:\nend",
}


@pytest.mark.parametrize("text", OWN_SENTENCES.values(), ids=OWN_SENTENCES.keys())
def test_sentence_of_the_sender_is_no_attribution(text: str) -> None:
    assert split_reply(f"Hello,\n\n{text}") == (f"Hello,\n\n{text}", "")


def test_search_for_an_attribution_is_given_up_after_many_candidates() -> None:
    attribution = f"On Mon, 2 Nov 2026 at 17:02, {DESK} wrote:\n> Did it help?"
    line = "a list of things:\n"
    assert split_reply(line * HISTORY_CANDIDATES_LIMIT + attribution)[1] == ""
    assert split_reply(line * 10 + attribution)[1] == attribution
