"""Messages quoted in HTML are marked as in plain text, so that answers between them are seen (MSG-07)."""

from __future__ import annotations

import pytest

from trackit_console.mail import parse
from trackit_console.mail.html_text import html_to_text
from trackit_console.mail.html_visible import HtmlBudget

pytestmark = pytest.mark.covers("MSG-07")


def lines(html: str) -> list[str]:
    return [line for line in html_to_text(html, HtmlBudget(), []).split("\n") if line]


QUOTED = {
    "apple mail": '<blockquote type="cite"><div>Which floor?</div></blockquote>',
    "thunderbird": '<blockquote cite="mid:1@example.com" type=cite><p>Which floor?</p></blockquote>',
    "gmail": '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">Which floor?</blockquote>',
}


@pytest.mark.parametrize("quotation", QUOTED.values(), ids=QUOTED.keys())
def test_quoted_message_is_marked_as_in_plain_text(quotation: str) -> None:
    assert lines(f"<p>Hello</p>{quotation}<p>Third.</p>") == ["Hello", "> Which floor?", "Third."]


def test_every_line_of_a_quoted_message_is_marked() -> None:
    table = "<table><tr><td>floor</td><td>3</td></tr><tr><td>room</td><td>12</td></tr></table>"
    quotation = f'<blockquote type="cite">a<br>b<ul><li>c</ul>{table}<blockquote type="cite">older</blockquote>d</blockquote>'
    assert lines(quotation) == ["> a", "> b", ">   * c", "> floor  3", "> room   12", ">> older", "> d"]


def test_indentation_by_a_blockquote_is_not_marked() -> None:
    assert lines("<p>Serial:</p><blockquote>AX-2210</blockquote><p>Thanks</p>") == ["Serial:", "AX-2210", "Thanks"]


def test_quotation_that_is_never_closed_or_never_opened_is_read() -> None:
    assert lines('</blockquote>a<blockquote type="cite">b') == ["a", "> b"]


def reply(body: str) -> tuple[str, str]:
    message = parse(f"Content-Type: text/html; charset=utf-8\n\n{body}".encode())
    return message.new_text, message.quoted_text


CITED = '<div>On 2 Nov 2026 at 17:02, Help Desk wrote:</div><blockquote type="cite">{}</blockquote>'


def test_answer_above_a_quoted_message() -> None:
    new, quoted = reply("<p>It works.</p>" + CITED.format("Does it?"))
    assert new == "It works." and quoted.endswith("> Does it?")


def test_answer_below_a_quoted_message() -> None:
    assert reply(CITED.format("Does it?") + "<p>It works.</p>")[0] == "It works."


@pytest.mark.parametrize("above", ["", "<p>Dear desk,</p>"])
def test_answers_typed_into_the_quotation_are_not_folded(above: str) -> None:
    new, quoted = reply(above + CITED.format("Does it?<br><font color=red>Yes, it does.</font>"))
    assert "Yes, it does." in new and quoted == ""


def test_deeply_nested_quotations_add_few_marks() -> None:
    text = html_to_text('<blockquote type="cite">' * 3_000 + "<pre>" + "a\n" * 10_000, HtmlBudget(), [])
    assert text.startswith(">>>>>>>> a\n") and len(text) < 200_000
