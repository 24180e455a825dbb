"""How long an IMAP source takes for many messages, beside a bare imapclient loop in batches (speed of transports, RUN-07).

    python -m tests.benchmarks.throughput [--messages 1000] [--rounds 3] [--work-ms 1] [--round-trip-ms 0]

Both read and move the same mail on the same private Dovecot over TLS, and both do `work-ms` of work for each message.
Times differ between computers; the ratio is what counts. It measures and asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import ssl
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from imapclient import IMAPClient
from pydantic import SecretStr

from tests.servers.certificates import Certificates
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.transports.conftest import ANY_SIZE, message, nothing_kept
from trackit_console.settings.post_action import PROCESSED_FOLDER, PostAction
from trackit_console.settings.server_mailbox import Imap
from trackit_console.transports.imap import ImapSource

BATCH = 50
Work = Callable[[bytes | None], None]


def main() -> None:
    """Prints the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work-ms", type=float, default=1.0)
    parser.add_argument("--round-trip-ms", type=float, default=0.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="throughput-", ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        root.chmod(0o755)
        certificates = Certificates(root)
        dovecot = Dovecot(root / "dovecot", certificates.good)
        dovecot.start()
        try:
            with far_away(dovecot.imaps, asked.round_trip_ms / 1000) as port:
                compare(dovecot, port, certificates.ca_file, asked)
        finally:
            dovecot.stop()


def compare(dovecot: Dovecot, port: int, ca_file: Path, asked: argparse.Namespace) -> None:
    """Runs both in turn, so that a busy computer is busy for both."""
    chance = random.Random(7)
    mail = [message(number, int(chance.expovariate(1 / 50_000))) for number in range(asked.messages)]
    work = working(asked.work_ms / 1000)
    ways = {"bare imapclient": bare, "ImapSource": ours}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(asked.rounds):
        for name, way in ways.items():
            account = dovecot.new_account()
            dovecot.append_all(account.name, mail)
            begun = time.perf_counter()
            way(port, account.name, ca_file, work)
            times[name].append(time.perf_counter() - begun)
            assert dovecot.counts(account.name)[PROCESSED_FOLDER] == asked.messages
    medians = {name: statistics.median(each) for name, each in times.items()}
    for name, seconds in medians.items():
        print(f"{name:16} {seconds:6.2f} s   ({', '.join(f'{each:.2f}' for each in times[name])})")
    print(f"ratio            {medians['ImapSource'] / medians['bare imapclient']:6.2f}")


def bare(port: int, user: str, ca_file: Path, work: Work) -> None:
    """The floor: one SEARCH, then a FETCH and a MOVE a batch."""
    with IMAPClient("localhost", port, ssl_context=ssl.create_default_context(cafile=str(ca_file)), timeout=60) as client:
        client.login(user, PASSWORD)
        client.select_folder("INBOX")
        client.create_folder(PROCESSED_FOLDER)
        uids = client.search("UNSEEN")
        for begin in range(0, len(uids), BATCH):
            batch = uids[begin : begin + BATCH]
            for answer in client.fetch(batch, ["BODY.PEEK[]"]).values():
                work(answer[b"BODY[]"])
            client.move(batch, PROCESSED_FOLDER)


def ours(port: int, user: str, ca_file: Path, work: Work) -> None:
    """The same by the source that the monitor uses."""
    mailbox = Imap(server="localhost", port=port, user_account_name=user, password=SecretStr(PASSWORD), ca_file=str(ca_file))
    with ImapSource(mailbox) as source:
        for batch in source.fetch_new(None, 9999, ANY_SIZE):
            for each in batch.messages:
                work(each.raw)
            source.settle([each.ref for each in batch.messages], PostAction.MOVE, nothing_kept)


def working(seconds: float) -> Work:
    """Uses the processor for so long, as parsing does."""

    def work(raw: bytes | None) -> None:
        end = time.thread_time() + seconds
        while time.thread_time() < end:
            pass

    return work


@contextmanager
def far_away(port: int, round_trip: float) -> Iterator[int]:
    """A port behind which `port` of this computer is `round_trip` seconds away; 0: `port` itself."""
    if not round_trip:
        yield port
        return
    loop = asyncio.new_event_loop()
    serve = asyncio.start_server(lambda reader, writer: _relay(reader, writer, port, round_trip / 2), "127.0.0.1", 0)
    server = loop.run_until_complete(serve)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield int(server.sockets[0].getsockname()[1])
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


async def _relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, delay: float) -> None:
    far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.gather(_one_way(reader, far_writer, delay), _one_way(far_reader, writer, delay))


async def _one_way(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    loop = asyncio.get_running_loop()
    while data := await reader.read(1 << 20):
        loop.call_later(delay, writer.write, data)
    loop.call_later(delay, writer.close)


if __name__ == "__main__":
    main()
