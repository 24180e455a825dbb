"""Tells whether what stands above a quotation is an answer, or only leads to answers inside it (MSG-07)."""

from __future__ import annotations

import re

_LENGTH = 60
_WORDS = (
    r"dear|hi|hello|hey|good (?:morning|day|afternoon|evening)|hallo|guten (?:tag|morgen)|sehr geehrte[rs]?|liebe[rs]?|bonjour|chère?"
    r"|hola|buenos días|buenas tardes|estimad[oa]s?|ol[áa]|bom dia|boa tarde|prezad[oa]s?|buongiorno|salve|gentile|ciao|beste|geachte"
    r"|hej|hei|kære|dzień dobry|dobrý den|здравствуйте|добрый день|добрий день"
)
_SALUTATION = re.compile(rf"(?:{_WORDS})(?: [^\s.?!]+){{1,3}}[!.]?", re.IGNORECASE)
_THANKS = re.compile(
    r"(?:many |vielen |bien |muchas |mille |hartelijk |tusen )?(?:thank|thx|dank|merci|gracias|obrigad|grazie|bedankt|tack|tak|spasibo|спасибо"
    r"|дякую|dzięk|děkuj|hvala|teşekkür|kiitos)",
    re.IGNORECASE,
)
_COMMAS = (",", "\uff0c", "\u060c", "\u3001")
_LEADING_LENGTH = 300
_LEADS_TO_ANSWERS = re.compile(
    r"\b(?:answers?|answered|replies|replied|comments?|responses?)\b.{0,40}\b(?:below|inline|in-line|in (?:red|blue|green))\b"
    r"|\b(?:antworten?|anmerkungen|kommentare)\b.{0,40}\b(?:unten|im text|in (?:rot|blau|grün))\b"
    r"|\bréponses?\b.{0,40}(?:\bci-dessous|\bplus bas|\bdans le texte|\ben (?:rouge|bleu|vert))\b"
    r"|\b(?:respuestas?|respostas?|comentarios?)\b.{0,40}\b(?:abajo|abaixo|en (?:rojo|azul)|em (?:vermelho|azul))\b"
    r"|\brispost[ae]\b.{0,40}\b(?:sotto|di seguito|in (?:rosso|blu))\b|\bantwoorden\b.{0,40}\b(?:hieronder|in (?:rood|blauw))\b",
    re.IGNORECASE,
)


def is_greeting(text: str) -> bool:
    """Whether the text is one line like `Dear desk,`. A mere `Hello` may be an answer."""
    line = text.strip() if len(text) <= _LENGTH else ""
    if not line or "\n" in line or _THANKS.match(line):
        return False
    return line.endswith(_COMMAS) or _SALUTATION.fullmatch(line) is not None


def leads_to_answers(text: str) -> bool:
    """Whether a short text says that the answers stand inside the quotation, as in `See my answers below in red`."""
    return len(text) <= _LEADING_LENGTH and _LEADS_TO_ANSWERS.search(text) is not None
