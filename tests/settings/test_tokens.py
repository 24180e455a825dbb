"""The language of templates: what is read, what is refused and where, and in which words (NOT-01, NOT-03)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from trackit_console.settings.default_notification_templates import DEFAULT_NOTIFICATION_TEMPLATES
from trackit_console.settings.limits import ManyLinesText, limits_of
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.token_table import SAMPLE_VALUES, TOKENS, TOPIC_LABELS, TokenTopic
from trackit_console.settings.tokens import (
    TEMPLATE_TEXT_LIMIT,
    Piece,
    TemplateLine,
    TemplateText,
    Text,
    Token,
    names_in,
    read_template,
    token_findings,
    token_spans,
)

LINE: TypeAdapter[str] = TypeAdapter(TemplateLine)
TEXT: TypeAdapter[str] = TypeAdapter(TemplateText)


def refused(adapter: TypeAdapter[Any], value: object) -> list[str]:
    try:
        adapter.validate_python(value)
    except ValidationError as error:
        return [str(each.message) for each in findings(error)]
    return []


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("plain", [Text("plain")]),
        ("{keyword} {subject}", [Token("keyword"), Text(" "), Token("subject")]),
        ("{{keyword}}", [Text("{keyword}")]),
        ("{{{keyword}}}", [Text("{"), Token("keyword"), Text("}")]),
        ("a {{ b }} c", [Text("a { b } c")]),
        ("{nonsense} {", [Text("{nonsense} {")]),
        ("{KEYWORD}", [Text("{KEYWORD}")]),
        ("{sub\nject}", [Text("{sub\nject}")]),
    ],
)
def test_a_template_is_text_and_tokens(text: str, pieces: list[Piece]) -> None:
    assert read_template(text) == pieces


@pytest.mark.covers("NOT-03")
@pytest.mark.parametrize(
    ("text", "fault", "line", "column", "token", "suggestion"),
    [
        ("Hi\n\nDear friend: {requestr_name}", "token_like_another", 3, 14, "{requestr_name}", "{requestor_name}"),
        ("{Requestor Name}", "token_like_another", 1, 1, "{Requestor Name}", "{requestor_name}"),
        ("{ subject }", "token_like_another", 1, 1, "{ subject }", "{subject}"),
        ("a\n {xyzzy}", "unknown_token", 2, 2, "{xyzzy}", ""),
        ("{}", "unknown_token", 1, 1, "{}", ""),
        ("{0.__class__}", "unknown_token", 1, 1, "{0.__class__}", ""),
        ("a {subject and {keyword}", "token_not_closed", 1, 3, "{", ""),
        ("{subject\n}", "token_not_closed", 1, 1, "{", ""),
        ("a\nsubject} b", "token_not_opened", 2, 8, "}", ""),
    ],
)
def test_what_is_wrong_is_found_with_its_place(
    text: str, fault: str, line: int, column: int, token: str, suggestion: str
) -> None:
    first = token_findings(text)[0]
    assert (first.fault, first.line, first.column, first.token, first.suggestion) == (fault, line, column, token, suggestion)


def test_everything_that_is_wrong_is_found() -> None:
    found = token_findings("{a_b_c}\n}\n{subject} {\n{{ok}}")
    assert [(each.line, each.column) for each in found] == [(1, 1), (2, 1), (3, 11)]


@pytest.mark.covers("NOT-03")
def test_the_admin_reads_where_it_is_and_what_was_meant() -> None:
    text = "Hello,\n\nthis is for: {requestr_name}"
    assert refused(TEXT, text) == ["Line 3, column 14: there is no token {requestr_name}. Did you mean {requestor_name}?"]
    assert refused(LINE, "  {keywrd}") == ["Line 1, column 3: there is no token {keywrd}. Did you mean {keyword}?"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{xyzzy}", "Line 1, column 1: there is no token {xyzzy}. Insert one from the list."),
        ("{subject", "Line 1, column 1: the token that begins here has no closing brace."),
        ("subject}", "Line 1, column 8: the closing brace has no opening one."),
        ("a\nb\0", "Line 2, column 2: there is a control character, which mail cannot have. Delete it."),
        ("a\ud800", "Line 1, column 2: there is a control character, which mail cannot have. Delete it."),
        ("x" * 20_001, "Enter at most 20000 characters."),
    ],
)
def test_each_fault_of_a_text_has_words_of_its_own(text: str, words: str) -> None:
    assert refused(TEXT, text)[0].startswith(words)


@pytest.mark.parametrize("name", [each.name for each in TOKENS.values() if each.many_lines])
def test_what_has_many_lines_cannot_stand_in_a_subject(name: str) -> None:
    assert refused(TEXT, f"{{{name}}}") == []
    assert refused(LINE, f"{{{name}}}") == [
        f"Line 1, column 1: {{{name}}} has several lines, and a subject has only one. Use it in the text instead."
    ]


def test_a_subject_is_one_short_line() -> None:
    assert refused(LINE, "a\nb") == ["Enter a single line without control characters."]
    assert refused(LINE, "x" * 401) == ["Enter at most 400 characters."]


def test_a_text_keeps_its_lines_whatever_ends_them() -> None:
    assert TEXT.validate_python("a\r\nb\rc\u2028d\te\n\n") == "a\nb\nc\nd\te"
    assert refused(TEXT, "a\r\n{x_y_z}")[0].startswith("Line 2, column 1:")


@given(st.text(alphabet="ab{}_\n ") | st.text())
def test_reading_never_fails_and_loses_nothing(text: str) -> None:
    written = "".join("{" + piece.name + "}" if isinstance(piece, Token) else piece.text for piece in read_template(text))
    assert written == text.replace("{{", "{").replace("}}", "}") or token_findings(text) or "{{" in text or "}}" in text
    assert all(piece.text for piece in read_template(text) if isinstance(piece, Text))


@given(st.text(max_size=200))
def test_doubled_braces_write_any_text(text: str) -> None:
    escaped = text.replace("{", "{{").replace("}", "}}")
    assert token_findings(escaped) == []
    assert read_template(escaped) == ([Text(text)] if text else [])


# The table


@pytest.mark.parametrize("name", TOKENS)
def test_a_token_is_declared_for_people(name: str) -> None:
    token = TOKENS[name]
    assert read_template("{" + name + "}") == [Token(name)]
    assert token.title and token.sample and token.description.endswith(".")
    assert token.many_lines or "\n" not in token.sample
    assert SAMPLE_VALUES[name] == token.sample


def test_every_topic_has_a_title() -> None:
    assert set(TOPIC_LABELS) == set(TokenTopic) == {token.topic for token in TOKENS.values()}


@pytest.mark.covers("MON-02", "NOT-01")
def test_both_response_urls_are_tokens() -> None:
    assert {"response_url", "self_service_response_url"} <= set(TOKENS)


# The templates of a new database


@pytest.mark.covers("NOT-01")
@pytest.mark.parametrize("template", DEFAULT_NOTIFICATION_TEMPLATES, ids=lambda template: template.name)
def test_a_template_that_comes_with_the_product_is_valid(template: NotificationTemplate) -> None:
    assert NotificationTemplate.model_validate(template.model_dump()) == template
    topics = {TOKENS[name].topic for name in names_in(template.subject + template.text)}
    assert ("keyword" in names_in(template.subject)) == (TokenTopic.RECORD in topics)
    assert not {TokenTopic.RECORD, TokenTopic.PROCESSING} <= topics


def test_the_templates_have_names_of_their_own() -> None:
    names = [template.name.casefold() for template in DEFAULT_NOTIFICATION_TEMPLATES]
    assert len(set(names)) == len(names) >= 8


def test_a_wrong_token_is_told_at_its_field() -> None:
    with pytest.raises(ValidationError) as refusal:
        NotificationTemplate(name="x", subject="{keyword", text="{subjct}", html=" ")
    assert [(each.field, each.rule) for each in findings(refusal.value)] == [
        ("subject", "token_not_closed"),
        ("text", "token_like_another"),
    ]


@pytest.mark.parametrize("field", ["name", "subject", "text"])
def test_what_must_be_filled_is_required(field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        NotificationTemplate.model_validate({"name": "x", "subject": "x", "text": "x", field: " "})
    assert [(each.field, each.rule) for each in findings(refusal.value)] == [(field, "required")]


def test_an_editor_sees_where_tokens_stand_and_which_are_none() -> None:
    text = "é {subject} {{no}} {sbject}\n} {keyword}"
    found = [(text[each.start : each.end], each.known) for each in token_spans(text)]
    assert found == [("{subject}", True), ("{sbject}", False), ("}", False), ("{keyword}", True)]


def test_a_form_knows_the_limit_of_a_text_of_several_lines() -> None:
    fields = NotificationTemplate.model_fields
    assert limits_of(fields["text"]) == limits_of(fields["html"]) == ManyLinesText(TEMPLATE_TEXT_LIMIT)
