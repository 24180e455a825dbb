"""Formats phrases, dates and texts of other packages in the language of this console."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale

from trackit_console.user_messages import Phrase, fill

ZERO_WIDTH_SPACE = "\u200b"
HEADING_LENGTH = 120
_PIECE = 16
_LONG = re.compile(r"\S{40,}")


def translated(phrase: Phrase) -> str:
    """The phrase, translated and then filled with its facts."""
    facts = {name: _fact(fact) for name, fact in phrase.facts.items()}
    return fill(QCoreApplication.translate(phrase.context, phrase.text), facts)


def _fact(fact: object) -> object:
    if isinstance(fact, Phrase):
        return translated(fact)
    return day_text(fact) if isinstance(fact, date) and not isinstance(fact, datetime) else fact


def day_text(day: date) -> str:
    """A day as the language of this console writes it."""
    return QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat)


def size_text(size: int) -> str:
    """A size in bytes, in the units that people know from their file manager."""
    return QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)


def label(text: str, context: str = "settings") -> str:
    """A text that was marked for translation elsewhere (`TYPE_LABELS` and the like)."""
    return QCoreApplication.translate(context, text)


def tip(words: str) -> str:
    """`words` for a tool tip, escaped.

    Qt guesses whether a tool tip is HTML. The subject of a hostile message could then load a picture from a server.
    """
    import html  # imported when needed: it loads a large table of entities

    return f"<span>{html.escape(words).replace(chr(10), '<br>')}</span>" if words else ""


def shortened(words: str, most: int = HEADING_LENGTH) -> str:
    """`words` for a heading: a subject may have hundreds of characters, which would leave no room for what is below it."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def breakable(words: str) -> str:
    """`words` with zero-width spaces in very long words, such as fingerprints: a label is at least as wide as its longest word."""
    return _LONG.sub(lambda found: ZERO_WIDTH_SPACE.join(re.findall(rf".{{1,{_PIECE}}}", found[0])), words)


def moment(at: datetime | None, now: datetime) -> str:
    """A date for a list: the time for today, otherwise date and time; empty for None."""
    if at is None:
        return ""
    # By seconds since the epoch: PySide ignores the time zone of a Python datetime.
    local = QDateTime.fromSecsSinceEpoch(int(at.timestamp()))
    today = at.astimezone().date() == now.astimezone().date()
    locale = QLocale()
    if today:
        return local.toString("HH:mm:ss")
    return locale.toString(local, QLocale.FormatType.ShortFormat)


def ago(at: datetime, now: datetime) -> str:
    """How long ago `at` was, in seconds, minutes or hours."""
    seconds = max(0, int((now - at) / timedelta(seconds=1)))
    if seconds < 60:
        return QCoreApplication.translate("display_text", "%Ln s ago", "", seconds)
    if seconds < 3600:
        return QCoreApplication.translate("display_text", "%Ln min ago", "", seconds // 60)
    return QCoreApplication.translate("display_text", "%Ln h ago", "", seconds // 3600)
