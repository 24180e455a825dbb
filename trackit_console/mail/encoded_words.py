"""Decodes the encoded words of header values (RFC 2047), leniently.

Every decoded value is a single line without control characters, so that it cannot inject a header into a mail that
quotes it (SEC-03).
"""

from __future__ import annotations

import binascii
import re
from itertools import groupby
from operator import itemgetter

from trackit_console.mail.charset_codecs import codec_of
from trackit_console.mail.charsets import to_text, whole_characters
from trackit_console.mail.lenient_base64 import lenient_base64
from trackit_console.mail.parse_warnings import ParseWarning

# Any text up to "?=", with blanks and question marks, which are not allowed but occur; never into the next word.
# No possessive quantifier around alternatives: Python before 3.11.5 matches them wrongly (python/cpython#106052).
_START = r"=\?[ \t]*{charset}(?:\*[^?\s]*)?[ \t]*\?{encoding}\?"
_CONTENT = r"[^?=]*(?:(?:\?(?!=)|=(?!\?[^=]))[^?=]*)*"
WORD = _START.format(charset=r"[^?*\s]*", encoding="[bBqQ]") + _CONTENT + r"\?="
_WORD = re.compile(_START.format(charset=r"([^?*\s]*)", encoding="([bBqQ])") + rf"({_CONTENT})(\?=)?")
# Where a word ends that has no end.
_OUTSIDE_A_WORD = {"q": re.compile(r"[<>\"]"), "b": re.compile(r"[^A-Za-z0-9+/=]")}
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def one_line(text: str) -> str:
    """`text` on one line: each run of control characters and line endings becomes a space."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return _CONTROLS.sub(" ", whole_characters(text)).strip()


def decoded(value: str, problems: list[ParseWarning]) -> str:
    """A header's value with its encoded words decoded, on one line."""
    return one_line(decode_words(value, problems) if "=?" in value else value)


def decode_words(value: str, problems: list[ParseWarning]) -> str:
    """`value` with its encoded words decoded.

    Adjacent words in the same character set are joined before they are decoded: some programs split a character
    between two words, although RFC 2047 section 5 forbids it. A word that never ends is decoded as far as it goes.
    """
    texts: list[str] = []
    run: list[tuple[str, str]] = []
    charset, end = "", 0
    for word in _WORD.finditer(value):
        between = value[end : word.start()]
        apart = not run or bool(between.strip())
        if apart or word[1].lower() != charset:
            # Blanks between two words are not part of the text (RFC 2047 section 6.2).
            texts += (_text_of(run, charset, problems), between if apart else "")
            run, charset = [], word[1].lower()
        encoding, text, end = word[2].lower(), word[3], word.end()
        if not word[4]:
            text = _OUTSIDE_A_WORD[encoding].split(text, maxsplit=1)[0].rstrip()
            end = word.start(3) + len(text)
        run.append((encoding, text))
    return "".join(texts) + _text_of(run, charset, problems) + value[end:]


def _text_of(run: list[tuple[str, str]], charset: str, problems: list[ParseWarning]) -> str:
    """The text of adjacent words in one character set, each given as its encoding and its encoded text."""
    raw = "".join(text for _, text in run if not text.isascii())
    charset = _charset_of_raw(raw, charset) if raw else charset
    encoded = [(encoding, [text for _, text in words]) for encoding, words in groupby(run, itemgetter(0))]
    data = b"".join(_word_bytes(encoding, texts, charset) for encoding, texts in encoded)
    return to_text(data, charset or None, problems).removeprefix("\ufeff") if data else ""


def _word_bytes(encoding: str, texts: list[str], charset: str) -> bytes:
    if encoding == "b" and all(_is_whole_base64(text) for text in texts):
        return b"".join(lenient_base64(text.encode("ascii"))[0] for text in texts)
    text = "".join(texts)
    data = text.encode("ascii") if text.isascii() else text.encode(codec_of(charset) or "utf-8", "replace")
    if encoding == "b":
        return lenient_base64(data)[0]
    # Blanks are not allowed here, but occur; a2b_qp would drop those at the end.
    return binascii.a2b_qp(data.replace(b" ", b"_"), header=True)


def _is_whole_base64(text: str) -> bool:
    """Whether `text` does not end amid a group of four letters: some programs split it there, others leave the padding out."""
    missing = -len(text) % 4
    if missing == 0 or not text.isascii():
        return text.isascii()
    try:
        whole = binascii.a2b_base64(text + "=" * missing)
    except binascii.Error:
        return False
    # The bits that no byte has room for are zero at the end of the data, but hardly amid it.
    return binascii.b2a_base64(whole, newline=False).rstrip(b"=") == text.encode("ascii")


def _charset_of_raw(text: str, charset: str) -> str:
    """The character set for a word with unencoded letters: its own one, unless they are not in there."""
    codec = codec_of(charset) or "utf-8"
    try:
        return charset if f"={text}".encode(codec).startswith(b"=") else "utf-8"
    except UnicodeError:
        return "utf-8"
