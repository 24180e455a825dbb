"""Sentences for people: what a database keeps of them, and how they are found again."""

from __future__ import annotations

import pytest

from trackit_console.user_messages import Phrase, Problem, coded_phrase, phrase_by_code, problem_class

GREETING = coded_phrase("test_greeting", "tests", "Hello {name}.")


class Lost(Problem):
    """A problem of these tests."""

    context = "tests"
    code = "lost"
    sentence = "{thing} is lost. {greeting}"
    remedy = "Look for {thing}."


def test_a_phrase_with_a_code_is_made_again_from_code_and_facts() -> None:
    phrase = GREETING(name="Ada")
    found = phrase_by_code(phrase.code)
    assert found is not None
    assert found(**phrase.facts) == phrase
    assert str(phrase) == "Hello Ada."


def test_a_phrase_may_be_a_fact_of_another() -> None:
    assert str(Lost(thing="The key", greeting=GREETING(name="Bo")).message) == "The key is lost. Hello Bo."


def test_a_code_of_a_newer_version_is_not_known() -> None:
    assert phrase_by_code("made tomorrow") is None
    assert problem_class("tests", "made tomorrow") is None


def test_a_code_stands_for_one_phrase() -> None:
    assert coded_phrase("test_greeting", "tests", "Hello {name}.") == GREETING
    with pytest.raises(ValueError, match="test_greeting"):
        coded_phrase("test_greeting", "tests", "Good-bye {name}.")


def test_a_phrase_that_nobody_keeps_needs_no_code() -> None:
    assert Phrase("tests", "Done.").code == ""


def test_a_problem_is_made_again_from_context_code_and_facts() -> None:
    problem = Lost("here", thing="The key", greeting="")
    kind = problem_class(problem.context, problem.code)
    assert kind is Lost
    assert str(kind("", **problem.facts)) == str(problem)


def test_no_two_problems_of_a_context_have_the_same_code() -> None:
    with pytest.raises(TypeError, match="lost"):
        type("Gone", (Lost,), {"code": "lost"})
    assert problem_class("tests", "lost") is Lost
