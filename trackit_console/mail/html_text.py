"""Converts HTML to text, for messages without a plain text part (MSG-07). The result is not safe HTML; nothing is fetched.

Tags that do not affect the layout are removed by regular expressions; the rest is laid out tag by tag as paragraphs,
lists and tables. There is no tree and no recursion, so time and memory are linear in the length of the HTML, whatever
it contains (SEC-03). Beyond the limits of a message, first the layout is dropped, then the end of the text; `problems`
records it. HTML that is shown as HTML is the matter of `html_display`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from trackit_console.mail.character_references import unescaped
from trackit_console.mail.html_layout import PARAGRAPHS, Layout
from trackit_console.mail.html_tables import Blanks
from trackit_console.mail.limits import (
    HTML_BLANKS_LIMIT,
    HTML_LAYOUT_TAGS_LIMIT,
    HTML_LENGTH_LIMIT,
    HTML_TAGS_LIMIT,
    HTML_TEXT_LIMIT,
)
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


@dataclass(slots=True)
class HtmlBudget:
    """What the HTML of one message may still cost, over all its parts: there may be hundreds, each as large as the limit."""

    length: int = HTML_LENGTH_LIMIT
    tags: int = HTML_TAGS_LIMIT
    layout_tags: int = HTML_LAYOUT_TAGS_LIMIT
    text: int = HTML_TEXT_LIMIT
    blanks: Blanks = field(default_factory=lambda: Blanks(HTML_BLANKS_LIMIT))


def html_to_text(html: str, budget: HtmlBudget, problems: list[ParseWarning]) -> str:
    """The visible text, with its lines, lists and tables. What it costs is taken from `budget`. Never raises."""
    # Comments and scripts go first: they may contain tags.
    seen = _without_hidden(_without_head(_UNSEEN.sub("", _affordable(html, budget, problems))))
    text = _INERT_TAG.sub("", seen).replace("\r\n", "\n").replace("\r", "\n")
    tags = text.count("<")
    if tags <= budget.layout_tags:
        budget.layout_tags -= tags
        laid_out = _laid_out(text, budget, problems)
    else:
        laid_out = _without_layout(text, budget, problems)
    return _BLANK_LINES.sub("\n\n", laid_out).strip("\n")


def _affordable(html: str, budget: HtmlBudget, problems: list[ParseWarning]) -> str:
    """As much of the beginning of `html` as the budget has length and tags for."""
    kept = html[: budget.length]
    tags = kept.count("<")
    if tags > budget.tags:
        excess = next(islice(re.finditer("<", kept), budget.tags, None))
        kept, tags = kept[: excess.start()], budget.tags
    if len(kept) < len(html):
        problems.append(ParseWarning.HTML_CUT)
    budget.length -= len(kept)
    budget.tags -= tags
    return kept


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


def _without_layout(text: str, budget: HtmlBudget, problems: list[ParseWarning]) -> str:
    """Only line breaks, and two spaces between cells. Constant replacements take a tenth of the time of a layout."""
    problems.append(ParseWarning.HTML_WITHOUT_LAYOUT)
    text = _SPACE.sub(" ", text)
    for tags, instead in _WITHOUT_LAYOUT:
        text = tags.sub(instead, text)
    text = _BLANK_LINES.sub("\n\n", text)
    if len(text) > budget.text:
        problems.append(ParseWarning.HTML_CUT)
    text = text[: budget.text]
    budget.text -= len(text)
    return "\n".join(line.strip() for line in unescaped(text).split("\n"))


def _laid_out(text: str, budget: HtmlBudget, problems: list[ParseWarning]) -> str:
    layout = Layout(budget.blanks.at_most(BLANKS_PER_CHARACTER * len(text)))
    first, *pieces = _TAG.split(text)
    for closing, name, attributes, following in zip(*[iter(["", "", "", first, *pieces])] * 4, strict=True):
        if name:
            layout.tag(name.lower(), bool(closing), attributes)
        if following:
            layout.text(following[: budget.text])
            if len(following) > budget.text:
                budget.text = 0
                problems.append(ParseWarning.HTML_CUT)
                break
            budget.text -= len(following)
    return layout.finished()
