"""Every error of the transports has its words, its code and its place, and answers for them."""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Iterator

import pytest

from trackit_console.transports import errors
from trackit_console.transports.certificate import Certificate
from trackit_console.transports.errors import Cancelled, TransportError
from trackit_console.transports.step_names import StepName
from trackit_console.user_messages import Phrase, phrase_by_code, problem_class

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def _below(kind: type[TransportError]) -> Iterator[type[TransportError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


EVERY = sorted({kind for kind in _below(TransportError) if "code" in vars(kind)}, key=lambda kind: kind.__name__)
"""Without the base classes that only tell groups apart."""
FACTS = {
    "instance",
    "server",
    "port",
    "account",
    "folder",
    "seconds",
    "certificate",
    "weakness",
    "file",
    "sender",
    "recipient",
    "type",
} | {
    "found",
    "wanted",
    "words",
    "proxy",
    "application",
    "tenant",
    "resource",
    "permission",
    "url",
    "target",
    "offered",
    "mailbox",
}
SAME_CURE: set[frozenset[str]] = set()
"""The codes of errors that may share a remedy, because the cure is the same."""


@pytest.mark.covers("IN-10")
@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
class TestEvery:
    def test_says_what_happened_and_what_to_do(self, kind: type[TransportError]) -> None:
        assert "sentence" in vars(kind) and "remedy" in vars(kind)
        assert kind.sentence.endswith((".", "{certificate}", "{words}"))
        assert kind.remedy or kind is Cancelled

    def test_has_a_code_and_a_step(self, kind: type[TransportError]) -> None:
        assert vars(kind)["code"].replace("_", "").islower()
        assert kind().step in StepName

    def test_names_only_facts_that_are_given(self, kind: type[TransportError]) -> None:
        names = {name for text in (kind.sentence, kind.remedy) for _, name, _, _ in string.Formatter().parse(text) if name}
        assert names <= FACTS

    def test_stands_in_the_tree(self, kind: type[TransportError]) -> None:
        groups = [each.__name__ for each in (errors.EntraError, errors.GraphError) if issubclass(kind, each)]
        assert (groups or [kind.__name__])[0] in (errors.__doc__ or "")

    def test_a_refused_sign_in_is_not_tried_at_once(self, kind: type[TransportError]) -> None:
        assert not (kind.authentication and kind.transient)


def test_no_two_have_the_same_code() -> None:
    codes = [kind.code for kind in EVERY]
    assert len(codes) == len(set(codes))


@pytest.mark.covers("IN-10")
def test_each_remedy_is_of_that_error_alone() -> None:
    by_remedy: dict[str, set[str]] = {}
    for kind in EVERY:
        by_remedy.setdefault(kind.remedy, set()).add(kind.code)
    assert {frozenset(codes) for codes in by_remedy.values() if len(codes) > 1} == SAME_CURE


def test_each_is_found_again_by_its_code() -> None:
    assert all(problem_class("transports", kind.code) is kind for kind in EVERY)


def test_facts_of_a_certificate_are_phrases_that_can_be_kept() -> None:
    shown = Certificate("mail.example.com", "CN=Ada", NOW, NOW, "ab" * 32, rsa_bits=1024)
    problem = errors.CertificateTooWeak(certificate=shown, weakness=shown.weakness, server="mail.example.com")
    for name in ("certificate", "weakness"):
        fact = problem.facts[name]
        assert isinstance(fact, Phrase)
        made_again = phrase_by_code(fact.code)
        assert made_again is not None
        assert made_again(**fact.facts) == fact
    assert problem.certificate is shown
    assert "its key has only 1024 bits" in str(problem.message)


def test_the_step_is_that_of_the_class_unless_it_is_told() -> None:
    assert errors.TimedOut(step=StepName.SEND).step is StepName.SEND
    assert errors.FolderMissing().step is StepName.FOLDER
