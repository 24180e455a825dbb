"""Converts HTML to text, for messages without a plain text part (MSG-07). The result is not safe HTML; nothing is fetched.

Tags that do not affect the layout are removed by regular expressions; the rest is laid out tag by tag as paragraphs,
lists and tables. There is no tree and no recursion, so time and memory are linear in the length of the HTML, whatever
it contains (SEC-03). Beyond the limits of a message, first the layout is dropped, then the end of the text; `problems`
records it. HTML that is shown as HTML is the matter of `html_display`.
"""

from __future__ import annotations

import re

from trackit_console.mail.character_references import unescaped
from trackit_console.mail.html_layout import PARAGRAPHS, Layout
from trackit_console.mail.html_visible import NAME_ENDS, REST, HtmlBudget, visible_html
from trackit_console.mail.parse_warnings import ParseWarning

BLANKS_PER_CHARACTER = 2
"""Spaces that columns and lists may add per character of HTML. Tables of log lines need about 1."""

_LINES = (
    r"div|section|article|aside|header|footer|main|nav|address|form|fieldset|center|blockquote|hgroup|figcaption|layer|hr|d[ltd]"
    r"|caption|option|legend"
)
_LAYOUT = rf"{PARAGRAPHS}|{_LINES}|br|table|t[rdh]|[uo]l|li|pre|xmp|listing|q"
_TAG = re.compile(rf"<(?=[/a-z])(/?)({_LAYOUT}){NAME_ENDS}({REST})", re.IGNORECASE)
_INERT_TAG = re.compile(rf"<(?=[!?/a-z])(?!/?(?:{_LAYOUT}){NAME_ENDS}){REST}", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n{3,}")
_SPACE = re.compile(r"[ \t\r\n\f]+")

_WITHOUT_LAYOUT = [
    (re.compile(rf"<(?=[/a-z])/?(?:{names}){NAME_ENDS}{REST}", re.IGNORECASE), text)
    for names, text in (
        (PARAGRAPHS + "|pre|[uo]l|table", "\n\n"),
        (_LINES + "|br|tr", "\n"),
        ("t[dh]", "  "),
        ("li|xmp|listing", "\n"),
        ("q", '"'),
    )
]


def html_to_text(html: str, budget: HtmlBudget, problems: list[ParseWarning]) -> str:
    """The visible text, with its lines, lists and tables. What it costs is taken from `budget`. Never raises."""
    seen, cut = visible_html(html, budget)
    if cut:
        problems.append(ParseWarning.HTML_CUT)
    text = _INERT_TAG.sub("", seen).replace("\r\n", "\n").replace("\r", "\n")
    tags = text.count("<")
    if tags <= budget.layout_tags:
        budget.layout_tags -= tags
        laid_out = _laid_out(text, budget, problems)
    else:
        laid_out = _without_layout(text, budget, problems)
    return _BLANK_LINES.sub("\n\n", laid_out).strip("\n")


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
    # Unescaped last: `&lt;b&gt;` is text and must not be removed as a tag.
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
