"""HTML for display: what a reader sees of a message, and that nothing in it runs, loads or sends anything (SEC-03)."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mail import hostile_html
from tests.mail.html_attacks import ATTACKS, IMAGE
from trackit_console.mail.charsets import whole_characters
from trackit_console.mail.html_display import displayable, sanitised
from trackit_console.mail.html_limits import DISPLAY_LENGTH_LIMIT, DISPLAY_REFERENCES_LIMIT
from trackit_console.mail.message import Attachment


def image(content_id: str = IMAGE, content_type: str = "image/png") -> Attachment:
    return Attachment("logo.png", content_type, b"", "", content_id, inline=True)


def shown(html: str, *, colours: bool = True) -> str:
    return displayable(html, [image()], colours=colours).html


LOOKS = {
    "paragraphs and words": ("<p>a <b>b</b> <em>c</em><br>d</p>", "<p>a <b>b</b> <em>c</em><br>d</p>"),
    "lists": ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
    "tables": (
        "<table border=1><tr><td colspan=2 bgcolor=#ffeecc>a<td>b</table>",
        '<table border="1"><tbody><tr><td colspan="2" bgcolor="#ffeecc">a</td><td>b</td></tr></tbody></table>',
    ),
    "colours and weights": (
        "<span style='color:#C00; font-weight : bold; font-family:Arial; mso-x:y'>a</span><font color=red size=+1>b</font>",
        '<span style="color:#c00;font-weight:bold">a</span><font color="red" size="+1">b</font>',
    ),
    "blocks that Qt does not know": ("<section><article>a</article></section>", "<div><div>a</div></div>"),
    "hidden text": ("a<div style='display:none'>preview</div>b", "ab"),
    "the head": ("<head><title>x</title><style>p{}</style></head><body>a", "<div>a</div>"),
    "references": ("&lt;b&gt; &euro; &amp;amp; a & b", "&lt;b&gt; € &amp;amp; a &amp; b"),
    "tags left open": ("<div><b>a<p>b", "<div><b>a<p>b</p></b></div>"),
    "end tags of nothing": ("</div>a</b></p>", "a"),
    "misnested tags": ("<b><i>a</b>b</i>", "<b><i>a</i></b>b"),
    "cells without a table": ("<tr><td>a<td>b", "<br> a b"),
    "an image of the message": (
        "<img src='CID:logo%40example.com' width=20 height=10>",
        '<img src="cid:logo@example.com" width="20" height="10">',
    ),
    "nothing": ("", ""),
}


@pytest.mark.covers("MSG-07")
@pytest.mark.parametrize(("html", "expected"), LOOKS.values(), ids=LOOKS.keys())
def test_what_people_write_is_kept(html: str, expected: str) -> None:
    assert shown(html) == expected


@pytest.mark.covers("SEC-03")
def test_link_shows_where_it_leads() -> None:
    html = shown(
        '<a href="https://Evil.example/?a=1&amp;b=2" title="https://bank.example" target=_top id=x>https://bank.example</a>'
    )
    address = "https://Evil.example/?a=1&amp;b=2"
    assert html == f'<a href="{address}" title="{address}" rel="noopener noreferrer">https://bank.example</a>'


@pytest.mark.covers("SEC-03")
def test_address_of_a_link_cannot_be_turned_around() -> None:
    assert 'title="https://example.com/gpj.exe"' in shown("<a href='https://example.com/\u202egpj.exe\u200b'>x</a>")


@pytest.mark.covers("SEC-03")
def test_images_of_the_internet_are_counted_not_shown() -> None:
    display = displayable("a<img src=http://example.com/a.gif><img src='//example.com/b.gif'><img src=x.gif>", [])
    assert (display.html, display.remote_images) == ("a", 2)


@pytest.mark.covers("SEC-03")
@pytest.mark.parametrize("content_type", ["image/svg+xml", "text/html", "application/pdf"])
def test_only_pictures_are_shown_as_images(content_type: str) -> None:
    assert displayable(f"<img src=cid:{IMAGE}>", [image(content_type=content_type)]).html == ""


def test_image_with_any_content_id_is_found_again() -> None:
    content_id = 'a b%20<c>?d#e&f"g'
    html = displayable("<img src='cid:a%20b%2520%3Cc%3E%3Fd%23e&amp;f&quot;g'>", [image(content_id)]).html
    assert html == '<img src="cid:a%20b%2520%3Cc%3E%3Fd%23e%26f%22g">'


@pytest.mark.covers("A11Y-01")
def test_text_can_have_the_colours_of_the_window() -> None:
    html = shown("<table bgcolor=white><td style='color:black;font-weight:bold'><font color=blue>a", colours=False)
    assert "bgcolor" not in html and "color" not in html and "font-weight:bold" in html


# Nothing runs, loads or sends anything

ALLOWED = {
    "a": {"href", "title", "rel"},
    "img": {"src", "alt", "width", "height"},
    "font": {"color", "size"},
    "table": {"border", "cellpadding", "cellspacing", "width", "bgcolor", "align", "dir", "style"},
    "td": {"colspan", "rowspan", "width", "valign", "bgcolor", "align", "dir", "style"},
    "tr": {"valign", "bgcolor", "align", "dir", "style"},
}
BLOCKS = "p div span center blockquote pre h1 h2 h3 ol ul li".split()
ALLOWED |= {tag: {"align", "dir", "style", "start", "type", "value"} for tag in BLOCKS}
WITHOUT_ATTRIBUTES = (
    "b big br cite code dd del dfn dl dt em hr i ins kbd s samp small strike strong sub sup tbody tfoot thead tt u var".split()
)
PROPERTY = re.compile(r"(?:color|background-color|font-weight|font-style|text-decoration|text-align):[#a-z0-9(), .%-]+")


class Reader(HTMLParser):
    """Finds what is not allowed."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        allowed = set() if tag in WITHOUT_ATTRIBUTES else ALLOWED.get(tag)
        if allowed is None:
            self.wrong.append(tag)
            return
        for name, value in attrs:
            if name not in allowed or not self._harmless(name, value or ""):
                self.wrong.append(f"{tag} {name}={value}")

    def _harmless(self, name: str, value: str) -> bool:
        if name == "href":
            return re.match(r"(?:https?://|mailto:)[^\x00-\x20]*\Z", value, re.IGNORECASE) is not None
        if name == "src":
            return value == f"cid:{IMAGE}"
        if name == "style":
            return all(PROPERTY.fullmatch(each) and "url" not in each and "expression" not in each for each in value.split(";"))
        return name in ("title", "alt", "rel") or re.fullmatch(r"[#+%\w-]{1,20}", value) is not None

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(f"<!{decl}")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"<?{data}")

    def unknown_decl(self, data: str) -> None:
        self.wrong.append(f"<![{data}")


def wrong_in(html: str) -> list[str]:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.wrong


def test_there_are_hundreds_of_attacks_and_they_are_seen() -> None:
    assert len(set(ATTACKS)) > 200
    assert sum(1 for each in ATTACKS if wrong_in(each)) > 200


@pytest.mark.covers("SEC-03")
@pytest.mark.parametrize("around", ["{}", "<div>{}</div>", "<table><tr><td>{}", "{0}{0}", "<p title='{}", "<a href={} x>"])
def test_no_attack_survives(around: str) -> None:
    survivors = {html: wrong for each in ATTACKS if (wrong := wrong_in(shown(html := around.format(each))))}
    assert survivors == {}


@pytest.mark.covers("SEC-03")
def test_sanitiser_does_not_rely_on_what_was_done_before() -> None:
    survivors = {
        each: wrong for each in ATTACKS if (wrong := wrong_in(sanitised(whole_characters(each), frozenset({IMAGE}), True)))
    }
    assert survivors == {}


@pytest.mark.covers("SEC-03")
def test_what_is_safe_stays_as_it_is() -> None:
    for each in (*ATTACKS, *(html for html, _ in LOOKS.values())):
        once = shown(each)
        assert wrong_in(shown(once)) == []


PIECES = st.one_of(
    st.sampled_from(ATTACKS), st.sampled_from([each for pair in LOOKS.values() for each in pair]), st.text(max_size=8)
)


@pytest.mark.covers("SEC-03")
@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=6).map("".join), st.integers(0, 80), st.integers(0, 80))
def test_no_mixture_of_attacks_survives(html: str, start: int, length: int) -> None:
    assert wrong_in(shown(html)) == []
    assert wrong_in(shown(html[:start] + html[start + length :])) == []


# Bounds

AGAIN = "".join(f"<b title={i}>" for i in range(90))
COSTLY = {
    "paragraphs that open 90 tags again": f"<p>{AGAIN}" + "<p>x" * 100_000,
    "divisions that open 90 tags again": f"<p>{AGAIN}" + "<div>x</div>" * 100_000,
    "rows that open 90 tags again": f"<table>{AGAIN}" + "<tr>x" * 100_000,
    "tags hidden from their end tags by cells": "".join(f"<b title={i}><table><td></b></table>" for i in range(9_000)),
    "links in links": "<a href=http://x><div>" * 100_000,
    "large spans": "<table>" + "<tr><td rowspan=999 colspan=999>a" * 9_000,
    "a name without end": "<p " + "a" * 3_900_000,
    "blanks in styles": ("<p style='color" + " " * 1_900 + "x'>") * 2_000,
    "declarations": "<p style='" + "color:red;" * 390_000 + "'>",
    "ampersands": "&" * 4_000_000,
    "non-breaking spaces": "\u00a0" * 4_000_000,
    "less-than signs": "< " * 2_000_000,
    "ampersands that escaped signs push out": "x " * 150_000 + "<b>" + "< " * 45_000 + "&" * 110_000,
} | hostile_html.BODIES


@pytest.mark.covers("SEC-03")
@pytest.mark.parametrize("html", COSTLY.values(), ids=COSTLY.keys())
def test_hostile_html_is_written_in_bounded_time_and_length(html: str) -> None:
    start = time.process_time()
    display = displayable(html, [])
    assert time.process_time() - start < 3  # alone on the machine it is below 0.5
    assert len(display.html) < 2 * DISPLAY_LENGTH_LIMIT
    assert wrong_in(display.html[:100_000].rpartition("<")[0]) == []


@pytest.mark.covers("SEC-03")
def test_escaped_signs_count_as_references() -> None:
    display = displayable("<p>" + "<" * 120_000, [])
    assert display.cut and display.html.count("&lt;") == DISPLAY_REFERENCES_LIMIT


@pytest.mark.covers("SEC-03")
def test_it_is_told_that_escaped_signs_have_pushed_text_out() -> None:
    assert displayable("<p>" + "< " * 60_000 + "end " * 60_000, []).cut
    assert not displayable("<p>" + "< " * 60_000 + "end " * 40_000, []).cut


def test_sanitiser_is_imported_when_it_is_needed() -> None:
    code = "import sys, trackit_console.mail.html_display; sys.exit('nh3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
