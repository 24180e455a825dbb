"""Makes parts of a winmail.dat: the text, which is read if the message has no other, and the files (MSG-07).

`tnef` reads the format.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from trackit_console.mail.budget import Budget
from trackit_console.mail.charsets import to_text
from trackit_console.mail.compressed_rtf import raw_length
from trackit_console.mail.parse_warnings import ParseWarning
from trackit_console.mail.part import Fallback, Part, content, made_file, made_part
from trackit_console.mail.rtf import decompressed_rtf, read_rtf
from trackit_console.mail.tnef import read_tnef
from trackit_console.mail.tnef_message import TnefFile, TnefMessage

COMPRESSED_RTF = "application/x-compressed-rtf"
"""Our own name for the RTF of a winmail.dat, which is decompressed only if it is needed."""
_USUAL_CLASSES = ("ipm.note", "ipm.microsoft mail.note")
"""A meeting, task or contact is more than its text and files."""


def unpacked(part: Part, budget: Budget, problems: list[ParseWarning]) -> Part:
    """A multipart with what is in `part`; with `part` itself if it is damaged, or no usual message."""
    message = read_tnef(memoryview(content(part, problems)), budget)
    # A list, not an iterator: reading it decides whether the message is whole, which is asked below.
    parts = [*_body(message, budget), *_files(message, budget)]
    if not message.is_whole:
        problems.append(ParseWarning.NOT_UNPACKED)
    if not message.is_whole or not _is_usual(message):
        parts.append(part)
    return replace(part, content_type="multipart/mixed", parts=tuple(parts))


def _is_usual(message: TnefMessage) -> bool:
    kind = message.message_class.lower()
    inner = (file.message for file in message.files if file.message)
    return (not kind or kind.startswith(_USUAL_CLASSES)) and all(map(_is_usual, inner))


def _body(message: TnefMessage, budget: Budget) -> list[Part]:
    choices = []
    if message.text:
        choices.append(made_part("text/plain", message.text[0], charset=message.text[1]))
    if message.html:
        choices.append(made_part("text/html", message.html[0], charset=message.html[1]))
    if message.rtf is not None and not choices:
        message.is_whole &= raw_length(message.rtf) <= budget.rtf
        choices.append(made_part(COMPRESSED_RTF, message.rtf))
    if not choices:
        return []
    body = made_part("multipart/alternative", b"", fallback=Fallback.INSIDE)
    return [replace(body, parts=tuple(choices))]


def _files(message: TnefMessage, budget: Budget) -> Iterator[Part]:
    for file in message.files:
        if file.message is None:
            yield made_file(file.name, file.data, file.content_type or "application/octet-stream", file.content_id)
        else:
            yield from _attached_message(file, file.message, budget)


def _attached_message(file: TnefFile, message: TnefMessage, budget: Budget) -> Iterator[Part]:
    """The text of an attached message as a file that is named after it, and its own files."""
    title = (message.subject or file.name or "message").replace("/", "_").replace("\\", "_")
    text, html = _text_of(message, budget)
    if html:
        yield made_file(f"{title}.html", html.encode(), "text/html")
    if text or not html:
        yield made_file(f"{title}.txt", text.encode(), "text/plain")
    yield from _files(message, budget)


def _text_of(message: TnefMessage, budget: Budget) -> tuple[str, str]:
    text = to_text(bytes(message.text[0]), message.text[1], []) if message.text else ""
    html = to_text(bytes(message.html[0]), message.html[1], []) if message.html else ""
    if message.rtf is not None and not (text or html):
        rtf, is_whole = decompressed_rtf(message.rtf, budget)
        found = read_rtf(rtf)
        message.is_whole &= is_whole and found.is_whole
        return ("", found.text) if found.is_html else (found.text, "")
    return text.replace("\0", ""), html.replace("\0", "")
