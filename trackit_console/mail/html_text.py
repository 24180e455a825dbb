"""Converts HTML to text, for messages without a plain text part (MSG-07). The result is not safe HTML; nothing is fetched.

Tags that do not affect the layout are removed by regular expressions; the rest is laid out tag by tag as paragraphs,
lists and tables. There is no tree and no recursion, so time and memory are linear in the length of the HTML, whatever
it contains (SEC-03). Beyond the limits below, first the layout is dropped, then the end of the text; `problems` records it.
"""

from __future__ import annotations

import re
from functools import cache
from html import unescape

from trackit_console.mail.html_layout import PARAGRAPHS, Layout
from trackit_console.mail.html_tables import Blanks
from trackit_console.mail.limits import HTML_BLANKS_LIMIT, HTML_LENGTH_LIMIT, HTML_TAGS_LIMIT, HTML_TEXT_LIMIT
from trackit_console.mail.parse_warnings import ParseWarning

BLANKS_PER_CHARACTER = 2
"""Spaces that columns and lists may add per character of HTML. Tables of log lines need about 1."""

# The rest of a tag after its name. A quoted value may contain ">". One that contains "<" is limited in length, because
# unclosed quotes would otherwise take quadratic time.
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
    """The visible text, with its lines, lists and tables. Never raises."""
    if len(html) > HTML_LENGTH_LIMIT:
        problems.append(ParseWarning.HTML_CUT)
    # Comments and scripts go first: they may contain tags.
    seen = _without_hidden(_without_head(_UNSEEN.sub("", html[:HTML_LENGTH_LIMIT])))
    text = _INERT_TAG.sub("", seen).replace("\r\n", "\n").replace("\r", "\n")
    laid_out = _laid_out(text, problems) if text.count("<") <= HTML_TAGS_LIMIT else _without_layout(text, problems)
    return _BLANK_LINES.sub("\n\n", laid_out).strip("\n")


def _without_head(html: str) -> str:
    """Outlook writes document properties into the head, in tags of its own that would count as text."""
    if not (head := _HEAD.search(html)) or not (end := _HEAD_END.search(html, head.end())):
        return html
    return html[: head.start()] + html[end.start() :]


def _without_hidden(html: str) -> str:
    """Newsletters begin with a hidden preview text, which is meant for the message list of mail programs."""
    kept, at, search_from = [], 0, 0
    unclosed: set[str] = set()
    while tag := _HIDDEN_TAG.search(html, search_from):
        name = tag[1].lower()
        end = None if name in unclosed else _end_of_element(html, name, tag.end())
        if end is None:
            # Showing hidden text is better than losing the rest. Remembering the name keeps n unclosed tags from taking n² time.
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
    """Only line breaks, and two spaces between cells. Constant replacements take a tenth of the time of a layout."""
    problems.append(ParseWarning.HTML_WITHOUT_LAYOUT)
    text = _SPACE.sub(" ", text)
    for tags, instead in _WITHOUT_LAYOUT:
        text = tags.sub(instead, text)
    text = _BLANK_LINES.sub("\n\n", text)
    if len(text) > HTML_TEXT_LIMIT:
        problems.append(ParseWarning.HTML_CUT)
    return "\n".join(line.strip() for line in unescape(text[:HTML_TEXT_LIMIT]).split("\n"))


def _laid_out(text: str, problems: list[ParseWarning]) -> str:
    layout = Layout(Blanks(min(BLANKS_PER_CHARACTER * len(text), HTML_BLANKS_LIMIT)))
    first, *pieces = _TAG.split(text)
    room = HTML_TEXT_LIMIT
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
