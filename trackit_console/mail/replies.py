"""Splits the text of a reply into what the sender wrote this time and the quoted history (MSG-07).

Knows the attribution lines and header blocks that common mail programs write, in the languages of their users. A text
without any of them is all new.
"""

from __future__ import annotations

import re

from trackit_console.mail.limits import HISTORY_LINE_LIMIT, HISTORY_LINES_LIMIT

COLONS = (":", "\uff1a")
"""The second one is used in Chinese and Japanese."""

_WROTE = (
    ("On", "wrote"), ("Am", "schrieb"), ("Le", "a écrit"), ("El", "escribió"), ("Em", "escreveu"), ("A", "escreveu"),
    ("Il", "ha scritto"), ("Op", "schreef"), ("Den", "skrev"), ("W dniu", "pisze"), ("W dniu", "napisał"), ("Dne", "napsal"),
)  # fmt: skip
# "On Mon, Nov 23, 2026 at 10:15 AM Ada Byrne <ada@example.com> wrote:". In German the verb stands before the name.
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
    """The new text and the quoted text. Every non-blank line of `text` is in exactly one of them, in its original order.

    An answer below the quotation is new text too. If answers stand between quoted lines, everything is new text, since
    they could not be understood without the quotation.
    """
    lines = text.split("\n")
    # The first mark counts: the history contains the marks of earlier replies.
    looked_at = enumerate(lines[:HISTORY_LINES_LIMIT])
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
    """The line where the history begins, if line `i` introduces it."""
    if len(line) > HISTORY_LINE_LIMIT:
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
    """The first line of the attribution that ends in line `i`, if there is one. Programs wrap it into up to three lines."""
    starts = range(i, max(i - 3, -1), -1)
    sentences = {first: " ".join(lines[first : i + 1]) for first in starts if len(lines[first]) <= HISTORY_LINE_LIMIT}
    for first, sentence in sentences.items():
        if len(sentence) <= HISTORY_LINE_LIMIT and _WHEN_OR_WHO.search(sentence) and _ATTRIBUTION.fullmatch(sentence):
            return first
    if not _quotes_follow(lines, i):
        return None
    paragraph = next((first for first in starts if first == 0 or not lines[first - 1].strip()), i)
    return paragraph if _WHEN_OR_WHO.search(sentences.get(paragraph, "")) else None


def _quotes_follow(lines: list[str], i: int) -> bool:
    """Whether quoted lines follow: then a sentence with a time or an address is an attribution in any language."""
    return any(line.startswith(">") for line in lines[i + 1 : i + 3]) and not lines[i].startswith(">")


def _header_block(lines: list[str], i: int) -> int | None:
    """The first line of the From, Sent, To and Subject lines that Outlook writes, or of the rule above them."""
    if not _FROM_LINE.fullmatch(lines[i]):
        return None
    following = [line for line in lines[i + 1 : i + 9] if line.strip()][:4]
    if sum(1 for line in following if len(line) <= HISTORY_LINE_LIMIT and _HEADER_LINE.fullmatch(line)) < 2:
        return None
    above = next((at for at in range(i - 1, max(i - 4, -1), -1) if lines[at].strip()), None)
    return above if above is not None and _RULE.fullmatch(lines[above].strip(" >*")) else i


def _answered_between(lines: list[str], quotes: list[int]) -> bool:
    """Whether there are answers between quoted lines. Lines without a blank one before them belong to a wrapped quotation."""
    inside = range(quotes[0] + 1, quotes[-1])
    return any(lines[i].strip() and not lines[i].startswith(">") and not lines[i - 1].strip("> ") for i in inside)


def _before_quotes(lines: list[str], end: int) -> int:
    """The first of the quoted lines directly above `end`, or `end` if there are none."""
    start = end
    while start and (lines[start - 1].startswith(">") or not lines[start - 1].strip()):
        start -= 1
    return start if any(line.startswith(">") for line in lines[start:end]) else end


def _is_blank(lines: list[str]) -> bool:
    return not any(line.strip() for line in lines)


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n")
