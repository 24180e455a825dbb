"""Who sends what waits in the outbox, and what is kept of it, on one database and by its clock (OUT-06)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event

from tests.clock import ManualClock
from tests.outbox_factory import mail, put
from tests.store.concurrency import at_once
from tests.store.conftest import ELSEWHERE
from trackit_console.domain.effects import MailKind
from trackit_console.domain.outgoing_mail import Attempt, ClaimedMail, MailState, MailStep
from trackit_console.domain.reason_json import reasons_to_json
from trackit_console.domain.records import AppliedReason
from trackit_console.store.database import Database
from trackit_console.store.outbox import CLAIM_SECONDS
from trackit_console.store.outbox_errors import kept_error
from trackit_console.store.outbox_results import OutboxResults
from trackit_console.store.outbox_views import OutboxEntry, OutboxQuery

HERE, THERE = "host a", "host b"
ACCOUNT = 1
BUSY = AppliedReason("transports.server_busy", {"server": "mail.example.com", "detail": "451 later"})


def claim(database: Database, owner: str = HERE, **limits: int) -> list[ClaimedMail]:
    with database.begin() as transaction:
        return transaction.outbox.claim(owner, ACCOUNT, **limits)


def subjects(mails: list[ClaimedMail]) -> list[str]:
    return [each.subject for each in mails]


def keep(database: Database, claimed: ClaimedMail, attempt: Attempt) -> MailState | None:
    with database.unit_of_work() as work:
        state = OutboxResults(work, "computer").keep(claimed, attempt)
        work.commit()
    return state


def entry(database: Database, number: int = 1) -> OutboxEntry:
    with database.reading() as transaction:
        return transaction.outbox_list.entry(number)


def later(clock: ManualClock, **units: float) -> datetime:
    return clock.now() + timedelta(**units)


@pytest.mark.covers("OUT-06", "RUN-07")
@pytest.mark.skipif(bool(ELSEWHERE), reason="reads the plans of SQLite")
@pytest.mark.parametrize("step", ["claimed", "renew", "give_back"])
def test_what_is_claimed_is_found_by_an_index_however_much_waits(database: Database, step: str) -> None:
    """Read one after the other, 100,000 mails that wait take 0.3 s, for every 50 that are sent."""
    asked: list[tuple[str, Any]] = []
    with database.begin() as transaction:
        connection = transaction.session.connection()
        event.listen(connection, "before_cursor_execute", lambda _c, _u, sql, parameters, *_: asked.append((sql, parameters)))
        getattr(transaction.outbox, step)(HERE)
        plans = [str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()) for sql, values in tuple(asked)]
    assert plans
    assert all("ix_outbox_claim_owner_state_next_try_at (claim_owner=? AND state=?" in each for each in plans), plans


@pytest.mark.covers("OUT-06")
def test_a_claim_that_ran_out_is_not_answered_with_a_new_one(database: Database, clock: ManualClock) -> None:
    """Another host may take that mail at any moment: whoever has slept must claim it anew."""
    put(database, mail(0), mail(1))
    assert subjects(claim(database, HERE, limit=1)) == ["Letter 0"]
    clock.advance(CLAIM_SECONDS + 1)
    with database.begin() as transaction:
        assert transaction.outbox.claimed(HERE) == []


@pytest.mark.covers("OUT-06")
def test_trying_many_mails_again_costs_few_statements(database: Database) -> None:
    """Statement by statement, 100,000 failed mails let nobody else write for over a minute: leases of mailboxes run out."""
    put(database, *(mail(number) for number in range(1000)))
    asked: list[str] = []
    with database.begin() as transaction:
        connection = transaction.session.connection()
        event.listen(connection, "before_cursor_execute", lambda _c, _u, sql, *_: asked.append(sql))
        assert len(transaction.outbox_decisions.retry(range(1, 1001), "ada")) == 1000
    assert len([each for each in asked if each.startswith("UPDATE outbox ")]) == 2


@pytest.mark.covers("OUT-06")
def test_the_oldest_mail_is_claimed_first_and_by_one_host_only(database: Database, clock: ManualClock) -> None:
    put(database, mail(0))
    clock.advance(1)
    put(database, mail(1), mail(2))
    assert subjects(claim(database, HERE, limit=2)) == ["Letter 0", "Letter 1"]
    assert subjects(claim(database, THERE)) == ["Letter 2"]
    assert claim(database, "host c") == []


def test_a_claim_is_bounded_by_bytes_but_takes_one_mail_of_any_size(database: Database) -> None:
    put(database, *(mail(number, text="x" * 1000) for number in range(3)))
    assert len(claim(database, HERE, bytes_limit=2500)) == 2
    assert len(claim(database, THERE, bytes_limit=10)) == 1


def test_mail_is_claimed_when_its_time_has_come(database: Database, clock: ManualClock) -> None:
    put(database, mail(0, not_before=later(clock, hours=8)))
    assert claim(database) == []
    clock.advance(8 * 3600)
    assert subjects(claim(database)) == ["Letter 0"]


@pytest.mark.covers("OUT-06")
def test_hosts_that_claim_at_the_same_time_share_nothing(database: Database) -> None:
    put(database, *(mail(number) for number in range(60)))
    calls = [partial(database.retrying, partial(claim, database, f"host {number}", limit=10)) for number in range(8)]
    claimed = Counter(each.id for mails in at_once(*calls) for each in _answered(mails))
    assert claimed and set(claimed.values()) == {1}
    # Hosts that read the same mail at the same moment may get less than they asked for; it is there for the next claim.
    later = [each.id for each in claim(database, "host 9", limit=60)]
    assert len(claimed) + len(later) == 60 and not claimed.keys() & set(later)


def _answered(result: list[ClaimedMail] | Exception) -> list[ClaimedMail]:
    assert not isinstance(result, Exception), result
    return result


@pytest.mark.covers("OUT-06")
def test_the_mail_of_a_host_that_died_is_taken_over_and_the_dead_one_writes_nothing_any_more(
    database: Database, clock: ManualClock
) -> None:
    put(database, mail(0))
    [lost] = claim(database, HERE)
    clock.advance(CLAIM_SECONDS + 1)
    [mine] = claim(database, THERE)
    assert keep(database, lost, Attempt(error=BUSY)) is None
    assert keep(database, mine, Attempt(delivered=mine.recipients)) is MailState.SENT
    assert keep(database, lost, Attempt(error=BUSY)) is None
    assert [step.what for step in entry(database).steps] == [MailStep.SENT]


def test_a_late_answer_still_counts_while_nobody_else_has_the_mail(database: Database, clock: ManualClock) -> None:
    put(database, mail(0))
    [mine] = claim(database)
    clock.advance(CLAIM_SECONDS + 1)
    assert keep(database, mine, Attempt(delivered=mine.recipients)) is MailState.SENT


def test_a_renewed_claim_lasts_and_what_was_lost_is_told(database: Database, clock: ManualClock) -> None:
    put(database, mail(0), mail(1))
    first, second = claim(database)
    clock.advance(CLAIM_SECONDS - 1)
    with database.begin() as transaction:
        assert transaction.outbox.renew(HERE) == {first.id, second.id}
    clock.advance(CLAIM_SECONDS - 1)
    assert claim(database, THERE) == []
    clock.advance(2)
    assert subjects(claim(database, THERE, limit=1)) == ["Letter 0"]
    with database.begin() as transaction:
        assert transaction.outbox.renew(HERE) == set()


def test_what_is_given_back_is_free_at_once(database: Database) -> None:
    put(database, mail(0))
    claim(database)
    with database.begin() as transaction:
        transaction.outbox.give_back(HERE)
    assert subjects(claim(database, THERE)) == ["Letter 0"]


# ------------------------------------------------------------------ what becomes of a mail


@pytest.mark.covers("OUT-06")
def test_one_refused_recipient_keeps_the_mail_from_nobody_else(database: Database, clock: ManualClock) -> None:
    put(database, mail(0, ("a@x.example", "b@x.example", "c@x.example")))
    [mine] = claim(database)
    refused = AppliedReason("transports.recipient_refused", {"recipient": "b@x.example", "server": "s", "detail": "550 no"})
    tried = Attempt(("a@x.example",), {"b@x.example": refused}, BUSY, later(clock, minutes=1))
    assert keep(database, mine, tried) is MailState.WAITING
    clock.advance(60)
    [again] = claim(database)
    assert (again.open_recipients, again.tries) == (("c@x.example",), 1)
    assert keep(database, again, Attempt(("c@x.example",), error=refused)) is MailState.SENT
    kept = entry(database)
    assert (kept.delivered, kept.refused) == (("a@x.example", "c@x.example"), ("b@x.example",))
    assert kept.view.error == (refused,)
    assert [step.what for step in kept.steps] == [MailStep.REFUSED, MailStep.SENT, MailStep.TRIED, MailStep.SENT]


def test_a_mail_that_is_given_up_says_why_in_codes(database: Database) -> None:
    put(database, mail(0))
    [mine] = claim(database)
    assert keep(database, mine, Attempt(error=BUSY)) is MailState.FAILED
    kept = entry(database)
    assert (kept.view.state, kept.view.error, kept.view.next_try_at) == (MailState.FAILED, (BUSY,), None)
    assert [(step.what, step.actor, step.reasons) for step in kept.steps] == [(MailStep.FAILED, "computer", (BUSY,))]


def test_a_very_long_answer_of_a_server_is_kept_in_part(database: Database) -> None:
    put(database, mail(0))
    [mine] = claim(database)
    endless = AppliedReason("transports.server_busy", {f"fact {number}": "é" * 5000 for number in range(5)})
    keep(database, mine, Attempt(error=endless))
    [error] = entry(database).view.error
    assert error.code == "transports.server_busy"
    assert str(error.facts["fact 4"]).startswith("ééé")


# ------------------------------------------------------------------ the outgoing account


@pytest.mark.covers("OUT-06")
def test_while_the_account_fails_one_host_tries_it_with_one_claim(database: Database, clock: ManualClock) -> None:
    put(database, mail(0), mail(1))
    with database.begin() as transaction:
        assert transaction.outbox.due(ACCOUNT)
        assert transaction.outbox.account_failed(ACCOUNT, BUSY, later(clock, minutes=5))
        assert not transaction.outbox.account_failed(ACCOUNT, BUSY, later(clock, minutes=5))
        assert not transaction.outbox.due(ACCOUNT)
    assert claim(database) == []
    clock.advance(300)
    assert subjects(claim(database, HERE, limit=1)) == ["Letter 0"]
    assert claim(database, THERE) == []
    with database.begin() as transaction:
        trouble = transaction.outbox.trouble()
        assert trouble and (trouble.failures, trouble.error) == (2, (BUSY,))
        assert transaction.outbox.account_works()
        assert not transaction.outbox.account_works()
        assert transaction.outbox.trouble() is None
    assert subjects(claim(database, THERE)) == ["Letter 1"]


def test_an_account_that_was_changed_is_tried_at_once(database: Database, clock: ManualClock) -> None:
    put(database, mail(0))
    with database.begin() as transaction:
        transaction.outbox.account_failed(ACCOUNT, BUSY, later(clock, hours=2))
        assert transaction.outbox.due(ACCOUNT + 1)
        assert transaction.outbox.claim(HERE, ACCOUNT + 1)


def test_mail_that_nobody_could_send_for_too_long_is_given_up(database: Database, clock: ManualClock) -> None:
    put(database, mail(0), mail(1, not_before=later(clock, days=2)))
    clock.advance(3 * 24 * 3600)
    put(database, mail(2))
    with database.unit_of_work() as work:
        assert OutboxResults(work, "computer").expire(later(clock, days=-3), BUSY) == 1
        work.commit()
    with database.reading() as transaction:
        failed = transaction.outbox_list.page(OutboxQuery(state=MailState.FAILED))
    assert [(each.subject, each.error) for each in failed] == [("Letter 0", (BUSY,))]


# ------------------------------------------------------------------ digests


def test_mail_of_a_digest_goes_out_as_one_and_has_its_state(database: Database, clock: ManualClock) -> None:
    put(database, mail(0, digest="bo"), mail(1, digest="bo"), mail(2, digest="ada"), mail(3))
    key = digest_key(database, 1)
    with database.unit_of_work() as work:
        parts = work.transaction.outbox.claim_digest(HERE, key)
        assert subjects(parts) == ["Letter 0", "Letter 1"]
        assert OutboxResults(work, "computer").combine(parts, mail(9, kind=MailKind.NOTIFICATION))
        work.commit()
    assert subjects(claim(database, THERE)) == ["Letter 2", "Letter 3", "Letter 9"]
    assert states(database, MailState.WAITING) == ["Letter 9", "Letter 3", "Letter 2", "Letter 1", "Letter 0"]
    with database.unit_of_work() as work:
        results = OutboxResults(work, "computer")
        whole = next(each for each in work.transaction.outbox.claimed(THERE) if each.subject == "Letter 9")
        assert subjects(results.parts(whole)) == ["Letter 0", "Letter 1"]
        results.keep(whole, Attempt(error=BUSY))
        work.commit()
    assert states(database, MailState.FAILED) == ["Letter 9", "Letter 1", "Letter 0"]
    assert [step.what for step in entry(database, 1).steps] == [MailStep.FAILED]


def digest_key(database: Database, number: int) -> str:
    with database.begin() as transaction:
        [first] = [each for each in transaction.outbox.claim("reader", ACCOUNT) if each.id == number]
        transaction.outbox.give_back("reader")
    assert first.digest is not None
    return first.digest


def states(database: Database, state: MailState) -> list[str]:
    with database.reading() as transaction:
        query = OutboxQuery(state=state)
        listed = [each.subject for each in transaction.outbox_list.page(query)]
        assert transaction.outbox_list.count(query) == len(listed)
    return listed


def test_a_digest_is_not_made_of_what_another_host_has_claimed(database: Database, clock: ManualClock) -> None:
    put(database, mail(0, digest="bo"), mail(1, digest="bo"))
    [first, second] = claim(database)
    clock.advance(CLAIM_SECONDS + 1)
    claim(database, THERE, limit=1)
    with database.unit_of_work() as work:
        assert not OutboxResults(work, "computer").combine([first, second], mail(9))
    assert states(database, MailState.WAITING) == ["Letter 1", "Letter 0"]


def test_half_a_character_in_an_error_is_kept_as_a_question_mark() -> None:
    """A server may send one; no database takes it, and the answer of the server must be kept."""
    assert kept_error(AppliedReason("transports.message_refused", {"detail": "the server says \ud83d"})) == reasons_to_json(
        [AppliedReason("transports.message_refused", {"detail": "the server says ?"})]
    )
