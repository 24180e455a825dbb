"""A server that does not let processed mail be marked, deleted or moved: shown, tried again, and nothing is taken twice (MON-06)."""

from __future__ import annotations

import threading

import pytest

from tests.backlog import backlog_of
from tests.message_factory import raw_message
from tests.monitor.scripted_mailbox import ScriptedMailbox, ref_of
from tests.monitor.test_poll import activity, records
from tests.settings.samples import imap
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.polling import MailboxState
from trackit_console.monitor.poll_once import poll_once
from trackit_console.monitor.visit_result import VisitResult
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.post_action import PostAction
from trackit_console.store.activity_views import TimeLine
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored
from trackit_console.transports.errors import ConnectionLost
from trackit_console.user_messages import problem_phrases

WORDS = "NO [OVERQUOTA] mailbox is full"
TAKEN = 3


@pytest.fixture
def mailbox(database: Database) -> Stored[Mailbox]:
    with database.begin() as transaction:
        return transaction.mailboxes.add(imap(), "ada")


@pytest.fixture
def server(mailbox: Stored[Mailbox]) -> ScriptedMailbox:
    """A mailbox with a few messages."""
    return ScriptedMailbox({number: raw_message(number) for number in range(1, TAKEN + 1)})


def poll(database: Database, server: ScriptedMailbox) -> VisitResult:
    [visited] = poll_once(database, threading.Event(), source_factory=server.open)
    return visited


def state(database: Database, mailbox: Stored[Mailbox]) -> MailboxState:
    with database.reading() as transaction:
        return transaction.mailbox_states.state(mailbox.id)


def time_lines(database: Database) -> list[TimeLine]:
    """Oldest first."""
    with database.reading() as transaction:
        return [transaction.activity.time_line(each.delivery_id) for each in reversed(activity(database))]


def unsettled(database: Database, mailbox: Stored[Mailbox]) -> list[str]:
    return [each.ref.uid for each in backlog_of(database, mailbox.id).unsettled]


# ---------------------------------------------------------------- refused


@pytest.mark.covers("MON-06", "IN-15")
def test_a_refused_post_action_is_an_error_of_the_mailbox_with_the_servers_words(
    database: Database, mailbox: Stored[Mailbox], server: ScriptedMailbox
) -> None:
    server.not_settled = {1: WORDS, 3: WORDS}
    poll(database, server)
    assert len(records(database)) == TAKEN, "the mail is in all the same"
    error = state(database, mailbox).error
    assert error is not None
    assert (error.context, error.code, error.facts) == ("monitor", "post_action_refused", {"number": 2, "words": WORDS})
    summary, remedy = problem_phrases(error.context, error.code, error.facts)
    assert WORDS in str(summary) and "The tickets were made" in str(remedy)
    assert [each.settle_error for each in time_lines(database)] == [WORDS, None, WORDS]


@pytest.mark.covers("MON-06", "RUN-03")
def test_it_is_tried_again_at_each_visit_until_the_server_lets_it_be_done(
    database: Database, mailbox: Stored[Mailbox], server: ScriptedMailbox
) -> None:
    server.not_settled = {1: WORDS}
    for _ in range(3):
        poll(database, server)
        assert unsettled(database, mailbox) == ["1"]
    assert state(database, mailbox).failures == 3, "with growing delays"
    server.not_settled = {}
    assert poll(database, server).error is None
    assert server.last.settled == [1]
    assert unsettled(database, mailbox) == []
    after = state(database, mailbox)
    assert (after.error, after.failures) == (None, 0)
    [first, *_] = time_lines(database)
    assert (first.settle_error, first.post_action) == (None, PostAction.MOVE)
    poll(database, server)
    assert server.last.settled == []
    assert len(records(database)) == TAKEN


@pytest.mark.covers("MON-06", "RUN-03")
def test_a_message_that_was_copied_but_not_deleted_is_not_copied_again(database: Database, server: ScriptedMailbox) -> None:
    server.not_settled, server.copied = {1: WORDS, 2: WORDS}, {2}
    poll(database, server)
    assert server.last.already_copied == set()
    server.copied = set()
    for _ in range(2):
        poll(database, server)
        assert server.last.already_copied == {2}, "it stays known over several visits"


@pytest.mark.covers("MON-06")
def test_new_mail_is_taken_in_while_an_old_post_action_is_refused(database: Database, server: ScriptedMailbox) -> None:
    server.not_settled = {1: WORDS}
    poll(database, server)
    server.messages[9] = raw_message(9)
    visited = poll(database, server)
    assert (visited.counts.seen, visited.counts.processed) == (1, 1)
    assert server.last.settled == [9]


@pytest.mark.covers("FIL-03", "MON-06")
def test_filtered_mail_is_settled_like_any_other(database: Database, mailbox: Stored[Mailbox]) -> None:
    server = ScriptedMailbox({1: raw_message(1, sender="Mail Delivery Subsystem <mailer-daemon@relay.example>")})
    server.not_settled = {1: WORDS}
    poll(database, server)
    assert [each.outcome for each in activity(database)] == [Outcome.FILTERED]
    assert unsettled(database, mailbox) == ["1"]


# ---------------------------------------------------------------- a server that acts only when the session ends


@pytest.mark.covers("RUN-03", "MON-06")
def test_a_session_that_settles_on_close_counts_only_once_it_ended_well(
    database: Database, mailbox: Stored[Mailbox], server: ScriptedMailbox
) -> None:
    """RFC 1939 section 6: a POP3 session that is cut off before QUIT was confirmed deletes nothing."""
    server.settles_on_close = True
    server.finish_error = ConnectionLost("reset by peer", server="mail.example.com")
    visited = poll(database, server)
    assert visited.error is not None and visited.error.code == "connection_lost"
    assert unsettled(database, mailbox) == ["1", "2", "3"]
    assert len(records(database)) == TAKEN
    server.finish_error = None
    assert poll(database, server).error is None
    assert server.last.settled == [1, 2, 3]
    assert unsettled(database, mailbox) == []
    assert len(records(database)) == TAKEN, "nothing is taken twice"
    assert {each.post_action for each in time_lines(database)} == {PostAction.MOVE}


@pytest.mark.covers("RUN-03")
def test_a_session_that_settles_at_once_counts_although_it_did_not_end_well(
    database: Database, mailbox: Stored[Mailbox], server: ScriptedMailbox
) -> None:
    server.finish_error = ConnectionLost("reset by peer", server="mail.example.com")
    poll(database, server)
    assert unsettled(database, mailbox) == []


# ---------------------------------------------------------------- what a post action may need


@pytest.mark.covers("MON-06")
def test_a_source_gets_the_bytes_of_what_was_recorded(database: Database, server: ScriptedMailbox) -> None:
    """POP3 has no folder to move to: the raw message is what it keeps."""
    server.messages[4] = raw_message(4, sender="Mail Delivery Subsystem <mailer-daemon@relay.example>")
    poll(database, server)
    raw_of = server.last.raw_of
    assert raw_of is not None
    assert [raw_of(ref_of(number)) for number in (1, 2, 3)] == [server.messages[number] for number in (1, 2, 3)]
    assert raw_of(ref_of(4)) is None, "filtered mail is not kept"
    assert raw_of(ref_of(99)) is None
