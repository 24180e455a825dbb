"""Finds something to read in a message that has no text of its own (MSG-07).

An empty ticket helps nobody. The first of these that says something is read: the text of a container such as winmail.dat,
a text that was sent as a file, a rarer kind of text, an invitation, and what stands outside the parts of a multipart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from trackit_console.mail.body import BodyReader, Section, cleaned, first_lines
from trackit_console.mail.calendar_text import calendar_to_text
from trackit_console.mail.charsets import to_text
from trackit_console.mail.enriched_text import enriched_to_text, richtext_to_text
from trackit_console.mail.limits import CALENDAR_LIMIT
from trackit_console.mail.parse_warnings import ParseWarning
from trackit_console.mail.part import Fallback, Part, content, made_file
from trackit_console.mail.rtf import decompressed_rtf, read_rtf
from trackit_console.mail.winmail import COMPRESSED_RTF

_TEXTS = ("text/plain", "text/html")
_MARKUP: dict[str, Callable[[str], str]] = {"text/enriched": enriched_to_text, "text/richtext": richtext_to_text}
_FILES = frozenset(
    f"text/{kind}" for kind in "calendar css csv javascript rfc822-headers rtf vcard x-amp-html x-vcard xml".split()
)
"""Kinds of text that are for programs."""


def spare_sections(reader: BodyReader, has_text_part: bool) -> list[Section]:
    """The first spare text that says something. `has_text_part`: a text part is there, but it is empty."""
    for sections in _candidates(reader, has_text_part):
        if reader.joined_text(sections).strip():
            return sections
    return []


def _candidates(reader: BodyReader, has_text_part: bool) -> Iterator[list[Section]]:
    for part in reader.fallbacks:
        if part.fallback is Fallback.INSIDE:
            yield _inside(reader, part)
    if not has_text_part:
        yield _named_text(reader)
    yield _rare_text(reader)
    yield _calendar(reader)
    yield [section for part in reader.fallbacks if part.fallback is Fallback.OUTSIDE for section in reader.section(part)]


def _inside(reader: BodyReader, part: Part) -> list[Section]:
    compressed = [child for child in part.parts if child.content_type == COMPRESSED_RTF]
    if not compressed:
        return reader.sections(part)
    rtf, is_whole = decompressed_rtf(compressed[0].body, reader.budget)
    found = read_rtf(rtf)
    if not (is_whole and found.is_whole):
        reader.problems.append(ParseWarning.NOT_UNPACKED)
        reader.files.append(made_file("text.rtf", rtf, "application/rtf"))
    return [Section(html=found.text)] if found.is_html else [Section(plain=found.text)]


def _named_text(reader: BodyReader) -> list[Section]:
    """The only text that is a file, or the first inline one. Plain text and HTML side by side are taken for alternatives.

    It stays an attachment as well: it may be a log file that the mail program marked as inline.
    """
    texts = [part for part in reader.files if part.content_type in _TEXTS]
    if len({part.content_type for part in texts}) < len(texts):
        texts = [part for part in texts if part.disposition != "attachment"][:1]
    sections = [section for part in texts for section in reader.section(part)]
    plain = next((section.plain for section in sections if section.plain is not None), None)
    html = next((section.html for section in sections if section.html is not None), None)
    return [Section(plain, html)] if sections else []


def _rare_text(reader: BodyReader) -> list[Section]:
    """The first text of another kind. Unknown kinds are read like plain text (RFC 2046 section 4.1.4), unless they are files."""
    part = next((part for part in reader.files if part.content_type in _MARKUP or _is_unknown_text(part)), None)
    if part is None:
        return []
    if not part.file_name and part.disposition != "attachment":
        reader.files = [file for file in reader.files if file is not part]
    text = reader.plain_text(reader.affordable(content(part, reader.problems), part), part)
    return [Section(plain=_MARKUP.get(part.content_type, str)(text))]


def _is_unknown_text(part: Part) -> bool:
    if part.file_name or part.disposition == "attachment" or part.content_type in _FILES:
        return False
    return part.content_type.startswith("text/") and part.content_type not in _TEXTS


def _calendar(reader: BodyReader) -> list[Section]:
    part = next((part for part in reader.files if part.content_type == "text/calendar"), None)
    if part is None:
        return []
    # What is not read need not be decoded; the limit is in characters, of up to four bytes each.
    data = first_lines(content(part, []), 4 * CALENDAR_LIMIT)
    text = cleaned(to_text(data, part.parameters.get("charset") or "utf-8", []))
    return [Section(plain=calendar_to_text(text.replace("\r\n", "\n").replace("\r", "\n")))]
