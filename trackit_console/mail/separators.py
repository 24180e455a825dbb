"""Recognizes the separators between new text and history: `-----Original Message-----` and rules (MSG-07)."""

from __future__ import annotations

import re

from trackit_console.mail.limits import HISTORY_LINE_LIMIT

_TITLES = frozenset(
    (
        "original|original message|reply message|original email|original mail|original appointment|antwort nachricht|originalnachricht"
        "|original-nachricht|ursprüngliche nachricht|ursprüngliche mail|message d'origine|message original|message initial"
        "|mensaje original|mensagem original|messaggio originale"
        "|oorspronkelijk bericht|ursprungligt meddelande|originalmeddelande|oprindelig meddelelse|original meddelelse|opprinnelig melding"
        "|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|původní zpráva|původní e-mail|pôvodná správa|eredeti üzenet|mesaj original"
        "|αρχικό μήνυμα|orijinal mesaj|özgün ileti|исходное сообщение|оригинальное сообщение|оригінальне повідомлення|вихідне повідомлення"
        "|izvorna poruka|originalna poruka|изворна порука|izvirno sporočilo|оригинално съобщение|原始邮件|原始郵件|原邮件|原始訊息|元のメッセージ"
        "|원본 메시지|원본 메일|הודעה מקורית|الرسالة الأصلية|thư gốc|pesan asli"
        "|forwarded message|forwarded mail|weitergeleitete nachricht|message transféré|message réexpédié|mensaje reenviado|mensagem encaminhada"
        "|mensagem reencaminhada|messaggio inoltrato|doorgestuurd bericht|vidarebefordrat meddelande|videresendt meddelelse|videresendt melding"
        "|välitetty viesti|wiadomość przekazana|przekazana wiadomość|přeposlaná zpráva|preposlaná správa|továbbított üzenet|mesaj redirecționat"
        "|προωθημένο μήνυμα|yönlendirilen ileti|пересылаемое сообщение|переслане повідомлення|proslijeđena poruka|прослеђена порука"
        "|препратено съобщение|转发的邮件|轉寄的郵件|転送メッセージ|전달된 메시지|הודעה שהועברה|الرسالة المعاد توجيهها"
    ).split("|")
)
_BEGINNINGS = re.compile(
    r"begin forwarded message ?:|anfang der weitergeleiteten nachricht ?:|début du message (?:réexpédié|transféré) ?:"
    r"|inicio del mensaje reenviado ?:|início da mensagem (?:re)?encaminhada ?:|inizio messaggio inoltrato ?:"
    r"|begin doorgestuurd bericht ?:|vidarebefordrat brev ?:|videresendt meddelelse ?:|videresendt melding ?:"
    r"|välitetty viesti alkaa ?:|początek przekazywanej wiadomości ?:|начало переадресованного сообщения ?:"
    r"|#+-* ?(?:please )?(?:type|reply|write).{0,30} above this line.*|##- .* -##"
)
_MARKS = " \t\u00a0>*"
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015_="
_SHORTEST_RULE = 4
_LONGEST_TITLE = 60


def is_separator(line: str) -> bool:
    """Whether the line says in known words that an older message follows."""
    bare = line.strip(_MARKS)
    if not bare or len(line) > HISTORY_LINE_LIMIT or not (bare[0] in _DASHES or bare[0] == "#" or bare[-1] == ":"):
        return False
    words = bare.casefold().replace("\u2019", "'")
    title = words.strip(_DASHES)
    return (len(title) <= len(words) - 4 and title.strip() in _TITLES) or _BEGINNINGS.fullmatch(words) is not None


def is_between_dashes(line: str) -> bool:
    """Whether the line is a title between dashes, in any language. Alone it says nothing."""
    bare = line.strip(_MARKS) if len(line) <= HISTORY_LINE_LIMIT else ""
    title = bare.strip(_DASHES)
    return (
        bare[:2].strip(_DASHES) == bare[-2:].strip(_DASHES) == ""
        and 0 < len(title) <= _LONGEST_TITLE
        and len(title) < len(bare) - 3
    )


def is_rule(line: str) -> bool:
    """Whether the line is drawn from side to side, as Outlook does above an older message."""
    bare = line.strip(_MARKS) if len(line) <= HISTORY_LINE_LIMIT else ""
    return len(bare) >= _SHORTEST_RULE and not bare.strip(_DASHES + " ")


def begins_footer(line: str) -> bool:
    """Whether the line sets off a signature (`-- `, RFC 3676 section 4.3) or the footer of a mailing list."""
    bare = line.strip() if len(line) <= HISTORY_LINE_LIMIT else ""
    return len(bare) >= 2 and not bare.strip(_DASHES + "~*# ")
