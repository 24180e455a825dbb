"""A program that only reads finds the words of every code that another one may have stored."""

from __future__ import annotations

import subprocess
import sys

import pytest

ALL_OF_THEM = """
from pkgutil import walk_packages
import trackit_console.{package} as package
for each in walk_packages(package.__path__, package.__name__ + "."):
    __import__(each.name)
"""
KEPT = {"client_certificate", "helpdesk", "monitor", "transports", "phrase"}
"""Contexts whose messages are kept, and phrases; the database's own errors mostly meet somebody who waits for an answer."""
ANSWERS = {"helpdesk reply_not_possible"}
"""What is told to the person who asked for something, and nowhere else."""
CODES = """
from trackit_console import user_messages
for context, code in user_messages._problem_classes:
    print(context, code)
for code in user_messages._coded_phrases:
    print("phrase", code)
"""


def in_a_new_process(script: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.covers("RUN-04")
@pytest.mark.parametrize(
    ("script", "words"),
    [
        (
            'problem_phrases("transports", "wrong_password", {"server": "mx", "account": "ada"})[0]',
            "mx refused the user name or the password of ada.",
        ),
        ('phrase_by_code("weak_key")(bits=512)', "its key has only 512 bits"),
        ('problem_phrases("transports", "of_a_newer_version", {})[0]', "of_a_newer_version"),
    ],
)
def test_a_code_is_shown_in_words_by_a_program_that_never_met_its_module(script: str, words: str) -> None:
    imports = "from trackit_console.user_messages import phrase_by_code, problem_phrases"
    assert in_a_new_process(f"{imports}\nprint({script})") == [words]


@pytest.fixture(scope="module")
def found() -> list[str]:
    return in_a_new_process("import trackit_console.stored_messages\n" + CODES)


@pytest.mark.parametrize("package", ["helpdesk", "monitor", "transports"])
def test_no_declaring_module_is_left_out(found: list[str], package: str) -> None:
    declared = in_a_new_process(ALL_OF_THEM.format(package=package) + CODES)
    assert {each for each in declared if each.split()[0] in KEPT} - set(found) - ANSWERS == set()
