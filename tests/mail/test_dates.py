"""Dates as programs write them, standard or in the system's language (MSG-07, RFC 5322 sections 3.3 and 4.3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trackit_console.mail import ParseWarning
from trackit_console.mail.dates import moment

pytestmark = pytest.mark.covers("MSG-07")


def at(offset: float = 0, hour: int = 10, second: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, 15, second, tzinfo=timezone(timedelta(hours=offset)))


FORMS = {
    "standard": ("Mon, 23 Nov 2026 10:15:00 +0100", at(1)),
    "with a comment": ("Mon, 23 Nov 2026 10:15:00 +0100 (CET)", at(1)),
    "with a comment in words": ("Mon, 23 Nov 2026 10:15:00 +0100 (Mitteleuropäische Zeit)", at(1)),
    "without a weekday": ("23 Nov 2026 10:15:00 -0330", at(-3.5)),
    "unknown offset": ("Mon, 23 Nov 2026 10:15:00 -0000", at()),
    "no offset": ("Mon, 23 Nov 2026 10:15:00", at()),
    "no seconds": ("Mon, 23 Nov 2026 10:15 +0100", at(1)),
    "leap second": ("Mon, 23 Nov 2026 10:15:60 +0100", at(1, second=59)),
    "fractions of a second": ("Mon, 23 Nov 2026 10:15:00.123 +0100", at(1)),
    "year of two digits": ("Mon, 23 Nov 26 10:15:00 +0100", at(1)),
    "year of three digits": ("Mon, 23 Nov 126 10:15:00 +0100", at(1)),
    "offset with a colon": ("Mon, 23 Nov 2026 10:15:00 +01:00", at(1)),
    "offset after a zone name": ("Mon, 23 Nov 2026 10:15:00 GMT+0100", at(1)),
    "offset glued to the time": ("Mon,23 Nov 2026 10:15:00+0100", at(1)),
    "offset of hours": ("Mon, 23 Nov 2026 10:15:00 UTC-5", at(-5)),
    "zone name": ("Mon, 23 Nov 2026 10:15:00 CET", at(1)),
    "zone name in parentheses": ("Mon, 23 Nov 2026 10:15:00 (PST)", at(-8)),
    "zone name in quotes": ('Mon, 23 Nov 2026 10:15:00 "GMT"', at()),
    "offset and zone name": ("Mon, 23 Nov 2026 10:15:00 +0100 MEZ", at(1)),
    "C": ("Mon Nov 23 10:15:00 2026", at()),
    "C with a zone": ("Mon Nov 23 10:15:00 EST 2026", at(-5)),
    "ISO 8601": ("2026-11-23T10:15:00Z", at()),
    "ISO 8601 with an offset": ("2026-11-23 10:15:00+01:00", at(1)),
    "RFC 850": ("Monday, 23-Nov-26 10:15:00 GMT", at()),
    "Lotus Notes": ("11/23/2026 10:15:00 AM", at()),
    "Lotus Notes with a zone": ("23.11.2026 10:15:00 ZE1", at(1)),
    "Lotus Notes west of Greenwich": ("11/23/2026 10:15:00 AM ZW5", at(-5)),
    "Lotus Notes in summer": ("23.11.2026 10:15:00 CEDT", at(2)),
    "Outlook in English": ("Monday, November 23, 2026 10:15 PM", at(hour=22)),
    "twelve-hour clock": ("Mon, 23 Nov 2026 10:15:00 PM +0100", at(1, hour=22)),
    "dots": ("23.11.2026 10:15:00", at()),
    "dots in the time": ("23-11-2026 10.15.00", at()),
    "Japanese": ("2026年11月23日(月) 10:15:00 +0900", at(9)),
    "Korean": ("2026년 11월 23일 월요일 오후 10:15", at(hour=22)),
    "encoded word": ("=?utf-8?q?Mon=2C_23_Nov_2026_10:15:00_+0100?=", at(1)),
    "German": ("Mo, 23 Nov. 2026 10:15:00 +0100", at(1)),
    "German in a sentence": ("am Montag, 23. November 2026 um 12:15", at(hour=12)),
    "midnight on a twelve-hour clock": ("Mon, 23 Nov 2026 12:15 AM", at(hour=0)),
    "month first with hyphens": ("11-23-2026 10:15:00", at()),
    "French": ("lun., 23 nov. 2026 10:15:00 +0100", at(1)),
    "French Tuesday is no March": ("mar., 23 nov. 2026 10:15:00 +0100", at(1)),
    "Spanish in words": ("lunes, 23 de noviembre de 2026 10:15", at()),
    "Hungarian": ("2026. 11. 23. 10:15:00", at()),
}
MONTHS = {
    "German": "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
    "German in full": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "French": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "Spanish": "ene feb mar abr may jun jul ago sep oct nov dic",
    "Portuguese": "jan fev mar abr mai jun jul ago set out nov dez",
    "Italian": "gen feb mar apr mag giu lug ago set ott nov dic",
    "Dutch": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "Swedish": "jan feb mars april maj juni juli aug sep okt nov dec",
    "Finnish": "tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu",
    "Polish": "sty lut mar kwi maj cze lip sie wrz paź lis gru",
    "Czech": "led úno bře dub kvě čvn čvc srp zář říj lis pro",
    "Czech in full": "ledna února března dubna května června července srpna září října listopadu prosince",
    "Hungarian": "jan. febr. márc. ápr. máj. jún. júl. aug. szept. okt. nov. dec.",
    "Romanian": "ian. feb. mar. apr. mai iun. iul. aug. sept. oct. noi. dec.",
    "Turkish": "Oca Şub Mar Nis May Haz Tem Ağu Eyl Eki Kas Ara",
    "Russian": "янв фев мар апр мая июн июл авг сен окт ноя дек",
    "Ukrainian": "січ лют бер квіт трав черв лип серп вер жовт лист груд",
    "Greek": "Ιαν Φεβ Μαρ Απρ Μαΐ Ιουν Ιουλ Αυγ Σεπ Οκτ Νοε Δεκ",
}


@pytest.mark.parametrize(("value", "date"), FORMS.values(), ids=FORMS.keys())
def test_date_is_read_with_its_offset(value: str, date: datetime) -> None:
    problems: list[ParseWarning] = []
    found = moment(value, problems)
    assert (found, problems) == (date, [])
    assert found is not None and found.utcoffset() == date.utcoffset()


@pytest.mark.parametrize("names", MONTHS.values(), ids=MONTHS.keys())
def test_month_is_read_in_the_languages_of_mail_programs(names: str) -> None:
    dates = [moment(f"1 {name} 2026 10:15:00 +0000", []) for name in names.split()]
    assert dates == [datetime(2026, month, 1, 10, 15, tzinfo=UTC) for month in range(1, 13)]


UNREADABLE = {
    "words": "yesterday",
    "a day alone": "Mon, 23 Nov 2026",
    "no such day": "Mon, 31 Jun 2026 10:15:00 +0100",
    "no such month": "Mon, 23 Foo 2026 10:15:00 +0100",
    "day or month": "03/11/2026 10:15:00",
    "before the year 1 in UTC": "Mon, 1 Jan 0001 00:00:00 +0100",
    "an offset of days": "Mon, 23 Nov 2026 10:15:00 +9900",
    "digits without end": "9" * 100_000,
}


@pytest.mark.parametrize("value", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_unreadable_date_is_none_and_said(value: str) -> None:
    problems: list[ParseWarning] = []
    assert (moment(value, problems), problems) == (None, [ParseWarning.UNREADABLE_DATE])


@pytest.mark.covers("SEC-03")
@settings(max_examples=200)
@given(st.text(st.sampled_from("0123456789:.,+-/ ()NovJanPM年"), max_size=40))
def test_no_date_raises(value: str) -> None:
    date = moment(value, [])
    assert date is None or date.tzinfo is not None
