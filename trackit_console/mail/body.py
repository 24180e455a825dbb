"""Which parts of a message are its text and which are files, and the text as a person reads it (MSG-07, RFC 2046, 3676).

Where parts begin and end is in `parts`; what becomes of the files is in `attachments`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from trackit_console.mail.charsets import to_text
from trackit_console.mail.html_text import html_to_text
from trackit_console.mail.parse_warnings import ParseWarning
from trackit_console.mail.parts import Part, content

TEXT_LIMIT = 4_000_000
"""Characters of plain text in all parts; what is beyond stays in the attachment that the part then is as well."""

_TEXTS = ("text/plain", "text/html")
_META_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a message, its HTML as it came, and the parts that are files, in the order in which they came."""

    text: str
    html: str | None
    files: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class _Section:
    """A stretch of the body: as text, as HTML, or as both where the sender gave a choice."""

    plain: str | None = None
    html: str | None = None

    def text(self, problems: list[ParseWarning]) -> str:
        if self.plain is not None and (self.plain.strip() or self.html is None):
            return self.plain
        return html_to_text(self.html or "", problems)


def read_body(root: Part, problems: list[ParseWarning]) -> Body:
    """The body of the message whose parts are `root`; the sections that it consists of are a blank line apart."""
    reader = _BodyReader(problems)
    sections = reader.sections(root) or reader.only_text()
    htmls = [section.html for section in sections if section.html is not None]
    texts = (section.text(problems).strip("\n") for section in sections)
    return Body("\n\n".join(text for text in texts if text), "\n".join(htmls) if htmls else None, tuple(reader.files))


class _BodyReader:
    """Sorts the parts of one message into text and files, and counts the text over all of them."""

    def __init__(self, problems: list[ParseWarning]) -> None:
        self.files: list[Part] = []
        self._problems = problems
        self._room = TEXT_LIMIT

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
        """The first text that is shown in place though it has a name: in a message without other text it is the body.

        It stays among the files, since it may be a log that a program shows in place.
        """
        named = (part for part in self.files if part.content_type in _TEXTS and part.disposition != "attachment")
        return [self._section(part) for part in islice(named, 1)]

    def _section(self, part: Part) -> _Section:
        return self._html(part) if part.content_type == "text/html" else self._plain(part)

    def _html(self, part: Part) -> _Section:
        data = content(part, self._problems)
        charset = part.parameters.get("charset") or _charset_of_html(data)
        return _Section(html=_cleaned(to_text(data, charset, self._problems)))

    def _plain(self, part: Part) -> _Section:
        text = _cleaned(to_text(content(part, self._problems), part.parameters.get("charset"), self._problems))
        if len(text) > self._room:
            self._problems.append(ParseWarning.LONG_TEXT)
            self.files.append(part)
            text = text[: self._room]
        self._room -= len(text)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if part.parameters.get("format", "").lower() == "flowed":
            text = unflow(text, part.parameters.get("delsp", "").lower() == "yes")
        return _Section(plain=text)


def _is_text(part: Part, after_text: bool) -> bool:
    """Text is what is to be read in place; one with a name is a file, but some programs name the body too."""
    if part.content_type not in _TEXTS or part.disposition == "attachment":
        return False
    if part.parameters.get("name") and (part.disposition or after_text):
        return False
    return not part.disposition_parameters.get("filename")


def _alternative(choices: list[list[_Section]]) -> list[_Section]:
    """One section of the plainest text and the richest HTML (RFC 2046 section 5.1.4: the last is the richest)."""
    plain = next((texts for choice in choices if (texts := [s.plain for s in choice if s.plain is not None])), None)
    html = next((texts for choice in reversed(choices) if (texts := [s.html for s in choice if s.html is not None])), None)
    if plain is None and html is None:
        return []
    return [_Section(None if plain is None else "\n\n".join(plain), None if html is None else "\n".join(html))]


def _cleaned(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\0", "")


def _charset_of_html(data: bytes) -> str | None:
    found = _META_CHARSET.search(data, 0, 2_048)
    return found[1].decode("ascii") if found else None


def unflow(text: str, delete_space: bool) -> str:
    """The paragraphs of a format=flowed text as lines again (RFC 3676); `delete_space` is its DelSp parameter."""
    pieces: list[str] = []
    depth, flows = 0, False
    for line in text.split("\n"):
        last_depth, depth = depth, len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")
        signature = words == "-- "
        if not (flows and depth == last_depth and not signature):
            pieces.append("\n" + ">" * depth + " " * (depth > 0))
        flows = words.endswith(" ") and not signature
        pieces.append(words[:-1] if flows and delete_space else words)
    return "".join(pieces)[1:]
