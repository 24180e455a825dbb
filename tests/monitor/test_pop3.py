"""POP3 mailboxes at a server that hangs up at any moment, with and without UIDL: each message once, and settled (RUN-03)."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.backlog import backlog_of
from tests.message_factory import raw_message
from tests.monitor.conftest import POST_ACTIONS
from tests.monitor.test_killed import let_leases_run_out
from tests.monitor.test_poll import activity, poll, records
from tests.servers.faults import Talk, scripted
from tests.servers.pop3_script import Pop3Script, hangs_up
from tests.transports.pop3_mailboxes import mailbox
from trackit_console.domain.deliveries import Outcome
from trackit_console.mail import parse
from trackit_console.settings.post_action import PostAction
from trackit_console.store.database import Database

MESSAGES = 40
POLLS = 12


class Moody(Pop3Script):
    """Hangs up over some commands, as `chance` will have it; what a lost session deleted stays."""

    chance = random.Random(0)
    risk = 0.0

    def __call__(self, talk: Talk) -> None:
        commands = ("LIST", "UIDL", "RETR", "TOP", "DELE", "QUIT")
        numbers = [f"{name} {number}" for name in ("RETR", "DELE") for number in range(1, MESSAGES)]
        usual = Pop3Script(self.messages, self.uidls)
        usual.answers = {name: hangs_up for name in (*commands, *numbers) if self.chance.random() < self.risk}
        usual(talk)
        self.messages, self.uidls = usual.messages, usual.uidls


@pytest.mark.timeout(60)
@pytest.mark.covers("RUN-03", "MON-06")
@pytest.mark.parametrize("action", POST_ACTIONS)
@pytest.mark.parametrize("has_uidl", [True, False], ids=["UIDL", "no UIDL"])
def test_a_server_that_hangs_up_at_random_loses_and_doubles_nothing(
    database: Database,
    set_monitor: Callable[..., None],
    action: PostAction,
    has_uidl: bool,
    record_property: Callable[[str, object], None],
) -> None:
    seed = random.randrange(2**32)
    record_property("seed", seed)
    print("seed", seed)
    set_monitor(post_action=action, emails_to_process=9)
    script = Moody([raw_message(number).replace(b"\n", b"\r\n") for number in range(MESSAGES)])
    script.uidls = [b"uid-%d" % number for number in range(MESSAGES)] if has_uidl else None
    script.chance, script.risk = random.Random(seed), 0.05
    with scripted(script) as server:
        with database.begin() as transaction:
            stored = transaction.mailboxes.add(mailbox(server.port), "test")
        for _ in range(POLLS):
            poll(database)
            if script.chance.random() < 0.3:
                # As after a monitor that died in its visit: then messages are announced, counted, and taken one by one.
                with database.begin() as transaction:
                    transaction.mailbox_leases.begin_visit(stored.id, "a host that died", regardless=True)
                let_leases_run_out(database)
        script.risk = 0.0
        for _ in range(2 * MESSAGES):
            [visited] = poll(database)
            assert visited.error is None
            if not visited.counts.seen and not backlog_of(database, stored.id).unsettled:
                break
    everything = {f"Printer {number} does not print" for number in range(MESSAGES)}
    taken = [record.subject for record, _ in records(database)]
    # Three times not handed over: set aside, perhaps without a header, and left on the server.
    set_aside = [each.subject for each in activity(database) if each.outcome is Outcome.QUARANTINED]
    missing = everything - set(taken)
    assert len(taken) == len(set(taken)) and len(missing) <= len(set_aside)
    assert {each.outcome for each in activity(database)} <= {Outcome.CREATED, Outcome.IGNORED, Outcome.QUARANTINED}
    left = {str(parse(raw).subject) for raw in script.messages}
    assert left <= missing | set(set_aside) if action is not PostAction.MARK_READ else left == everything
