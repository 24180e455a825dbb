"""Character sets by every name that mail gives them (MSG-07, WHATWG Encoding Standard)."""

from __future__ import annotations

import encodings
import sys

import pytest

from trackit_console.mail import ParseWarning, parse
from trackit_console.mail.charsets import to_text

pytestmark = pytest.mark.covers("MSG-07")

# One text for all names of an encoding in https://encoding.spec.whatwg.org/#names-and-labels.
LABELS = {
    "привет": {
        "ibm866": "866 cp866 csibm866 ibm866",
        "iso8859_5": "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988",
        "koi8_r": "cskoi8r koi koi8 koi8-r koi8_r",
        "koi8_u": "koi8-ru koi8-u",
        "cp1251": "cp1251 windows-1251 x-cp1251",
        "mac_cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    },
    "žluťák": {
        "iso8859_2": "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
        "cp1250": "cp1250 windows-1250 x-cp1250",
    },
    "ĉiuĵaŭde": {"iso8859_3": "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3"},
    "ķērāž": {
        "iso8859_4": "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
        "iso8859_13": "iso-8859-13 iso8859-13 iso885913",
        "cp1257": "cp1257 windows-1257 x-cp1257",
    },
    "مرحبا": {
        "iso8859_6": "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i "
        "iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987",
        "cp1256": "cp1256 windows-1256 x-cp1256",
    },
    "καλημέρα": {
        "iso8859_7": "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 "
        "iso_8859-7:1987 sun_eu_greek",
        "cp1253": "cp1253 windows-1253 x-cp1253",
    },
    "שלום": {
        "iso8859_8": "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 "
        "iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical",
        "cp1255": "cp1255 windows-1255 x-cp1255",
    },
    "ŋáðđ": {"iso8859_10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6"},
    "ŵŷ": {"iso8859_14": "iso-8859-14 iso8859-14 iso885914"},
    "cœur 5 €": {"iso8859_15": "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9"},
    "ștergeți": {"iso8859_16": "iso-8859-16"},
    "É “quoted” –": {
        "cp1252": "cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 "
        "windows-1252 x-cp1252 ansi_x3.110-1983 x-user-defined",
        "mac_roman": "csmacintosh mac macintosh x-mac-roman",
        "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8 ansi_x3.4-1968 ascii us-ascii",
        "utf-7": "utf-7 unicode-1-1-utf-7",
        "utf-16-le": "unicodefeff utf-16le csunicode iso-10646-ucs-2 ucs-2 unicode utf-16",
        "utf-16-be": "unicodefffe utf-16be",
    },
    "ğüş “İ”": {
        "cp1254": "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 windows-1254 "
        "x-cp1254"
    },
    "สวัสดี …": {"cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874"},
    "Đăng": {"cp1258": "cp1258 windows-1258 x-cp1258"},
    "朱镕基": {  # the second character is not in GB 2312
        "gb18030": "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030"
    },
    "繁體中文": {"big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5"},
    "日本語①㈱ｶﾅ": {
        "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
    },
    "똠방각하": {  # the first character is in CP949 only
        "cp949": "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949"
    },
    "简体": {"hz": "hz-gb-2312"},
    "한국": {"iso2022_kr": "csiso2022kr iso-2022-kr"},
}
CASES = [(label, codec, text) for text, codecs in LABELS.items() for codec, labels in codecs.items() for label in labels.split()]
# Names that are in no standard.
CASUAL = {
    "dos-850": "cp850", "cp-850": "cp850", "ibm-850": "cp850", "850": "cp850", "win1252": "cp1252", "windows1252": "cp1252",
    "Windows-CP1252": "cp1252", "ISO 8859 1": "cp1252", '"utf-8"': "utf-8", "'UTF-8'": "utf-8", "UTF_8": "utf-8",
    "utf8mb4": "utf-8", "charset=utf-8": "utf-8", "windows-65001": "utf-8", "ISO_8859-15:1998": "iso8859_15", "x-mac-ce": "mac_latin2",
    "cp28605": "iso8859_15",
}  # fmt: skip


@pytest.mark.parametrize(("label", "codec", "text"), CASES, ids=[label for label, _, _ in CASES])
def test_every_label_of_the_encoding_standard_is_known(label: str, codec: str, text: str) -> None:
    problems: list[ParseWarning] = []
    assert to_text(text.encode(codec), label, problems) == text
    assert to_text(text.encode(codec), f" {label.upper()} ", problems) == text
    assert problems == []


@pytest.mark.parametrize(("label", "codec"), CASUAL.items(), ids=CASUAL.keys())
def test_casual_names_are_known(label: str, codec: str) -> None:
    problems: list[ParseWarning] = []
    assert (to_text("Größe".encode(codec), label, problems), problems) == ("Größe", [])


JAPANESE = {
    "numbers in circles and company signs": (b"\x1b$B-!-j-C\x1b(B", "iso-2022-jp", "①㈱㍍"),
    "old JIS": (b"\x1b$@F|K\\\x1b(J~", "iso-2022-jp", "日本‾"),
    "katakana by escape sequence": (b"\x1b(I6E\x1b(Bab", "iso-2022-jp", "ｶﾅab"),
    "katakana by shift out": (b"\x0e6E\x0fab", "cp50222", "ｶﾅab"),
    "a line that does not return to ASCII": (b"\x1b$BF|K\\\nab", "cp50220", "日本\nab"),
    "JIS X 0212": (b'\x1b$(D0"\x1b(B', "iso-2022-jp", "丄"),
    "the wave dash of Windows": (b"\x1b$B!A\x1b(B", "iso-2022-jp", "～"),
    "all kinds in EUC": (b"a\xad\xa1\x8e\xb6\x8f\xb0\xa2\xc6\xfcb", "euc-jp", "a①ｶ丄日b"),
    "Shift_JIS with row 13": (b"\x87\x40\x87\x8a\xb6", "shift_jis", "①㈱ｶ"),
}


@pytest.mark.parametrize(("data", "charset", "text"), JAPANESE.values(), ids=JAPANESE.keys())
def test_japanese_is_read_with_the_characters_of_windows(data: bytes, charset: str, text: str) -> None:
    problems: list[ParseWarning] = []
    assert (to_text(data, charset, problems), problems) == (text, [])


GUESSED = {
    "UTF-8 that says ISO-2022-JP": ("né 日本".encode(), "iso-2022-jp", "né 日本"),
    "katakana in single bytes": (b"\x1b$BF|\x1b(B\xb6\xc5", "iso-2022-jp", "日ｶﾅ"),
    "EUC-JP that says ISO-2022-JP": ("次のあて先".encode("euc_jp"), "iso-2022-jp", "次のあて先"),
    "Shift_JIS that says EUC-JP": ("次のあて先へ".encode("cp932"), "euc-jp", "次のあて先へ"),
    "a Latin letter that says ISO-2022-JP": (b"Dij\xe9 at", "iso-2022-jp", "Dij\ufffd at"),
    "UTF-8 that says Shift_JIS": ("né 日本語".encode(), "shift_jis", "né 日本語"),
    "a byte that windows-1250 lacks": (b"\x9elu\x81", "windows-1250", "žlu\ufffd"),
    "a byte that UTF-7 lacks": (b"n+AOk-\xe9", "utf-7", "né\ufffd"),
    "windows-1252 that says ASCII": ("né".encode("cp1252"), "us-ascii", "né"),
}


@pytest.mark.parametrize(("data", "charset", "text"), GUESSED.values(), ids=GUESSED.keys())
def test_text_in_another_character_set_is_guessed_and_that_is_said(data: bytes, charset: str, text: str) -> None:
    problems: list[ParseWarning] = []
    assert (to_text(data, charset, problems), problems) == (text, [ParseWarning.WRONG_CHARSET])


def test_unknown_name_is_said() -> None:
    problems: list[ParseWarning] = []
    assert (to_text("né".encode("cp1252"), "x-unknown", problems), problems[0]) == ("né", ParseWarning.UNKNOWN_CHARSET)


@pytest.mark.covers("SEC-03")
def test_made_up_names_fill_no_cache() -> None:
    """`codecs.lookup` would import a module for each unknown name, and keep the name for the life of the process."""
    parse(b"Subject: =?iso-8859-2?q?=e8?=\n\n")
    cached, modules = len(encodings._cache), set(sys.modules)
    for number in range(3_000):
        word = b"=?made-up-%d?q?=e4?= =?windows-9%d?q?=e4?= =?utf.8.%d?q?=e4?=" % (number, number, number)
        parse(b"Subject: " + word + b"\nContent-Type: text/plain; charset=os.path%d\n\n\xe4" % number)
    assert len(encodings._cache) == cached
    assert set(sys.modules) == modules
