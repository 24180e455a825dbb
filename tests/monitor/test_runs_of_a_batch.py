"""Where a batch is cut: no message is decided before the one that it answers or repeats is recorded (MSG-03, RUN-03)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.helpdesk.deciding import policy
from tests.message_factory import raw_message
from trackit_console.domain.deliveries import MessageRef
from trackit_console.helpdesk.arrivals import arrived
from trackit_console.monitor.mailbox_intake import MailboxIntake, independent

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def runs(*messages: dict[str, Any]) -> list[list[str]]:
    """The UIDs, 0 for the first of `messages`, as they are decided together."""
    intake = MailboxIntake(policy(), None)
    came = [arrived(MessageRef("1 INBOX", str(uid)), raw_message(**fields), NOW) for uid, fields in enumerate(messages)]
    return [[each.delivery.ref.uid for each in run] for run in independent(intake.read_all(came, set()))]


@pytest.mark.covers("RUN-07")
def test_messages_that_have_nothing_to_do_with_each_other_are_decided_together() -> None:
    assert runs({"number": 1}, {"number": 2}, {"number": 3}) == [["0", "1", "2"]]


@pytest.mark.covers("RUN-03")
def test_a_copy_waits_for_the_message_that_it_repeats() -> None:
    """Decided together, both would make a ticket: the unique key would refuse the batch, and it would be decided twice."""
    copy = {"number": 1, "Received": "from mx2 by store; Mon, 23 Nov 2026 09:00:02 +0000"}
    assert runs({"number": 1}, {"number": 2}, copy, {"number": 3}) == [["0", "1"], ["2", "3"]]


@pytest.mark.covers("MSG-03")
@pytest.mark.parametrize("header", ["In_Reply_To", "References"])
def test_an_answer_waits_for_the_message_that_it_answers(header: str) -> None:
    answer = {"number": 3, header: "<first@contoso.example>"}
    assert runs({"number": 1, "message_id": "first@contoso.example"}, {"number": 2}, answer) == [["0", "1"], ["2"]]


@pytest.mark.covers("MSG-06")
def test_a_message_with_commands_is_decided_alone() -> None:
    """It may close or delete the record that the next one is about."""
    command = {"number": 2, "text": "#close\n\nDone.\n"}
    assert runs({"number": 1}, command, {"number": 3}, {"number": 4}) == [["0"], ["1"], ["2", "3"]]
