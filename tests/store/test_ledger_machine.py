"""The ledger as a state machine: whatever order of visits, crashes, take-overs and retries, no message is lost or doubled."""

from __future__ import annotations

import base64
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import text

from tests.backlog import backlog_of
from tests.clock import ManualClock
from tests.settings.samples import imap
from tests.store.conftest import ELSEWHERE, renew
from tests.store.delivery_factory import aside, filtered, ref, reply, take_in, ticket
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.effects import Change
from trackit_console.domain.polling import Lease
from trackit_console.paths import DataDir
from trackit_console.store.database import open_database
from trackit_console.store.errors import LeaseLost
from trackit_console.store.mailbox_leases import LEASE_SECONDS
from trackit_console.store.secrets import KEY_BYTES

pytestmark = [
    pytest.mark.covers("RUN-02", "RUN-03", "RUN-04"),
    # Each example makes its tables anew, which takes a server some seconds.
    pytest.mark.timeout(400 if ELSEWHERE else 120),
]
HOSTS = st.sampled_from(["one", "two"])
OUTCOMES = st.sampled_from(["ticket", "filtered", "aside", "refused"])


@pytest.fixture(scope="module", autouse=True)
def file_of_a_new_database(new_file: bytes) -> None:
    """The machine makes its own databases, and hypothesis hands it no fixtures."""
    Ledger.new_file = new_file


class Ledger(RuleBasedStateMachine):
    """A mail server that hands out what is not settled, two hosts that poll it, and an admin who retries."""

    new_file = b""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.data_dir = DataDir(self.folder).make()
        self.data_dir.key_file.write_bytes(base64.b64encode(b"k" * KEY_BYTES))
        if ELSEWHERE:
            renew(ELSEWHERE, self.data_dir)
        else:
            self.data_dir.database.write_bytes(self.new_file)
        self.clock = ManualClock()
        self.open()
        with self.database.begin() as transaction:
            self.mailbox = transaction.mailboxes.add(imap(), "ada").id
        self.on_server: dict[str, str] = {}
        self.sent: dict[str, str] = {}
        self.leases: dict[str, Lease] = {}
        self.restored: set[str] = set()

    def open(self) -> None:
        self.database = open_database(ELSEWHERE or self.data_dir.database_url, self.data_dir, self.clock)

    @rule(kinds=st.lists(OUTCOMES, min_size=1, max_size=3))
    def mail_arrives(self, kinds: list[str]) -> None:
        for kind in kinds:
            uid = str(len(self.sent) + 1)
            self.sent[uid] = self.on_server[uid] = kind

    @rule(host=HOSTS)
    def a_host_claims(self, host: str) -> None:
        with self.database.begin() as transaction:
            if lease := transaction.mailbox_leases.begin_visit(self.mailbox, host, regardless=True):
                self.leases[host] = lease

    @rule()
    def a_lease_runs_out(self) -> None:
        self.clock.advance(LEASE_SECONDS + 1)

    @precondition(lambda self: self.leases)
    @rule(host=HOSTS, settles=st.booleans(), again=st.booleans())
    def a_host_visits(self, host: str, settles: bool, again: bool) -> None:
        """It records what the server has; it dies before settling, or settles; it may not look at the ledger first."""
        lease = self.leases.get(host)
        if lease is None:
            return
        known = set() if again else self.database.deliveries.known(self.mailbox, [ref(uid) for uid in self.on_server])
        entries = [self.entry(uid, kind) for uid, kind in self.on_server.items() if ref(uid) not in known]
        try:
            recorded = take_in(self.database, lease, entries, str(len(self.sent)))
        except LeaseLost:
            return
        assert [each.ref for each in recorded] == [each.delivery.ref for each in entries if each.delivery]
        if settles:
            self.settle()

    @rule()
    def settle(self) -> None:
        """What is left over from any visit is settled by the next: the message leaves the server."""
        left = backlog_of(self.database, self.mailbox).unsettled
        for each in left:
            self.on_server.pop(each.ref.uid, None)
        self.database.deliveries.mark_settled([each.delivery_id for each in left], 1)

    @precondition(lambda self: any(kind in ("aside", "refused") for kind in self.sent.values()))
    @rule(discards=st.booleans())
    def an_admin_takes_up_what_is_aside(self, discards: bool) -> None:
        with self.database.reading() as transaction:
            asked = text(
                "SELECT q.delivery_id, d.uid FROM quarantine q JOIN deliveries d ON d.id = q.delivery_id WHERE state = 'open'"
            )
            waiting = transaction.session.execute(asked).all()
        for delivery_id, uid in waiting[:1]:
            with self.database.unit_of_work() as work:
                if discards:
                    work.quarantine.discard(delivery_id)
                    self.restored.discard(uid)
                else:
                    work.quarantine.decide(work.quarantine.get(delivery_id), ticket(uid))
                    self.restored.add(uid)
                work.commit()

    @rule()
    def the_program_is_killed(self) -> None:
        """What was committed is there; the key check and the schema are looked at again."""
        self.database.close()
        self.open()

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        if not hasattr(self, "database"):
            return
        with self.database.reading() as transaction:
            deliveries = transaction.session.execute(text("SELECT uid, outcome FROM deliveries")).all()
            records = Counter(transaction.session.scalars(text("SELECT subject FROM records")))
            lines = transaction.session.execute(text("SELECT count(*) FROM activity")).scalar_one()
        taken = {uid: Outcome(outcome) for uid, outcome in deliveries}
        assert len(deliveries) == len(taken) == lines
        assert set(self.sent) == set(taken) | set(self.on_server)
        made = [uid for uid in taken if self.sent[uid] == "ticket" or uid in self.restored]
        assert records == Counter(f"subject {uid}" for uid in made)
        assert {uid for uid, outcome in taken.items() if outcome is Outcome.CREATED} == set(made)

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            shutil.rmtree(self.folder)

    @staticmethod
    def entry(uid: str, kind: str) -> Change:
        made = {"ticket": ticket(uid), "filtered": filtered(uid, "sender", "x"), "aside": aside(uid)}
        return made.get(kind) or reply(uid, 4711)


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
