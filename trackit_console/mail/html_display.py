"""Makes the HTML of a message safe to show (MSG-07, SEC-03): no scripts, no forms, nothing that is loaded from anywhere.

`html_balance` first writes the HTML anew with the tags and attributes that Qt can show, so that no message costs too much.
What is safe is decided afterwards by nh3, an HTML5 parser with an allow-list of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trackit_console.mail.charsets import whole_characters
from trackit_console.mail.display_tags import TAGS
from trackit_console.mail.html_attributes import ATTRIBUTES, STYLE_PROPERTIES, safe_value
from trackit_console.mail.html_balance import balanced_html
from trackit_console.mail.html_visible import HtmlBudget, visible_html
from trackit_console.mail.message import Attachment


@dataclass(frozen=True, slots=True)
class DisplayableHtml:
    """HTML to show, whether its end was left out because it is too long, and how many images of the internet were."""

    html: str
    cut: bool
    remote_images: int


def displayable(html: str, attachments: Iterable[Attachment], *, colours: bool = True) -> DisplayableHtml:
    """`html`, as received, in the subset that Qt shows. Pure; never raises; at most 0.5 s and `DISPLAY_LENGTH_LIMIT` characters.

    - Images are those of `attachments`, by `image_url` of their Content-ID; nothing else in it is ever loaded.
    - Links lead to http, https or mailto, with their target as the title. Whoever shows them asks before opening one.
    - Without `colours` the text has those of the window: mail is written for white paper.
    """
    images = frozenset(each.content_id for each in attachments if each.content_id and is_image(each))
    visible, cut = visible_html(whole_characters(html), HtmlBudget())
    balanced = balanced_html(visible, images, colours)
    return DisplayableHtml(sanitised(balanced.html, images, colours), cut or balanced.cut, balanced.remote_images)


def is_image(attachment: Attachment) -> bool:
    """Whether the attachment may be shown as an image. An SVG file is a document of its own."""
    return attachment.content_type.startswith("image/") and "svg" not in attachment.content_type


def sanitised(html: str, images: frozenset[str], colours: bool) -> str:
    """`html` with nothing but the allowed tags, attributes, values and URLs. Hostile HTML must be balanced first."""
    import nh3

    def kept_value(_tag: str, attribute: str, value: str) -> str | None:
        return value if attribute == "rel" else safe_value(attribute, value, images, colours) or None

    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={"*": set(), **{tag: set(attributes) for tag, attributes in ATTRIBUTES.items()}},
        attribute_filter=kept_value,
        url_schemes={"http", "https", "mailto", "cid"},
        url_relative="deny",
        filter_style_properties=set(STYLE_PROPERTIES),
        link_rel="noopener noreferrer",
    )
