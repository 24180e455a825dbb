"""Where the history begins in the text of a reply: what the sender wrote now, and what is quoted (MSG-07).

Knows the marks that the mail programs of the field leave, in the languages of their users; a text without any is new.
"""

from __future__ import annotations

import re

LINE_LENGTH_LIMIT = 300
"""Longer lines and sentences are text: no program writes such a mark."""
LINES_LIMIT = 5_000
"""A history that begins later is not looked for."""
COLONS = (":", "\uff1a")
"""The second is that of Chinese and Japanese."""

_WROTE = (
    ("On", "wrote"), ("Am", "schrieb"), ("Le", "a écrit"), ("El", "escribió"), ("Em", "escreveu"), ("A", "escreveu"),
    ("Il", "ha scritto"), ("Op", "schreef"), ("Den", "skrev"), ("W dniu", "pisze"), ("W dniu", "napisał"), ("Dne", "napsal"),
)  # fmt: skip
# "On Mon, Nov 23, 2026 at 10:15 AM Ada Byrne <ada@example.com> wrote:", the last word also before the name, as in German.
_ATTRIBUTION = re.compile(
    "[ >*_]*(?:" + "|".join(rf"{first} .*\b{last}\b[^:]{{0,150}}" for first, last in _WROTE) + r")\s?:[*_ ]*", re.IGNORECASE
)
_WHEN_OR_WHO = re.compile(r"\d{4}|\d:\d\d|\S@\S")
_SEPARATOR = re.compile(
    r"[ >*]*(?:-{2,} ?(?:Original(?:nachricht| Message| Appointment)?|Ursprüngliche Nachricht|Message d.origine|Message original"
    r"|Mensaje original|Mensagem original|Messaggio originale|Oorspronkelijk bericht|Forwarded message|Weitergeleitete Nachricht"
    r"|Message transféré|Mensaje reenviado|Mensagem encaminhada|Messaggio inoltrato|Doorgestuurd bericht) ?-{2,}"
    r"|Begin forwarded message:|Anfang der weitergeleiteten Nachricht:|Début du message (?:réexpédié|transféré) ?:"
    r"|#+-* ?(?:Please )?(?:type|reply|write).{0,30} above this line.*)[* ]*",
    re.IGNORECASE,
)
_LABELS = (
    r"From|Von|De|Da|Van|Från|Fra|Od|От|发件人|差出人",
    r"Sent|Date|To|Cc|Subject|Gesendet|Datum|An|Betreff|Envoyé(?: le)?|À|Objet|Enviado(?: el)?|Enviada(?: em)?|Fecha|Data|Para"
    r"|Asunto|Assunto|Inviato|A|Oggetto|Verzonden|Aan|Onderwerp|Skickat|Till|Ämne|Sendt|Til|Emne|Отправлено|Кому|Тема|发送时间|收件人|主题",
)
_FROM_LINE, _HEADER_LINE = (re.compile(rf"[ >*]*(?:{labels})\*?\s?[:\uff1a].*", re.IGNORECASE) for labels in _LABELS)
_RULE = re.compile(r"[_-]{10,}")


def split_reply(text: str) -> tuple[str, str]:
    """The new text and the quoted one; every line of `text` that is not blank is in exactly one of them, in its order.

    An answer below a quotation is new text too; answers between the lines of one leave the whole of it in the new
    text, where they can be understood.
    """
    lines = text.split("\n")
    looked_at = enumerate(lines[:LINES_LIMIT])
    start = next((found for i, line in looked_at if (found := _history_at(lines, i, line)) is not None), len(lines))
    quotes = [i for i in range(start, len(lines)) if lines[i].startswith(">")]
    if quotes and quotes[0] <= start + 5:
        if _answered_between(lines, quotes):
            start = len(lines)
        elif _is_blank(lines[:start]) and not _is_blank(lines[quotes[-1] + 1 :]):
            return _joined(lines[quotes[-1] + 1 :]), _joined(lines[: quotes[-1] + 1])
    end = _before_quotes(lines, start)
    return _joined(lines[:end]), _joined(lines[end:])


def _history_at(lines: list[str], i: int, line: str) -> int | None:
    """The line where the history begins if line `i` is the mark of it that can be told."""
    if len(line) > LINE_LENGTH_LIMIT:
        return None
    bare = line.rstrip(" *_\u00a0")
    if bare.endswith(COLONS) and (start := _attribution(lines, i)) is not None:
        return start
    if bare.endswith(("-", ":", "#", "line")) and _SEPARATOR.fullmatch(line):
        return i
    if any(colon in line[:40] for colon in COLONS):
        return _header_block(lines, i)
    return None


def _attribution(lines: list[str], i: int) -> int | None:
    """Where the sentence that ends in line `i` begins, if it says who wrote: programs break it into up to three lines."""
    starts = range(i, max(i - 3, -1), -1)
    sentences = {first: " ".join(lines[first : i + 1]) for first in starts if len(lines[first]) <= LINE_LENGTH_LIMIT}
    for first, sentence in sentences.items():
        if len(sentence) <= LINE_LENGTH_LIMIT and _WHEN_OR_WHO.search(sentence) and _ATTRIBUTION.fullmatch(sentence):
            return first
    if not _quotes_follow(lines, i):
        return None
    paragraph = next((first for first in starts if first == 0 or not lines[first - 1].strip()), i)
    return paragraph if _WHEN_OR_WHO.search(sentences.get(paragraph, "")) else None


def _quotes_follow(lines: list[str], i: int) -> bool:
    """Quoted lines below a sentence with a time or an address make it an attribution in any language."""
    return any(line.startswith(">") for line in lines[i + 1 : i + 3]) and not lines[i].startswith(">")


def _header_block(lines: list[str], i: int) -> int | None:
    """Outlook's From, Sent, To and Subject, with the rule above them."""
    if not _FROM_LINE.fullmatch(lines[i]):
        return None
    following = [line for line in lines[i + 1 : i + 9] if line.strip()][:4]
    if sum(1 for line in following if len(line) <= LINE_LENGTH_LIMIT and _HEADER_LINE.fullmatch(line)) < 2:
        return None
    above = next((at for at in range(i - 1, max(i - 4, -1), -1) if lines[at].strip()), None)
    return above if above is not None and _RULE.fullmatch(lines[above].strip(" >*")) else i


def _answered_between(lines: list[str], quotes: list[int]) -> bool:
    """Whether own lines stand, after a blank one, between quoted ones; without it they are the rest of a wrapped quote."""
    inside = range(quotes[0] + 1, quotes[-1])
    return any(lines[i].strip() and not lines[i].startswith(">") and not lines[i - 1].strip("> ") for i in inside)


def _before_quotes(lines: list[str], end: int) -> int:
    """`end`, or the first of the quoted lines that lead up to it."""
    start = end
    while start and (lines[start - 1].startswith(">") or not lines[start - 1].strip()):
        start -= 1
    return start if any(line.startswith(">") for line in lines[start:end]) else end


def _is_blank(lines: list[str]) -> bool:
    return not any(line.strip() for line in lines)


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n")
