"""The words by which mail is found again: letter case, accents and punctuation aside, in every script (RUN-08).

A word is a run of letters and digits. Chinese, Japanese, Thai and their like put no blanks between words: there each two signs beside
each other are a word, and the last sign alone, so that any part of the text is found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator

WORD_UNITS = 40
"""UTF-16 units of a word that are kept and compared: what its column takes."""
MOST_WORDS = 500
"""Words of one message. The longest subject that is accepted has fewer."""
_WITHOUT_BLANKS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Myanmar, Khmer
    "\u2e80-\u2fdf\u3005-\u3007\u3041-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Chinese, Japanese
    "\U00020000-\U0003ffff"  # rarer Chinese signs
)
_ASCII_RUN = re.compile(r"[0-9a-z]+")
_RUN = re.compile(rf"(?P<signs>[{_WITHOUT_BLANKS}]+)|[^\W_{_WITHOUT_BLANKS}]+")
_ZERO_WIDTH_SPACE = "\u200b"
_IGNORED = {"Mn", "Mc", "Me", "Cf"}
"""Accents and other marks, and what is not seen: soft hyphens, joiners, directions."""


def words_of(texts: Iterable[str], record_id: int | None = None) -> list[str]:
    """The distinct words of a message's texts, at most `MOST_WORDS`; the record that it is on counts as one of them."""
    words: dict[str, None] = {} if record_id is None else {record_word(record_id): None}
    for text in texts:
        for run, of_signs in _runs(text):
            words.update(dict.fromkeys([*_pairs(run), run[-1]] if of_signs else [shortened(run)]))
        if len(words) >= MOST_WORDS:
            break
    return list(words)[:MOST_WORDS]


def asked_words(text: str) -> list[str]:
    """What a person typed, as words that a message must all have, each at the beginning of one of its own; empty for signs alone."""
    words: dict[str, None] = {}
    for run, of_signs in _runs(text):
        words.update(dict.fromkeys(_pairs(run) or [run] if of_signs else [shortened(run)]))
    return list(words)[:MOST_WORDS]


def record_word(number: int) -> str:
    """The word of all mail on a record. No text has it: its signs are neither letters nor digits."""
    return f"#{number}#"


def has_all(asked: Iterable[str], words: Collection[str]) -> bool:
    """Whether each of the words that are asked for is, or begins, one of a message's `words`."""
    return all(any(word.startswith(each) for word in words) for each in asked)


def after(word: str) -> str:
    """The end of the words that begin with `word`, in the order of their code points: the first text behind them."""
    return word[:-1] + chr(ord(word[-1]) + 1)


def shortened(run: str) -> str:
    """The beginning of a word that is kept; a character of two UTF-16 units is not divided."""
    if len(run) * 2 <= WORD_UNITS or (run.isascii() and len(run) <= WORD_UNITS):
        return run
    # Encodes always: a lone surrogate is neither letter nor digit, so no run has one.
    return run.encode("utf-16-le")[: WORD_UNITS * 2].decode("utf-16-le", "ignore")


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """The runs of letters and digits, folded, and whether they are of a script without blanks."""
    if text.isascii():
        for run in _ASCII_RUN.findall(text.lower()):
            yield run, False
        return
    for found in _RUN.finditer(_folded(text)):
        yield found[0], found["signs"] is not None


def _folded(text: str) -> str:
    # By capitals, so that the Turkish i without a dot is an i. Twice: folding makes characters that have a decomposition of their own.
    decomposed = text
    for _ in range(2):
        decomposed = unicodedata.normalize("NFKD", decomposed).upper().casefold()
    kept = [each for each in decomposed if each == _ZERO_WIDTH_SPACE or unicodedata.category(each) not in _IGNORED]
    return "".join(kept)


def _pairs(signs: str) -> list[str]:
    return [signs[at : at + 2] for at in range(len(signs) - 1)]
