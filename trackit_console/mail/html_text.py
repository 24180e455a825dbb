"""HTML to text, for messages that bring no text of their own (MSG-07). The text is not safe HTML; nothing is fetched.

Tags that do not change the layout are taken out by regular expressions; what is left is laid out as paragraphs, lists
and tables, tag by tag. There is no tree and no recursion, so time and memory grow with the length of the HTML alone,
whatever it holds (SEC-03). Beyond the limits below the layout goes first, then the end of the text, and `problems`
says so.
"""

from __future__ import annotations

import re
from functools import cache
from html import unescape

from trackit_console.mail.html_layout import PARAGRAPHS, Layout
from trackit_console.mail.html_tables import Blanks
from trackit_console.mail.parse_warnings import ParseWarning

LENGTH_LIMIT = 4_000_000
"""Characters of HTML that are looked at: 0.6 s and 40 MB at worst. Longer HTML is seldom; the rest is in `Message.html`."""
TEXT_LIMIT = 1_000_000
"""Characters of text between the tags; some 500 pages."""
TAGS_LIMIT = 100_000
"""Layout tags of one text, at 2 µs each; newsletters have some thousands."""
BLANKS_PER_CHARACTER = 2
"""Blanks that columns and lists may add, for each character of HTML. A table of logs with long lines needs 1."""
BLANKS_LIMIT = 1_000_000
"""Blanks that columns and lists may add in all, so that a text has at most about 2,000,000 characters."""

# Rest of a tag behind its name. Quoted values may hold a ">"; one with a "<" is bounded, or open quotes would cost quadratic time.
_REST = r"""[^<>=]*+(?:=\s*+(?:"[^"<]*+"|'[^'<]*+'|"[^"]{0,200}+"|'[^']{0,200}+')?+[^<>=]*+)*+>?"""
_NAME_ENDS = r"(?![^\s/<>])"
_LINES = (
    r"div|section|article|aside|header|footer|main|nav|address|form|fieldset|center|blockquote|hgroup|figcaption|layer|hr|d[ltd]"
    r"|caption|option|legend"
)
_LAYOUT = rf"{PARAGRAPHS}|{_LINES}|br|table|t[rdh]|[uo]l|li|pre|xmp|listing|q"
_TAG = re.compile(rf"<(?=[/a-z])(/?)({_LAYOUT}){_NAME_ENDS}({_REST})", re.IGNORECASE)
_INERT_TAG = re.compile(rf"<(?=[!?/a-z])(?!/?(?:{_LAYOUT}){_NAME_ENDS}){_REST}", re.IGNORECASE)
_UNSEEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|title)\b[^<>]*>.*?(?:</\1\b[^<>]*>?|\Z)", re.DOTALL | re.IGNORECASE)
_HEAD = re.compile(rf"<head{_NAME_ENDS}", re.IGNORECASE)
_HEAD_END = re.compile(rf"</head{_NAME_ENDS}|<body{_NAME_ENDS}", re.IGNORECASE)
_HIDDEN_TAG = re.compile(
    rf"<(?=[a-z])(div|span|p|a|b|i|font|center|table|tr|t[dh]|[uo]l|li|h[1-6]|section|pre){_NAME_ENDS}[^<>]*?display\s*:\s*none",
    re.IGNORECASE,
)
_BLANK_LINES = re.compile(r"\n{3,}")
_SPACE = re.compile(r"[ \t\r\n\f]+")

_WITHOUT_LAYOUT = [
    (re.compile(rf"<(?=[/a-z])/?(?:{names}){_NAME_ENDS}{_REST}", re.IGNORECASE), text)
    for names, text in (
        (PARAGRAPHS + "|pre|[uo]l|table", "\n\n"),
        (_LINES + "|br|tr", "\n"),
        ("t[dh]", "  "),
        ("li|xmp|listing", "\n"),
        ("q", '"'),
    )
]


def html_to_text(html: str, problems: list[ParseWarning]) -> str:
    """The text that a person would read, with its lines, lists and tables; never raises."""
    if len(html) > LENGTH_LIMIT:
        problems.append(ParseWarning.HTML_CUT)
    seen = _without_hidden(_without_head(_UNSEEN.sub("", html[:LENGTH_LIMIT])))
    text = _INERT_TAG.sub("", seen).replace("\r\n", "\n").replace("\r", "\n")
    laid_out = _laid_out(text, problems) if text.count("<") <= TAGS_LIMIT else _without_layout(text, problems)
    return _BLANK_LINES.sub("\n\n", laid_out).strip("\n")


def _without_head(html: str) -> str:
    """Programs leave text in the head that is not meant to be seen, in tags of their own."""
    if not (head := _HEAD.search(html)) or not (end := _HEAD_END.search(html, head.end())):
        return html
    return html[: head.start()] + html[end.start() :]


def _without_hidden(html: str) -> str:
    """The text that newsletters hide at their top is for the list of messages, not for who reads them."""
    kept, at, search_from = [], 0, 0
    unclosed: set[str] = set()
    while tag := _HIDDEN_TAG.search(html, search_from):
        name = tag[1].lower()
        end = None if name in unclosed else _end_of_element(html, name, tag.end())
        if end is None:
            # Better to show what was to be hidden than to hide the rest. Not searched for again, or n tags cost n².
            unclosed.add(name)
            search_from = tag.end()
            continue
        kept.append(html[at : tag.start()])
        at = search_from = end
    return "".join([*kept, html[at:]])


def _end_of_element(html: str, name: str, start: int) -> int | None:
    depth = 1
    for tag in _tags(name).finditer(html, start):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.end()
    return None


@cache
def _tags(name: str) -> re.Pattern[str]:
    return re.compile(rf"<(/?){name}{_NAME_ENDS}{_REST}", re.IGNORECASE)


def _without_layout(text: str, problems: list[ParseWarning]) -> str:
    """Blocks begin on a line, cells are two blanks apart: constant replacements, which cost a tenth of a layout."""
    problems.append(ParseWarning.HTML_WITHOUT_LAYOUT)
    text = _SPACE.sub(" ", text)
    for tags, instead in _WITHOUT_LAYOUT:
        text = tags.sub(instead, text)
    text = _BLANK_LINES.sub("\n\n", text)
    if len(text) > TEXT_LIMIT:
        problems.append(ParseWarning.HTML_CUT)
    return "\n".join(line.strip() for line in unescape(text[:TEXT_LIMIT]).split("\n"))


def _laid_out(text: str, problems: list[ParseWarning]) -> str:
    layout = Layout(Blanks(min(BLANKS_PER_CHARACTER * len(text), BLANKS_LIMIT)))
    first, *pieces = _TAG.split(text)
    room = TEXT_LIMIT
    for closing, name, attributes, following in zip(*[iter(["", "", "", first, *pieces])] * 4, strict=True):
        if name:
            layout.tag(name.lower(), bool(closing), attributes)
        if following:
            layout.text(following[:room])
            room -= len(following)
        if room < 0:
            problems.append(ParseWarning.HTML_CUT)
            break
    return layout.finished()
