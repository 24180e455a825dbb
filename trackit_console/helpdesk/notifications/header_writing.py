"""Writes the headers of a message in ASCII, folded, so that they decode to exactly what they were (RFC 5322, RFC 2047).

`email` is not used for them: it splits long names and addresses where readers lose or gain blanks, and writes text that only
looks like an encoded word as it is. Values are single lines (`plain_text.one_line`); none can begin another header.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence

LINE_LENGTH = 76
"""Characters of a line with an encoded word (RFC 2047 section 2). Other lines should have at most 78."""
_BASE64, _QUOTED = "=?utf-8?b?{}?=", "=?utf-8?q?{}?="
_ROOM = 67 - len(_BASE64.format(""))
"""Characters of the text of an encoded word, so that the first one fits behind `Subject: `."""
_BYTES_IN_BASE64 = _ROOM // 4 * 3
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(?: [A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*")
_QUOTABLE_LENGTH = 300
"""Characters of a name that may be one word: a line of 998 has room for it and its address."""
# What an encoded word in a name may have unencoded (RFC 2047 section 5, rule 3).
_THEMSELVES = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")


def text_header(name: str, text: str) -> str:
    """A header with a text of any length, such as Subject. It is folded, never cut."""
    words = text.split(" ")
    fits = len(name) + len(": ") + len(text) <= LINE_LENGTH
    foldable = all(words) and max(map(len, words)) <= LINE_LENGTH - len(name) - len(": ")
    return _folded(f"{name}: ", words if _is_plain(text) and (fits or foldable) else encoded_words(text))


def address_header(name: str, mailboxes: Sequence[tuple[str, str]]) -> str:
    """A list of names and addresses, each on a line of its own. The addresses are those of `mail.address_writing`."""
    starts = [f"{name}: ", *[" "] * (len(mailboxes) - 1)]
    lines = [_folded(start, _mailbox(*each)) for start, each in zip(starts, mailboxes, strict=True)]
    return ",\r\n".join(line.removesuffix("\r\n") for line in lines) + "\r\n"


def ids_header(name: str, ids: Iterable[str]) -> str:
    """A list of message ids, which are given without angle brackets."""
    return _folded(f"{name}: ", [f"<{each}>" for each in ids])


def encoded_words(text: str) -> list[str]:
    """`text` as encoded words with whole letters in each; readers put them together without the blanks between them."""
    letters = [_quoted_letter(letter) for letter in text]
    if sum(map(len, letters)) > len(text.encode()) * 4 / 3:
        parts = _parts(text, _BYTES_IN_BASE64, lambda letter: len(letter.encode()))
        return [_BASE64.format(b64encode(part.encode()).decode("ascii")) for part in parts]
    parts = _parts(text, _ROOM, lambda letter: len(_quoted_letter(letter)))
    return [_QUOTED.format("".join(map(_quoted_letter, part))) for part in parts]


def _mailbox(display_name: str, address: str) -> list[str]:
    """The parts between which a mailbox may be folded.

    A name in ASCII is not encoded: Python's reader, and programs that use it, put a blank between two encoded words of a name.
    """
    if not display_name:
        return [address]
    if not _is_plain(display_name) or len(display_name) > _QUOTABLE_LENGTH:
        return [*encoded_words(display_name), f"<{address}>"]
    quoted = '"' + re.sub(r'(["\\])', r"\\\1", display_name) + '"'
    written = display_name if _ATOMS.fullmatch(display_name) else quoted
    return [*(written.split(" ") if "  " not in written else [written]), f"<{address}>"]


def _is_plain(text: str) -> bool:
    """Whether readers take `text` as it is. What looks like an encoded word has to be encoded itself."""
    return text.isascii() and text.isprintable() and "=?" not in text


def _folded(start: str, parts: Sequence[str]) -> str:
    lines = [start + parts[0] if parts else start]
    for part in parts[1:]:
        if len(lines[-1]) + 1 + len(part) <= LINE_LENGTH:
            lines[-1] += " " + part
        else:
            lines.append(" " + part)
    return "\r\n".join(lines) + "\r\n"


def _quoted_letter(letter: str) -> str:
    if letter == " ":
        return "_"
    return letter if letter in _THEMSELVES else "".join(f"={byte:02X}" for byte in letter.encode())


def _parts(text: str, room: int, size_of: Callable[[str], int]) -> Iterator[str]:
    part, used = "", 0
    for letter in text:
        size = size_of(letter)
        if used + size > room:
            yield part
            part, used = "", 0
        part, used = part + letter, used + size
    yield part
