"""How long 1,000 messages take from an IMAP mailbox to committed tickets, beside a bare imapclient floor (DESIGN's budget).

    python -m tests.benchmarks.intake [--messages 1000] [--rounds 3]

The floor: one SEARCH, then in batches of 50 one FETCH, one INSERT of the raw rows in one durable SQLite transaction,
one MOVE. Both run in turn against the same private Dovecot over TLS; only ratios count.
"""

from __future__ import annotations

import argparse
import sqlite3
import ssl
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from imapclient import IMAPClient

from tests.benchmarks.peers import add_mailbox, filled, mail, running
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Account, Dovecot
from trackit_console.commands.monitor import freeze_imports
from trackit_console.monitor.help_desk import open_help_desk
from trackit_console.monitor.poll_once import poll_once
from trackit_console.paths import DataDir

BATCH = 50


def floor(server: Dovecot, account: Account, certificates: Certificates, folder: Path, expected: int) -> float:
    """The bare library, as fast as it goes without deciding anything."""
    database = sqlite3.connect(folder / "floor.sqlite3")
    database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE raw (uid INTEGER, content BLOB);")
    begun = time.perf_counter()
    context = ssl.create_default_context(cafile=str(certificates.ca_file))
    with IMAPClient(server.host, server.imaps, ssl_context=context, timeout=30) as client:
        client.login(account.name, account.password)
        client.select_folder("INBOX")
        if not client.folder_exists("TrackItProcessedEmails"):
            client.create_folder("TrackItProcessedEmails")
        uids = client.search("UNSEEN")
        for at in range(0, len(uids), BATCH):
            batch = uids[at : at + BATCH]
            answers = client.fetch(batch, ["BODY.PEEK[]"])
            with database:
                database.executemany("INSERT INTO raw VALUES (?, ?)", [(uid, answers[uid][b"BODY[]"]) for uid in batch])
            client.move(batch, "TrackItProcessedEmails")
    seconds = time.perf_counter() - begun
    assert database.execute("SELECT count(*) FROM raw").fetchone() == (expected,)
    database.close()
    return seconds


def monitor(server: Dovecot, account: Account, certificates: Certificates, folder: Path, expected: int) -> float:
    """The email monitor: one visit to the mailbox."""
    data_dir = DataDir(folder / "data").make()
    database = open_help_desk(data_dir.database_url, data_dir)
    add_mailbox(database, server, account, certificates)
    begun = time.perf_counter()
    [visited] = poll_once(database, threading.Event())
    seconds = time.perf_counter() - begun
    assert (visited.counts.processed, visited.error) == (expected, None), visited
    database.close()
    return seconds


Program = Callable[[Dovecot, Account, Certificates, Path, int], float]


def one_round(server: Dovecot, certificates: Certificates, letters: list[bytes], program: Program) -> float:
    """A fresh mailbox and a fresh database."""
    account = filled(server, letters)
    with tempfile.TemporaryDirectory() as folder:
        return program(server, account, certificates, Path(folder), len(letters))


def main() -> None:
    """Prints the seconds of each round, and the median of their ratios."""
    parser = argparse.ArgumentParser(description="Intake beside a bare imapclient floor")
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    letters = mail(options.messages)
    print(f"{len(letters)} messages, mean {sum(map(len, letters)) / len(letters) / 1000:.0f} kB")
    ratios = []
    with running() as (server, certificates):
        one_round(server, certificates, letters[:100], monitor)
        freeze_imports()  # as the `monitor` command does
        for _ in range(options.rounds):
            bare = one_round(server, certificates, letters, floor)
            ours = one_round(server, certificates, letters, monitor)
            ratios.append(ours / bare)
            print(f"floor {bare:.2f} s, monitor {ours:.2f} s, ratio {ours / bare:.2f}")
    print(f"median ratio {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
