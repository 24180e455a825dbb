"""The names of character sets, by codec: the labels of the WHATWG Encoding Standard and those of mail programs.

Many labels name a subset of what is really used: mail that says ISO-8859-1 is windows-1252, GB2312 is GB18030, EUC-KR is
CP949. Browsers read them so, and so do we. Three labels differ from the standard: ASCII is taken for UTF-8, which `charsets`
guesses from anyway; HZ and ISO-2022-KR are read, because mail has no scripts that could abuse them.
"""

from __future__ import annotations

JAPANESE_JIS = "iso2022_jp"
"""The codec of JIS with escape sequences."""
JAPANESE_EUC = "euc_jp"
"""The codec of EUC-JP."""

LABELS = {
    "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8 utf8mb4 utf-8n "
    "us-ascii ascii ansi_x3.4-1968 ansi_x3.4-1986 iso646-us iso_646.irv iso-ir-6 csascii us 367 20127 65001",
    "utf-7": "utf-7 unicode-1-1-utf-7 csunicode11utf7 unicode-2-0-utf-7 x-unicode-2-0-utf-7 65000",
    "utf-16": "csunicode iso-10646-ucs-2 ucs-2 unicode utf-16 1200",
    "utf-16-le": "unicodefeff utf-16le ucs-2le",
    "utf-16-be": "unicodefffe utf-16be ucs-2be 1201",
    "utf-32": "utf-32 ucs-4 iso-10646-ucs-4 csucs4",
    "cp866": "866 cp866 csibm866 ibm866",
    "cp1252": "ansi_x3.110 ansi_x3.110-1983 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 "
    "l1 latin1 windows-1252 x-cp1252 x-ansi ansi x-user-defined 28591",
    "iso8859_2": "csisolatin2 iso-8859-2 iso-ir-101 l2 latin2 28592 912",
    "iso8859_3": "csisolatin3 iso-8859-3 iso-ir-109 l3 latin3 28593 913",
    "iso8859_4": "csisolatin4 iso-8859-4 iso-ir-110 l4 latin4 28594 914",
    "iso8859_5": "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 28595 915",
    "iso8859_6": "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i "
    "iso-ir-127 28596 708",
    "iso8859_7": "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 sun_eu_greek 28597 813",
    # Logical or visual order makes no difference to the codes.
    "iso8859_8": "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 visual csiso88598i "
    "iso-8859-8-i logical 28598 38598 916",
    "iso8859_10": "csisolatin6 iso-8859-10 iso-ir-157 l6 latin6 28600",
    "iso8859_13": "iso-8859-13 latin7 28603",
    "iso8859_14": "iso-8859-14 iso-ir-199 iso-celtic l8 latin8 28604",
    "iso8859_15": "csisolatin9 csiso885915 iso-8859-15 iso_8859-15 l9 latin9 latin0 28605 923",
    "iso8859_16": "iso-8859-16 iso-ir-226 l10 latin10 28606",
    "koi8_r": "cskoi8r koi koi8 koi8-r 20866",
    "koi8_u": "koi8-ru koi8-u 21866",
    "mac_roman": "csmacintosh mac macintosh x-mac-roman x-macroman 10000",
    "mac_cyrillic": "x-mac-cyrillic x-mac-ukrainian 10007 10017",
    "mac_greek": "x-mac-greek 10006",
    "mac_turkish": "x-mac-turkish 10081",
    "mac_iceland": "x-mac-icelandic 10079",
    "mac_croatian": "x-mac-croatian 10082",
    "mac_romanian": "x-mac-romanian 10010",
    "mac_latin2": "x-mac-ce x-mac-centraleurroman x-mac-centeuro 10029",
    "mac_arabic": "x-mac-arabic 10004",
    "cp874": "dos-874 iso-8859-11 tis-620 tis620.2533 windows-874 874 28601",
    "cp1250": "cp1250 windows-1250 x-cp1250",
    "cp1251": "cp1251 windows-1251 x-cp1251",
    "cp1253": "cp1253 windows-1253 x-cp1253",
    "cp1254": "csisolatin5 iso-8859-9 iso-ir-148 l5 latin5 windows-1254 x-cp1254 28599 920",
    "cp1255": "cp1255 windows-1255 x-cp1255",
    "cp1256": "cp1256 windows-1256 x-cp1256",
    "cp1257": "cp1257 windows-1257 x-cp1257",
    "cp1258": "cp1258 windows-1258 x-cp1258",
    "gb18030": "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gb2312-80 gbk csgbk iso-ir-58 x-gbk gb18030 gb18030-2000 "
    "euc-cn x-euc-cn gb 936 20936 51936 54936 1386 x-mac-simp-chinese 10008",
    "hz": "hz hz-gb hz-gb-2312 52936",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5 x-big5 big-5 big5-eten 950 951 x-mac-trad-chinese 10002",
    JAPANESE_EUC: "cseucpkdfmtjapanese euc-jp x-euc-jp x-euc eucjp-ms eucjp-win 51932 20932",
    JAPANESE_JIS: "csiso2022jp csiso2022jp2 iso-2022-jp iso-2022-jp-1 iso-2022-jp-ms cp50220 cp50221 cp50222 50220 50221 50222 "
    "csjisencoding jis_encoding jis",
    "iso2022_jp_2": "iso-2022-jp-2",
    "iso2022_jp_3": "iso-2022-jp-3",
    "iso2022_jp_2004": "iso-2022-jp-2004",
    "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j cswindows31j x-sjis x-shift-jis x-ms-cp932 932 943 "
    "x-mac-japanese 10001",
    "cp949": "cseuckr csksc56011987 euc-kr x-euc-kr iso-ir-149 korean ks_c_5601 ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 "
    "ks_x_1001 uhc windows-949 949 51949 20949 x-mac-korean 10003",
    "iso2022_kr": "csiso2022kr iso-2022-kr 50225",
}  # fmt: skip
"""The labels of each codec."""

NOT_CHARSETS = frozenset(
    "base64_codec bz2_codec hex_codec quopri_codec rot_13 uu_codec zlib_codec idna punycode unicode_escape raw_unicode_escape "
    "undefined mbcs oem charmap".split()
)
"""Python codecs that mail does not use as a character set, that take more than linear time, or that emit warnings."""
WITHOUT_ALIAS = "cp720 cp737 cp856 cp874 cp875 cp1006 koi8_t koi8_u mac_arabic mac_croatian mac_farsi mac_romanian utf_8_sig"
"""Codecs of Python that have no alias."""
LARGER = {
    "ascii": "utf-8", "latin_1": "cp1252", "iso8859_1": "cp1252", "iso8859_9": "cp1254", "iso8859_11": "cp874", "tis_620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "cp950": "big5hkscs", "euc_kr": "cp949", "shift_jis": "cp932",
    "iso2022_jp_1": JAPANESE_JIS, "iso2022_jp_ext": JAPANESE_JIS,
}  # fmt: skip
"""Codecs that are a subset of the one to use."""
