"""Every error of the transports has its words, its code and its place, and answers for them."""

from __future__ import annotations

import string
from collections.abc import Iterator

import pytest

from trackit_console.transports import errors
from trackit_console.transports.errors import Cancelled, TransportError
from trackit_console.transports.steps import StepName


def _below(kind: type[TransportError]) -> Iterator[type[TransportError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


EVERY = sorted(set(_below(TransportError)), key=lambda kind: kind.__name__)
FACTS = {"server", "port", "account", "folder", "seconds", "certificate", "file", "sender", "recipient", "type"}


@pytest.mark.covers("IN-10")
@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
class TestEvery:
    def test_says_what_happened_and_what_to_do(self, kind: type[TransportError]) -> None:
        assert "sentence" in vars(kind) and "remedy" in vars(kind)
        assert kind.sentence.endswith((".", "{certificate}"))
        assert kind.remedy or kind is Cancelled

    def test_has_a_code_and_a_step(self, kind: type[TransportError]) -> None:
        assert vars(kind)["code"].replace("_", "").islower()
        assert kind().step in StepName

    def test_names_only_facts_that_are_given(self, kind: type[TransportError]) -> None:
        names = {name for text in (kind.sentence, kind.remedy) for _, name, _, _ in string.Formatter().parse(text) if name}
        assert names <= FACTS

    def test_stands_in_the_tree(self, kind: type[TransportError]) -> None:
        assert kind.__name__ in (errors.__doc__ or "")

    def test_a_refused_sign_in_is_not_tried_at_once(self, kind: type[TransportError]) -> None:
        assert not (kind.authentication and kind.transient)


def test_no_two_have_the_same_code() -> None:
    codes = [kind.code for kind in EVERY]
    assert len(codes) == len(set(codes))


def test_the_step_is_that_of_the_class_unless_it_is_told() -> None:
    assert errors.TimedOut(step=StepName.SEND).step is StepName.SEND
    assert errors.FolderMissing().step is StepName.FOLDER
