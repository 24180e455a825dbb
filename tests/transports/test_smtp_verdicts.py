"""What a refusal says about the next attempt, and that the session outlives it (OUT-06)."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from tests.servers.faults import SmtpScript, scripted
from tests.transports.test_smtp import GONE, TO, OutgoingOf, Start, problem, raw_message
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import TransportError
from trackit_console.transports.smtp import SmtpSender


@pytest.mark.covers("OUT-06")
@pytest.mark.parametrize(
    ("reply", "permanent"),
    [
        ("550 5.1.1 no such user", True),
        ("552 5.2.2 mailbox full", True),
        ("450 4.2.1 busy", False),
        ("452 4.5.3 too many recipients", False),
        ("450 4.7.1 greylisted", False),
        ("550 5.7.54 unable to relay", False),
        ("530 5.7.0 sign in first", False),
    ],
)
def test_each_refused_recipient_says_whether_it_is_worth_another_try(
    smtp_server: Start, outgoing_of: OutgoingOf, reply: str, permanent: bool
) -> None:
    server = smtp_server()
    server.inbox.refused_recipients = {GONE: reply}
    with SmtpSender(outgoing_of(server)) as sender:
        [refused] = sender.send(raw_message(), [TO, GONE])
    assert refused.permanent is permanent


@pytest.mark.covers("OUT-06")
@pytest.mark.parametrize(("second", "permanent"), [("550 no such user", True), ("450 busy", False)])
def test_all_refused_are_told_one_by_one(smtp_server: Start, outgoing_of: OutgoingOf, second: str, permanent: bool) -> None:
    server = smtp_server()
    server.inbox.refused_recipients = {GONE: "550 5.1.1 gone", TO: second}
    found = problem(outgoing_of(server), "nobody", GONE, TO)
    assert [(each.recipient, each.permanent) for each in found.refused] == [("nobody", True), (GONE, True), (TO, permanent)]
    assert found.permanent is permanent


@pytest.mark.covers("OUT-06")
@pytest.mark.parametrize(
    ("refusal", "permanent"),
    [
        ({"refused_senders": {"support@example.com": "550 not yours"}}, True),
        ({"refused_senders": {"support@example.com": "451 later"}}, False),
        ({"refused_senders": {"support@example.com": "550 5.7.30 Basic authentication is not supported"}}, False),
        ({"refused_recipients": {TO: "550 no such user"}}, True),
        ({"refused_recipients": {TO: "451 later"}}, False),
        ({"refuse_data": "554 smells of spam"}, True),
        ({"refuse_data": "552 5.3.4 too large"}, True),
        ({"refuse_data": "452 disk full"}, False),
        ({"refuse_data": "550 5.4.5 Daily user sending limit exceeded"}, False),
    ],
    ids=str,
)
def test_a_refused_message_leaves_the_session_to_the_next(
    smtp_server: Start, outgoing_of: OutgoingOf, refusal: dict[str, Any], permanent: bool
) -> None:
    server = smtp_server()
    with SmtpSender(outgoing_of(server)) as sender:
        for name, value in refusal.items():
            setattr(server.inbox, name, value)
        with pytest.raises(TransportError) as raised:
            sender.send(raw_message(), [TO])
        assert (raised.value.permanent, raised.value.in_doubt, sender.usable) == (permanent, False, True)
        for name, value in refusal.items():
            setattr(server.inbox, name, type(value)())
        sender.send(raw_message("next\n"), [TO])
    assert [b"next" in each.raw for each in server.accepted] == [True]


@pytest.mark.covers("OUT-06")
@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "."])
def test_a_server_that_hangs_up_says_nothing_about_the_message(command: str, outgoing_of: OutgoingOf) -> None:
    with (
        scripted(SmtpScript({command: b"421 4.3.2 closing\r\n"})) as server,
        SmtpSender(outgoing_of(server, "none")) as sender,
    ):
        with pytest.raises(TransportError) as raised:
            sender.send(raw_message(), [TO, GONE])
        assert (raised.value.code, raised.value.permanent, raised.value.in_doubt) == ("server_busy", False, False)
        assert not sender.usable


@pytest.mark.covers("OUT-06")
@pytest.mark.parametrize(
    ("command", "code", "in_doubt"), [("DATA", "timed_out", False), (".", "timed_out", True)], ids=["before", "after"]
)
def test_a_message_whose_answer_never_came_is_in_doubt(command: str, code: str, in_doubt: bool, outgoing_of: OutgoingOf) -> None:
    with (
        scripted(SmtpScript({command: b" "})) as server,
        SmtpSender(outgoing_of(server, "none"), Timeouts(1, 0.05)) as sender,
    ):
        with pytest.raises(TransportError) as raised:
            sender.send(raw_message(), [TO])
        assert (raised.value.code, raised.value.permanent, raised.value.in_doubt) == (code, False, in_doubt)
        assert not sender.usable


@pytest.mark.covers("OUT-06")
@pytest.mark.parametrize(
    "fields",
    [{"password": SecretStr("wrong")}, {"password": None}, {"ca_file": None}, {"port": 1}],
    ids=lambda each: str([*each]),
)
def test_what_is_wrong_with_the_account_is_never_the_messages_fault(
    smtp_server: Start, outgoing_of: OutgoingOf, fields: dict[str, Any]
) -> None:
    assert not problem(outgoing_of(smtp_server(), **fields)).permanent
