"""Alt keys for the labels of a form, chosen at run time so that they are unique in every language."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

_MARKED = re.compile(r"&([^&])")


def letters_of(form: QWidget, but: set[QWidget]) -> set[str]:
    """The letters that visible buttons and labels of `form`, except those in `but`, already use."""
    buttons, labels = form.findChildren(QAbstractButton), form.findChildren(QLabel)
    texts = [each.text() for each in buttons if each not in but and each.isVisibleTo(form)]
    texts += [each.text() for each in labels if each not in but and each.isVisibleTo(form) and each.buddy() is not None]
    # `&&` is an ampersand that is shown, not a mark.
    return {found[1].casefold() for text in texts if (found := _MARKED.search(text.replace("&&", "")))}


def with_mnemonic(words: str, taken: set[str]) -> str:
    """`words` with a free letter marked as Alt key, preferably the first of a word; adds it to `taken`."""
    starts = [found.start() for found in re.finditer(r"\b\w", words)]
    for at in (*starts, *range(len(words))):
        letter = words[at].casefold()
        if letter.isalpha() and letter not in taken:
            taken.add(letter)
            return f"{_plain(words[:at])}&{_plain(words[at:])}"
    return _plain(words)


def _plain(words: str) -> str:
    return words.replace("&", "&&")
