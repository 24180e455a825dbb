"""Fills notification templates with values: as a line, as text, as HTML (NOT-01, SEC-03).

Values come from mail and are hostile: in a line they cannot begin another one, in HTML they are text. What a template says
is never cut. The tokens are declared in `settings.token_table`, their values made in `values`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from trackit_console.helpdesk.notifications.plain_text import clean_lines, one_line
from trackit_console.mail.display_tags import TAGS
from trackit_console.mail.html_attributes import ATTRIBUTES, STYLE_PROPERTIES, link_target, safe_value
from trackit_console.mail.html_limits import DISPLAY_TARGET_LIMIT
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.tokens import Token, names_in, read_template

LINE_VALUE_LIMIT = 1_000
"""Characters of one value in a line. A record's subject has at most 800; only an error of a server may be longer."""
LINK_TOKENS = frozenset({"response_url", "self_service_response_url"})
"""Tokens whose value is a whole address: the only ones that a link may begin with."""
# Noncharacters, which no value has: they mark the tokens while the HTML around them is sanitised.
_START, _END = "\ufdd0", "\ufdd1"
_MARK = re.compile(f"{_START}([a-z_]+){_END}")
_URL = re.compile(r"https?://[^\W_][^\s<>\"]*", re.IGNORECASE)
_AFTER_A_URL = ".,;:!?'*_"
_DOCUMENT = '<!DOCTYPE html>\n<html>\n<head><meta charset="utf-8"></head>\n<body>\n{}\n</body>\n</html>\n'


@dataclass(frozen=True, slots=True)
class Rendered:
    """A notification as it will be read."""

    subject: str
    text: str
    html: str


def render(template: NotificationTemplate, values: Mapping[str, str]) -> Rendered:
    """`template` with `values` by the names of tokens; one that is missing is empty. Pure; never raises."""
    text = render_text(template.text, values)
    html = render_html(template.html, values) if template.html else text_as_html(text)
    return Rendered(render_line(template.subject, values), text, html)


def render_line(template: str, values: Mapping[str, str]) -> str:
    """One line for a header. The keyword is never cut off: only a single value beyond `LINE_VALUE_LIMIT` is shortened."""
    return one_line(_filled(template, {name: _shortened(one_line(values.get(name, ""))) for name in names_in(template)}))


def render_text(template: str, values: Mapping[str, str]) -> str:
    """The text part. A line whose tokens are all empty is left out, so that no label stands without its value."""
    written: list[str] = []
    left_out = False
    for line in template.split("\n"):
        names = names_in(line)
        if names and not any(values.get(name, "").strip() for name in names):
            left_out = True
            continue
        if left_out and not line.strip() and not (written and written[-1].strip()):
            continue  # the blank lines around a paragraph that was left out become one
        left_out = False
        written.append(_filled(line, values))
    return clean_lines("\n".join(written)).strip("\n")


def render_html(template: str, values: Mapping[str, str]) -> str:
    """The HTML part of a template of its own, as a document: the tags of `mail.html_display`, no images, values as text."""
    import nh3

    def kept_value(_tag: str, attribute: str, value: str) -> str | None:
        filled = _filled_link(value, values) if attribute == "href" else _MARK.sub(lambda mark: _value(mark, values), value)
        return safe_value(attribute, filled, frozenset(), colours=True) or None

    safe = nh3.clean(
        _filled(clean_lines(template), {name: f"{_START}{name}{_END}" for name in names_in(template)}),
        tags=set(TAGS - {"img"}),
        attributes={"*": set(), **{tag: set(attributes) for tag, attributes in ATTRIBUTES.items() if tag != "img"}},
        attribute_filter=kept_value,
        # A link that begins with a token looks relative here. Once filled, `safe_value` takes web and mail addresses only.
        url_schemes={"http", "https", "mailto"},
        url_relative="pass_through",
        filter_style_properties=set(STYLE_PROPERTIES),
        link_rel=None,
    )
    return _DOCUMENT.format(_MARK.sub(lambda mark: _as_html(_value(mark, values)), safe))


def text_as_html(text: str) -> str:
    """`text` as an HTML document: paragraphs where it has blank lines, and web addresses as links."""
    paragraphs = [paragraph.strip("\n") for paragraph in re.split(r"\n[ \t]*(?=\n)", clean_lines(text)) if paragraph.strip()]
    return _DOCUMENT.format("\n".join(f"<p>{_linked(paragraph)}</p>" for paragraph in paragraphs))


def _filled(template: str, values: Mapping[str, str]) -> str:
    return "".join(values.get(piece.name, "") if isinstance(piece, Token) else piece.text for piece in read_template(template))


def _shortened(value: str) -> str:
    return value if len(value) <= LINE_VALUE_LIMIT else value[: LINE_VALUE_LIMIT - 1] + "…"


def _value(mark: re.Match[str], values: Mapping[str, str]) -> str:
    return clean_lines(values.get(mark[1], ""))


def _filled_link(href: str, values: Mapping[str, str]) -> str:
    """`href` with its tokens percent-encoded, so that a value cannot lead elsewhere; all but a link token at its start."""

    def filled(mark: re.Match[str]) -> str:
        whole = mark[1] in LINK_TOKENS and not href[: mark.start()].strip()
        value = _value(mark, values)
        return value if whole else quote(value, safe="@")

    return _MARK.sub(filled, href)


def _linked(text: str) -> str:
    html, at = [], 0
    for found in _URL.finditer(text):
        url = _without_punctuation(found[0]) if len(found[0]) <= DISPLAY_TARGET_LIMIT else ""
        if (target := link_target(url)) is None:
            continue
        html += [_as_html(text[at : found.start()]), f'<a href="{escape(target)}">{escape(url)}</a>']
        at = found.start() + len(url)
    return "".join(html) + _as_html(text[at:])


def _without_punctuation(url: str) -> str:
    """A sentence may end after an address, and brackets may stand around it."""
    while url[-1] in _AFTER_A_URL or (url[-1] in ")]}" and url.count(url[-1]) > url.count("([{"[")]}".index(url[-1])])):
        url = url[:-1]
    return url


def _as_html(text: str) -> str:
    lines = [
        re.sub(r"^[ \t]+|(?<= ) ", lambda blanks: "&nbsp;" * len(blanks[0].expandtabs(4)), escape(line))
        for line in text.split("\n")
    ]
    return "<br>\n".join(lines)
