"""How long a search of the activity takes in a large database, what indexing costs, and how much larger it becomes (RUN-08).

    python -m tests.benchmarks.search [--messages 1000000] [--rounds 3] [--folder /tmp]
    python -m tests.benchmarks.search --database "mssql+pyodbc://user:password@server/trackit_search" [...]

The database is a new embedded one, or the given one, which is filled unless it has activity already. Its mail has names, domains and
subject words as unevenly spread as people's. It measures and asserts nothing; times differ between computers.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from tests.clock import BEGINNING
from tests.settings.samples import imap
from trackit_console.domain.deliveries import Outcome
from trackit_console.paths import DataDir
from trackit_console.store.activity_views import ActivityQuery
from trackit_console.store.column_types import key_of
from trackit_console.store.database import Database, open_database
from trackit_console.store.database_setup import upgrade_database
from trackit_console.store.row_inserts import Row, insert_rows
from trackit_console.store.secrets import KEY_BYTES
from trackit_console.store.tables import ActivityRow, DeliveryRow

PART = 10_000
DAYS = 1000
SYLLABLES = [first + second for first in "bdfgklmnprst" for second in "aeiou"]
OWN, OTHERS = "contoso.example.com", [f"{a}{b}.com" for a in SYLLABLES[:20] for b in SYLLABLES[20:30]]
WORDS = ["".join(chosen) for chosen in ((a, b, c) for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES[:6])]
RARE = "zweiundvierzig"
SEARCHES = {
    "a rare word": ActivityQuery(RARE),
    "a frequent word": ActivityQuery("com"),
    "a word of one mail in a hundred": ActivityQuery(WORDS[12]),
    "one letter": ActivityQuery("b"),
    "an address": ActivityQuery(f"{WORDS[4000]}@{OWN}"),
    "two words, both frequent": ActivityQuery(f"{WORDS[0]} {WORDS[1]}"),
    "two words, of which one is rare": ActivityQuery(f"com {RARE}"),
    "two words, never together": ActivityQuery("vormals nachher"),
    "a frequent word of long ago": ActivityQuery("vormals"),
    "a word that no mail has": ActivityQuery("xylophone"),
    "a record": ActivityQuery("Ticket - 4711"),
    "a frequent word of the last 7 days": ActivityQuery("com", since=BEGINNING + timedelta(days=DAYS - 7)),
    "a rare word of the last 7 days": ActivityQuery(RARE, since=BEGINNING + timedelta(days=DAYS - 7)),
    "a frequent word, an outcome that is rare": ActivityQuery("com", outcome=Outcome.REFUSED),
}


def mail(messages: int) -> Iterator[list[Row]]:
    """Lines of the activity, in parts."""
    chance = random.Random(7)
    weights = [1 / (place + 1) for place in range(len(WORDS))]
    for begin in range(0, messages, PART):
        rows = []
        for number in range(begin + 1, min(begin + PART, messages) + 1):
            words = chance.choices(WORDS, weights, k=6)
            if number % (messages // 10) == 0:
                words.append(RARE)
            if number % 3 == 0:
                words.append("vormals" if number < messages // 2 else "nachher")
            domain = OWN if chance.random() < 0.6 else chance.choice(OTHERS)
            name = chance.choices(WORDS, k=1)[0]
            rows.append(
                {
                    "delivery_id": number,
                    "at": BEGINNING + timedelta(days=DAYS) * (number / messages),
                    "mailbox_id": 1,
                    "message_id": f"<{chance.randbytes(12).hex()}.{number}@mail.{domain}>",
                    "sender": f"{name.title()} <{name}@{domain}>",
                    "subject": " ".join(words).capitalize(),
                    "outcome": (Outcome.REFUSED if number % 2000 == 0 else Outcome.CREATED).value,
                    "module": "Ticket",
                    "record_id": number // 2,
                    "reasons": "[]",
                    "sender_key": f"{name}@{domain}",
                    "text_key": key_of(str(number)),
                }
            )
        yield rows


def fill(database: Database, messages: int) -> None:
    """Puts lines of the activity into the database, and of the ledger to which they belong."""
    with database.begin() as transaction:
        transaction.mailboxes.add(imap(), "benchmark")
    for rows in mail(messages):
        ledger = [
            {
                "id": row["delivery_id"],
                "mailbox_id": 1,
                "ref_key": row["text_key"],
                "scope": "1 INBOX",
                "uid": str(row["delivery_id"]),
                "outcome": row["outcome"],
                "size": 10,
                "tries": 1,
                "seen_at": row["at"],
                "recorded_at": row["at"],
            }
            for row in rows
        ]
        with database.begin() as transaction:
            insert_rows(transaction.session.connection(), DeliveryRow, ledger)
            insert_rows(transaction.session.connection(), ActivityRow, rows)


def used(database: Database) -> int:
    with database.reading() as transaction:
        size = transaction.database_sizes.measure()
    return size.used if size else 0


def index(database: Database) -> None:
    """Indexes everything, and prints what that costs."""
    before, steps, number = used(database), [], 0
    while True:
        begun = time.perf_counter()
        indexed = database.word_index.step()
        if not indexed:
            break
        number += indexed
        steps.append(time.perf_counter() - begun)
    slowest = sorted(steps)[int(len(steps) * 0.99)]
    print(
        f"indexed {number:,} messages: {sum(steps) / number * 1000:.3f} s a thousand, step {statistics.median(steps) * 1000:.0f} ms,"
    )
    print(f"  99 of 100 steps within {slowest * 1000:.0f} ms; {(used(database) - before) / number:.0f} bytes a message")


def search(database: Database, rounds: int) -> None:
    """Prints how long each search takes."""
    for name, query in SEARCHES.items():
        times = []
        for _ in range(rounds):
            begun = time.perf_counter()
            with database.reading() as transaction:
                found = transaction.activity.page(query, 300)
            times.append(time.perf_counter() - begun)
        print(f"  {statistics.median(times) * 1000:7.0f} ms  {name}: {len(found)} rows")


def measure(database: Database, messages: int, rounds: int) -> None:
    """Fills the database, indexes it, and searches before and after; what is done already is left out."""
    with database.reading() as transaction:
        filled = bool(transaction.activity.page(ActivityQuery(), 1))
    if not filled:
        fill(database, messages)
        print(f"{messages:,} messages, {used(database) / 1_000_000:.0f} MB; searches before anything is indexed:")
        search(database, 1)
        index(database)
    print(f"{used(database) / 1_000_000:.0f} MB; searches by the index:")
    search(database, rounds)


def main() -> None:
    """Fills a database, searches it before, while and after it is indexed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--database", default=None, help="an address as SQLAlchemy takes it")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="search-", dir=asked.folder, ignore_cleanup_errors=True) as folder:
        data_dir = DataDir(Path(folder)).make()
        # Always the same, so that a database that is given can be opened again; it has no secrets.
        data_dir.key_file.write_bytes(base64.b64encode(b"k" * KEY_BYTES))
        url = asked.database or data_dir.database_url
        upgrade_database(url)
        with contextlib.closing(open_database(url, data_dir)) as database:
            measure(database, asked.messages, asked.rounds)


if __name__ == "__main__":
    main()
