"""Decides which parts of a message are its text and which are files, and decodes the text (MSG-07, RFC 2046).

MIME parsing is in `parts`; what is read when a message has no text is in `spare_text`; the files become attachments in
`attachments`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from trackit_console.mail.budget import Budget
from trackit_console.mail.charsets import to_text
from trackit_console.mail.flowed_text import unflow
from trackit_console.mail.html_text import html_to_text
from trackit_console.mail.html_visible import HtmlBudget
from trackit_console.mail.limits import TEXT_BYTES_LIMIT, TEXT_LIMIT
from trackit_console.mail.parse_warnings import ParseWarning
from trackit_console.mail.part import Fallback, Part, content, made_file

_TEXTS = ("text/plain", "text/html")
_META_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BINARY_SAMPLE, _BINARY_START = 1_024, 64
_PGP = "-----BEGIN PGP MESSAGE-----"


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a message, its HTML as received, and the parts that are files, in their original order."""

    text: str
    html: str | None
    files: tuple[Part, ...]


class Section(NamedTuple):
    """One section of the body: plain text, HTML, or both if the sender offered alternatives."""

    plain: str | None = None
    html: str | None = None

    def text(self, budget: HtmlBudget, problems: list[ParseWarning]) -> str:
        # Some newsletters come with an empty plain alternative.
        if self.plain is not None and (self.plain.strip() or self.html is None):
            return self.plain
        return html_to_text(self.html or "", budget, problems)


def read_body(root: Part, problems: list[ParseWarning], budget: Budget) -> Body:
    """The body of the message with the part tree `root`. Its sections are separated by a blank line."""
    reader = BodyReader(problems, budget)
    sections = reader.sections(root)
    text = reader.joined_text(sections)
    if not text.strip():
        # Not at the top: spare_text imports this module, and few messages need it.
        from trackit_console.mail.spare_text import spare_sections

        sections += spare_sections(reader, has_text_part=bool(sections))
        text = reader.joined_text(sections)
    if _PGP in text:
        problems.append(ParseWarning.ENCRYPTED)
    htmls = [section.html for section in sections if section.html is not None]
    return Body(text, "\n".join(htmls) if htmls else None, tuple(reader.files))


class BodyReader:
    """Sorts the parts of one message into text and files. The limits apply to all of them together."""

    def __init__(self, problems: list[ParseWarning], budget: Budget) -> None:
        self.files: list[Part] = []
        self.fallbacks: list[Part] = []
        self.problems = problems
        self.budget = budget
        self._html_budget = HtmlBudget()
        self._room = TEXT_LIMIT
        self._bytes_room = TEXT_BYTES_LIMIT

    def joined_text(self, sections: Iterable[Section]) -> str:
        """The text of all sections that are not empty."""
        texts = (section.text(self._html_budget, self.problems).strip("\n") for section in sections)
        return "\n\n".join(text for text in texts if text)

    def sections(self, part: Part, after_text: bool = False) -> list[Section]:
        """The sections in `part` and in its parts; `after_text` says whether there is a text before it."""
        if part.content_type == "multipart/alternative":
            return self._alternative(part)
        if not part.content_type.startswith("multipart/"):
            if _is_text(part, after_text):
                return self.section(part)
            self.files.append(part)
            return []
        if part.content_type == "multipart/appledouble":  # a file and its resource fork (RFC 1740)
            self.files += part.parts
            return []
        sections: list[Section] = []
        for child in part.parts:
            if child.fallback:
                self._keep_fallback(child)
            else:
                sections += self.sections(child, bool(sections))
        return sections

    def section(self, part: Part) -> list[Section]:
        """A text part as a section; none if it turns out to be a file."""
        data = self.affordable(content(part, self.problems), part)
        charset = part.parameters.get("charset")
        if part.content_type == "text/html":
            return [Section(html=cleaned(to_text(data, charset or _charset_of_html(data), self.problems)))]
        if _is_binary(data, charset):
            self._keep(part, replace(part, content_type="application/octet-stream"))
            return []
        return [Section(plain=self.plain_text(data, part))]

    def plain_text(self, data: bytes, part: Part) -> str:
        """The decoded text of `part`, without the files that are encoded within it, cut at `TEXT_LIMIT`."""
        if _may_hold_files(data):
            data = self._without_files(data)
        text = cleaned(to_text(data, part.parameters.get("charset"), self.problems))
        if len(text) > self._room:
            self._keep_whole(part)
            text = text[: self._room]
        self._room -= len(text)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if part.parameters.get("format", "").lower() == "flowed":
            text = unflow(text, part.parameters.get("delsp", "").lower() == "yes")
        return text

    def affordable(self, data: bytes, part: Part) -> bytes:
        """`data`, or as much of it as the limit leaves room for; then the part is kept whole as a file."""
        if len(data) > self._bytes_room:
            self._keep_whole(part)
            data = first_lines(data, self._bytes_room)
        self._bytes_room -= len(data)
        return data

    def _keep_whole(self, part: Part) -> None:
        self.problems.append(ParseWarning.LONG_TEXT)
        self._keep(part)

    def _keep(self, part: Part, file: Part | None = None) -> None:
        """Makes the part, or `file` in its place, a file unless it is one already."""
        # By identity: two parts that are equal are two files.
        if not any(known is part for known in self.files):
            self.files.append(file or part)

    def _keep_fallback(self, part: Part) -> None:
        """Sets spare text aside, but not the files that are encoded within it."""
        if part.fallback is Fallback.OUTSIDE and _may_hold_files(data := bytes(part.body)):
            part = replace(part, body=memoryview(self._without_files(data)))
        self.fallbacks.append(part)

    def _without_files(self, data: bytes) -> bytes:
        from trackit_console.mail.text_files import files_within

        found, all_examined = files_within(data, self.budget)
        if not all_examined:
            self.problems.append(ParseWarning.MANY_TEXT_FILES)
        pieces, at = [], 0
        for file in found:
            pieces.append(data[at : file.start])
            at = file.end
            self.files.append(made_file(file.name, file.content))
            self.problems += file.warnings()
        return b"".join([*pieces, data[at:]]) if found else data

    def _alternative(self, part: Part) -> list[Section]:
        """One section with all plain text and the last HTML: the last alternative is the richest (RFC 2046 section 5.1.4).

        Several plain alternatives usually say the same; what they do not have in common is kept. HTML that is not shown
        becomes a file.
        """
        texts: list[str] = []
        htmls: list[tuple[str, Part]] = []
        for child in part.parts:
            if child.fallback:
                self._keep_fallback(child)
                continue
            sections = self.sections(child)
            found = [section.html for section in sections if section.html is not None]
            if found:
                htmls.append(("\n".join(found), child))
            if any(section.plain is not None for section in sections):
                texts.append(self.joined_text(sections))
        shown = next((html for html, _ in reversed(htmls) if html.strip()), htmls[-1][0] if htmls else None)
        kept = {shown}
        for html, _ in htmls:
            if html not in kept and html.strip():
                kept.add(html)
                self.files.append(made_file("", html.encode(), "text/html"))
        return [Section(_united(texts) if texts else None, shown)] if texts or htmls else []


def _united(texts: list[str]) -> str:
    """The alternatives that say something of their own."""
    if len(texts) == 1:
        return texts[0]
    by_words = {" ".join(text.split()): text for text in reversed(texts) if text.strip()}
    different = list(reversed(by_words.items()))
    if len(different) == 2:
        (first, _), (second, _) = different
        different = [pair for pair, other in zip(different, (second, first), strict=True) if pair[0] not in other]
    return "\n\n".join(text for _, text in different)


def _is_text(part: Part, after_text: bool) -> bool:
    """Whether the part is text to read in place. A named text is a file, unless a program has named the body itself."""
    if part.content_type not in _TEXTS or part.disposition == "attachment":
        return False
    if part.parameters.get("name") and (part.disposition or after_text):
        return False
    return not part.disposition_parameters.get("filename")


def _may_hold_files(data: bytes) -> bool:
    return b"begin" in data or b"(This file must be converted with BinHex" in data


def _is_binary(data: bytes, charset: str | None) -> bool:
    """Whether this is no text, although it was sent as such. A few control characters are harmless."""
    if not _CONTROLS.search(data, 0, _BINARY_START):  # a text may be damaged further down
        return False
    sample = data[:_BINARY_SAMPLE]
    controls = len(_CONTROLS.findall(sample))
    return controls * 20 > len(sample) and not (charset or "").lower().startswith(("utf-16", "utf-32", "ucs"))


def first_lines(data: bytes, limit: int) -> bytes:
    """At most `limit` bytes of `data`, up to a line end: it is never within a character or a shifted state (RFC 1468)."""
    return data if len(data) <= limit else data[: _end_of_line(data, limit)]


def _end_of_line(data: bytes, limit: int) -> int:
    near = max(0, limit - 4_096)
    if data.find(b"\0", near, limit) >= 0:  # UTF-16 and UTF-32
        return limit - limit % 4
    return data.rfind(b"\n", near, limit) + 1 or limit


def cleaned(text: str) -> str:
    """`text` without a byte order mark and NULs, at which many programs would cut it."""
    return text.removeprefix("\ufeff").replace("\0", "")


def _charset_of_html(data: bytes) -> str | None:
    found = _META_CHARSET.search(data, 0, 2_048)  # browsers search the first 1,024 bytes
    return found[1].decode("ascii") if found else None
