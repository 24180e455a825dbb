"""Shows sentences of the rest of the program in the language of this console."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from trackit_console.user_messages import Phrase, fill

ZERO_WIDTH_SPACE = "\u200b"
_PIECE = 16
_LONG = re.compile(r"\S{40,}")


def translated(phrase: Phrase) -> str:
    """The sentence, translated and then filled with its facts."""
    facts = {name: translated(fact) if isinstance(fact, Phrase) else fact for name, fact in phrase.facts.items()}
    return fill(QCoreApplication.translate(phrase.context, phrase.text), facts)


def label(text: str, context: str = "settings") -> str:
    """A text that was marked for translation elsewhere (`TYPE_LABELS` and the like)."""
    return QCoreApplication.translate(context, text)


def tip(words: str) -> str:
    """`words` for a tool tip, taken literally.

    Qt guesses whether a tip is HTML; the subject of a hostile message would then load a picture from its sender's server.
    """
    import html  # brings every named entity: not before something is hovered over

    return f"<span>{html.escape(words).replace(chr(10), '<br>')}</span>" if words else ""


def breakable(words: str) -> str:
    """`words` with places for a line break in what is very long, such as a fingerprint: a label is as wide as its longest word."""
    return _LONG.sub(lambda found: ZERO_WIDTH_SPACE.join(re.findall(rf".{{1,{_PIECE}}}", found[0])), words)


def moment(at: datetime | None, now: datetime) -> str:
    """A moment as people read it in a list: the time of today, the date of other days; empty for none."""
    if at is None:
        return ""
    local = QDateTime.fromSecsSinceEpoch(int(at.timestamp()))
    today = at.astimezone().date() == now.astimezone().date()
    locale = QLocale()
    if today:
        return local.toString("HH:mm:ss")
    return locale.toString(local, QLocale.FormatType.ShortFormat)


def ago(at: datetime, now: datetime) -> str:
    """How long ago, in the coarsest unit that tells something."""
    seconds = max(0, int((now - at) / timedelta(seconds=1)))
    if seconds < 60:
        return QCoreApplication.translate("display_text", "%n s ago", "", seconds)
    if seconds < 3600:
        return QCoreApplication.translate("display_text", "%n min ago", "", seconds // 60)
    return QCoreApplication.translate("display_text", "%n h ago", "", seconds // 3600)
