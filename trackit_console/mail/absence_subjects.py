"""Recognises the subjects that mail programs give to absence notes and other automatic replies, in the languages they have."""

from __future__ import annotations

import re
import unicodedata

from trackit_console.mail.limits import ABSENCE_SUBJECT_LIMIT

_BEGINNINGS = (
    # English
    "automatic reply", "automated reply", "auto reply", "auto-reply", "autoreply", "automatic response", "automated response",
    "auto response", "auto-response", "autoresponse", "out of office", "out of the office", "out-of-office", "vacation reply",
    "away from the office",
    # German, French
    "automatische antwort", "automatische rückantwort", "automatische abwesenheit", "abwesenheit", "abwesend", "réponse automatique",
    "reponse automatique", "réponse d'absence", "message d'absence", "notification d'absence", "absence du bureau", "absent du bureau",
    # Spanish, Portuguese, Italian
    "respuesta automática", "respuesta automatica", "autorespuesta", "fuera de la oficina", "fuera de oficina", "ausente de la oficina",
    "resposta automática", "resposta automatica", "fora do escritório", "fora do escritorio", "ausência temporária", "ausente do escritório",
    "risposta automatica", "fuori sede", "fuori ufficio", "assente dall'ufficio", "assenza dall'ufficio", "messaggio di assenza",
    # Dutch, Scandinavian, Finnish
    "automatisch antwoord", "automatische beantwoording", "automatische reactie", "afwezig", "autosvar", "automatiskt svar",
    "automatisk svar", "frånvaro", "fravær", "automaattinen vastaus", "poissaoloviesti",
    # Eastern Europe, Turkish, Greek
    "odpowiedź automatyczna", "automatyczna odpowiedź", "nieobecność", "automatická odpověď", "automatická odpoveď",
    "automatikus válasz", "răspuns automat", "автоответ", "автоматический ответ", "автоматична відповідь", "otomatik yanıt",
    "αυτόματη απάντηση",
    # East Asia
    "自动答复", "自动回复", "自動回覆", "自動答覆", "自動応答", "自動返信", "不在通知", "자동 회신", "부재 중",
)  # fmt: skip
_FIRST_LETTERS = frozenset(beginning[:3] for beginning in _BEGINNINGS)
# A word may be longer ("Abwesenheitsnotiz"), and the kind of note may follow. "Out of office does not work" goes on otherwise.
_REST = re.compile(
    r"[^\W\d_]{0,15}(?: (?:autoreply|auto-reply|auto reply|reply|response|message|notice|notification|assistent|du bureau|\(auto\)))?"
    r"(?:\s*$|\s?[:：]|\s?!\s*$|\s(?:re|aw|sv|antw|rv|tr|wg)\s?:|\s(?:until|till|from|bis|vom|ab|jusqu|du|hasta|até|fino|dal|tot|van|t/m)\b)"
)
_LABEL = re.compile(r"(?:\[[^\]]{1,30}\]|\([^)]{1,30}\)|\*{1,5}[^*]{1,30}\*{1,5}|external:|extern:|ext:)\s?")


def is_absence_subject(subject: str) -> bool:
    """Whether the subject begins as that of an automatic reply does. A reply to one (`Re: Out of Office`) is a person's."""
    start = subject[:ABSENCE_SUBJECT_LIMIT].casefold()
    if not start.isascii():
        start = unicodedata.normalize("NFC", start).replace("’", "'")
    while start[:1] in "[(*e" and (label := _LABEL.match(start)):  # gateways label mail from outside
        start = start[label.end() :]
    # The first condition decides nothing, but is cheap, and ends the look at nearly all subjects.
    if start[:3] not in _FIRST_LETTERS or not start.startswith(_BEGINNINGS):
        return False
    beginning = max((words for words in _BEGINNINGS if start.startswith(words)), key=len)
    return _REST.match(start, len(beginning)) is not None
