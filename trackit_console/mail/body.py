"""Decides which parts of a message are its text and which are files, and decodes the text (MSG-07, RFC 2046, RFC 3676).

MIME parsing is in `parts`; the files become attachments in `attachments`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from trackit_console.mail.charsets import to_text
from trackit_console.mail.html_text import html_to_text
from trackit_console.mail.html_visible import HtmlBudget
from trackit_console.mail.limits import TEXT_BYTES_LIMIT, TEXT_LIMIT
from trackit_console.mail.parse_warnings import ParseWarning
from trackit_console.mail.parts import Part, content

_TEXTS = ("text/plain", "text/html")
_META_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a message, its HTML as received, and the parts that are files, in their original order."""

    text: str
    html: str | None
    files: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class _Section:
    """One section of the body: plain text, HTML, or both if the sender offered alternatives."""

    plain: str | None = None
    html: str | None = None

    def text(self, budget: HtmlBudget, problems: list[ParseWarning]) -> str:
        # Some newsletters come with an empty plain alternative.
        if self.plain is not None and (self.plain.strip() or self.html is None):
            return self.plain
        return html_to_text(self.html or "", budget, problems)


def read_body(root: Part, problems: list[ParseWarning]) -> Body:
    """The body of the message with the part tree `root`. Its sections are separated by a blank line."""
    reader = _BodyReader(problems)
    sections = reader.sections(root) or reader.only_text()
    htmls = [section.html for section in sections if section.html is not None]
    budget = HtmlBudget()
    texts = (section.text(budget, problems).strip("\n") for section in sections)
    return Body("\n\n".join(text for text in texts if text), "\n".join(htmls) if htmls else None, tuple(reader.files))


class _BodyReader:
    """Sorts the parts of one message into text and files. The limits apply to all of them together."""

    def __init__(self, problems: list[ParseWarning]) -> None:
        self.files: list[Part] = []
        self._problems = problems
        self._room = TEXT_LIMIT
        self._bytes_room = TEXT_BYTES_LIMIT

    def sections(self, part: Part, after_text: bool = False) -> list[_Section]:
        if part.content_type == "multipart/alternative" and part.parts:
            return _alternative([self.sections(child) for child in part.parts])
        sections: list[_Section] = []
        for child in part.parts:
            sections += self.sections(child, bool(sections))
        if part.parts:
            return sections
        if not _is_text(part, after_text):
            self.files.append(part)
            return []
        return [self._section(part)]

    def only_text(self) -> list[_Section]:
        """The first named inline text, which is the body of a message that has no other text.

        It stays an attachment as well: it may be a log file that the mail program marked as inline.
        """
        named = (part for part in self.files if part.content_type in _TEXTS and part.disposition != "attachment")
        return [self._section(part) for part in islice(named, 1)]

    def _section(self, part: Part) -> _Section:
        return self._html(part) if part.content_type == "text/html" else self._plain(part)

    def _html(self, part: Part) -> _Section:
        data = self._content(part)
        charset = part.parameters.get("charset") or _charset_of_html(data)
        return _Section(html=_cleaned(to_text(data, charset, self._problems)))

    def _plain(self, part: Part) -> _Section:
        text = _cleaned(to_text(self._content(part), part.parameters.get("charset"), self._problems))
        if len(text) > self._room:
            self._keep_whole(part)
            text = text[: self._room]
        self._room -= len(text)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if part.parameters.get("format", "").lower() == "flowed":
            text = unflow(text, part.parameters.get("delsp", "").lower() == "yes")
        return _Section(plain=text)

    def _content(self, part: Part) -> bytes:
        data = content(part, self._problems)
        if len(data) > self._bytes_room:
            self._keep_whole(part)
            data = data[: _end_of_line(data, self._bytes_room)]
        self._bytes_room -= len(data)
        return data

    def _keep_whole(self, part: Part) -> None:
        """Makes a text that is cut an attachment too, unless it is one already."""
        self._problems.append(ParseWarning.LONG_TEXT)
        if not any(file is part for file in self.files):
            self.files.append(part)


def _is_text(part: Part, after_text: bool) -> bool:
    """Whether the part is text to read in place. A named text is a file, unless a program has named the body itself."""
    if part.content_type not in _TEXTS or part.disposition == "attachment":
        return False
    if part.parameters.get("name") and (part.disposition or after_text):
        return False
    return not part.disposition_parameters.get("filename")


def _alternative(choices: list[list[_Section]]) -> list[_Section]:
    """One section with the first plain text and the last HTML: the last alternative is the richest (RFC 2046 section 5.1.4)."""
    plain = next((texts for choice in choices if (texts := [s.plain for s in choice if s.plain is not None])), None)
    html = next((texts for choice in reversed(choices) if (texts := [s.html for s in choice if s.html is not None])), None)
    if plain is None and html is None:
        return []
    return [_Section(None if plain is None else "\n\n".join(plain), None if html is None else "\n".join(html))]


def _end_of_line(data: bytes, limit: int) -> int:
    """Where to cut `data`: at a line end near the limit, because it is never within a character or a shifted state (RFC 1468)."""
    near = max(0, limit - 4_096)
    if data.find(b"\0", near, limit) >= 0:  # UTF-16 and UTF-32
        return limit - limit % 4
    return data.rfind(b"\n", near, limit) + 1 or limit


def _cleaned(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\0", "")  # many programs cut a text at a NUL


def _charset_of_html(data: bytes) -> str | None:
    found = _META_CHARSET.search(data, 0, 2_048)  # browsers search the first 1,024 bytes
    return found[1].decode("ascii") if found else None


def unflow(text: str, delete_space: bool) -> str:
    """Joins the lines of each paragraph of a format=flowed text (RFC 3676). `delete_space` is the DelSp parameter."""
    pieces: list[str] = []
    depth, flows, start = 0, False, "\n"
    for line in text.split("\n"):
        unquoted = line.lstrip(">")
        words = unquoted.removeprefix(" ")
        signature = words == "-- "
        if depth != len(line) - len(unquoted):
            depth, flows = len(line) - len(unquoted), False
            start = "\n" + ">" * depth + " " * (depth > 0)
        if not flows or signature:
            pieces.append(start)
        flows = words.endswith(" ") and not signature
        pieces.append(words[:-1] if flows and delete_space else words)
    return "".join(pieces)[1:]
