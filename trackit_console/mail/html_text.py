"""HTML to text, for messages that bring no text of their own (MSG-07). The text is not safe HTML; nothing is fetched.

inscriptis keeps lists and tables readable, but loses what lxml nests too deeply and pads a hostile table to gigabytes;
what it would not survive is read by a plain stripper of tags, in linear time.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import Any

LENGTH_LIMIT = 4_000_000
"""Characters of HTML that are turned into text; the rest is in `Message.html` alone."""
INSCRIPTIS_LIMIT = 262_144
"""Characters that inscriptis is given: about a second of work at worst."""
NESTING_LIMIT = 60
"""Open elements; a table's row and cell count with it, and libxml2 stops at 256."""
PADDING_LIMIT = 64_000_000
"""Characters of text times tags: what a table can be padded to when every line gets the width of the longest."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>?")
_UNSEEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|title)\b[^<>]*>.*?(?:</\1\b[^<>]*>?|\Z)", re.DOTALL | re.IGNORECASE)
_MARKUP = re.compile(r"<[!?/a-zA-Z][^<>]*>?")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BLANKS_AT_END = re.compile(r"(?<![ \t\u00a0])[ \t\u00a0]+$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")
_PARAGRAPH = re.compile(r"p|h[1-6]|blockquote|table|[ou]l|pre")
_LINE = re.compile(r"[bht]r|div|li|d[dt]|section|article|header|footer|address|form|center")
# Elements without content, and those whose end tag may be left out: unclosed, they do not nest.
_NOT_NESTING = re.compile(
    r"area|base|w?br|col|d[dt]|embed|hr|img|input|li|link|meta|option|p|param|source|t[dhr]|thead|tbody|tfoot|track"
)


def html_to_text(html: str) -> str:
    """The text that a person would read, with its lines and lists; never raises."""
    html = html[:LENGTH_LIMIT]
    text = _stripped(html)
    if _fits_inscriptis(html, text):
        text = _by_inscriptis(html)
    return _BLANK_LINES.sub("\n\n", _BLANKS_AT_END.sub("", text)).strip("\n")


def _fits_inscriptis(html: str, text: str) -> bool:
    tags = html.count("<")
    if len(html) > INSCRIPTIS_LIMIT or tags * len(text) > PADDING_LIMIT:
        return False
    return tags <= NESTING_LIMIT or _depth(html) <= NESTING_LIMIT


def _depth(html: str) -> int:
    depth = deepest = 0
    for closing, name in _TAG.findall(html):
        if _NOT_NESTING.fullmatch(name.lower()):
            continue
        depth += -1 if closing else 1
        deepest = max(deepest, depth)
    return deepest


def _by_inscriptis(html: str) -> str:
    from inscriptis import get_text  # lxml comes with it: paid for by the first message that has no text

    return str(get_text(html, _layout()))


@lru_cache(maxsize=1)
def _layout() -> Any:
    """Plain indentation; of styles only *hidden* counts, since a width of 100,000 letters is a style as well."""
    from inscriptis.css_profiles import STRICT_CSS_PROFILE
    from inscriptis.html_properties import Display
    from inscriptis.model.config import ParserConfig

    def hide(style: str, element: Any) -> None:
        if "display:none" in style.replace(" ", "").lower():
            element.display = Display.none

    layout = ParserConfig(css=STRICT_CSS_PROFILE)
    layout.attribute_handler.attribute_mapping = {"style": hide}
    return layout


def _stripped(html: str) -> str:
    """Every tag gone; blocks begin on a line, cells are two blanks apart."""
    seen = _SPACE.sub(" ", _UNSEEN.sub(" ", html))
    return unescape(_MARKUP.sub(_in_place_of, seen))


def _in_place_of(tag: re.Match[str]) -> str:
    name = tag[0].strip("</> ").partition(" ")[0].lower().rstrip("/")
    if _PARAGRAPH.fullmatch(name):
        return "\n\n"
    if _LINE.fullmatch(name):
        return "\n* " if name == "li" and tag[0][1] != "/" else "\n"
    return "  " if name in ("td", "th") else ""
