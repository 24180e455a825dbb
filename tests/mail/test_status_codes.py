"""Why a message did not arrive, from the words of a report (RFC 3463)."""

from __future__ import annotations

import pytest

from trackit_console.mail.bounces.status_codes import explicit_status, status_in

pytestmark = pytest.mark.covers("MSG-09")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("550 5.1.1 no such mailbox", "5.1.1"),
        ("550-5.7.26 unauthenticated", "5.7.26"),
        ("host said: 552 5.2.2 <kim@gone.example> full", "5.2.2"),
        ("(#5.4.4)", "5.4.4"),
        ("version 4.4.2 of the server refused: 550 5.7.1 no", "5.7.1"),
        ("host [5.1.1.9] answered 554 refused", "5.0.0"),
        ("Microsoft SMTPSVC(5.0.2195.6713): 550 no", "5.0.0"),
        ("550", "5.0.0"),
        ("said: 451 try later", "4.0.0"),
        ("552 over", "5.2.2"),
        ("User unknown", "5.1.1"),
        ("550 user unknown", "5.1.1"),
        ("The mailbox is full", "5.2.2"),
        ("452 mailbox full", "4.2.2"),
        ("Das Postfach ist voll", "5.2.2"),
        ("account has been disabled", "5.2.1"),
        ("Host unknown", "5.1.2"),
        ("message size exceeds the limit", "5.3.4"),
        ("retry time not reached, timed out", "5.4.7"),
        ("554 refused: spam", "5.7.1"),
        ("It failed.", "5.0.0"),
    ],
)
def test_status_is_what_the_text_states_or_means(text: str, status: str) -> None:
    assert status_in(text, delayed=False) == status


def test_delay_of_unknown_reason_is_a_transient_status() -> None:
    assert status_in("It takes longer.", delayed=True) == "4.0.0"


def test_success_is_no_status_of_a_failure() -> None:
    assert explicit_status("250 2.0.0 Saved") == ""
