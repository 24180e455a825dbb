"""The attributes that HTML for display may keep, and what their values may be (SEC-03).

Values are checked against a pattern each, because Qt lays out what it is told: a column span of a million is a table of a
million columns. Which tags there are is decided in `display_tags`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from html import escape
from urllib.parse import quote, unquote

from trackit_console.mail.character_references import unescaped
from trackit_console.mail.html_limits import DISPLAY_SPAN_LIMIT, DISPLAY_TARGET_LIMIT

_ALIGNED = ("align", "dir", "style")
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "a": ("href", "title"),
    "img": ("src", "alt", "width", "height"),
    "font": ("color", "size"),
    "ol": ("start", "type", "style"),
    "ul": ("type", "style"),
    "li": ("value", "style"),
    "table": ("border", "cellpadding", "cellspacing", "width", "bgcolor", *_ALIGNED),
    "tr": ("valign", "bgcolor", *_ALIGNED),
    "td": ("colspan", "rowspan", "width", "valign", "bgcolor", *_ALIGNED),
    "th": ("colspan", "rowspan", "width", "valign", "bgcolor", *_ALIGNED),
    "span": ("dir", "style"),
} | dict.fromkeys(("p", "div", "center", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6"), _ALIGNED)
"""The attributes of each tag. Tags that are not named have none."""

STYLE_PROPERTIES = frozenset({"color", "background-color", "font-weight", "font-style", "text-decoration", "text-align"})
COLOURS = frozenset({"color", "background-color", "bgcolor"})
"""Attributes and properties that a dark theme has to do without, because mail is written for white paper."""

TARGET_SCHEMES = ("http://", "https://", "mailto:")

_COLOUR = r"#?[0-9a-f]{3,8}|[a-z]{3,20}"
_SPAN = r"0*[1-9][0-9]{0,2}"
_PIXELS = r"1?[0-9]{1,3}"
_VALUES = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "align": "left|right|center|justify",
        "border": r"[0-9]{1,2}",
        "bgcolor": _COLOUR,
        "cellpadding": r"[0-9]{1,2}",
        "cellspacing": r"[0-9]{1,2}",
        "color": _COLOUR,
        "colspan": _SPAN,
        "dir": "ltr|rtl",
        "height": _PIXELS,
        "rowspan": _SPAN,
        "size": r"[+-]?[0-9]",
        "start": r"[0-9]{1,6}",
        "type": "[1ai]|disc|circle|square",
        "valign": "top|middle|bottom|baseline",
        "value": r"[0-9]{1,6}",
        "width": rf"{_PIXELS}|[0-9]{{1,3}}%",
    }.items()
}
_ATTRIBUTE = re.compile(r"""(?<![^\s"'/])([^\s"'<>/=]++)\s*+=\s*+(?:"([^"]*)"?|'([^']*)'?|([^\s"'>]+))""", re.IGNORECASE)
_STYLE_VALUE = re.compile(r"#[0-9a-f]{3,8}|rgba?\([0-9., %]{1,40}\)|[a-z]{2,20}(?:-[a-z]{2,20})?|[1-9]00", re.IGNORECASE)
# URLs are read without these (WHATWG URL Standard, section 4.4); the others hide or turn around what is read.
_NOT_IN_A_TARGET = re.compile(r"[\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


def image_url(content_id: str) -> str:
    """The URL of the inline attachment with this Content-ID in HTML for display."""
    return "cid:" + quote(content_id, safe="@")


def source_of_image(tag: str) -> str:
    """The `src` of an image, from the text of its tag after the name; empty if there is none."""
    return next((unescaped(_value(found)).strip() for found in _ATTRIBUTE.finditer(tag) if found[1].lower() == "src"), "")


def shown_image(source: str, images: Collection[str]) -> str | None:
    """The URL to show for an image's `src`: that of one of the content ids in `images`, or None."""
    if source[:4].lower() != "cid:":
        return None
    content_id = unquote(source[4:])
    return image_url(content_id) if content_id in images else None


def link_target(href: str) -> str | None:
    """The address that a link opens, as it may be shown to a person; None if it is no web or mail address."""
    target = _NOT_IN_A_TARGET.sub("", href)
    return target if target.lower().startswith(TARGET_SCHEMES) and len(target) <= DISPLAY_TARGET_LIMIT else None


def safe_value(name: str, value: str, images: Collection[str], colours: bool) -> str | None:
    """The value that an attribute may have, or None if it has to go."""
    if name == "href":
        return link_target(value)
    if name == "src":
        return shown_image(value, images)
    if name == "style":
        return _safe_style(value, colours)
    if name in ("alt", "title"):
        return value[:DISPLAY_TARGET_LIMIT]
    if name not in _VALUES or not _VALUES[name].fullmatch(value):
        return None
    return str(min(int(value), DISPLAY_SPAN_LIMIT)) if name in ("colspan", "rowspan") else value


def safe_attributes(name: str, tag: str, images: Collection[str], colours: bool) -> dict[str, str]:
    """The attributes to keep of a tag, from the text after its name. The values are not escaped."""
    allowed = ATTRIBUTES.get(name, ())
    kept: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(tag) if allowed else ():
        attribute = found[1].lower()
        if attribute in allowed and attribute not in kept and (colours or attribute not in COLOURS):
            # Unescaped before it is checked: `java&#115;cript:` must be seen as what Qt would make of it.
            value = safe_value(attribute, unescaped(_value(found)).strip(), images, colours)
            if value:
                kept[attribute] = value
    if name == "a":
        # Never the sender's title: people see by it where the link leads, which its text need not tell.
        return {"href": kept["href"], "title": kept["href"]} if "href" in kept else {}
    return kept


def written(attributes: Mapping[str, str]) -> str:
    """The attributes as they stand in a tag, each after a space."""
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())


def _value(found: re.Match[str]) -> str:
    return found[2] or found[3] or found[4] or ""


def _safe_style(style: str, colours: bool) -> str:
    kept = []
    for declaration in style[:DISPLAY_TARGET_LIMIT].split(";"):
        name, _, value = declaration.lower().partition(":")
        name, value = name.strip(), value.partition("!")[0].strip()
        if name in STYLE_PROPERTIES and (colours or name not in COLOURS) and _STYLE_VALUE.fullmatch(value):
            kept.append(f"{name}:{value}")
    return ";".join(kept)
