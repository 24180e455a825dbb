"""Which codec of Python a character set's name stands for. The names are in `charset_labels`."""

from __future__ import annotations

import re
from encodings.aliases import aliases

from trackit_console.mail.charset_labels import LABELS, LARGER, NOT_CHARSETS, WITHOUT_ALIAS
from trackit_console.mail.limits import CHARSET_NAME_LIMIT

_PUNCTUATION = re.compile(r":[0-9]{4}$|[^a-z0-9]+")
# A code page, by whatever name: cp1252, cp-850, dos-850, windows-949, win1251, ibm866, x-cp1250, ms932, 1252.
_CODE_PAGE = re.compile(r"x?(?:cs|microsoft)?(?:cp|windows|win|dos|ibm|oem|ms|pc)*([0-9]{3,5})(?:multilingual)?")


def codec_of(label: str) -> str | None:
    """The Python codec for the name of a character set, or None if there is no such set.

    No unknown name reaches `codecs.lookup`, which would search modules for it and keep it for the life of the process.
    """
    if len(label) > CHARSET_NAME_LIMIT:
        return None
    name = _squeezed(label).removeprefix("charset")
    page = _CODE_PAGE.fullmatch(name)
    return _CODECS.get(name) or (_CODECS.get(page[1]) or _CODECS.get(f"cp{page[1]}") if page else None)


def _squeezed(label: str) -> str:
    """Letters and digits alone, without a year: programs disagree about hyphens, underscores, blanks and quotes."""
    return _PUNCTUATION.sub("", label.lower())


def _table() -> dict[str, str]:
    python = {name: codec for name, codec in aliases.items() if codec not in NOT_CHARSETS}
    python |= {codec: codec for codec in (*python.values(), *WITHOUT_ALIAS.split())}
    ours = {label: codec for codec, labels in LABELS.items() for label in labels.split()}
    # Ours last, as they replace what Python understands by the same name.
    return {_squeezed(name): LARGER.get(codec, codec) for name, codec in (*python.items(), *ours.items())}


_CODECS = _table()
