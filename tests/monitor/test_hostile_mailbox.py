"""A mailbox full of hostile and odd mail: the good mail among it is taken all the same, and memory stays bounded (RUN-04, SEC-03)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.mail.hostile_messages import hostile
from tests.message_factory import raw_message
from tests.monitor.test_poll import records
from tests.servers.dovecot import Account, Dovecot
from trackit_console.domain.deliveries import Outcome
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.paths import DataDir
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.activity_views import ActivityQuery
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored

EACH = 300
SIZES = (300, 3_000, 30_000, 100_000)
LARGE = 25_000_000
MEMORY_MB = 300
POLL = """
import sys
from trackit_console.__main__ import main
code = main(sys.argv[1:])
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(int(peak.split()[1]) // 1024, file=sys.stderr)
sys.exit(code)
"""


def hostile_mail() -> list[bytes]:
    """Messages of all shapes, one of them as large as mail servers allow."""
    odd = [hostile(seed, SIZES[seed % len(SIZES)]) for seed in range(EACH - 1)]
    return [*odd, hostile(7, LARGE)]


@pytest.mark.covers("RUN-04", "RUN-07", "SEC-03")
@pytest.mark.timeout(300)
@pytest.mark.skipif(sys.platform != "linux", reason="measures a process by /proc")
def test_good_mail_among_hostile_mail_becomes_tickets_in_the_same_poll(
    database: Database,
    data_dir: DataDir,
    dovecot: Dovecot,
    account: Account,
    add_mailbox: Callable[..., Stored[Mailbox]],
    set_monitor: Callable[..., None],
) -> None:
    set_monitor(emails_to_process=2 * EACH)
    add_mailbox(account)
    good = [raw_message(number) for number in range(EACH)]
    dovecot.append_all(account.name, [each for pair in zip(hostile_mail(), good, strict=True) for each in pair])
    command = [sys.executable, "-c", POLL, "--data-dir", str(data_dir.root), "monitor", "--once", "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    peak = int(done.stderr.split()[-1])
    with database.reading() as transaction:
        lines = transaction.activity.page(ActivityQuery(), limit=10 * EACH)
    tickets = {record.subject: notes[0].text for record, notes in records(database)}
    for number in range(EACH):
        assert tickets[f"Printer {number} does not print"] == f"Please help with printer {number}."
    assert len(lines) == 2 * EACH
    assert [each for each in lines if not each.reasons or not all(str(reason_phrase(why)) for why in each.reasons)] == []
    assert {each.outcome for each in lines} <= {
        Outcome.CREATED,
        Outcome.NOTED,
        Outcome.FILTERED,
        Outcome.IGNORED,
        Outcome.QUARANTINED,
    }
    print("peak", peak, "MB")
    assert peak < MEMORY_MB
