"""Takes out of HTML what a reader does not see: comments, scripts, the head, hidden elements (MSG-07).

`html_text` makes text of what is left, `html_display` safe HTML. `HtmlBudget` is what both may cost (SEC-03).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from trackit_console.mail.html_limits import (
    HTML_BLANKS_LIMIT,
    HTML_LAYOUT_TAGS_LIMIT,
    HTML_LENGTH_LIMIT,
    HTML_TAGS_LIMIT,
    HTML_TEXT_LIMIT,
)
from trackit_console.mail.html_tables import Blanks

# The rest of a tag after its name. A quoted value may contain ">". One that contains "<" is limited in length, because
# unclosed quotes would otherwise take quadratic time.
REST = r"""[^<>=]*+(?:=\s*+(?:"[^"<]*+"|'[^'<]*+'|"[^"]{0,200}+"|'[^']{0,200}+')?+[^<>=]*+)*+>?"""
NAME_ENDS = r"(?![^\s/<>])"
_UNSEEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|title)\b[^<>]*>.*?(?:</\1\b[^<>]*>?|\Z)", re.DOTALL | re.IGNORECASE)
_DATA_IMAGE = re.compile(r"data:image/[a-z0-9.+-]++;base64,[a-z0-9+/=%\s]*+", re.IGNORECASE)
_HEAD = re.compile(rf"<head{NAME_ENDS}", re.IGNORECASE)
_HEAD_END = re.compile(rf"</head{NAME_ENDS}|<body{NAME_ENDS}", re.IGNORECASE)
_HIDDEN_TAG = re.compile(
    rf"<(?=[a-z])(div|span|p|a|b|i|font|center|table|tr|t[dh]|[uo]l|li|h[1-6]|section|pre){NAME_ENDS}[^<>]*?display\s*:\s*none",
    re.IGNORECASE,
)


@dataclass(slots=True)
class HtmlBudget:
    """What the HTML of one message may still cost, over all its parts: there may be hundreds, each as large as the limit."""

    length: int = HTML_LENGTH_LIMIT
    tags: int = HTML_TAGS_LIMIT
    layout_tags: int = HTML_LAYOUT_TAGS_LIMIT
    text: int = HTML_TEXT_LIMIT
    blanks: Blanks = field(default_factory=lambda: Blanks(HTML_BLANKS_LIMIT))


def visible_html(html: str, budget: HtmlBudget) -> tuple[str, bool]:
    """What a reader sees of `html`, with its tags, and whether the end was left out for want of `budget`."""
    kept, cut = _affordable(html, budget)
    # Comments and scripts go first: they may contain tags.
    return _without_hidden(_without_head(_UNSEEN.sub("", kept))), cut


def _affordable(html: str, budget: HtmlBudget) -> tuple[str, bool]:
    """As much of the beginning of `html` as the budget has length and tags for, and whether that is not all."""
    if len(html) > budget.length:
        html = _DATA_IMAGE.sub("", html)  # neither text nor shown; some programs embed megabytes of photos
    kept = html[: budget.length]
    tags = kept.count("<")
    if tags > budget.tags:
        excess = next(islice(re.finditer("<", kept), budget.tags, None))
        kept, tags = kept[: excess.start()], budget.tags
    budget.length -= len(kept)
    budget.tags -= tags
    return kept, len(kept) < len(html)


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
    return re.compile(rf"<(/?){name}{NAME_ENDS}{REST}", re.IGNORECASE)
