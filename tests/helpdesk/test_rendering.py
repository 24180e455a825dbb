"""Templates filled with values: what a line, a text and HTML may become, and what hostile values cannot do (NOT-01, SEC-03)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackit_console.domain.records import Module, Person, Priority, RecordRef, Status
from trackit_console.helpdesk.notifications.facts import HelpDesk, NoteFacts, Occasion, RecordFacts
from trackit_console.helpdesk.notifications.rendering import (
    render,
    render_html,
    render_line,
    render_text,
    text_as_html,
)
from trackit_console.helpdesk.notifications.values import moment_text, record_url, values_of
from trackit_console.mail import find_keywords
from trackit_console.settings.default_notification_templates import DEFAULT_NOTIFICATION_TEMPLATES, TICKET_RECEIVED
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.token_table import SAMPLE_VALUES, TOKENS

TICKET = RecordRef(Module.TICKET, 12)
BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 11, 26, 13, 5, tzinfo=UTC)
ADA = Person(1, "Ada Byrne", "ada@example.com")
BO = Person(2, "Bo Lindqvist", "bo@example.com")
DESK = HelpDesk("Contoso Help Desk", "http://host:80/TrackIt", "http://host:80/TrackIt/SelfService", BERLIN)
RECORD = RecordFacts(
    TICKET,
    "Printer is offline",
    Status.OPEN,
    Priority.HIGH,
    "Printers",
    due_at=AT,
    created_at=AT,
    updated_at=AT,
    requestor=BO,
    technician=ADA,
)


class Page(HTMLParser):
    """What a mail program sees of an HTML document."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def links(self) -> list[str | None]:
        return [value for name, value in self.attributes if name == "href"]


# A line

HOSTILE = [
    "a\r\nBcc: mallory@example.com",
    "a\nb",
    "a\rb",
    "a\0b",
    "a\x0b\x0c\x1c\x1d\x1e\x85b",
    "a\u2028b\u2029c",
    "gpj.\u202eexe",
    "a\u2066b\u2069",
    "a\ud800b",
    "\ufeffa",
]


@pytest.mark.covers("SEC-03")
@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_cannot_leave_its_line_or_turn_it_around(value: str) -> None:
    line = render_line("{keyword} {subject} end", {"keyword": "[Ticket - 12]", "subject": value})
    assert line.splitlines() == [line]
    assert line.startswith("[Ticket - 12] ") and line.endswith(" end")
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]", line)


@given(st.text())
def test_a_line_is_one_line_whatever_the_value_is(value: str) -> None:
    line = render_line("{subject} {keyword}", {"keyword": "[Ticket - 12]", "subject": value})
    assert len(line.splitlines()) == 1
    assert line.endswith("[Ticket - 12]")
    assert line.encode().decode() == line


@pytest.mark.covers("NOT-01", "NOT-03")
def test_the_longest_subject_is_not_cut_nor_is_the_keyword_behind_it() -> None:
    line = render_line("{subject} {keyword}", {"keyword": "[Ticket - 12]", "subject": "ж" * 800})
    assert line == "ж" * 800 + " [Ticket - 12]"


def test_an_error_of_any_length_leaves_the_keyword() -> None:
    line = render_line("{error} {keyword}", {"keyword": "[Ticket - 12]", "error": "x" * 100_000})
    assert len(line) < 1_100
    assert find_keywords(line, "")[0].id == 12


def test_a_value_is_not_a_template() -> None:
    assert render_line("{subject}", {"subject": "{keyword} {{x}}", "keyword": "no"}) == "{keyword} {{x}}"


# Text


def test_a_line_without_values_is_left_out_with_its_label() -> None:
    template = "Hello {requestor_name},\n\nSubject: {subject}\nDue: {due}\n\n{note_text}\n\nOpen it: {response_url}"
    assert render_text(template, {"subject": "x", "requestor_name": "Bo"}) == "Hello Bo,\n\nSubject: x"
    assert render_text(template, {"response_url": "http://h", "note_text": "a\n\nb"}) == "a\n\nb\n\nOpen it: http://h"


def test_a_line_of_the_admin_is_never_left_out() -> None:
    assert render_text("a\n\n\n{{b}}\n{note_text}{subject}", {"subject": "x"}) == "a\n\n\n{b}\nx"


def test_text_keeps_its_lines_and_loses_its_control_characters() -> None:
    assert render_text("{note_text}", {"note_text": "a\r\nb\rc\u2028d\te\0\x1b[31m\u202e"}) == "a\nb\nc\nd\te[31m"


# Text as HTML


def test_paragraphs_lines_and_links() -> None:
    html = text_as_html('Hello <Bo> & "Ada",\n\nsee https://example.com/a?b=1&c=2.\n  indented\n\n\nend')
    assert "<p>Hello &lt;Bo&gt; &amp; &quot;Ada&quot;,</p>" in html
    link = '<a href="https://example.com/a?b=1&amp;c=2">https://example.com/a?b=1&amp;c=2</a>.'
    assert f"<p>see {link}<br>\n&nbsp;&nbsp;indented</p>\n<p>end</p>" in html


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("(see https://example.com/a_(b))", ["https://example.com/a_(b)"]),
        ("<https://example.com>, and http://example.com/x!", ["https://example.com", "http://example.com/x"]),
        ("https://münchen.example/ü", ["https://münchen.example/ü"]),
        ("javascript:alert(1) data:text/html,x file:///etc/passwd", []),
        ('https://example.com/" onmouseover="alert(1)', ["https://example.com/"]),
        ("https:// https://. https://_", []),
        ("a https://example.com/" + "x" * 3_000, []),
        pytest.param("https://a" + ")" * 1_000_000, [], id="brackets without end"),
    ],
)
def test_web_addresses_become_links(text: str, links: list[str]) -> None:
    page = Page(text_as_html(text))
    assert page.links == links
    assert {name for name, _ in page.attributes} <= {"href", "charset"}


@given(st.text(alphabet="<>&\"'ab:/htps \n.") | st.text())
def test_no_text_becomes_a_tag(text: str) -> None:
    page = Page(text_as_html(text))
    assert set(page.tags) <= {"html", "head", "meta", "body", "p", "br", "a"}


# A template in HTML

VALUES = SAMPLE_VALUES | {"subject": '<script>alert(1)</script>"onmouseover="x', "requestor_name": "Bo & 'Co' <b>"}


@pytest.mark.covers("SEC-03")
def test_a_value_is_text_in_html() -> None:
    html = render_html("<p>Hello {requestor_name}: <b>{subject}</b></p>", VALUES)
    page = Page(html)
    assert "script" not in page.tags
    assert page.text.strip() == f"Hello {VALUES['requestor_name']}: {VALUES['subject']}"


@pytest.mark.covers("MON-02", "NOT-01")
def test_a_link_token_is_a_link() -> None:
    page = Page(render_html('<a href="{response_url}">Open {record}</a>', SAMPLE_VALUES))
    assert page.links == [SAMPLE_VALUES["response_url"]]
    assert page.text.strip() == "Open Ticket - 12"


@pytest.mark.covers("SEC-03")
@pytest.mark.parametrize(
    ("href", "values", "links"),
    [
        ("{response_url}", {"response_url": "javascript:alert(1)"}, []),
        ("{response_url}", {"response_url": "java\nscript:alert(1)"}, []),
        ("{response_url}", {"response_url": ""}, []),
        ("{note_text}", {"note_text": "https://evil.example"}, []),
        ("{subject}", {"subject": "javascript:alert(1)"}, []),
        ("https://h/?q={subject}", {"subject": "a&b=c#d \"'<>"}, ["https://h/?q=a%26b%3Dc%23d%20%22%27%3C%3E"]),
        ("https://h/{module}/{record_id}", {"module": "Ticket", "record_id": "12"}, ["https://h/Ticket/12"]),
        ("https://{subject}", {"subject": "evil.example/"}, []),
        ("https://example.com{subject}", {"subject": ".evil.example"}, []),
        ("mailto:{requestor_email}", {"requestor_email": "bo@example.com?bcc=x@y.z"}, ["mailto:bo@example.com%3Fbcc%3Dx@y.z"]),
        ("{response_url}&next={subject}", {"response_url": "https://h/?a=1", "subject": "&"}, ["https://h/?a=1&next=%26"]),
        ("https://h/?to={response_url}", {"response_url": "https://x/?y"}, ["https://h/?to=https%3A%2F%2Fx%2F%3Fy"]),
        ("javascript:{subject}", {"subject": "alert(1)"}, []),
        ("/relative/{subject}", {"subject": "x"}, []),
        ("//evil.example/{subject}", {"subject": "x"}, []),
    ],
)
def test_a_link_leads_where_the_admin_said_or_nowhere(href: str, values: dict[str, str], links: list[str]) -> None:
    for quotation in ('"', "'"):
        assert Page(render_html(f"<a href={quotation}{href}{quotation}>x</a>", values)).links == links


@pytest.mark.covers("SEC-03")
@pytest.mark.parametrize(
    "template",
    [
        "<a href={note_text}>x</a>",
        "<a title={note_text}>x</a>",
        "<p {note_text}>x</p>",
        "<{note_text}>x",
        "<!-- {note_text} -->x",
        "<style>{note_text}</style>x",
        "<script>{note_text}</script>x",
        "<title>{note_text}</title>x",
        "<textarea>{note_text}</textarea>x",
        "<noscript>{note_text}</noscript>x",
        "<iframe>{note_text}</iframe>x",
        "<xmp>{note_text}</xmp>x",
        "<plaintext>{note_text}",
        "<svg><style>{note_text}</style></svg>x",
        "<math><annotation-xml encoding='text/html'>{note_text}</annotation-xml></math>x",
        '<p style="color:{note_text}">x</p>',
        '<img src="{note_text}">x',
        '<td width="{note_text}">x</td>',
    ],
)
@pytest.mark.parametrize(
    "value",
    [
        "</title></style></script><img src=x onerror=alert(1)>",
        '"><svg onload=alert(1)>',
        "--><script>alert(1)</script>",
        "x onmouseover=alert(1) style=position:fixed",
        "red;background:url(https://evil.example/x)",
        "\ufdd0subject\ufdd1\ufdd0response_url\ufdd1",
        "javascript:alert(1)",
    ],
)
def test_no_place_in_a_template_lets_a_value_out(template: str, value: str) -> None:
    html = render_html(template, {"note_text": value, "subject": "<script>", "response_url": "https://h/"})
    page = Page(html)
    assert not {"script", "style", "img", "svg", "iframe", "math"} & set(page.tags)
    assert {name for name, _ in page.attributes} <= {"charset", "href", "title", "style", "width"}
    acting = [value for name, value in page.attributes if name != "title" and value]
    assert not [value for value in acting if re.search(r"script:|url\(|position|evil", value)]
    assert "\ufdd0" not in html


FRAGMENTS = st.lists(
    st.sampled_from(
        "< > / = ' \" ! -- <a href= <p style= title= <style> </style> <svg> <math> <table> <td> <p> {note_text} x ;".split()
    ),
    max_size=12,
).map("".join)
VALUE_FRAGMENTS = st.lists(
    st.sampled_from(
        ["<", ">", "'", '"', "=", " ", "javascript:", "onload", "<img src=x onerror=y>", "<script>", "-->", "&lt;", "\n"]
    ),
    max_size=8,
).map("".join)


@pytest.mark.covers("SEC-03")
@given(FRAGMENTS, VALUE_FRAGMENTS)
def test_no_template_lets_a_value_out(template: str, value: str) -> None:
    page = Page(render_html(template, {"note_text": value}))
    assert not {"script", "img", "style", "svg", "math"} & set(page.tags)
    assert {name for name, _ in page.attributes} <= {"charset", "href", "title", "style"}
    assert not [link for link in page.links if link and not link.startswith(("http://", "https://", "mailto:"))]


def test_a_template_of_its_own_loses_what_mail_should_not_have() -> None:
    html = render_html(
        "<html><body><h1>Hi</h1><script>x</script><form><input></form><img src='https://x/y.png'></body></html>", {}
    )
    assert Page(html).tags == ["html", "head", "meta", "body", "h1"]


def test_a_template_that_was_changed_in_the_database_is_filled_all_the_same() -> None:
    broken = "<p>\ufdd0subject\ufdd1 \ud800\0{ {nonsense} {subject}</p>"
    template = NotificationTemplate.model_construct(name="x", subject=broken, text=broken, html=broken)
    rendered = render(template, {"subject": "<b>"})
    assert "<p>subject { {nonsense} &lt;b&gt;</p>" in rendered.html
    assert rendered.text == "<p>subject { {nonsense} <b></p>"


def test_lines_of_a_value_are_lines_in_html() -> None:
    assert "<p>a<br>\n&nbsp;&nbsp;b</p>" in render_html("<p>{note_text}</p>", {"note_text": "a\n  b"})


def test_literal_braces_stay_in_html() -> None:
    assert "<p>{subject}</p>" in render_html("<p>{{subject}}</p>", {"subject": "x"})


# Values


@pytest.mark.covers("NOT-01")
def test_every_token_has_a_value_and_no_other() -> None:
    note = NoteFacts("Bo Lindqvist", "It prints.", AT, "> Really?")
    facts = RecordFacts(TICKET, "s", Status.OPEN, Priority.LOW, "c", AT, AT, AT, AT, AT, BO, ADA)
    occasion = Occasion("e", "r", "rule", "Support", "error", facts, note, [note])
    values = values_of(occasion, DESK, AT)
    assert list(values) == list(TOKENS)
    assert all(values.values())
    assert set(values_of(Occasion(), HelpDesk("x"), AT)) == set(TOKENS)


@pytest.mark.covers("NOT-01", "MSG-02")
def test_a_record_in_words() -> None:
    values = values_of(Occasion(record=RECORD), DESK, AT)
    assert values["keyword"] == "[Ticket - 12]"
    assert (values["record"], values["record_id"], values["module"]) == ("Ticket - 12", "12", "Ticket")
    assert (values["status"], values["priority"]) == ("Open", "High")
    assert values["due"] == "2026-11-26 14:05 (Europe/Berlin)"
    assert values["first_response_due"] == ""
    assert (values["technician_name"], values["requestor_email"]) == ("Ada Byrne", "bo@example.com")
    assert values["response_url"] == "http://host:80/TrackIt?module=Ticket&id=12"


def test_a_person_without_a_name_is_called_by_the_address() -> None:
    nameless = RecordFacts(TICKET, "s", requestor=Person(3, "", "c@example.com"))
    assert values_of(Occasion(record=nameless), DESK, AT)["requestor_name"] == "c@example.com"


@pytest.mark.parametrize("private_notes", [True, False])
def test_private_notes_are_for_technicians(private_notes: bool) -> None:
    secret, public = NoteFacts("Ada", "secret", AT, "quoted secret", private=True), NoteFacts("Bo", "public", AT)
    occasion = Occasion(record=RECORD, note=secret, history=[secret, public], private_notes=private_notes)
    values = values_of(occasion, DESK, AT)
    assert ("secret" in "".join(values.values())) == private_notes
    assert values["history"].endswith("2026-11-26 14:05 (Europe/Berlin), Bo:\npublic")


@pytest.mark.covers("MON-02")
@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("http://host:80/TrackIt", "http://host:80/TrackIt?module=Ticket&id=12"),
        ("https://host/TrackIt/", "https://host/TrackIt/?module=Ticket&id=12"),
        ("https://host", "https://host?module=Ticket&id=12"),
        ("https://host/t?site=3", "https://host/t?site=3&module=Ticket&id=12"),
        ("https://host/t#/open", "https://host/t?module=Ticket&id=12#/open"),
        (None, ""),
    ],
)
def test_a_link_leads_to_the_record(base: str | None, url: str) -> None:
    assert record_url(base, TICKET) == url
    assert record_url(base, None) == (base or "")


def test_moments_name_their_time_zone() -> None:
    assert moment_text(datetime(2026, 7, 1, 12, tzinfo=UTC), BERLIN) == "2026-07-01 14:00 (Europe/Berlin)"
    assert moment_text(AT, UTC) == "2026-11-26 13:05 (UTC)"
    assert moment_text(AT, timezone(timedelta(hours=5, minutes=30))) == "2026-11-26 18:35 (UTC+05:30)"
    assert values_of(Occasion(), HelpDesk("x", zone=timezone(timedelta(hours=14))), AT)["today"] == "2026-11-27"


# The templates of a new database

SPARSE = values_of(Occasion(mailbox="Support", record=RecordFacts(TICKET, "")), HelpDesk("Help Desk"), AT)
"""A record of which little is known, and no links."""


@pytest.mark.covers("NOT-01")
@pytest.mark.parametrize("template", DEFAULT_NOTIFICATION_TEMPLATES, ids=lambda template: template.name)
@pytest.mark.parametrize("values", [SAMPLE_VALUES, SPARSE], ids=["sample", "sparse"])
def test_a_template_reads_well_whatever_has_a_value(template: NotificationTemplate, values: Mapping[str, str]) -> None:
    rendered = render(template, values)
    assert "{" not in rendered.subject + rendered.text
    assert "\n\n\n" not in rendered.text
    assert not [line for line in rendered.text.split("\n") if line.endswith((": ", " ,"))]
    assert Page(rendered.html).text.strip()


def test_a_ticket_without_links_says_nothing_of_them() -> None:
    values = values_of(Occasion(record=RECORD), HelpDesk("Contoso Help Desk"), AT)
    assert "http" not in render(TICKET_RECEIVED, values).text
    assert "follow your request" not in render(TICKET_RECEIVED, values).text


def test_a_template_with_html_of_its_own_is_sent_with_it() -> None:
    template = NotificationTemplate(name="x", subject="{keyword}", text="{subject}", html="<h1>{subject}</h1>")
    assert "<h1>Printer on the second floor is offline</h1>" in render(template, SAMPLE_VALUES).html
