"""HTML as text: how it looks (MSG-07), and that no HTML costs more than so much time, memory and text (SEC-03)."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mail import hostile_html
from trackit_console.mail.html_limits import (
    HTML_BLANKS_LIMIT,
    HTML_LAYOUT_TAGS_LIMIT,
    HTML_LENGTH_LIMIT,
    HTML_TAGS_LIMIT,
    HTML_TEXT_LIMIT,
)
from trackit_console.mail.html_text import html_to_text
from trackit_console.mail.html_visible import HtmlBudget
from trackit_console.mail.parse_warning_sentences import warning_phrase
from trackit_console.mail.parse_warnings import ParseWarning

LOOKS = {
    "paragraphs are a blank line apart": ("<p>a</p><p>b</p>", "a\n\nb"),
    "blocks begin on a line": ("a<div>b</div>c<section>d</section><hr>e", "a\nb\nc\nd\ne"),
    "words of inline tags stay together": ("<b>a</b>b <i> c</i> d", "ab c d"),
    "white space is one blank": ("a \n\t b&nbsp;&nbsp; c", "a b c"),
    "line breaks": ("a<br>b<br/><br />c", "a\nb\n\nc"),
    "preformatted text keeps its lines": ("<pre>\na\n  b\tc\r\n\nd</pre>e f", "a\n  b\tc\n\nd\ne f"),
    "lists": ("a<ul><li>b<ul><li>c</li></ul></li><li>d</li></ul>e", "a\n  * b\n      + c\n  * d\ne"),
    "numbered lists": ("<ol start=3><li>a<li>b<li value=9>c</ol>", " 3. a\n 4. b\n 9. c"),
    "items go on under their text": ("<ul><li>a<br>b</ul>", "  * a\n    b"),
    "tables have columns": (
        "<table><tr><th>Host<th>State<tr><td>mail.example.com<td>up</table>",
        "Host              State\nmail.example.com  up",
    ),
    "cells of several lines": (
        "<table><tr><td>Ada<td>1 Road<br>London<tr><td>Bo<td>x</table>",
        "Ada  1 Road\n     London\nBo   x",
    ),
    "columns of spacers": ("<table><tr><td>a<td>&nbsp;<td>b<tr><td>c<td><td>d</table>", "a  b\nc  d"),
    "tables in tables": ("<table><tr><td>a<td><table><tr><td>b<tr><td>c</table><td>d</table>", "a  b  d\n   c"),
    "cells without a table": ("<td>a<td>b<tr><td>c", "a b\nc"),
    "entities": ("&lt;b&gt; &amp;lt; &euro;&#8364; &unknown;", "<b> &lt; €€ &unknown;"),
    "a less-than sign": ("a < b <3 c", "a < b <3 c"),
    "a greater-than sign in an attribute": ('a <img alt="b > c"> d <a title="Ada <a@example.com>">e</a>', "a d e"),
    "open quotes in an attribute": ("<p title=it's>a</p><p title=\"b>c</p>d", "a\n\nc\n\nd"),
    "hidden text": ('a<div style="color:red; display : none">b<div>c</div></div>d', "ad"),
    "hidden text without an end is shown": ("a<span style=display:none>b</p>c", "ab\n\nc"),
    "comments and scripts": ("a<!-- > b --><style>p{}</style><script>c</script ><!--[if mso]>d<![endif]-->e<![if !mso]>f", "aef"),
    "the head": ("<head><title>a</title><o:x>b</o:x></head><body>c", "c"),
    "a head without an end": ("<head><p>a", "a"),
    "quotation marks": ("a <q>b</q>", 'a "b"'),
    "nothing": ("", ""),
}


@pytest.mark.covers("MSG-07")
@pytest.mark.parametrize(("html", "text"), LOOKS.values(), ids=LOOKS.keys())
def test_html_is_laid_out(html: str, text: str) -> None:
    problems: list[ParseWarning] = []
    assert html_to_text(html, HtmlBudget(), problems) == text
    assert problems == []


CUT = str(warning_phrase(ParseWarning.HTML_CUT))


@pytest.mark.covers("SEC-03")
@pytest.mark.skipif(sys.platform != "linux", reason="measures a process by /proc")
@pytest.mark.parametrize("body", hostile_html.BODIES.values(), ids=hostile_html.BODIES.keys())
def test_hostile_html_costs_a_bounded_amount_and_keeps_its_words(body: str) -> None:
    from tests.mail.measured import cost_of

    cost = cost_of(f"Content-Type: text/html; charset=utf-8\n\n{body}".encode())
    assert cost.megabytes < 200
    assert cost.seconds < 5  # alone on the machine it is below 1
    assert len(cost.text) <= 4 * len(body)
    assert cost.text.startswith(hostile_html.FIRST)
    assert cost.text.endswith(hostile_html.LAST) or CUT in cost.message["problems"]  # type: ignore[operator]


@pytest.mark.covers("SEC-03")
def test_layout_goes_before_the_words_do() -> None:
    problems: list[ParseWarning] = []
    text = html_to_text("<table>" + "<tr><td>a<td>b" * (HTML_LAYOUT_TAGS_LIMIT // 2) + "<p>end</p>", HtmlBudget(), problems)
    assert text.startswith("a  b\na  b\n") and text.endswith("end")
    assert problems == [ParseWarning.HTML_WITHOUT_LAYOUT]


@pytest.mark.covers("SEC-03")
@pytest.mark.parametrize(
    "html", ["a" * (HTML_TEXT_LIMIT + 1), "<p>" * (HTML_LAYOUT_TAGS_LIMIT + 1) + "a" * (HTML_TEXT_LIMIT + 1)]
)
def test_text_beyond_the_limit_is_left_out(html: str) -> None:
    problems: list[ParseWarning] = []
    assert len(html_to_text(html, HtmlBudget(), problems)) <= HTML_TEXT_LIMIT
    assert problems[-1] == ParseWarning.HTML_CUT


@pytest.mark.covers("SEC-03")
@pytest.mark.parametrize("rest", ["<!--" + " " * HTML_LENGTH_LIMIT + "-->", "<i>" * HTML_TAGS_LIMIT], ids=["length", "tags"])
def test_html_beyond_the_limit_is_left_out(rest: str) -> None:
    problems: list[ParseWarning] = []
    assert html_to_text(f"a<b>{rest}b", HtmlBudget(), problems) == "a"
    assert problems == [ParseWarning.HTML_CUT]


@pytest.mark.covers("MSG-07")
def test_text_below_a_large_embedded_photo_is_read() -> None:
    problems: list[ParseWarning] = []
    photo = '<img alt="photo" src="data:image/jpeg;base64,' + "iVBORw0K\r\n" * (HTML_LENGTH_LIMIT // 10) + '">'
    assert html_to_text(f"a{photo}b", HtmlBudget(), problems) == "ab"
    assert problems == []


@pytest.mark.covers("SEC-03")
def test_parts_of_a_message_share_its_limits() -> None:
    budget, problems = HtmlBudget(), list[ParseWarning]()
    texts = [html_to_text("<p>a</p>" * 20_000, budget, problems) for _ in range(3)]
    assert [text.count("a") for text in texts] == [20_000] * 3
    assert problems == [ParseWarning.HTML_WITHOUT_LAYOUT]  # the third
    assert HTML_TEXT_LIMIT // 2 < len(html_to_text("a" * HTML_TEXT_LIMIT, budget, problems)) < HTML_TEXT_LIMIT
    assert html_to_text("<p>b</p>", budget, problems) == ""


@pytest.mark.covers("SEC-03")
def test_columns_of_many_tables_share_the_blanks_of_a_message() -> None:
    budget, problems = HtmlBudget(), list[ParseWarning]()
    html = f"<table><tr><td>{'y' * 600}<td>z</tr>" + "<tr><td>a<td>b" * 600 + "</table>" + " " * 500_000
    texts = [html_to_text(html, budget, problems) for _ in range(3)]
    assert sum(map(len, texts)) < HTML_BLANKS_LIMIT + 3 * 600 * 6


REFERENCES = {
    "a number of a million digits": ("&#" + "9" * 1_000_000 + ";", "\ufffd"),
    "leading zeros": ("&#" + "0" * 10_000 + "65;", "A"),
    "zeros only": ("&#" + "0" * 10_000 + ";", "\ufffd"),
    "hexadecimal digits": ("&#x" + "f" * 1_000_000 + ";", "\ufffd"),
    "a number that is no character": ("&#99999999;", "\ufffd"),
    "half a surrogate pair": ("&#xD800;", "\ufffd"),
}


@pytest.mark.covers("SEC-03")
@pytest.mark.parametrize("before", ["", "<p>" * (HTML_LAYOUT_TAGS_LIMIT + 1)], ids=["laid out", "without layout"])
@pytest.mark.parametrize(("html", "text"), REFERENCES.values(), ids=REFERENCES.keys())
def test_character_reference_of_any_length_is_one_character(html: str, text: str, before: str) -> None:
    assert html_to_text(before + html, HtmlBudget(), []) == text


TAGS = "p br div table tr td th ul ol li pre q h1 span b blockquote hr html body".split()
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(
        [" ", "\n", "\t", "&nbsp;", "&amp;", "&lt;", "<!-- -->", "<br/>", '<td colspan="9999">', '<a title="x > y">']
    ),
    st.integers(0, 999).map("word{}.".format),
)
REPEATED = st.tuples(st.lists(PIECES, max_size=8).map("".join), st.sampled_from([1, 1, 1, 2, 30, 300])).map(
    lambda each: each[0] * each[1]
)


@pytest.mark.covers("SEC-03")
@settings(max_examples=200, deadline=None)
@given(st.lists(REPEATED, max_size=12).map("".join))
def test_any_html_keeps_its_words_and_stays_in_proportion(html: str) -> None:
    problems: list[ParseWarning] = []
    text = html_to_text(html, HtmlBudget(), problems)
    assert len(text) <= 4 * len(html)
    assert problems == []
    found, wanted = re.findall(r"word\d+\.", text), re.findall(r"word\d+\.", html)
    assert sorted(found) == sorted(wanted)
